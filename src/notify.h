/* Tells a service manager how we are: sd_notify(3) in our own words. Knows no session and no file;
 * without such a manager nothing is done. */
#ifndef NOTIFY_H
#define NOTIFY_H

#include <stdint.h>

/* Sends `state`, lines as "READY=1\nSTATUS=online, 132 contacts", to the socket that NOTIFY_SOCKET
 * names, an absolute path or, after @, an abstract name. What cannot be sent is lost: it is never
 * waited for. */
void notify_send(const char *state);

/* Within how many milliseconds "WATCHDOG=1" is to be sent again and again; half of it is a good
 * habit. 0: none is expected, or of another process (WATCHDOG_USEC, WATCHDOG_PID). */
int64_t notify_watchdog_ms(void);

#endif
