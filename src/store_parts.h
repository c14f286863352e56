/* What the two files of the store's room share. */
#ifndef STORE_PARTS_H
#define STORE_PARTS_H

#include "store.h"

#include <sqlite3.h>

struct query {
	struct store *store;
	sqlite3_stmt *stmt;
	enum sql name;
	bool taken;
};

struct store {
	sqlite3 *db;
	char *path;
	char *lock_path;
	int lock;     /* fd, or -1 for a reader */
	bool made;    /* this process made the file */
	bool in_turn; /* a transaction is open */
	struct query cache[SQL_COUNT];
};

/* *e from SQLite's last error: "WHAT PATH: why; what to do". Returns false. */
bool store_fail(struct store *s, const char *what, struct err *e);

/* A statement without parameters, stepped to its end, in no transaction of its own. */
bool store_run(struct store *s, enum sql name, struct err *e);
bool store_run_query(struct query *q, struct err *e);

/* Many statements in one text, none with parameters. */
bool store_run_script(struct store *s, enum sql name, struct err *e);

#endif
