#include "record.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The facts of a watch; how it begins, goes on and ends is in record_watch.c. */

static void number(struct query *q, const char *name, int64_t value)
{
	if (value != NO_NUMBER)
		query_int(q, name, value);
}

bool record_roster_end(struct record *r, struct err *e)
{
	AUTO(query_free) struct query *q = NULL;
	if (!store_query(&q, r->store, SQL_PUT_ROSTER_END, e))
		return false;
	query_int(q, ":watch", r->watch);
	query_int(q, ":at", now_ms());
	return query_run(q, e);
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
