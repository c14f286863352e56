/* Connecting: of several addresses the first that takes the connection. Knows sockets; no names
 * (resolve.h), no XMPP. */
#ifndef DIAL_H
#define DIAL_H

#include "base.h"

#include <netinet/in.h>
#include <sys/socket.h>

#define MOST_CANDIDATES 32

struct candidate {
	struct sockaddr_storage where; /* with the port */
	socklen_t size;
	char address[INET6_ADDRSTRLEN + 16]; /* numeric; %eth0 behind it where there is a scope */
	unsigned short port;
	bool direct_tls; /* TLS from the first byte (XEP-0368), or STARTTLS */
};

struct candidates {
	size_t count;
	struct candidate list[MOST_CANDIDATES]; /* best first */
};

/* Connects to all of them, a quarter of a second between one start and the next (RFC 8305), or at
 * once when one fails. The first to connect is *fd, the caller's: non-blocking, close-on-exec,
 * without Nagle's delay, and the kernel gives it up when nothing is heard for 90 s. *won points into
 * `to`; the others are closed. The deadline is of mono_ms(). Needs one candidate at least.
 * EX_UNAVAILABLE: none took the connection; the line says of each why. EX_TEMPFAIL: stop_asked(). */
bool dial_race(const struct candidates *to, int64_t deadline, int *fd, const struct candidate **won,
               struct err *e);

#endif
