/* The flood of the benchmark: presence as contacts send it who come and go, change <show/> and write
 * <status/>. Knows no socket. The same numbers make the same bytes. */
#ifndef FLOOD_H
#define FLOOD_H

#include <stddef.h>

#define FLOOD_DOMAIN "bench.example"
#define FLOOD_ACCOUNT "me@" FLOOD_DOMAIN
#define FLOOD_MARKER "done@" FLOOD_DOMAIN "/marker" /* whose presence is the last */

struct flood {
	char *bytes;
	size_t *at;   /* presence i is bytes[at[i]] to bytes[at[i + 1]] */
	size_t count; /* the marker's included */
};

/* `count` presences, and the marker's. Never NULL. */
struct flood *flood_new(size_t contacts, size_t count, unsigned seed);

/* The bare JID of contact i, in a buffer of at least 64 bytes. */
void flood_contact(char *out, size_t i);

#endif
