/* The socket beside the record through which a recorder is asked: it listens there, other commands
 * ask. One line each way, or lines; knows no words of them. Nobody but the owner of the file gets in
 * (mode 0600, and the kernel's word for who speaks). */
#ifndef CONTROL_H
#define CONTROL_H

#include "base.h"

struct control;

/* Listens at DB.sock; what a dead recorder left there goes. To be called by who holds the record's
 * lock. EX_CANTCREAT. */
bool control_open(struct control **out, const char *db, struct err *e);
void control_close(
	struct control **control); /* takes NULL; whoever waits for an answer gets none */

/* Readable when control_take() has something to do. The control's own. */
int control_fd(const struct control *control);

/* The next request that is complete; NULL: there is none. The text is valid until the next call.
 * *client is for control_answer(). Never blocks. */
const char *control_take(struct control *control, int *client);

/* Answers and hangs up; a client that has left is no failure. text may have several lines. */
void control_answer(struct control *control, int client, const char *text);

/* Asks the recorder of that file; *answer is fresh memory. EX_TEMPFAIL: nobody listens there, or no
 * answer came in time. */
bool control_ask(const char *db, const char *request, int timeout_ms, char **answer, struct err *e);

#endif
