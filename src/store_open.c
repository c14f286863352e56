#include "store_parts.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define APPLICATION 0x756e736e /* as in sql/schema_1.sql */
#define BUSY_MS 5000
#define CLOSE_MS 100 /* what readers hold of the log is left to the next */
#define HEAD_SIZE 100

/* Whether SQLite may, when the last to leave closes the file, take its log in and away. It locks everybody
 * out for that moment. Until the file is known to be ours, it may not tidy up what a crash left. */
static void may_tidy_up(struct store *s, bool yes)
{
	sqlite3_db_config(s->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, !yes, NULL);
}

/* Whether there is a log beside the file: of a recorder, at work or not, or of a crash. */
static bool has_log(const struct store *s)
{
	AUTO(auto_free) char *log = text_new("%s-wal", s->path);
	return access(log, F_OK) == 0;
}

static bool connect_db(struct store *s, struct err *e)
{
	if (sqlite3_open_v2(s->path, &s->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_EXRESCODE, NULL) !=
	    SQLITE_OK)
		return store_fail(s, "cannot open", e);
	sqlite3_busy_timeout(s->db, BUSY_MS);
	sqlite3_db_config(s->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	sqlite3_db_config(s->db, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
	sqlite3_db_config(s->db, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
	may_tidy_up(s, !has_log(s));
	return true;
}

/* Runs the settings, and reads each of them back: SQLite swallows a misspelt pragma silently. */
static bool set_up(struct store *s, enum sql settings, enum sql check, struct err *e)
{
	AUTO(query_free) struct query *q = NULL;
	bool more = false;
	if (!store_run_script(s, settings, e) || !store_query(&q, s, check, e) ||
	    !query_next(q, &more, e))
		return false;
	if (more)
		return fail(e, EX_IOERR,
		            "cannot use %s: SQLite refuses the setting %s there; "
		            "a local disk is needed",
		            s->path, query_get_text(q, 0, NULL));
	return true;
}

static bool of_another_program(struct store *s, struct err *e)
{
	return fail(e, EX_DATAERR,
	            "%s is a database of another program; name another file with --db", s->path);
}

static bool is_newer(struct store *s, int64_t schema, struct err *e)
{
	return fail(
		e, EX_DATAERR,
		"%s was written by a newer unseen (schema %d, this one knows %d); use that version",
		s->path, (int)schema, SCHEMA_VERSION);
}

/* What the head of the file says (SQLite's file format, 1.3), before SQLite itself has a look and
 * perhaps mends what another program left. */
static bool head_is_ours(struct store *s, struct err *e)
{
	unsigned char head[HEAD_SIZE] = {0};
	AUTO(auto_close) int fd = open(s->path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, head, sizeof head);
	if (n < 0)
		return fail(e, EX_NOINPUT, "cannot read %s: %s; check the permissions", s->path,
		            strerror(errno));
	uint32_t schema, application;
	memcpy(&schema, head + 60, 4);
	memcpy(&application, head + 68, 4);
	schema = ntohl(schema);
	application = ntohl(application);
	if (n < (ssize_t)sizeof head || memcmp(head, "SQLite format 3", 16) != 0)
		return n == 0 || fail(e, EX_DATAERR,
		                      "%s is not a database; name another file with --db", s->path);
	if (application != 0 && application != APPLICATION)
		return of_another_program(s, e);
	return application == 0 || schema <= SCHEMA_VERSION || is_newer(s, schema, e);
}

/* What the file says with its log read into it. *schema is 0 when it says nothing yet. */
static bool whose(struct store *s, int64_t *schema, struct err *e)
{
	AUTO(query_free) struct query *q = NULL;
	bool more = false;
	if (!head_is_ours(s, e) || !connect_db(s, e) || !store_query(&q, s, SQL_WHOSE, e) ||
	    !query_next(q, &more, e))
		return false;
	bool ours = query_get_int(q, 0) != 0, blank = query_get_int(q, 3) != 0;
	bool empty = query_get_int(q, 2) != 0;
	if (!ours && !(blank && empty))
		return of_another_program(s, e);
	*schema = empty ? 0 : query_get_int(q, 1);
	if (*schema > SCHEMA_VERSION)
		return is_newer(s, *schema, e);
	return true;
}

static bool is_regular(const char *path, const struct stat *st, struct err *e)
{
	if (S_ISDIR(st->st_mode))
		return fail(e, EX_DATAERR, "%s is a directory; name a file with --db", path);
	if (!S_ISREG(st->st_mode))
		return fail(e, EX_DATAERR, "%s is not a regular file; name another with --db",
		            path);
	return true;
}

static void remember_file(struct store *s)
{
	struct stat st;
	if (stat(s->path, &st) == 0) {
		s->device = st.st_dev;
		s->inode = st.st_ino;
	}
}

bool store_connect_again(struct store *s, struct err *e)
{
	if (!connect_db(s, e))
		return false;
	may_tidy_up(s, false);
	return set_up(s, SQL_OPEN_WRITE, SQL_OPEN_WRITE_CHECK, e);
}

void store_disconnect(struct store *s)
{
	for (int i = 0; i < SQL_COUNT; i++) {
		sqlite3_finalize(s->cache[i].stmt);
		s->cache[i].stmt = NULL;
	}
	if (s->poisoned &&
	    s->db) /* what it believes of the log is not to be written into the file */
		may_tidy_up(s, false);
	sqlite3_close(s->db);
	s->db = NULL;
}

bool store_open_read(struct store **out, const char *path, struct err *e)
{
	AUTO(store_close) struct store *s = must_calloc(1, sizeof *s);
	struct stat st;
	int64_t schema;
	s->lock = -1;
	s->path = must_strdup(path);
	if (stat(path, &st) < 0) {
		if (errno == ENOENT || errno == ENOTDIR)
			return fail(
				e, EX_NOINPUT,
				"there is no %s yet; unseen scan makes it, --db names another file",
				path);
		return fail(e, EX_NOINPUT, "cannot read %s: %s; check the permissions", path,
		            strerror(errno));
	}
	if (!is_regular(path, &st, e))
		return false;
	if (access(path, R_OK) < 0)
		return fail(e, EX_NOINPUT, "cannot read %s: %s; check the permissions", path,
		            strerror(errno));
	/* SQLite opens it for writing: a read-only connection leaves -wal and -shm files behind.
	 * query_only keeps this one from writing; the last to leave tidies up, alone by SQLite's
	 * exclusive lock. */
	if (!whose(s, &schema, e))
		return false;
	if (schema == 0)
		return fail(e, EX_DATAERR, "%s is empty: no record of unseen's", path);
	if (schema < SCHEMA_VERSION)
		return fail(e, EX_DATAERR,
		            "%s was written by an older unseen; the next scan or log brings it up "
		            "to date",
		            path);
	if (!set_up(s, SQL_OPEN_READ, SQL_OPEN_READ_CHECK, e))
		return false;
	*out = s;
	s = NULL;
	return true;
}

/* Every folder on the way to the file that is missing. */
static bool make_folders(const char *path, struct err *e)
{
	AUTO(auto_free) char *folder = must_strdup(path);
	for (char *slash = strchr(folder + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		int why = mkdir(folder, 0700) < 0 ? errno : 0;
		if (why && access(folder, F_OK) < 0)
			return fail(e, EX_CANTCREAT,
			            "cannot make the folder %s: %s; name another file with --db",
			            folder, strerror(why));
		*slash = '/';
	}
	return true;
}

static bool locked_by_other(struct store *s, struct err *e)
{
	char who[64] = "";
	ssize_t n = pread(s->lock, who, sizeof who - 1, 0);
	long pid = n > 0 ? strtol(who, NULL, 10) : 0;
	return fail(e, EX_TEMPFAIL,
	            "%s is being recorded by another unseen (process %ld); "
	            "wait for it, stop it, or name another file with --db",
	            s->path, pid);
}

/* One recorder per file: a lock of its own beside it, because SQLite's locks go with any close() of
 * the file. It is removed with the lock held, so whoever gets a lock on a removed name tries again. */
static bool take_lock(struct store *s, struct err *e)
{
	struct stat held, named;
	for (;;) {
		s->lock = open(s->lock_path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
		if (s->lock < 0)
			return fail(e, EX_CANTCREAT,
			            "cannot write beside %s: %s; check the permissions of the "
			            "folder, or name another file with --db",
			            s->path, strerror(errno));
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
		return fail(e, EX_CANTCREAT, "cannot make %s: %s; name another file with --db",
		            s->path, strerror(errno));
	if (stat(s->path, &st) < 0)
		return fail(e, EX_IOERR, "cannot read %s: %s", s->path, strerror(errno));
	if (!is_regular(s->path, &st, e))
		return false;
	if (st.st_nlink > 1)
		return fail(e, EX_DATAERR,
		            "%s has a second name (hard link); a database with two names gets "
		            "corrupt: remove one",
		            s->path);
	if (access(s->path, R_OK | W_OK) < 0)
		return fail(
			e, EX_IOERR,
			"cannot read and write %s: %s; check its permissions, or name another file "
			"with --db",
			s->path, strerror(errno));
	return true;
}

/* The triggers free and take 100 KB a stanza: memory that goes back to the kernel each time, page by
 * page, costs four times what the work itself does. */
static void keep_memory(void)
{
	mallopt(M_TRIM_THRESHOLD, 16 << 20);
	mallopt(M_MMAP_THRESHOLD, 16 << 20);
	mallopt(M_TOP_PAD, 1 << 20);
}

static bool open_whole(struct store *s, struct err *e)
{
	int64_t schema;
	return whose(s, &schema, e) && set_up(s, SQL_OPEN_WRITE, SQL_OPEN_WRITE_CHECK, e) &&
	       store_bring_up(s, schema, e);
}

static void remove_file(const char *path)
{
	static const char *const suffixes[] = {"", "-wal", "-shm", "-journal"};
	for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes; i++) {
		AUTO(auto_free) char *name = text_new("%s%s", path, suffixes[i]);
		unlink(name);
	}
}

/* A new file gets its name when it is whole: whoever reads it finds all of it, at every instant. */
static bool make_whole(struct store *s, struct err *e)
{
	AUTO(auto_free) char *unfinished = text_new("%s.new", s->path);
	char *path = s->path;
	struct stat st;
	if (lstat(path, &st) == 0) /* or a link to nothing, which make_file() refuses */
		return true;
	remove_file(unfinished); /* of a crash: we hold the lock */
	s->path = unfinished;
	bool ok = make_file(s, e) && open_whole(s, e) && store_run(s, SQL_CHECKPOINT, e);
	store_disconnect(s);
	s->path = path;
	if (ok && rename(unfinished, path) < 0)
		ok = fail(e, EX_CANTCREAT, "cannot make %s: %s; name another file with --db", path,
		          strerror(errno));
	if (!ok)
		remove_file(unfinished);
	return ok;
}

bool store_open_write(struct store **out, const char *path, struct err *e)
{
	AUTO(store_close) struct store *s = must_calloc(1, sizeof *s);
	keep_memory();
	s->lock = -1;
	if (!make_folders(path, e))
		return false;
	s->path = realpath(path, NULL); /* a link to it is the same file, and has the same lock */
	if (!s->path)
		s->path = must_strdup(path);
	s->lock_path = text_new("%s.lock", s->path);
	if (!take_lock(s, e) || !make_whole(s, e) || !make_file(s, e) || !open_whole(s, e))
		return false;
	may_tidy_up(s, false);
	remember_file(s);
	*out = s;
	s = NULL;
	return true;
}

static bool holds_nothing(struct store *s)
{
	AUTO(query_free) struct query *q = NULL;
	struct err ignored;
	bool more = false;
	if (!s->db || !store_query(&q, s, SQL_HAS_WATCH, &ignored) ||
	    !query_next(q, &more, &ignored))
		return true; /* not even our tables */
	return query_get_int(q, 0) == 0;
}

void store_close(struct store **store)
{
	struct store *s = *store;
	if (!s)
		return;
	queue_last_try(s);
	if (s->in_turn)
		sqlite3_exec(s->db, sql_texts[SQL_COMMIT].text, NULL, NULL, NULL);
	bool empty = s->made && holds_nothing(s);
	if (s->inode && s->db) { /* it is ours, and open for writing */
		sqlite3_busy_timeout(s->db, CLOSE_MS);
		sqlite3_exec(s->db, sql_texts[SQL_CHECKPOINT].text, NULL, NULL, NULL);
	}
	store_disconnect(s);
	if (empty)
		remove_file(s->path);
	if (s->lock >= 0) {
		unlink(s->lock_path);
		close(s->lock);
	}
	queue_free(s);
	free(s->path);
	free(s->lock_path);
	free(s);
	*store = NULL;
}
