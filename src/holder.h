/* Who holds the record: the recorder, by the lock beside it, and programs in the middle of reading or
 * writing, by SQLite's locks. Knows no SQL, opens no database: closing any descriptor of the file takes
 * all locks of the process on it, so ask before the store is opened. */
#ifndef HOLDER_H
#define HOLDER_H

#include "base.h"

struct holder {
	long pid;           /* 0: nobody, or one who cannot be told (of another container) */
	char name[32];      /* as the kernel has it, /proc/PID/comm; may be empty */
	const char *what;   /* SQLite's name of the lock: WRITE, CKPT, RECOVER, READ0-READ4, DMS */
	bool keeps_writers; /* while it is held, nobody else can write */
};

/* Whether a recorder holds the lock of that file (DB.lock, of the file the name leads to). */
bool holder_is_recorded(const char *db, struct holder *who);

enum { HOLDER_LOCKS = 9 };

/* SQLite's locks on its -shm (walIndexLock, bytes 120 to 128 of the file), one holder of each; returns
 * how many of out[] were filled. Locks of this very process are not seen. */
int holder_locks(const char *db, struct holder out[HOLDER_LOCKS]);

#endif
