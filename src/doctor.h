/* Looks at the record and what it lies on, changes nothing, and says what it found. Knows nothing of
 * how it is printed; what is wrong within the facts, sql/doctor_*.sql know. */
#ifndef DOCTOR_H
#define DOCTOR_H

#include "store.h"

enum health { HEALTH_OK, HEALTH_WARNING, HEALTH_WRONG };

struct finding {
	const char *check;
	enum health health;
	char *says;
};
struct findings {
	struct finding *list;
	size_t count;
};
void findings_free(struct findings *findings);

/* The file from outside: mode, owner, names, folder, file system, room, log, recorder; with `locks`
 * who is in the middle of reading or writing. To be called before this process opens the file as a
 * database (holder.h). EX_NOINPUT: there is no such file. */
bool doctor_file(struct findings *to, const char *path, bool locks, struct err *e);

/* What it runs on. */
void doctor_versions(struct findings *to);

/* The file from inside. One that cannot be opened, or read to its end, is a finding, too. */
bool doctor_record(struct findings *to, const char *path, struct err *e);

#endif
