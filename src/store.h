/* The file: sole door to SQLite. Knows statements by name (sql/NAME.sql, enum sql in sql.h) and
 * columns by position; knows no rule, and no SQL text. One connection, one thread. */
#ifndef STORE_H
#define STORE_H

#include "base.h"
#include "sql.h"

struct store; /* an open file */
struct query; /* a statement of it that is being stepped */

/* Opens an existing file for reading; it is never created, and nothing is put into it.
 * EX_NOINPUT: no such file. EX_DATAERR: not ours, newer than this program, or corrupt. */
bool store_open_read(struct store **out, const char *path, struct err *e);

/* Opens the file for recording, makes it (0600, parents 0700) when there is none, and brings the
 * rule in it up to this program's. Holds the recorder's lock until store_close().
 * EX_TEMPFAIL: another recorder holds it. EX_DATAERR as above. EX_CANTCREAT, EX_IOERR. */
bool store_open_write(struct store **out, const char *path, struct err *e);

/* Commits what is pending, gives up the lock, removes a file made in vain (nothing recorded in it).
 * Takes NULL. */
void store_close(struct store **store);

/* The statement sql/NAME.sql, every parameter NULL. The store owns it; the caller has it until
 * query_free(), and a statement can be had once at a time. */
bool store_query(struct query **out, struct store *store, enum sql name, struct err *e);
void query_free(struct query **query); /* takes NULL */

/* Where the file really is. */
const char *store_path(const struct store *store);

/* Bind by name, with the colon (":account"). Text NULL binds NULL; text is copied.
 * A name the statement does not have is a bug: abort. */
void query_text(struct query *query, const char *name, const char *value);
void query_int(struct query *query, const char *name, int64_t value);
bool query_has(const struct query *query, const char *name); /* whether there is such a parameter */

/* Steps to the next row. *more is false after the last. */
bool query_next(struct query *query, bool *more, struct err *e);

/* The row's values, valid until the next query_next(). Text is UTF-8 (or whatever was stored),
 * NULL for SQL's NULL; *length (may be NULL) is in bytes. */
int query_columns(const struct query *query);
const char *query_name(const struct query *query, int column);
const char *query_get_text(struct query *query, int column, size_t *length);
int64_t query_get_int(struct query *query, int column);
bool query_is_null(struct query *query, int column);
bool query_is_number(struct query *query, int column);

/* Runs a writing statement to its end, inside the transaction of this loop turn: the first one
 * begins it, store_commit() ends it. */
bool query_run(struct query *query, struct err *e);

/* Ends the transaction of this loop turn, if one was begun. Of a patient store that is behind: tries to
 * catch up when it is time to, and returns true as well when it could not. */
bool store_commit(struct store *store, struct err *e);

/* Forgets what this loop turn has written, or all that a store that is behind has not. */
void store_rollback(struct store *store);

/* From here on no write fails because another program holds the file, the disk is full or fails: it
 * waits in memory, in order, until the file takes it, and the store is behind meanwhile. What the
 * file says does not have it yet. */
bool store_be_patient(struct store *store, struct err *e);
bool store_is_behind(const struct store *store);
bool store_is_full(
	const struct store *store); /* behind, and no more should be written: 64 MiB wait */
/* Whether the file was moved, removed or replaced: what is written now, nobody will find. */
bool store_is_moved(const struct store *store);

struct store_health {
	int64_t committed;            /* the last commit, ms since 1970; 0: none yet */
	int64_t behind_since;         /* 0: it is not */
	char trouble[600];            /* why it was behind last */
	int64_t queued, queued_bytes; /* what waits */
	int64_t size, log_size;       /* of the file, and of the log beside it (-wal), bytes */
};
/* Valid until the next call. */
const struct store_health *store_health(struct store *store);

#endif
