#include "session_parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROSTER_ID "unseen-roster"
#define NS_PING "urn:xmpp:ping"
#define NS_DISCO_INFO "http://jabber.org/protocol/disco#info"

/* From nobody, from our bare JID, or from our domain: what our own server says of our account. */
static bool from_own_server(const struct session *s, const char *from)
{
	return !from || strcmp(from, s->account) == 0 || strcmp(from, s->domain) == 0;
}

static bool is_type(const struct stanza *stanza, const char *type)
{
	return stanza->type && strcmp(stanza->type, type) == 0;
}

/* ---- the roster (RFC 6121 2) ------------------------------------------------------------------ */

void session_ask_roster(struct session *s)
{
	xmpp_stanza_t *iq = xmpp_iq_new(s->ctx, "get", ROSTER_ID);
	xmpp_stanza_t *query = session_element(s, "query", XMPP_NS_ROSTER, NULL);
	xmpp_stanza_add_child(iq, query);
	xmpp_stanza_release(query);
	session_send(s, iq);
}

static bool begin_watch(struct session *s, struct err *e)
{
	const struct line_tls *tls = line_tls(s->line);
	bool secured = tls->version[0] != '\0';
	const struct record_sign_in how = {
		.mechanism = s->mechanism,
		.tls = secured ? tls->version : NULL,
		.certificate = secured ? tls->certificate : NULL,
		.key = secured ? tls->key : NULL,
	};
	return record_begin(&s->record, s->account, s->resource, now_ms() + s->setup.wait_ms,
	                    s->setup.asks, s->setup.every_ms, e) &&
	       record_sign_in(&s->record, &how, e);
}

/* The items of the roster come before the end of the IQ they stand in; the first begins the watch. */
bool session_hear_item(struct session *s, const struct guard_item *item, struct err *e)
{
	AUTO(auto_free) char *bare = NULL;
	bool told = s->stage == ROSTER && item->iq->id && strcmp(item->iq->id, ROSTER_ID) == 0 &&
	            is_type(item->iq, "result");
	bool pushed = s->stage == WATCHING && is_type(item->iq, "set");
	if ((!told && !pushed) || !item->jid || jid_bare_length(item->jid) == 0)
		return true;
	if (!s->record.watch && !begin_watch(s, e))
		return false;
	bare = text_new("%.*s", (int)jid_bare_length(item->jid), item->jid);
	const struct roster_item row = {
		.contact = bare,
		.name = item->name,
		.subscription = item->subscription ? item->subscription : "none",
		.ask = item->ask,
		.groups = item->groups,
	};
	s->contacts += told;
	return record_roster_item(&s->record, &row, e);
}

void session_send_presence(struct session *s)
{
	xmpp_stanza_t *presence = xmpp_presence_new(s->ctx);
	const struct {
		const char *name, *text;
	} parts[] = {{"priority", "-1"}, {"show", s->setup.show}, {"status", s->setup.status}};
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
		if (!parts[i].text)
			continue;
		xmpp_stanza_t *part = session_element(s, parts[i].name, NULL, parts[i].text);
		xmpp_stanza_add_child(presence, part);
		xmpp_stanza_release(part);
	}
	session_send(s, presence);
}

/* The whole roster has been told: with our presence everyone else's comes (RFC 6121 4.2). */
static bool hear_roster(struct session *s, const struct stanza *iq, struct err *e)
{
	if (!iq->id || strcmp(iq->id, ROSTER_ID) != 0 || !from_own_server(s, iq->from))
		return true;
	if (!is_type(iq, "result"))
		return fail(e, EX_PROTOCOL, "the server refuses to tell the roster of %s",
		            s->account);
	if ((!s->record.watch && !begin_watch(s, e)) || !record_roster_end(&s->record, e))
		return false;
	session_send_presence(s);
	session_watch(s);
	return record_clock(&s->record, "began", NO_NUMBER, e);
}

void session_watch(struct session *s)
{
	s->ask = ask_new(s->conn, &s->record, s->setup.timeout_ms, s->setup.rate);
	s->stage = WATCHING;
	s->began = s->last_presence = mono_ms();
}

/* ---- stanzas ---------------------------------------------------------------------------------- */

/* RFC 6120 8.2.3: who asked gets the reply, with the same id; a server that names nobody is our own. */
static xmpp_stanza_t *reply_to(struct session *s, const char *from, const char *id,
                               const char *type)
{
	xmpp_stanza_t *iq = xmpp_iq_new(s->ctx, type, id);
	if (from)
		xmpp_stanza_set_to(iq, from);
	return iq;
}

static void add(xmpp_stanza_t *parent, xmpp_stanza_t *child)
{
	xmpp_stanza_add_child(parent, child);
	xmpp_stanza_release(child);
}

static xmpp_stanza_t *who_we_are(struct session *s)
{
	xmpp_stanza_t *query = session_element(s, "query", NS_DISCO_INFO, NULL);
	xmpp_stanza_t *identity = session_element(s, "identity", NULL, NULL);
	xmpp_stanza_set_attribute(identity, "category", "client");
	xmpp_stanza_set_attribute(identity, "type", "bot");
	xmpp_stanza_set_attribute(identity, "name", "unseen");
	add(query, identity);
	return query;
}

static xmpp_stanza_t *not_here(struct session *s)
{
	xmpp_stanza_t *error = session_element(s, "error", NULL, NULL);
	xmpp_stanza_set_attribute(error, "type", "cancel");
	add(error, session_element(s, "service-unavailable", XMPP_NS_STANZAS_IETF, NULL));
	return error;
}

/* Our own server may ask whether we live (XEP-0199) and what we are (XEP-0030); nobody else, nothing
 * else. */
void session_answer(struct session *s, xmpp_stanza_t *request)
{
	const char *from = xmpp_stanza_get_from(request), *id = xmpp_stanza_get_id(request);
	const char *type = xmpp_stanza_get_type(request);
	bool own = from_own_server(s, from) && type && strcmp(type, "get") == 0;
	bool ping = own && xmpp_stanza_get_child_by_ns(request, NS_PING);
	bool info = own && xmpp_stanza_get_child_by_ns(request, NS_DISCO_INFO);
	xmpp_stanza_t *answer = reply_to(s, from, id, ping || info ? "result" : "error");
	if (info)
		add(answer, who_we_are(s));
	else if (!ping)
		add(answer, not_here(s));
	session_send(s, answer);
}

static bool hear_presence(struct session *s, const struct stanza *stanza, struct err *e)
{
	s->last_presence = mono_ms();
	s->presences++;
	ask_heard(s->ask);
	return record_presence(&s->record, stanza, e);
}

static bool hear_iq(struct session *s, const struct guard_element *x, struct stanza *stanza,
                    struct err *e)
{
	bool mine;
	if (s->sm.telling && session_is_pong(s, stanza) && from_own_server(s, stanza->from)) {
		s->sm.telling = false;
		return record_told(&s->record, e);
	}
	if (is_type(stanza, "result") || is_type(stanza, "error"))
		return ask_reply(s->ask, stanza, x->items, &mine, e);
	if (x->roster) { /* a push, from our own account (the guard sees to that), already written down */
		session_send(s, reply_to(s, stanza->from, stanza->id, "result"));
		return true;
	}
	bool request = is_type(stanza, "get") || is_type(stanza, "set");
	if (request && x->safe && !session_pass(s, x->safe, x->safe_length, e))
		return false;
	return record_other(&s->record, stanza, e);
}

/* Of a message nothing but the start tag is kept (and of what is no stanza, what the guard cut). */
static bool hear_other(struct session *s, const struct guard_element *x, struct stanza *stanza,
                       struct err *e)
{
	AUTO(auto_free) char *tag = text_new("%.*s", (int)x->tag_length, x->stanza.xml);
	stanza->xml = tag;
	return record_other(&s->record, stanza, e);
}

bool session_hear(struct session *s, const struct guard_element *x, struct err *e)
{
	struct stanza stanza = x->stanza;
	const char *kind = stanza.kind;
	stanza.refused = x->refused;
	/* where the stream broke off nothing was said to its end: it is written down, and no more */
	if (x->refused &&
	    (strcmp(x->refused, "not-xml") == 0 || strcmp(x->refused, "endless") == 0))
		kind = NULL;
	if (s->stage == ROSTER)
		return !kind || strcmp(kind, "iq") != 0 || hear_roster(s, &stanza, e);
	/* the server speaks for our own account where it names nobody (RFC 6120 8.1.2.1) */
	if (!stanza.from)
		stanza.from = s->account;
	if (kind && strcmp(kind, "presence") == 0)
		return hear_presence(s, &stanza, e);
	if (kind && strcmp(kind, "iq") == 0)
		return hear_iq(s, x, &stanza, e);
	stanza.kind = kind ? kind : "other";
	if (kind || x->refused)
		return hear_other(s, x, &stanza, e);
	return true;
}
