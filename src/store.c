#include "store_parts.h"

#include <assert.h>
#include <stdlib.h>

/* ---- errors ---------------------------------------------------------------------------------- */

static int status_of(int code)
{
	switch (code & 0xff) {
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return EX_TEMPFAIL;
	case SQLITE_NOTADB:
	case SQLITE_CORRUPT:
		return EX_DATAERR;
	case SQLITE_NOMEM:
		return EX_OSERR;
	case SQLITE_FULL:
	case SQLITE_IOERR:
	case SQLITE_READONLY:
	case SQLITE_CANTOPEN:
	case SQLITE_PERM:
	case SQLITE_AUTH:
		return EX_IOERR;
	default:
		return EX_SOFTWARE;
	}
}

static const char *advice(int code)
{
	switch (code & 0xff) {
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return "; another program holds a write lock on it: close that and try again";
	case SQLITE_NOTADB:
		return "; name another file with --db";
	case SQLITE_CORRUPT:
		return "; keep it, and recover what can be read with: sqlite3 FILE .recover";
	case SQLITE_FULL:
		return "; make room on that disk, or name another file with --db; what was "
		       "committed is safe";
	case SQLITE_IOERR:
		return "; the disk is full or fails: make room on it, or name another file with "
		       "--db";
	case SQLITE_READONLY:
	case SQLITE_PERM:
	case SQLITE_CANTOPEN:
		return "; check its permissions and those of its folder, or name another file with "
		       "--db";
	default:
		return "";
	}
}

bool store_fail(struct store *s, const char *what, struct err *e)
{
	int code = s->db ? sqlite3_extended_errcode(s->db) : SQLITE_NOMEM;
	fail(e, status_of(code), "%s %s: %s%s", what, s->path,
	     s->db ? sqlite3_errmsg(s->db) : sqlite3_errstr(code), advice(code));
	return false;
}

/* ---- queries --------------------------------------------------------------------------------- */

/* While the store is behind there may be no connection; a write needs none then. */
static bool prepare(struct query *q, struct err *e)
{
	struct store *s = q->store;
	if (q->stmt || (s->behind && !s->db) ||
	    sqlite3_prepare_v3(s->db, sql_texts[q->name].text, -1, SQLITE_PREPARE_PERSISTENT,
	                       &q->stmt, NULL) == SQLITE_OK)
		return true;
	return s->behind || store_fail(s, "cannot read", e);
}

bool store_query(struct query **out, struct store *s, enum sql name, struct err *e)
{
	struct query *q = &s->cache[name];
	assert(!q->taken); /* one use of a statement at a time */
	q->store = s;
	q->name = name;
	if (!prepare(q, e))
		return false;
	q->taken = true;
	*out = q;
	return true;
}

void query_free(struct query **query)
{
	struct query *q = *query;
	if (!q)
		return;
	sqlite3_reset(q->stmt);
	if (q->stmt)
		sqlite3_clear_bindings(q->stmt);
	q->bound.length = 0;
	q->taken = false;
	*query = NULL;
}

static int parameter(struct query *q, const char *name)
{
	int i = sqlite3_bind_parameter_index(q->stmt, name);
	assert(i > 0 && "sql/NAME.sql has such a parameter");
	return i;
}

static void bound(int code)
{
	if (code != SQLITE_OK)
		abort();
}

void query_text(struct query *q, const char *name, const char *value)
{
	if (q->stmt)
		bound(sqlite3_bind_text(q->stmt, parameter(q, name), value, -1, SQLITE_TRANSIENT));
	queue_bind_text(q, name, value);
}

void query_int(struct query *q, const char *name, int64_t value)
{
	if (q->stmt)
		bound(sqlite3_bind_int64(q->stmt, parameter(q, name), value));
	queue_bind_int(q, name, value);
}

bool query_next(struct query *q, bool *more, struct err *e)
{
	if (!q->stmt)
		return fail(e, EX_IOERR, "%s", q->store->health.trouble);
	int code = sqlite3_step(q->stmt);
	if (code != SQLITE_ROW && code != SQLITE_DONE)
		return store_fail(
			q->store,
			sqlite3_stmt_readonly(q->stmt) ? "cannot read" : "cannot write to", e);
	*more = code == SQLITE_ROW;
	return true;
}

int query_columns(const struct query *q)
{
	return sqlite3_column_count(q->stmt);
}

const char *query_name(const struct query *q, int column)
{
	return sqlite3_column_name(q->stmt, column);
}

const char *query_get_text(struct query *q, int column, size_t *length)
{
	const char *text = (const char *)sqlite3_column_text(q->stmt, column);
	if (length)
		*length = (size_t)sqlite3_column_bytes(q->stmt, column);
	return text;
}

int64_t query_get_int(struct query *q, int column)
{
	return sqlite3_column_int64(q->stmt, column);
}

bool query_is_null(struct query *q, int column)
{
	return sqlite3_column_type(q->stmt, column) == SQLITE_NULL;
}

bool query_is_number(struct query *q, int column)
{
	int type = sqlite3_column_type(q->stmt, column);
	return type == SQLITE_INTEGER || type == SQLITE_FLOAT;
}

bool query_has(const struct query *q, const char *name)
{
	return sqlite3_bind_parameter_index(q->stmt, name) != 0;
}

/* Steps a statement to its end and gives it back. */
bool store_run_query(struct query *q, struct err *e)
{
	bool more = true;
	while (more)
		if (!query_next(q, &more, e))
			return false;
	return true;
}

bool store_run(struct store *s, enum sql name, struct err *e)
{
	AUTO(query_free) struct query *q = NULL;
	return store_query(&q, s, name, e) && store_run_query(q, e);
}

static bool run_in_turn(struct query *q, struct err *e)
{
	struct store *s = q->store;
	if (!s->in_turn && !store_run(s, SQL_BEGIN, e))
		return false;
	s->in_turn = true;
	return store_run_query(q, e);
}

bool query_run(struct query *q, struct err *e)
{
	struct store *s = q->store;
	queue_push(q);
	return s->behind || run_in_turn(q, e) || queue_waits(s, e);
}

bool store_commit(struct store *s, struct err *e)
{
	if (s->behind)
		return queue_catch_up(s, e);
	if (!s->in_turn)
		return true;
	if (s->patient)
		return queue_commit(s, e) || queue_waits(s, e);
	if (!store_run(s, SQL_COMMIT, e))
		return false;
	s->in_turn = false;
	return true;
}

const char *store_path(const struct store *s)
{
	return s->path;
}

void store_rollback(struct store *s)
{
	struct err ignored;
	if (s->in_turn)
		store_run(s, SQL_ROLLBACK, &ignored);
	s->in_turn = false;
	queue_forget(s);
}

bool store_run_script(struct store *s, enum sql name, struct err *e)
{
	if (sqlite3_exec(s->db, sql_texts[name].text, NULL, NULL, NULL) != SQLITE_OK)
		return store_fail(s, "cannot write to", e);
	return true;
}
