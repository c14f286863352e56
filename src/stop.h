/* What the program is told while it runs: to stop, to read its configuration again, to say how it is.
 * Owner of the signals. Knows no XMPP. */
#ifndef STOP_H
#define STOP_H

#include "base.h"

/* From here on SIGINT and SIGTERM ask the program to stop, a second one kills it, SIGPIPE is ignored.
 * A service is asked by SIGHUP to read its configuration again, by SIGUSR1 to say how it is. */
void stop_catch_signals(bool service);

/* Holds the signals back, so that none comes between a look at them and a wait: the descriptor
 * returned, the caller's, is readable while one is waiting to be looked at. Whoever waits for a
 * person or for a program of the user's does so before. Negative: errno tells. */
int stop_hold_signals(void);

/* All signals as they were: what is left to do may be killed. */
void stop_release_signals(void);

/* Whether SIGINT or SIGTERM came, ever. */
bool stop_asked(void);

/* Whether SIGHUP, or SIGUSR1, came since the last call. */
bool stop_take_reload(void);
bool stop_take_tell(void);

#endif
