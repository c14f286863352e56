#include "record.h"

#include "clock.h"

#include <stdlib.h>

/* A watch: how it begins, goes on after its line was cut, asks in rounds, and ends. */

/* A statement with :watch alone. */
static bool run(struct record *r, enum sql name, struct err *e)
{
	AUTO(query_free) struct query *q = NULL;
	if (!store_query(&q, r->store, name, e))
		return false;
	query_int(q, ":watch", r->watch);
	return query_run(q, e);
}

/* A statement with :watch and :at, perhaps with :reason. */
static bool note(struct record *r, enum sql name, int64_t at, const char *reason, struct err *e)
{
	AUTO(query_free) struct query *q = NULL;
	if (!store_query(&q, r->store, name, e))
		return false;
	query_int(q, ":watch", r->watch);
	query_int(q, ":at", at);
	if (reason)
		query_text(q, ":reason", reason);
	return query_run(q, e);
}

static bool note_now(struct record *r, enum sql name, struct err *e)
{
	return note(r, name, now_ms(), NULL, e);
}

static bool first_int(struct store *s, enum sql name, const char *account, int64_t *out,
                      struct err *e)
{
	AUTO(query_free) struct query *q = NULL;
	bool more;
	if (!store_query(&q, s, name, e))
		return false;
	if (account)
		query_text(q, ":account", account);
	if (!query_next(q, &more, e))
		return false;
	*out = more ? query_get_int(q, 0) : 0;
	return true;
}

bool record_begin(struct record *r, const char *account, const char *resource, int64_t settle_by,
                  bool asks, int64_t every_ms, struct err *e)
{
	AUTO(query_free) struct query *q = NULL;
	int64_t now = now_ms();
	if (!store_query(&q, r->store, SQL_BEGIN_WATCH, e))
		return false;
	query_text(q, ":account", account);
	query_text(q, ":resource", resource);
	query_int(q, ":began", now);
	query_int(q, ":settle_by", settle_by);
	query_int(q, ":asks", asks);
	if (every_ms)
		query_int(q, ":every", every_ms);
	r->heard = r->heard_noted = now;
	if (!query_run(q, e))
		return false;
	if (store_is_behind(r->store)) /* its number would be that of another */
		return fail(e, EX_TEMPFAIL, "cannot begin a watch: %s",
		            store_health(r->store)->trouble);
	return first_int(r->store, SQL_WATCH_ID, account, &r->watch, e) &&
	       first_int(r->store, SQL_QUESTION_NEXT_ID, NULL, &r->next_question, e);
}

bool record_sign_in(struct record *r, const struct record_sign_in *how, struct err *e)
{
	AUTO(query_free) struct query *q = NULL;
	if (!store_query(&q, r->store, SQL_PUT_SIGN_IN, e))
		return false;
	query_int(q, ":watch", r->watch);
	query_text(q, ":mechanism", how->mechanism);
	query_text(q, ":tls", how->tls);
	query_text(q, ":certificate", how->certificate);
	query_text(q, ":key", how->key);
	return query_run(q, e);
}

bool record_asks(struct record *r, bool asks, int64_t every_ms, struct err *e)
{
	AUTO(query_free) struct query *q = NULL;
	if (!store_query(&q, r->store, SQL_WATCH_ASKS, e))
		return false;
	query_int(q, ":watch", r->watch);
	query_int(q, ":asks", asks);
	query_int(q, ":every", every_ms);
	return query_run(q, e) && record_look_again(r, e);
}

bool record_settled(struct record *r, struct err *e)
{
	return note_now(r, SQL_WATCH_SETTLED, e);
}

bool record_end(struct record *r, const char *reason, struct err *e)
{
	return note(r, SQL_WATCH_END, r->heard, reason, e);
}

bool record_commit(struct record *r, struct err *e)
{
	if (r->watch && r->heard > r->heard_noted) {
		if (!note(r, SQL_WATCH_HEARD, r->heard, NULL, e))
			return false;
		r->heard_noted = r->heard;
	}
	return store_commit(r->store, e);
}

/* ---- a watch that goes on after its line was cut ---------------------------------------------- */

bool record_resumption(struct record *r, const char *id, uint32_t handled, struct err *e)
{
	AUTO(query_free) struct query *q = NULL;
	if (!store_query(&q, r->store, SQL_PUT_RESUMPTION, e))
		return false;
	query_int(q, ":watch", r->watch);
	query_text(q, ":id", id);
	query_int(q, ":handled", handled);
	return query_run(q, e);
}

void record_resumption_free(struct record_resumption *out)
{
	free(out->id);
	free(out->resource);
	free(out->account);
	*out = (struct record_resumption){.id = NULL};
}

bool record_resume(struct record *r, const char *account, struct record_resumption *out,
                   bool *found, struct err *e)
{
	AUTO(query_free) struct query *q = NULL;
	if (!first_int(r->store, SQL_QUESTION_NEXT_ID, NULL, &r->next_question, e) ||
	    !store_query(&q, r->store, SQL_RESUMPTION, e))
		return false;
	query_text(q, ":account", account);
	if (!query_next(q, found, e))
		return false;
	if (!*found)
		return true;
	r->watch = query_get_int(q, 0);
	r->heard = r->heard_noted = query_get_int(q, 7);
	*out = (struct record_resumption){
		.id = must_strdup(query_get_text(q, 1, NULL)),
		.handled = (uint32_t)query_get_int(q, 2),
		.resource = must_strdup(query_get_text(q, 3, NULL)),
		.account = must_strdup(query_get_text(q, 4, NULL)),
		.settled = query_get_int(q, 5) != 0,
		.every_ms = query_get_int(q, 6),
	};
	return true;
}

bool record_cut(struct record *r, const char *reason, struct err *e)
{
	return note(r, SQL_CUT_BEGIN, r->heard, reason, e);
}

bool record_resumed(struct record *r, struct err *e)
{
	return note_now(r, SQL_CUT_RESUMED, e);
}

bool record_told(struct record *r, struct err *e)
{
	return run(r, SQL_CUT_TOLD, e);
}

bool record_drop_questions(struct record *r, struct err *e)
{
	return run(r, SQL_DROP_QUESTIONS, e);
}

bool record_slept(struct record *r, struct err *e)
{
	return record_cut(r, "suspend", e) && record_resumed(r, e);
}

bool record_clock(struct record *r, const char *what, int64_t moved, struct err *e)
{
	AUTO(query_free) struct query *q = NULL;
	char boot_id[64];
	clock_boot_id(boot_id, sizeof boot_id);
	if (!store_query(&q, r->store, SQL_PUT_CLOCK, e))
		return false;
	query_int(q, ":watch", r->watch);
	query_text(q, ":what", what);
	query_int(q, ":at", now_ms());
	query_int(q, ":mono", mono_ms());
	query_int(q, ":boot", boot_ms());
	query_text(q, ":boot_id", boot_id);
	if (moved != NO_NUMBER)
		query_int(q, ":moved", moved);
	return query_run(q, e);
}

/* ---- rounds of questions ---------------------------------------------------------------------- */

bool record_wake(struct record *r, struct err *e)
{
	return note_now(r, SQL_WAKE, e);
}

bool record_rest(struct record *r, int64_t planned, struct err *e)
{
	return note(r, SQL_REST, planned, NULL, e);
}

bool record_look_again(struct record *r, struct err *e)
{
	return note_now(r, SQL_LOOK_AGAIN, e);
}

bool record_next_look(struct record *r, bool *awake, int64_t *at, struct err *e)
{
	AUTO(query_free) struct query *q = NULL;
	bool more;
	if (!store_query(&q, r->store, SQL_NEXT_LOOK, e))
		return false;
	query_int(q, ":watch", r->watch);
	query_int(q, ":now", now_ms());
	if (!query_next(q, &more, e))
		return false;
	*awake = more && query_get_int(q, 0) != 0;
	*at = more && !query_is_null(q, 1) ? query_get_int(q, 1) : INT64_MAX;
	return true;
}
