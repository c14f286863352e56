/* What the files of resolve share. */
#ifndef RESOLVE_PARTS_H
#define RESOLVE_PARTS_H

#include "resolve.h"

#define CARES_NO_DEPRECATED /* what took the place of these is not in Debian 12 */
#include <ares.h>

#define MOST_RECORDS 64 /* of one SRV answer */

/* One place the server may be at: an SRV record, or what stands for it. */
struct target {
	char host[256];
	unsigned short port, priority, weight;
	bool direct_tls;
	struct asked *asked;
	int status; /* of the look-up of its addresses, ARES_… */
	struct ares_addrinfo *found;
};

struct asked {
	const struct resolve_setup *setup;
	ares_channel channel;
	int pending;
	int64_t first_at; /* when the first address was known, 0: not yet */
	size_t count;
	struct target targets[2 * MOST_RECORDS];
};

/* resolve_ask.c, all of it. In this order, once each; asked_end() in any case. */
bool asked_open(struct asked *a, struct err *e);

/* Fills the targets from the SRV records, in the order to try them; none is no failure. */
bool asked_find_targets(struct asked *a, int64_t deadline, struct err *e);

/* Looks up the addresses of the targets, with what is known at the deadline at the latest. */
void asked_find_addresses(struct asked *a, int64_t deadline);

void asked_end(struct asked *a);

#endif
