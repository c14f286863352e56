/* A copy of the record, whatever writes to it meanwhile. */
#ifndef STORE_COPY_H
#define STORE_COPY_H

#include "store.h"

struct store_copied {
	int64_t stanzas; /* in the copy */
	int64_t bytes;
};

/* Copies the open file, as it is at one moment, to a new file `to` (0600), which gets its name only
 * when it is whole, checked and on the disk. It is a file of its own: no log beside it. What would take
 * up the session of the original (table resumption) is not in it: a recorder on the copy begins a new
 * watch, and the time between is a gap.
 * May run beside a recorder, whose log cannot be shortened meanwhile.
 * EX_CANTCREAT: there is such a file already, or it cannot be made. EX_IOERR: it cannot be written.
 * EX_DATAERR: what was copied is not sound. */
bool store_copy(struct store *from, const char *to, struct store_copied *out, struct err *e);

#endif
