/* The versions of what we run on, as loaded, not as compiled. Opens and changes nothing: that is why
 * it may know every library. */
#ifndef VERSIONS_H
#define VERSIONS_H

#include <stdbool.h>

struct version {
	const char *name;
	char is[64];
	bool enough;       /* false: older than is safe */
	const char *least; /* why not */
};
enum { VERSIONS = 6 };
void versions_read(struct version out[VERSIONS]);

#endif
