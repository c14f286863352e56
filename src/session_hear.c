#include "session_parts.h"
#include "session_read.h"

#include <stdlib.h>
#include <string.h>

#define ROSTER_ID "unseen-roster"

bool session_try(struct session *s, bool ok)
{
	if (!ok)
		s->failed = true;
	return ok;
}

void session_send(struct session *s, xmpp_stanza_t *stanza)
{
	xmpp_send(s->conn, stanza);
	xmpp_stanza_release(stanza);
}

static xmpp_stanza_t *element(struct session *s, const char *name, const char *text)
{
	xmpp_stanza_t *x = xmpp_stanza_new(s->ctx);
	xmpp_stanza_set_name(x, name);
	if (text) {
		xmpp_stanza_t *t = xmpp_stanza_new(s->ctx);
		xmpp_stanza_set_text(t, text);
		xmpp_stanza_add_child(x, t);
		xmpp_stanza_release(t);
	}
	return x;
}

static void add(xmpp_stanza_t *parent, xmpp_stanza_t *child)
{
	xmpp_stanza_add_child(parent, child);
	xmpp_stanza_release(child);
}

static void send_presence(struct session *s)
{
	xmpp_stanza_t *presence = xmpp_presence_new(s->ctx);
	add(presence, element(s, "priority", "-1"));
	if (s->setup.show)
		add(presence, element(s, "show", s->setup.show));
	if (s->setup.status)
		add(presence, element(s, "status", s->setup.status));
	session_send(s, presence);
}

/* From nobody, from our bare JID, or from our domain: what our own server says of our account. */
static bool from_own_server(const struct session *s, const char *from)
{
	return !from || strcmp(from, s->account) == 0 || strcmp(from, jid_domain(s->account)) == 0;
}

#define GROUPS_MAX 64

static bool put_roster_item(struct session *s, xmpp_stanza_t *x)
{
	const char *groups[GROUPS_MAX + 1] = {NULL};
	const char *jid = xmpp_stanza_get_attribute(x, "jid");
	const char *subscription = xmpp_stanza_get_attribute(x, "subscription");
	int n = 0;
	if (!jid || !*jid)
		return true;
	AUTO(auto_free) char *bare = text_new("%.*s", (int)jid_bare_length(jid), jid);
	for (xmpp_stanza_t *g = xmpp_stanza_get_children(x); g; g = xmpp_stanza_get_next(g)) {
		const char *name = xmpp_stanza_get_name(g);
		xmpp_stanza_t *t = xmpp_stanza_get_children(g);
		if (name && strcmp(name, "group") == 0 && t && n < GROUPS_MAX)
			groups[n++] = xmpp_stanza_get_text_ptr(t);
	}
	const struct roster_item item = {
		.contact = bare,
		.name = xmpp_stanza_get_attribute(x, "name"),
		.subscription = subscription ? subscription : "none",
		.ask = xmpp_stanza_get_attribute(x, "ask"),
		.groups = n ? groups : NULL,
	};
	return record_roster_item(&s->record, &item, &s->trouble);
}

static bool put_roster(struct session *s, xmpp_stanza_t *iq)
{
	xmpp_stanza_t *query = xmpp_stanza_get_child_by_ns(iq, XMPP_NS_ROSTER);
	xmpp_stanza_t *x = query ? xmpp_stanza_get_children(query) : NULL;
	for (; x; x = xmpp_stanza_get_next(x)) {
		const char *name = xmpp_stanza_get_name(x);
		if (!name || strcmp(name, "item") != 0)
			continue;
		if (!put_roster_item(s, x))
			return false;
		s->contacts++;
	}
	return true;
}

void session_ask_roster(struct session *s)
{
	xmpp_stanza_t *iq = xmpp_iq_new(s->ctx, "get", ROSTER_ID);
	xmpp_stanza_t *query = element(s, "query", NULL);
	xmpp_stanza_set_ns(query, XMPP_NS_ROSTER);
	add(iq, query);
	session_send(s, iq);
}

/* The roster is here: the watch begins, and with our presence everyone else's comes (RFC 6121 4.2). */
static bool on_roster(struct session *s, xmpp_stanza_t *iq)
{
	const char *type = xmpp_stanza_get_type(iq), *id = xmpp_stanza_get_id(iq);
	int64_t settle_by = now_ms() + s->setup.wait_ms;
	if (!id || strcmp(id, ROSTER_ID) != 0 || !from_own_server(s, xmpp_stanza_get_from(iq)))
		return true;
	if (!type || strcmp(type, "result") != 0)
		return fail(&s->trouble, EX_PROTOCOL, "the server refuses to tell the roster of %s",
		            s->account);
	if (!record_begin(&s->record, s->account, s->resource, settle_by, s->setup.asks,
	                  &s->trouble) ||
	    !put_roster(s, iq) || !record_roster_end(&s->record, &s->trouble))
		return false;
	send_presence(s);
	s->stage = WATCHING;
	s->began = s->last_presence = mono_ms();
	return true;
}

/* A roster push counts from our own account only (RFC 6121 2.1.6). */
static bool on_roster_push(struct session *s, xmpp_stanza_t *iq)
{
	xmpp_stanza_t *reply = xmpp_stanza_reply(iq);
	xmpp_stanza_set_type(reply, "result");
	session_send(s, reply);
	return put_roster(s, iq);
}

static void answer_request(struct session *s, xmpp_stanza_t *iq, const char *from)
{
	xmpp_stanza_t *reply;
	if (from_own_server(s, from) && xmpp_stanza_get_child_by_ns(iq, "urn:xmpp:ping")) {
		reply = xmpp_stanza_reply(iq);
		xmpp_stanza_set_type(reply, "result");
	} else {
		reply = xmpp_stanza_reply_error(iq, "cancel", "service-unavailable", NULL);
	}
	session_send(s, reply);
}

/* The server speaks for our own account where it names nobody (RFC 6120 8.1.2.1). */
static void read_stanza(struct session *s, xmpp_stanza_t *raw, struct stanza *out)
{
	s->record.heard = now_ms();
	session_read(raw, out);
	if (!out->from)
		out->from = s->account;
}

static bool put_start_tag(struct session *s, xmpp_stanza_t *raw, struct stanza *stanza)
{
	char *tag = session_start_tag(raw);
	stanza->xml = tag;
	bool ok = record_other(&s->record, stanza, &s->trouble);
	xmpp_free(s->ctx, tag);
	return ok;
}

static bool on_any_presence(struct session *s, xmpp_stanza_t *raw)
{
	struct stanza stanza;
	char *xml = NULL;
	size_t length;
	read_stanza(s, raw, &stanza);
	xmpp_stanza_to_text(raw, &xml, &length);
	stanza.xml = xml;
	s->last_presence = mono_ms();
	s->presences++;
	ask_heard(s->ask);
	bool ok = record_presence(&s->record, &stanza, &s->trouble);
	xmpp_free(s->ctx, xml);
	return ok;
}

static bool on_any_iq(struct session *s, xmpp_stanza_t *raw)
{
	struct stanza stanza;
	const char *from = xmpp_stanza_get_from(raw);
	char *xml = NULL;
	size_t length;
	bool mine, ok;
	read_stanza(s, raw, &stanza);
	if (stanza.type && (strcmp(stanza.type, "get") == 0 || strcmp(stanza.type, "set") == 0)) {
		if (xmpp_stanza_get_child_by_ns(raw, XMPP_NS_ROSTER) &&
		    strcmp(stanza.type, "set") == 0 && (!from || strcmp(from, s->account) == 0))
			return on_roster_push(s, raw);
		answer_request(s, raw, from);
		return put_start_tag(s, raw, &stanza);
	}
	xmpp_stanza_to_text(raw, &xml, &length);
	stanza.xml = xml;
	ok = ask_reply(s->ask, raw, &stanza, &mine, &s->trouble);
	xmpp_free(s->ctx, xml);
	return ok;
}

/* The one door for everything that arrives. */
int session_hear(xmpp_conn_t *conn, xmpp_stanza_t *raw, void *userdata)
{
	struct session *s = userdata;
	const char *name = xmpp_stanza_get_name(raw);
	struct stanza stanza;
	(void)conn;
	if (s->failed || !name)
		return 1;
	if (s->stage == SIGNING_IN) {
		if (strcmp(name, "iq") == 0)
			session_try(s, on_roster(s, raw));
	} else if (strcmp(name, "presence") == 0) {
		session_try(s, on_any_presence(s, raw));
	} else if (strcmp(name, "iq") == 0) {
		session_try(s, on_any_iq(s, raw));
	} else if (strcmp(name, "message") == 0) {
		read_stanza(s, raw, &stanza);
		session_try(s, put_start_tag(s, raw, &stanza));
	}
	return 1;
}
