#include "guard_parts.h"

#include <stdlib.h>

#define NS_STANZAS "urn:ietf:params:xml:ns:xmpp-stanzas"
#define NS_CAPS "http://jabber.org/protocol/caps"
#define NS_DELAY "urn:xmpp:delay"
#define NS_ROSTER "jabber:iq:roster"

#define VALUES_SPARE 4096  /* for the namespaces and zero bytes, which are not on the wire */
#define STRANGE_MAX 250000 /* the parser keeps every new name: one roster must not fill memory */

void read_clear(struct reading *r)
{
	static const struct reading empty = {.capture = NOTHING,
	                                     .priority = NO_NUMBER,
	                                     .delay = NO_NUMBER,
	                                     .echo = NO_NUMBER,
	                                     .seconds = NO_NUMBER};
	struct bytes values = r->values;
	size_t *items = r->items, room = r->item_room;
	*r = empty;
	r->values = values;
	r->values.length = 0;
	r->items = items;
	r->item_room = room;
	bytes_add(&r->values, "", 1);
}

void read_free(struct reading *r)
{
	free(r->values.at);
	free(r->items);
}

const char *read_attribute(const char **attributes, const char *name)
{
	for (; *attributes; attributes += 2)
		if (strcmp(attributes[0], name) == 0)
			return attributes[1];
	return NULL;
}

/* An element that is kept whole has no more in it than its bytes; of others, this much is read. */
static size_t room(const struct guard *g)
{
	size_t most = 2 * g->limits.whole + VALUES_SPARE;
	return g->read.values.length < most ? most - g->read.values.length : 0;
}

/* How much of a value is kept. One that is cut is too long to be a JID. */
static size_t kept(const struct guard *g, const char *value, size_t n)
{
	size_t most = room(g);
	if (g->refused && g->limits.cut < most)
		most = g->limits.cut;
	return whole_characters(value, n < most ? n : most);
}

/* Where the value lies; 0 for NULL. */
static size_t keep(struct guard *g, const char *value)
{
	size_t at = g->read.values.length, n = value ? kept(g, value, strlen(value)) : 0;
	if (!value)
		return 0;
	bytes_add(&g->read.values, value, n);
	bytes_add(&g->read.values, "", 1);
	return at;
}

static const char *value(const struct guard *g, size_t at)
{
	return at ? g->read.values.at + at : NULL;
}

static bool is(const struct guard *g, struct name n, const char *local, const char *ns)
{
	return strcmp(n.local, local) == 0 && strcmp(names_ns(&g->names, n), ns) == 0;
}

/* From here to the next tag. */
static void capture(struct guard *g, enum slot slot)
{
	g->read.capture = slot;
	g->read.capture_at = g->read.values.length;
}

/* As libstrophe's users read a leaf: its text up to the first child, NULL when there is none. */
static void end_capture(struct guard *g)
{
	struct reading *r = &g->read;
	enum slot slot = r->capture;
	size_t at = r->capture_at, length = r->values.length - at;
	if (slot == NOTHING)
		return;
	r->capture = NOTHING;
	r->values.length = at;
	length = kept(g, r->values.at + at, length);
	r->values.length = at + length;
	bytes_add(&r->values, "", 1);
	if (slot == PRIORITY) {
		r->priority = stanza_number(value(g, at), -128, 127);
		r->values.length = at;
	} else if (slot == GROUP && length > 0 && r->groups < GROUPS_MAX) {
		r->group[r->groups++] = at;
	} else if (slot < SLOTS) {
		r->slot[slot] = length > 0 ? at : 0;
	}
}

static void read_top(struct guard *g, struct name n, const char **attributes)
{
	static const char *const kinds[] = {"presence", "message", "iq"};
	struct reading *r = &g->read;
	const char *ns = names_ns(&g->names, n);
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (is(g, n, kinds[i], NS_CLIENT))
			r->kind = kinds[i];
	r->slot[FROM] = keep(g, read_attribute(attributes, "from"));
	r->slot[TO] = keep(g, read_attribute(attributes, "to"));
	r->slot[TYPE] = keep(g, read_attribute(attributes, "type"));
	r->slot[ID] = keep(g, read_attribute(attributes, "id"));
	r->slot[NAME] = keep(g, n.local);
	r->slot[NS] = keep(g, ns);
	if (!r->kind && (strcmp(n.local, "error") == 0 || strcmp(n.local, "failure") == 0 ||
	                 strcmp(n.local, "failed") == 0))
		r->payload = FAILURE;
	if (r->kind == kinds[2] && r->slot[TYPE] && strcmp(value(g, r->slot[TYPE]), "error") == 0)
		r->echo = 0;
}

static void read_presence_child(struct guard *g, struct name n, const char **attributes)
{
	struct reading *r = &g->read;
	if (is(g, n, "show", NS_CLIENT) && !r->slot[SHOW])
		capture(g, SHOW);
	else if (is(g, n, "status", NS_CLIENT) && !r->slot[STATUS])
		capture(g, STATUS);
	else if (is(g, n, "priority", NS_CLIENT) && r->priority == NO_NUMBER)
		capture(g, PRIORITY);
	else if (is(g, n, "c", NS_CAPS) && !r->slot[CLIENT])
		r->slot[CLIENT] = keep(g, read_attribute(attributes, "node"));
}

/* What our own server says of our account: a push counts from nobody and the account only (RFC 6121
 * 2.1.6). */
static bool from_own_server(const struct guard *g, bool push)
{
	const char *from = value(g, g->read.slot[FROM]);
	return !from || (g->own && (strcmp(from, g->own) == 0 ||
	                            (!push && strcmp(from, jid_domain(g->own)) == 0)));
}

static bool is_roster(const struct guard *g)
{
	const char *type = value(g, g->read.slot[TYPE]);
	bool push = type && strcmp(type, "set") == 0;
	return type && (push || strcmp(type, "result") == 0) && !g->refused &&
	       from_own_server(g, push);
}

static enum payload read_query(struct guard *g, struct name n, const char **attributes)
{
	struct reading *r = &g->read;
	if (is(g, n, "query", "jabber:iq:last")) {
		r->seconds = stanza_number(read_attribute(attributes, "seconds"), -1, INT32_MAX);
		capture(g, TEXT);
		return LAST;
	}
	if (is(g, n, "query", "jabber:iq:version"))
		return VERSION;
	if (is(g, n, "query", "http://jabber.org/protocol/disco#info"))
		return DISCO_INFO;
	if (is(g, n, "query", "http://jabber.org/protocol/disco#items"))
		return DISCO_ITEMS;
	if (is(g, n, "query", NS_ROSTER) && is_roster(g)) {
		r->roster = true;
		return ROSTER;
	}
	return NONE;
}

static void read_iq_child(struct guard *g, struct name n, const char **attributes)
{
	if (is(g, n, "error", NS_CLIENT))
		g->read.payload = FAILURE;
	else if (g->read.echo != NO_NUMBER)
		g->read.echo = 1;
	else
		g->read.payload = read_query(g, n, attributes);
}

/* One defined condition, and perhaps a text (RFC 6120 8.3; 4.9 and 6.5 are alike). */
static void read_failure(struct guard *g, struct name n)
{
	const char *ns = names_ns(&g->names, n);
	if (g->read.kind && strcmp(ns, NS_STANZAS) != 0)
		return;
	if (strcmp(n.local, "text") == 0)
		capture(g, TEXT);
	else
		g->read.slot[CONDITION] = keep(g, n.local);
}

static void add_item(struct guard *g, const char *jid)
{
	struct reading *r = &g->read;
	if (!jid || !strchr(jid, '/') || strlen(jid) > room(g))
		return;
	if (r->item_count == r->item_room) {
		r->item_room = r->item_room ? 2 * r->item_room : 16;
		r->items = must_realloc(r->items, r->item_room * sizeof *r->items);
	}
	r->items[r->item_count++] = keep(g, jid);
}

static void read_roster_item(struct guard *g, const char **attributes)
{
	struct reading *r = &g->read;
	r->groups = 0;
	r->item_at = r->values.length;
	r->jid = keep(g, read_attribute(attributes, "jid"));
	r->subscription = keep(g, read_attribute(attributes, "subscription"));
	r->ask = keep(g, read_attribute(attributes, "ask"));
	r->name = keep(g, read_attribute(attributes, "name"));
}

static void read_grandchild(struct guard *g, struct name n, const char **attributes)
{
	struct reading *r = &g->read;
	const char *category = read_attribute(attributes, "category");
	if (r->payload == FAILURE && r->kind)
		read_failure(g, n);
	else if (r->payload == VERSION && is(g, n, "name", "jabber:iq:version"))
		capture(g, SOFTWARE);
	else if (r->payload == DISCO_ITEMS &&
	         is(g, n, "item", "http://jabber.org/protocol/disco#items"))
		add_item(g, read_attribute(attributes, "jid"));
	else if (r->payload == DISCO_INFO && category && strcmp(category, "server") == 0 &&
	         is(g, n, "identity", "http://jabber.org/protocol/disco#info"))
		r->slot[SOFTWARE] = keep(g, read_attribute(attributes, "name"));
}

static void count_strange(struct guard *g, bool known, const char **attributes)
{
	static const char *const usual[] = {"jid", "name", "subscription", "ask", "approved"};
	size_t strange = !known;
	for (; *attributes; attributes += 2) {
		size_t i = 0;
		while (i < sizeof usual / sizeof *usual && strcmp(usual[i], attributes[0]) != 0)
			i++;
		strange += i == sizeof usual / sizeof *usual;
	}
	g->read.strange += strange;
	if (g->read.strange > STRANGE_MAX)
		broken(g, "endless", "a roster is full of what has no place in it");
}

static void read_roster(struct guard *g, size_t level, struct name n, const char **attributes)
{
	bool item = level == 3 && is(g, n, "item", NS_ROSTER);
	bool group = level == 4 && g->read.item_at && is(g, n, "group", NS_ROSTER);
	count_strange(g, item || group, attributes);
	if (item)
		read_roster_item(g, attributes);
	else if (group)
		capture(g, GROUP);
}

void read_start(struct guard *g, size_t level, struct name n, const char **attributes)
{
	struct reading *r = &g->read;
	end_capture(g);
	if (level == 1)
		read_top(g, n, attributes);
	else if (r->payload == ROSTER)
		read_roster(g, level, n, attributes);
	else if (level == 2 && !r->kind && r->payload == FAILURE)
		read_failure(g, n);
	else if (level == 2 && r->kind && strcmp(r->kind, "iq") == 0)
		read_iq_child(g, n, attributes);
	else if (level == 2 && r->kind && is(g, n, "delay", NS_DELAY))
		r->delay = stanza_time(read_attribute(attributes, "stamp"));
	else if (level == 2 && r->kind && strcmp(r->kind, "presence") == 0)
		read_presence_child(g, n, attributes);
	else if (level == 3)
		read_grandchild(g, n, attributes);
}

void read_text(struct guard *g, const char *text, size_t n)
{
	if (g->read.capture != NOTHING)
		bytes_add(&g->read.values, text, n < room(g) ? n : room(g));
}

static void tell_roster_item(struct guard *g)
{
	struct reading *r = &g->read;
	struct stanza iq = stanza_empty;
	struct guard_item item = {
		.iq = &iq,
		.jid = value(g, r->jid),
		.name = value(g, r->name),
		.subscription = value(g, r->subscription),
		.ask = value(g, r->ask),
		.groups = r->groups ? pointers(g, r->groups) : NULL,
	};
	iq.kind = r->kind;
	iq.type = value(g, r->slot[TYPE]);
	iq.from = value(g, r->slot[FROM]);
	iq.id = value(g, r->slot[ID]);
	for (size_t i = 0; i < r->groups; i++)
		item.groups[i] = value(g, r->group[i]);
	r->values.length = r->item_at;
	r->item_at = 0;
	if (!g->calls->item(g->user, &item, g->e))
		broken(g, NULL, NULL);
}

void read_end(struct guard *g, size_t level)
{
	struct reading *r = &g->read;
	end_capture(g);
	if (level == 3 && r->payload == ROSTER && r->item_at)
		tell_roster_item(g);
	if (level == 2 && r->kind)
		r->payload = NONE;
}

/* A value of an element that is refused is cut like the element. */
static const char *result(struct guard *g, enum slot slot)
{
	char *text = g->read.slot[slot] ? g->read.values.at + g->read.slot[slot] : NULL;
	size_t length = text ? strlen(text) : 0;
	if (g->refused && length > g->limits.cut)
		text[whole_characters(text, g->limits.cut)] = '\0';
	return text;
}

void read_result(struct guard *g, struct guard_element *out)
{
	struct reading *r = &g->read;
	out->stanza = stanza_empty;
	out->stanza.kind = r->kind;
	out->stanza.type = result(g, TYPE);
	out->stanza.from = result(g, FROM);
	out->stanza.id = result(g, ID);
	out->stanza.show = result(g, SHOW);
	out->stanza.status = result(g, STATUS);
	out->stanza.client = result(g, CLIENT);
	out->stanza.priority = r->priority;
	out->stanza.delay = r->delay;
	out->stanza.condition = result(g, CONDITION);
	out->stanza.text = result(g, TEXT);
	out->stanza.echo = r->echo;
	out->stanza.seconds = r->seconds;
	out->stanza.software = result(g, SOFTWARE);
	out->to = result(g, TO);
	out->name = result(g, NAME);
	out->ns = result(g, NS);
	out->roster = r->roster;
	out->item_count = r->item_count;
	out->items = pointers(g, r->item_count);
	for (size_t i = 0; i < r->item_count; i++)
		out->items[i] = value(g, r->items[i]);
}
