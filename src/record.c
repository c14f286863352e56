#include "record.h"

#include "clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void number(struct query *q, const char *name, int64_t value)
{
	if (value != NO_NUMBER)
		query_int(q, name, value);
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

bool record_roster_end(struct record *r, struct err *e)
{
	return note_now(r, SQL_PUT_ROSTER_END, e);
}

/* ["a","b"]; what XML lets through of control characters must be escaped (RFC 8259 7). */
static char *groups_json(const char **groups)
{
	size_t most = 3;
	for (const char **group = groups; *group; group++)
		most += 6 * strlen(*group) + 3;
	char *json = must_calloc(1, most), *at = json;
	for (const char **group = groups; *group; group++) {
		at += sprintf(at, group == groups ? "[\"" : ",\"");
		for (const char *c = *group; *c; c++) {
			if (*c == '"' || *c == '\\')
				*at++ = '\\';
			if ((unsigned char)*c < ' ')
				at += sprintf(at, "\\u%04x", *c);
			else
				*at++ = *c;
		}
		*at++ = '"';
	}
	sprintf(at, "]");
	return json;
}

bool record_roster_item(struct record *r, const struct roster_item *item, struct err *e)
{
	AUTO(query_free) struct query *q = NULL;
	AUTO(auto_free) char *groups = item->groups ? groups_json(item->groups) : NULL;
	if (!store_query(&q, r->store, SQL_PUT_ROSTER, e))
		return false;
	query_int(q, ":watch", r->watch);
	query_int(q, ":at", now_ms());
	query_text(q, ":contact", item->contact);
	query_text(q, ":name", item->name);
	query_text(q, ":subscription", item->subscription);
	query_text(q, ":ask", item->ask);
	query_text(q, ":groups", groups);
	return query_run(q, e);
}

/* Why the stanza that was just put is not whole. */
static bool note_refused(struct record *r, const struct stanza *s, struct err *e)
{
	AUTO(query_free) struct query *q = NULL;
	if (!s->refused)
		return true;
	if (!store_query(&q, r->store, SQL_PUT_REFUSED, e))
		return false;
	query_text(q, ":reason", s->refused);
	return query_run(q, e);
}

/* The number of a JID in the file; 0 when it is not known there. */
static bool resource_id(struct record *r, const char *jid, int64_t *id, struct err *e)
{
	AUTO(query_free) struct query *q = NULL;
	bool more;
	if (!store_query(&q, r->store, SQL_RESOURCE_ID, e))
		return false;
	query_text(q, ":jid", jid);
	if (!query_next(q, &more, e))
		return false;
	*id = more ? query_get_int(q, 0) : 0;
	return true;
}

static bool know(struct record *r, const char *jid, struct err *e)
{
	AUTO(query_free) struct query *q = NULL;
	if (!store_query(&q, r->store, SQL_KNOW, e))
		return false;
	query_text(q, ":jid", jid);
	return query_run(q, e);
}

/* 0: its number cannot be known now, because the file does not have it yet. */
static bool sender_id(struct record *r, const char *jid, int64_t *id, struct err *e)
{
	*id = 0;
	if (store_is_behind(r->store)) { /* and what was made known may not be */
		record_forget(r);
		return true;
	}
	if (!r->senders)
		r->senders = senders_new();
	*id = senders_get(r->senders, jid);
	if (*id)
		return true;
	if (!resource_id(r, jid, id, e))
		return false;
	if (!*id && (!know(r, jid, e) || !resource_id(r, jid, id, e)))
		return false;
	if (*id)
		senders_put(r->senders, jid, *id);
	return true;
}

void record_forget(struct record *r)
{
	senders_free(&r->senders);
}

bool record_presence(struct record *r, const struct stanza *s, struct err *e)
{
	AUTO(query_free) struct query *q = NULL;
	int64_t sender;
	if (!sender_id(r, s->from, &sender, e) ||
	    !store_query(&q, r->store, sender ? SQL_PUT_PRESENCE : SQL_PUT_PRESENCE_OF, e))
		return false;
	query_int(q, ":watch", r->watch);
	query_int(q, ":at", r->heard);
	if (sender)
		query_int(q, ":sender", sender);
	else
		query_text(q, ":sender", s->from);
	query_text(q, ":type", s->type);
	query_text(q, ":show", s->show);
	query_text(q, ":status", s->status);
	number(q, ":priority", s->priority);
	query_text(q, ":client", s->client);
	number(q, ":delay", s->delay);
	query_text(q, ":xml", s->xml);
	return query_run(q, e) && note_refused(r, s, e);
}

bool record_other(struct record *r, const struct stanza *s, struct err *e)
{
	AUTO(query_free) struct query *q = NULL;
	if (!store_query(&q, r->store, SQL_PUT_OTHER, e))
		return false;
	query_int(q, ":watch", r->watch);
	query_int(q, ":at", r->heard);
	query_text(q, ":sender", s->from);
	query_text(q, ":kind", s->kind);
	query_text(q, ":type", s->type);
	number(q, ":delay", s->delay);
	query_text(q, ":xml", s->xml);
	return query_run(q, e) && note_refused(r, s, e);
}

bool record_question(struct record *r, const char *channel, const char *target, bool control,
                     int64_t *id, struct err *e)
{
	AUTO(query_free) struct query *q = NULL;
	if (!store_query(&q, r->store, SQL_PUT_QUESTION, e))
		return false;
	query_int(q, ":id", r->next_question);
	query_int(q, ":watch", r->watch);
	query_int(q, ":at", now_ms());
	query_text(q, ":channel", channel);
	query_text(q, ":target", target);
	query_int(q, ":control", control);
	*id = r->next_question++;
	return query_run(q, e);
}

bool record_item(struct record *r, int64_t question, const char *item, struct err *e)
{
	AUTO(query_free) struct query *q = NULL;
	if (!store_query(&q, r->store, SQL_PUT_ITEM, e))
		return false;
	query_int(q, ":question", question);
	query_text(q, ":item", item);
	return query_run(q, e);
}

bool record_reply(struct record *r, int64_t question, const struct stanza *s, struct err *e)
{
	AUTO(query_free) struct query *q = NULL;
	if (!store_query(&q, r->store, SQL_PUT_REPLY, e))
		return false;
	query_int(q, ":question", question);
	query_int(q, ":at", r->heard);
	query_text(q, ":kind", s->kind);
	query_text(q, ":sender", s->from);
	query_text(q, ":type", s->type);
	query_text(q, ":condition", s->condition);
	query_text(q, ":text", s->text);
	number(q, ":seconds", s->seconds);
	number(q, ":echo", s->echo);
	query_text(q, ":software", s->software);
	query_text(q, ":xml", s->xml);
	return query_run(q, e) && note_refused(r, s, e);
}

bool record_timeout(struct record *r, int64_t question, const char *target, struct err *e)
{
	AUTO(query_free) struct query *q = NULL;
	if (!store_query(&q, r->store, SQL_PUT_REPLY, e))
		return false;
	query_int(q, ":question", question);
	query_int(q, ":at", now_ms());
	query_text(q, ":kind", "timeout");
	query_text(q, ":sender", target);
	return query_run(q, e);
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
	number(q, ":moved", moved);
	return query_run(q, e);
}

/* ---- rounds of questions ---------------------------------------------------------------------- */

bool record_wake(struct record *r, struct err *e)
{
	return note_now(r, SQL_WAKE, e);
}

bool record_rest(struct record *r, struct err *e)
{
	return note_now(r, SQL_REST, e);
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
