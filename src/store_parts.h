/* What the files of the store's room share. */
#ifndef STORE_PARTS_H
#define STORE_PARTS_H

#include "store.h"

#include <sqlite3.h>
#include <sys/stat.h>

/* Writes as bytes: of each its statement and what it was bound to. */
struct writes {
	char *at;
	size_t length, room;
	int64_t count;
};

#define SCHEMA_VERSION 2

struct query {
	struct store *store;
	sqlite3_stmt *stmt; /* NULL: there is no connection to prepare it on, the store is behind */
	enum sql name;
	bool taken;
	struct writes bound; /* its values, for the queue; patient stores only */
};

struct store {
	sqlite3 *db;
	char *path;
	char *lock_path;
	int lock;     /* fd, or -1 for a reader */
	bool made;    /* this process made the file */
	bool in_turn; /* a transaction is open */
	/* Of a patient store (store_be_patient): what was written since the last commit, to be
	 * written again should it fail. */
	bool patient;
	struct writes queue;
	bool behind;            /* the last commit failed: nothing is written but to the queue */
	bool poisoned;          /* ... and whether it did, a fresh connection must tell */
	struct writes doubtful; /* how much of the queue was in that commit; at is not used */
	int64_t turn;           /* how many transactions are in the file */
	int64_t retry_at;       /* monotonic ms */
	int retry_ms;
	struct store_health health;
	dev_t device; /* which file it is, whatever bears its name by now */
	ino_t inode;
	struct query cache[SQL_COUNT];
};

/* *e from SQLite's last error: "WHAT PATH: why; what to do". Returns false. */
bool store_fail(struct store *s, const char *what, struct err *e);

/* A statement without parameters, stepped to its end, in no transaction of its own. */
bool store_run(struct store *s, enum sql name, struct err *e);
bool store_run_query(struct query *q, struct err *e);

/* Many statements in one text, none with parameters. */
bool store_run_script(struct store *s, enum sql name, struct err *e);

/* store_rule.c: tables, rule and version go in, or are replaced, in one transaction. schema: what the file
 * has; 0: nothing. */
bool store_bring_up(struct store *s, int64_t schema, struct err *e);

/* store_open.c: connects again, as a recorder does. */
bool store_connect_again(struct store *s, struct err *e);
void store_disconnect(struct store *s);

/* store_queue.c. */
/* The name of the parameter is borrowed for good: a literal. */
void queue_bind_text(struct query *q, const char *parameter, const char *value);
void queue_bind_int(struct query *q, const char *parameter, int64_t value);
/* The statement, as it is bound, is to be run in this turn. */
void queue_push(struct query *q);
void queue_forget(struct store *s); /* what waits, and the end of being behind */
void queue_free(struct store *s);
/* After a failure in this turn: whether it is one that waiting may mend. If so, the store is behind. */
bool queue_waits(struct store *s, const struct err *e);
/* Writes the queue into the file when it is time to try; still behind, or not, it returns true. */
bool queue_catch_up(struct store *s, struct err *e);
/* The file is about to be closed. */
void queue_last_try(struct store *s);
/* The transaction is counted, and committed. */
bool queue_commit(struct store *s, struct err *e);
int64_t store_size_of(const struct store *s, const char *suffix); /* bytes; 0: there is none */

#endif
