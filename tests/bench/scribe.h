/* The very same SQL as the recorder's, by SQLite and nothing else: what any program pays that keeps
 * this record. 200 presences a transaction. Every failure ends the program. */
#ifndef SCRIBE_H
#define SCRIBE_H

#include "stanza.h"

struct scribe;

/* A new file, with the schema, the rule and a watch that has begun. */
struct scribe *scribe_open(const char *path, const char *account, const char *resource);

/* `heard` is when, in ms since 1970. */
void scribe_presence(struct scribe *s, const struct stanza *presence, int64_t heard);

/* Ends the watch; `s` is gone. */
void scribe_close(struct scribe *s);

#endif
