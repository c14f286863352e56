/* How the program is stopped, and a line that hangs is cut: signals. Knows no XMPP. */
#ifndef STOP_H
#define STOP_H

#include "base.h"

/* From here on SIGINT and SIGTERM ask the program to stop, a second one kills it, SIGPIPE is ignored. */
void stop_catch_signals(void);

/* All signals as they were: what is left to do may be killed. */
void stop_release_signals(void);

/* Whether SIGINT or SIGTERM came. */
bool stop_asked(void);

/* The socket that is shut down when a signal comes while a library blocks on it; -1 for
 * none. */
void stop_guard_line(int fd);
int stop_guarded_line(void); /* negative: none */

#endif
