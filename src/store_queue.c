#include "store_parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BUSY_MS 250        /* so long the loop stands still for another writer */
#define RETRY_FIRST_MS 250 /* doubled up to ... */
#define RETRY_LAST_MS 10000
#define LAST_TRIES 6         /* at the end, each as long as the loop may stand still */
#define QUEUE_MAX (64 << 20) /* bytes */

/* ---- writes as bytes -------------------------------------------------------------------------- */

struct value {
	const char *
		parameter; /* by name: while behind there may be no statement to ask for its number */
	bool is_text;
	int64_t number; /* or the length of the text that follows, with its zero */
};

struct write {
	enum sql name;
	size_t length; /* of the values that follow */
};

static void add(struct writes *w, const void *bytes, size_t n)
{
	if (w->room - w->length < n) {
		w->room = w->length + n < 2 * w->room ? 2 * w->room : w->length + n + 256;
		w->at = must_realloc(w->at, w->room);
	}
	memcpy(w->at + w->length, bytes, n);
	w->length += n;
}

void queue_bind_text(struct query *q, const char *parameter, const char *value)
{
	if (!q->store->patient || !value) /* unbound is NULL */
		return;
	struct value v = {parameter, true, (int64_t)strlen(value) + 1};
	add(&q->bound, &v, sizeof v);
	add(&q->bound, value, (size_t)v.number);
}

void queue_bind_int(struct query *q, const char *parameter, int64_t value)
{
	if (!q->store->patient)
		return;
	struct value v = {parameter, false, value};
	add(&q->bound, &v, sizeof v);
}

void queue_push(struct query *q)
{
	struct store *s = q->store;
	struct write w = {q->name, q->bound.length};
	if (!s->patient)
		return;
	add(&s->queue, &w, sizeof w);
	if (w.length > 0)
		add(&s->queue, q->bound.at, w.length);
	s->queue.count++;
}

void queue_forget(struct store *s)
{
	s->queue.length = 0;
	s->queue.count = 0;
	s->doubtful = (struct writes){0};
	if (s->queue.room <= 1 << 20)
		return;
	free(s->queue.at);
	s->queue.at = NULL;
	s->queue.room = 0;
}

/* The commit that failed is in the file after all; what came since is not. */
static void forget_doubtful(struct store *s)
{
	s->queue.length -= s->doubtful.length;
	s->queue.count -= s->doubtful.count;
	memmove(s->queue.at, s->queue.at + s->doubtful.length, s->queue.length);
}

void queue_free(struct store *s)
{
	for (int i = 0; i < SQL_COUNT; i++)
		free(s->cache[i].bound.at);
	free(s->queue.at);
}

/* Runs one write; returns where the next begins. */
static const char *replay_one(struct store *s, const char *at, bool *ok, struct err *e)
{
	AUTO(query_free) struct query *q = NULL;
	struct write w;
	memcpy(&w, at, sizeof w);
	at += sizeof w;
	const char *end = at + w.length;
	*ok = store_query(&q, s, w.name, e);
	while (*ok && at < end) {
		struct value v;
		memcpy(&v, at, sizeof v);
		at += sizeof v;
		int i = sqlite3_bind_parameter_index(q->stmt, v.parameter);
		if (v.is_text)
			sqlite3_bind_text(q->stmt, i, at, (int)v.number - 1, SQLITE_STATIC);
		else
			sqlite3_bind_int64(q->stmt, i, v.number);
		at += v.is_text ? v.number : 0;
	}
	*ok = *ok && store_run_query(q, e);
	return end;
}

static bool replay(struct store *s, struct err *e)
{
	const char *at = s->queue.at, *end = at + s->queue.length;
	bool ok = store_run(s, SQL_BEGIN, e);
	s->in_turn = ok;
	while (ok && at < end)
		at = replay_one(s, at, &ok, e);
	return ok && queue_commit(s, e);
}

/* ---- being behind ----------------------------------------------------------------------------- */

static bool read_turn(struct store *s, int64_t *n, struct err *e)
{
	AUTO(query_free) struct query *q = NULL;
	bool more;
	if (!store_query(&q, s, SQL_TURN, e) || !query_next(q, &more, e))
		return false;
	*n = query_get_int(q, 0);
	return true;
}

bool store_be_patient(struct store *s, struct err *e)
{
	sqlite3_busy_timeout(s->db, BUSY_MS);
	s->patient = true;
	return read_turn(s, &s->turn, e);
}

bool queue_commit(struct store *s, struct err *e)
{
	AUTO(query_free) struct query *q = NULL;
	if (!store_query(&q, s, SQL_COUNT_TURN, e))
		return false;
	query_int(q, ":n", s->turn + 1);
	if (!store_run_query(q, e))
		return false;
	if (!store_run(s, SQL_COMMIT, e)) {
		s->poisoned = true; /* half done, perhaps: nobody knows but the file */
		s->doubtful = s->queue;
		return false;
	}
	s->in_turn = false;
	s->turn++;
	s->health.committed = now_ms();
	queue_forget(s);
	return true;
}

/* Locked by another, full, failing: what waiting may mend. */
bool queue_waits(struct store *s, const struct err *e)
{
	if (!s->patient || (e->status != EX_TEMPFAIL && e->status != EX_IOERR))
		return false;
	struct err ignored;
	if (s->in_turn)
		store_run(s, SQL_ROLLBACK, &ignored);
	s->in_turn = false;
	s->poisoned = s->poisoned || e->status == EX_IOERR;
	s->retry_ms = s->behind ? 2 * s->retry_ms : RETRY_FIRST_MS;
	if (s->retry_ms > RETRY_LAST_MS)
		s->retry_ms = RETRY_LAST_MS;
	s->retry_at = mono_ms() + s->retry_ms;
	if (!s->behind)
		s->health.behind_since = now_ms();
	s->behind = true;
	snprintf(s->health.trouble, sizeof s->health.trouble, "%s", e->text);
	return true;
}

/* After a commit that failed half way: is it in the file? A connection that met an error of the disk
 * is not asked: it may remember what the disk does not. */
static bool settle_turn(struct store *s, struct err *e)
{
	int64_t n;
	if (!s->poisoned)
		return true;
	if (store_is_moved(s))
		return fail(e, EX_IOERR, "%s is not the file any more that was written to",
		            s->path);
	store_disconnect(s);
	if (!store_connect_again(s, e) || !read_turn(s, &n, e)) {
		store_disconnect(s);
		return false;
	}
	sqlite3_busy_timeout(s->db, BUSY_MS);
	s->poisoned = false;
	if (n != s->turn && n != s->turn + 1)
		return fail(e, EX_DATAERR, "%s was written by somebody else meanwhile", s->path);
	if (n > s->turn)
		forget_doubtful(s);
	s->doubtful = (struct writes){0};
	s->turn = n;
	return true;
}

bool queue_catch_up(struct store *s, struct err *e)
{
	if (mono_ms() < s->retry_at)
		return true;
	if (!settle_turn(s, e) || !replay(s, e))
		return queue_waits(s, e);
	s->behind = false;
	s->health.behind_since = 0;
	return true;
}

void queue_last_try(struct store *s)
{
	struct err ignored;
	for (int i = 0; s->behind && i < LAST_TRIES; i++) {
		s->retry_at = 0;
		if (!queue_catch_up(s, &ignored))
			return;
	}
}

bool store_is_behind(const struct store *s)
{
	return s->behind;
}

bool store_is_full(const struct store *s)
{
	return s->queue.length > QUEUE_MAX;
}

const struct store_health *store_health(struct store *s)
{
	s->health.queued = s->behind ? s->queue.count : 0;
	s->health.queued_bytes = s->behind ? (int64_t)s->queue.length : 0;
	s->health.size = store_size_of(s, "");
	s->health.log_size = store_size_of(s, "-wal");
	return &s->health;
}

int64_t store_size_of(const struct store *s, const char *suffix)
{
	AUTO(auto_free) char *path = text_new("%s%s", s->path, suffix);
	struct stat st;
	return stat(path, &st) == 0 ? st.st_size : 0;
}

bool store_is_moved(const struct store *s)
{
	struct stat st;
	return stat(s->path, &st) < 0 || st.st_dev != s->device || st.st_ino != s->inode;
}
