#include "store.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define SCHEMA_VERSION 1
#define BUSY_MS 5000

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
	int lock;        /* fd, or -1 for a reader */
	bool made;       /* this process made the file */
	bool in_turn;    /* a transaction is open */
	struct query cache[SQL_COUNT];
};

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
		return "; make room on that disk, or name another file with --db; what was committed is safe";
	case SQLITE_READONLY:
	case SQLITE_PERM:
	case SQLITE_CANTOPEN:
		return "; check its permissions and those of its folder, or name another file with --db";
	default:
		return "";
	}
}

static bool sql_fail(struct store *s, const char *what, struct err *e)
{
	int code = s->db ? sqlite3_extended_errcode(s->db) : SQLITE_NOMEM;
	return fail(e, status_of(code), "%s %s: %s%s", what, s->path,
	            s->db ? sqlite3_errmsg(s->db) : sqlite3_errstr(code), advice(code));
}

/* ---- queries --------------------------------------------------------------------------------- */

bool store_query(struct query **out, struct store *s, enum sql name, struct err *e)
{
	struct query *q = &s->cache[name];
	assert(!q->taken); /* one use of a statement at a time */
	if (!q->stmt) {
		if (sqlite3_prepare_v3(s->db, sql_texts[name].text, -1, SQLITE_PREPARE_PERSISTENT, &q->stmt,
		                       NULL) != SQLITE_OK)
			return sql_fail(s, "cannot read", e);
		q->store = s;
		q->name = name;
	}
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
	sqlite3_clear_bindings(q->stmt);
	q->taken = false;
	*query = NULL;
}

static int parameter(struct query *q, const char *name)
{
	int i = sqlite3_bind_parameter_index(q->stmt, name);
	if (i == 0) {
		fprintf(stderr, "unseen: bug: sql/%s.sql has no %s\n", sql_texts[q->name].name, name);
		abort();
	}
	return i;
}

static void bound(int code)
{
	if (code != SQLITE_OK)
		abort();
}

void query_text(struct query *q, const char *name, const char *value)
{
	bound(sqlite3_bind_text(q->stmt, parameter(q, name), value, -1, SQLITE_TRANSIENT));
}

void query_int(struct query *q, const char *name, int64_t value)
{
	bound(sqlite3_bind_int64(q->stmt, parameter(q, name), value));
}

bool query_next(struct query *q, bool *more, struct err *e)
{
	int code = sqlite3_step(q->stmt);
	if (code != SQLITE_ROW && code != SQLITE_DONE)
		return sql_fail(q->store, sqlite3_stmt_readonly(q->stmt) ? "cannot read" : "cannot write to", e);
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
static bool run_through(struct query *q, struct err *e)
{
	bool more = true;
	while (more)
		if (!query_next(q, &more, e))
			return false;
	return true;
}

static bool run_simple(struct store *s, enum sql name, struct err *e)
{
	AUTO(query_free) struct query *q = NULL;
	return store_query(&q, s, name, e) && run_through(q, e);
}

bool query_run(struct query *q, struct err *e)
{
	struct store *s = q->store;
	if (!s->in_turn) {
		if (!run_simple(s, SQL_BEGIN, e))
			return false;
		s->in_turn = true;
	}
	return run_through(q, e);
}

bool store_commit(struct store *s, struct err *e)
{
	if (!s->in_turn)
		return true;
	if (!run_simple(s, SQL_COMMIT, e))
		return false;
	s->in_turn = false;
	return true;
}

/* Many statements in one text, none with parameters. */
static bool run_script(struct store *s, enum sql name, struct err *e)
{
	if (sqlite3_exec(s->db, sql_texts[name].text, NULL, NULL, NULL) != SQLITE_OK)
		return sql_fail(s, "cannot write to", e);
	return true;
}

/* ---- opening --------------------------------------------------------------------------------- */

static bool connect_db(struct store *s, int flags, struct err *e)
{
	if (sqlite3_open_v2(s->path, &s->db, flags | SQLITE_OPEN_EXRESCODE, NULL) != SQLITE_OK)
		return sql_fail(s, "cannot open", e);
	sqlite3_busy_timeout(s->db, BUSY_MS);
	sqlite3_db_config(s->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	sqlite3_db_config(s->db, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
	sqlite3_db_config(s->db, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
	return true;
}

/* Runs the settings, and reads each of them back: SQLite swallows a misspelt pragma silently. */
static bool set_up(struct store *s, enum sql settings, enum sql check, struct err *e)
{
	AUTO(query_free) struct query *q = NULL;
	bool more = false;
	if (!run_script(s, settings, e) || !store_query(&q, s, check, e) || !query_next(q, &more, e))
		return false;
	if (more)
		return fail(e, EX_IOERR, "cannot use %s: SQLite refuses the setting %s there; "
		            "a local disk is needed", s->path, query_get_text(q, 0, NULL));
	return true;
}

static bool whose(struct store *s, bool *empty, struct err *e)
{
	AUTO(query_free) struct query *q = NULL;
	bool more = false;
	if (!store_query(&q, s, SQL_WHOSE, e) || !query_next(q, &more, e))
		return false;
	*empty = query_get_int(q, 2) != 0;
	if (!*empty && !query_get_int(q, 0))
		return fail(e, EX_DATAERR, "%s is a database of another program; name another file with --db",
		            s->path);
	if (!*empty && query_get_int(q, 1) > SCHEMA_VERSION)
		return fail(e, EX_DATAERR, "%s was written by a newer unseen (schema %d, this one knows %d); "
		            "use that version", s->path, (int)query_get_int(q, 1), SCHEMA_VERSION);
	return true;
}

static bool is_regular(const char *path, const struct stat *st, struct err *e)
{
	if (S_ISDIR(st->st_mode))
		return fail(e, EX_DATAERR, "%s is a directory; name a file with --db", path);
	if (!S_ISREG(st->st_mode))
		return fail(e, EX_DATAERR, "%s is not a regular file; name another with --db", path);
	return true;
}

bool store_open_read(struct store **out, const char *path, struct err *e)
{
	AUTO(store_close) struct store *s = must_calloc(1, sizeof *s);
	struct stat st;
	bool empty;
	s->lock = -1;
	s->path = must_strdup(path);
	if (stat(path, &st) < 0) {
		if (errno == ENOENT || errno == ENOTDIR)
			return fail(e, EX_NOINPUT, "there is no %s yet; unseen scan makes it, --db names another file",
			            path);
		return fail(e, EX_NOINPUT, "cannot read %s: %s; check the permissions", path, strerror(errno));
	}
	if (!is_regular(path, &st, e))
		return false;
	if (access(path, R_OK) < 0)
		return fail(e, EX_NOINPUT, "cannot read %s: %s; check the permissions", path, strerror(errno));
	if (!connect_db(s, SQLITE_OPEN_READONLY, e) || !whose(s, &empty, e))
		return false;
	if (empty)
		return fail(e, EX_DATAERR, "%s is empty: no record of unseen's", path);
	if (!set_up(s, SQL_OPEN_READ, SQL_OPEN_READ_CHECK, e))
		return false;
	*out = s;
	s = NULL;
	return true;
}

static bool make_folders(const char *path, struct err *e)
{
	AUTO(auto_free) char *copy = must_strdup(path);
	char *folder = dirname(copy);
	for (char *p = folder + 1; ; p++) {
		char kept = *p;
		if (kept != '/' && kept != '\0')
			continue;
		*p = '\0';
		if (mkdir(folder, 0700) < 0 && errno != EEXIST && (kept == '\0' || errno != EROFS))
			return fail(e, EX_CANTCREAT, "cannot make the folder %s: %s; name another file with --db",
			            folder, strerror(errno));
		*p = kept;
		if (kept == '\0')
			return true;
	}
}

static bool locked_by_other(struct store *s, struct err *e)
{
	char who[64] = "";
	ssize_t n = pread(s->lock, who, sizeof who - 1, 0);
	long pid = n > 0 ? strtol(who, NULL, 10) : 0;
	return fail(e, EX_TEMPFAIL, "%s is being recorded by another unseen (process %ld); "
	            "wait for it, stop it, or name another file with --db", s->path, pid);
}

/* One recorder per file: a lock of its own beside it, because SQLite's locks go with any close() of
 * the file. It is removed with the lock held, so whoever gets a lock on a removed name tries again. */
static bool take_lock(struct store *s, struct err *e)
{
	struct stat held, named;
	for (;;) {
		s->lock = open(s->lock_path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
		if (s->lock < 0)
			return fail(e, EX_CANTCREAT, "cannot write beside %s: %s; check the permissions of the "
			            "folder, or name another file with --db", s->path, strerror(errno));
		if (flock(s->lock, LOCK_EX | LOCK_NB) < 0) {
			bool done = locked_by_other(s, e);
			close(s->lock);
			s->lock = -1;
			return done;
		}
		if (fstat(s->lock, &held) == 0 && stat(s->lock_path, &named) == 0 &&
		    held.st_ino == named.st_ino && held.st_dev == named.st_dev)
			break;
		close(s->lock);
	}
	if (ftruncate(s->lock, 0) < 0 || dprintf(s->lock, "%ld\n", (long)getpid()) < 0)
		return fail(e, EX_CANTCREAT, "cannot write %s: %s", s->lock_path, strerror(errno));
	return true;
}

/* A new file is made with its mode before SQLite sees it; its -wal and -shm inherit the mode. */
static bool make_file(struct store *s, struct err *e)
{
	struct stat st;
	int fd = open(s->path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd >= 0) {
		close(fd);
		s->made = true;
		return true;
	}
	if (errno != EEXIST)
		return fail(e, EX_CANTCREAT, "cannot make %s: %s; name another file with --db", s->path,
		            strerror(errno));
	if (stat(s->path, &st) < 0)
		return fail(e, EX_IOERR, "cannot read %s: %s", s->path, strerror(errno));
	if (!is_regular(s->path, &st, e))
		return false;
	if (st.st_nlink > 1)
		return fail(e, EX_DATAERR, "%s has a second name (hard link); a database with two names gets "
		            "corrupt: remove one", s->path);
	if (access(s->path, W_OK) < 0)
		return fail(e, EX_IOERR, "cannot write to %s: %s; check its permissions, or name another file "
		            "with --db", s->path, strerror(errno));
	return true;
}

static bool rule_is_ours(struct store *s, bool *same, struct err *e)
{
	AUTO(query_free) struct query *q = NULL;
	if (!store_query(&q, s, SQL_RULE_SAME, e))
		return false;
	query_text(q, ":print", SQL_RULE_PRINT);
	return query_next(q, same, e);
}

static bool drop_rule(struct store *s, struct err *e)
{
	AUTO(query_free) struct query *q = NULL;
	char *drops[512];
	size_t n = 0;
	bool more, ok = true;
	if (!store_query(&q, s, SQL_RULE_DROP, e))
		return false;
	while ((ok = query_next(q, &more, e)) && more && n < sizeof drops / sizeof *drops)
		drops[n++] = must_strdup(query_get_text(q, 0, NULL));
	query_free(&q);
	for (size_t i = 0; i < n; i++) {
		if (ok && sqlite3_exec(s->db, drops[i], NULL, NULL, NULL) != SQLITE_OK)
			ok = sql_fail(s, "cannot replace the rule in", e);
		free(drops[i]);
	}
	return ok;
}

static bool note_rule(struct store *s, struct err *e)
{
	AUTO(query_free) struct query *q = NULL;
	if (!store_query(&q, s, SQL_RULE_NOTE, e))
		return false;
	query_text(q, ":print", SQL_RULE_PRINT);
	query_text(q, ":version", UNSEEN_VERSION);
	return run_through(q, e);
}

static bool put_rule(struct store *s, struct err *e)
{
	return run_script(s, SQL_RULE_BEFORE, e) && run_script(s, SQL_STATE, e) &&
	       run_script(s, SQL_VIEWS, e) && run_script(s, SQL_RULE_AFTER, e) && note_rule(s, e) &&
	       run_script(s, SQL_REBUILD, e);
}

/* Tables, rule and version go in, or are replaced, in one transaction. */
static bool bring_up(struct store *s, bool empty, struct err *e)
{
	bool same = false;
	if (!empty && !rule_is_ours(s, &same, e))
		return false;
	if (same)
		return true;
	if (!run_simple(s, SQL_BEGIN, e))
		return false;
	bool ok = empty ? run_script(s, SQL_SCHEMA_1, e) : drop_rule(s, e);
	ok = ok && put_rule(s, e) && run_simple(s, SQL_COMMIT, e);
	if (!ok)
		sqlite3_exec(s->db, sql_texts[SQL_ROLLBACK].text, NULL, NULL, NULL);
	return ok;
}

bool store_open_write(struct store **out, const char *path, struct err *e)
{
	AUTO(store_close) struct store *s = must_calloc(1, sizeof *s);
	bool empty;
	s->lock = -1;
	s->path = must_strdup(path);
	s->lock_path = text_new("%s.lock", path);
	if (!make_folders(path, e) || !take_lock(s, e) || !make_file(s, e) ||
	    !connect_db(s, SQLITE_OPEN_READWRITE, e) || !whose(s, &empty, e) ||
	    !set_up(s, SQL_OPEN_WRITE, SQL_OPEN_WRITE_CHECK, e) || !bring_up(s, empty, e))
		return false;
	*out = s;
	s = NULL;
	return true;
}

static bool holds_nothing(struct store *s)
{
	AUTO(query_free) struct query *q = NULL;
	struct err ignored;
	bool more = false;
	if (!s->db || !store_query(&q, s, SQL_HAS_WATCH, &ignored) || !query_next(q, &more, &ignored))
		return true; /* not even our tables */
	return query_get_int(q, 0) == 0;
}

void store_close(struct store **store)
{
	struct store *s = *store;
	if (!s)
		return;
	if (s->in_turn)
		sqlite3_exec(s->db, sql_texts[SQL_COMMIT].text, NULL, NULL, NULL);
	bool empty = s->made && holds_nothing(s);
	for (int i = 0; i < SQL_COUNT; i++)
		sqlite3_finalize(s->cache[i].stmt);
	sqlite3_close(s->db);
	if (empty)
		unlink(s->path);
	if (s->lock >= 0) {
		unlink(s->lock_path);
		close(s->lock);
	}
	free(s->path);
	free(s->lock_path);
	free(s);
	*store = NULL;
}
