#include "store_copy.h"

#include "store_parts.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The unfinished copy: a name of its own beside the one it is to have. */
struct draft {
	const char *to;
	char *path;
	int fd;
};

static void draft_drop(struct draft *d)
{
	AUTO(auto_free) char *journal = d->path ? text_new("%s-journal", d->path) : NULL;
	if (d->path) {
		unlink(d->path);
		unlink(journal);
	}
	auto_close(&d->fd);
	free(d->path);
}

static bool exists_already(const char *to, struct err *e)
{
	return fail(e, EX_CANTCREAT, "%s exists already; name another file", to);
}

static bool draft_begin(struct draft *d, struct err *e)
{
	struct stat st;
	AUTO(auto_free) char *name = text_new("%s.XXXXXX", d->to);
	if (lstat(d->to, &st) == 0)
		return exists_already(d->to, e);
	d->fd = mkostemp(name, O_CLOEXEC);
	if (d->fd < 0)
		return fail(e, EX_CANTCREAT, "cannot make %s: %s; name another file", d->to,
		            strerror(errno));
	d->path = name;
	name = NULL;
	return true;
}

static bool cannot_write(const struct draft *d, const char *why, struct err *e)
{
	return fail(e, EX_IOERR, "cannot write %s: %s; make room there, or name another file",
	            d->to, why);
}

static bool count_stanzas(struct store *s, int64_t *out, struct err *e)
{
	AUTO(query_free) struct query *q = NULL;
	bool more;
	if (!store_query(&q, s, SQL_COUNT_STANZAS, e) || !query_next(q, &more, e))
		return false;
	*out = query_get_int(q, 0);
	return true;
}

/* As the file is at the moment at which this begins to read. */
static bool fill(struct store *from, const struct draft *d, struct err *e)
{
	AUTO(query_free) struct query *q = NULL;
	struct err why;
	if (!store_run_script(from, SQL_MAY_WRITE, e) || !store_query(&q, from, SQL_COPY, e))
		return false;
	query_text(q, ":file", d->path);
	if (store_run_query(q, &why))
		return true;
	return (sqlite3_errcode(from->db) & 0xff) == SQLITE_CORRUPT
	               ? fail(e, EX_DATAERR, "%s", why.text)
	               : cannot_write(d, sqlite3_errmsg(from->db), e);
}

static bool is_sound(struct store *copy, const struct draft *d, struct err *e)
{
	AUTO(query_free) struct query *q = NULL;
	bool more;
	if (!store_query(&q, copy, SQL_DAMAGE, e) || !query_next(q, &more, e))
		return false;
	if (more)
		return fail(e, EX_DATAERR,
		            "the copy is not sound (%s), and was thrown away; %s needs "
		            "unseen doctor",
		            query_get_text(q, 0, NULL), d->to);
	return true;
}

/* Opened as any record: ours, of this schema. At least what was in the original before. */
static bool finish(const struct draft *d, int64_t before, struct store_copied *out, struct err *e)
{
	AUTO(store_close) struct store *copy = NULL;
	if (!store_open_read(&copy, d->path, e) || !store_run_script(copy, SQL_MAY_WRITE, e) ||
	    !store_run(copy, SQL_COPY_ENDS, e) || !is_sound(copy, d, e) ||
	    !count_stanzas(copy, &out->stanzas, e))
		return false;
	return out->stanzas >= before ||
	       fail(e, EX_DATAERR,
	            "the copy has %lld stanzas of %lld, and was thrown away; please report this",
	            (long long)out->stanzas, (long long)before);
}

static bool sync_folder(const struct draft *d, struct err *e)
{
	AUTO(auto_free) char *path = must_strdup(d->to);
	AUTO(auto_close) int folder = open(dirname(path), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	/* some file systems cannot, and say EINVAL */
	if (folder < 0 || (fsync(folder) < 0 && errno != EINVAL))
		return cannot_write(d, strerror(errno), e);
	return true;
}

/* On the disk first, then under its name, then the name on the disk. */
static bool publish(struct draft *d, int64_t *bytes, struct err *e)
{
	struct stat st;
	if (fsync(d->fd) < 0 || fstat(d->fd, &st) < 0)
		return cannot_write(d, strerror(errno), e);
	*bytes = st.st_size;
	int moved = renameat2(AT_FDCWD, d->path, AT_FDCWD, d->to, RENAME_NOREPLACE);
	if (moved < 0 && errno == EINVAL) /* a file system that knows no such rename */
		moved = rename(d->path, d->to);
	if (moved < 0)
		return errno == EEXIST ? exists_already(d->to, e)
		                       : cannot_write(d, strerror(errno), e);
	free(d->path);
	d->path = NULL;
	return sync_folder(d, e);
}

bool store_copy(struct store *from, const char *to, struct store_copied *out, struct err *e)
{
	AUTO(draft_drop) struct draft d = {.to = to, .fd = -1};
	struct store_copied copied;
	int64_t before;
	if (!count_stanzas(from, &before, e) || !draft_begin(&d, e) || !fill(from, &d, e) ||
	    !finish(&d, before, &copied, e) || !publish(&d, &copied.bytes, e))
		return false;
	*out = copied;
	return true;
}
