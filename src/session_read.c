#include "session_read.h"

#include <stdlib.h>
#include <string.h>

#define NS_STANZAS "urn:ietf:params:xml:ns:xmpp-stanzas"
#define NS_CAPS "http://jabber.org/protocol/caps"
#define NS_DELAY "urn:xmpp:delay"
#define NS_DISCO_INFO "http://jabber.org/protocol/disco#info"

static bool is(xmpp_stanza_t *x, const char *name, const char *ns)
{
	const char *n = xmpp_stanza_get_name(x), *s = xmpp_stanza_get_ns(x);
	return n && strcmp(n, name) == 0 && (!ns || (s && strcmp(s, ns) == 0));
}

/* libstrophe joins all character data of a leaf into one child. */
static const char *leaf_text(xmpp_stanza_t *x)
{
	xmpp_stanza_t *child = xmpp_stanza_get_children(x);
	return child && xmpp_stanza_is_text(child) ? xmpp_stanza_get_text_ptr(child) : NULL;
}

static void read_presence_child(xmpp_stanza_t *x, struct stanza *out)
{
	const char *ns = xmpp_stanza_get_ns(x);
	bool plain = ns && strcmp(ns, "jabber:client") == 0;
	if (plain && is(x, "show", NULL) && !out->show)
		out->show = leaf_text(x);
	else if (plain && is(x, "status", NULL) && !out->status)
		out->status = leaf_text(x);
	else if (plain && is(x, "priority", NULL) && out->priority == NO_NUMBER)
		out->priority = stanza_number(leaf_text(x), -128, 127);
	else if (is(x, "c", NS_CAPS) && !out->client)
		out->client = xmpp_stanza_get_attribute(x, "node");
}

/* RFC 6120 8.3: one defined condition, and perhaps a text. */
static void read_error(xmpp_stanza_t *error, struct stanza *out)
{
	for (xmpp_stanza_t *x = xmpp_stanza_get_children(error); x; x = xmpp_stanza_get_next(x)) {
		const char *ns = xmpp_stanza_get_ns(x), *name = xmpp_stanza_get_name(x);
		if (!name || !ns || strcmp(ns, NS_STANZAS) != 0)
			continue;
		if (strcmp(name, "text") == 0)
			out->text = leaf_text(x);
		else
			out->condition = name;
	}
}

static void read_query(xmpp_stanza_t *query, struct stanza *out)
{
	if (is(query, "query", "jabber:iq:last")) {
		out->seconds =
			stanza_number(xmpp_stanza_get_attribute(query, "seconds"), -1, INT32_MAX);
		out->text = leaf_text(query);
	} else if (is(query, "query", "jabber:iq:version")) {
		xmpp_stanza_t *name = xmpp_stanza_get_child_by_name(query, "name");
		out->software = name ? leaf_text(name) : NULL;
	} else if (is(query, "query", NS_DISCO_INFO)) {
		for (xmpp_stanza_t *x = xmpp_stanza_get_children(query); x;
		     x = xmpp_stanza_get_next(x)) {
			const char *category = xmpp_stanza_get_attribute(x, "category");
			if (is(x, "identity", NULL) && category && strcmp(category, "server") == 0)
				out->software = xmpp_stanza_get_attribute(x, "name");
		}
	}
}

static void read_iq(xmpp_stanza_t *raw, struct stanza *out)
{
	bool error = out->type && strcmp(out->type, "error") == 0;
	if (error)
		out->echo = 0;
	for (xmpp_stanza_t *x = xmpp_stanza_get_children(raw); x; x = xmpp_stanza_get_next(x)) {
		if (xmpp_stanza_is_text(x))
			continue;
		if (is(x, "error", NULL))
			read_error(x, out);
		else if (error)
			out->echo = 1;
		else
			read_query(x, out);
	}
}

void session_read(xmpp_stanza_t *raw, struct stanza *out)
{
	*out = stanza_empty;
	out->kind = xmpp_stanza_get_name(raw);
	out->type = xmpp_stanza_get_type(raw);
	out->from = xmpp_stanza_get_from(raw);
	out->id = xmpp_stanza_get_id(raw);
	if (strcmp(out->kind, "iq") == 0) {
		read_iq(raw, out);
		return;
	}
	for (xmpp_stanza_t *x = xmpp_stanza_get_children(raw); x; x = xmpp_stanza_get_next(x)) {
		if (xmpp_stanza_is_text(x))
			continue;
		if (is(x, "delay", NS_DELAY))
			out->delay = stanza_time(xmpp_stanza_get_attribute(x, "stamp"));
		else if (strcmp(out->kind, "presence") == 0)
			read_presence_child(x, out);
	}
}

char *session_start_tag(xmpp_stanza_t *raw)
{
	xmpp_ctx_t *ctx = xmpp_stanza_get_context(raw);
	int n = 2 * xmpp_stanza_get_attribute_count(raw);
	const char **attribute = must_calloc((size_t)n + 1, sizeof *attribute);
	xmpp_stanza_t *tag = xmpp_stanza_new(ctx);
	char *text = NULL;
	size_t length;
	xmpp_stanza_set_name(tag, xmpp_stanza_get_name(raw));
	n = xmpp_stanza_get_attributes(raw, attribute, n);
	for (int i = 0; i + 1 < n; i += 2)
		xmpp_stanza_set_attribute(tag, attribute[i], attribute[i + 1]);
	xmpp_stanza_to_text(tag, &text, &length);
	xmpp_stanza_release(tag);
	free(attribute);
	return text;
}
