/* Questions: sends what the plan (sql/plan.sql) says is due, and knows which reply belongs to which
 * question. Whom to ask what is decided in SQL; nothing is decided here but how fast. */
#ifndef ASK_H
#define ASK_H

#include "record.h"

#include <strophe.h>

struct ask;
struct ask_rate;

/* `conn`, `record` and `rate` (NULL: its own) are borrowed and must outlive it. timeout_ms: how long an
 * answer is waited for. */
struct ask *ask_new(xmpp_conn_t *conn, struct record *record, int timeout_ms,
                    struct ask_rate *rate);
void ask_free(struct ask **ask); /* takes NULL */

/* Sends the questions that are due, as many as the window allows; records the timeouts of those that
 * waited too long. *done: nothing is open and the plan is empty. *wake_ms: call again no later than
 * that many ms from now. */
bool ask_turn(struct ask *ask, bool *done, int *wake_ms, struct err *e);

/* Presence was heard: the plan may be another. */
void ask_heard(struct ask *ask);

/* A round of questions begins for everyone who is not shown. However often this is called, the rate of all
 * questions is bounded. */
bool ask_again(struct ask *ask, struct err *e);

/* An IQ of type result or error that may be a reply; `items` are the full JIDs it lists, up to a NULL
 * (NULL: none). *mine: its id and whole `from` match an open question (RFC 6120 8.1.2.1, 8.2.3), and it
 * is recorded with all it lists. */
bool ask_reply(struct ask *ask, const struct stanza *s, const char *const *items, bool *mine,
               struct err *e);

/* Whether a question to a bare domain is open: what it is, nobody has told yet. */
bool ask_waits_for_domain(const struct ask *ask);

/* How many questions were sent, and how many of them have an outcome. */
void ask_count(const struct ask *ask, int *sent, int *settled);

#endif
