/* Where to connect: a host name to an address that takes a connection. Knows sockets, not XMPP. */
#ifndef DIAL_H
#define DIAL_H

#include "base.h"

#include <netinet/in.h>

struct dialled {
	char address[INET6_ADDRSTRLEN + 16]; /* numeric */
	unsigned short port;
};

/* `where`: HOST, HOST:PORT, [IPV6] or [IPV6]:PORT; without a port 5222. Tries every address the name
 * has, one after the other, and gives the first that takes a connection (which is closed again).
 * EX_USAGE: not of that form. EX_NOHOST: no such name. EX_UNAVAILABLE: nobody takes the connection.
 * With loopback_only, EX_USAGE unless every address is this machine's own. */
bool dial(const char *where, bool loopback_only, struct dialled *out, struct err *e);

#endif
