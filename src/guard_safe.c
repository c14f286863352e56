#include "guard_parts.h"

#define GROWTH 4 /* how much more than its bytes an element may become */

static void add(struct guard *g, const char *text)
{
	bytes_add(&g->safe, text, strlen(text));
}

/* What XML, or its normalisation of line ends and values, would take for something else. */
static const char *escape(char c, bool in_value)
{
	switch (c) {
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '&':
		return "&amp;";
	case '"':
		return in_value ? "&quot;" : NULL;
	case '\r':
		return "&#13;";
	case '\n':
		return in_value ? "&#10;" : NULL;
	case '\t':
		return in_value ? "&#9;" : NULL;
	default:
		return NULL;
	}
}

static void add_escaped(struct guard *g, const char *text, size_t n, bool in_value)
{
	for (size_t plain = 0; n > 0; plain = 0) {
		const char *escaped = NULL;
		while (plain < n && !(escaped = escape(text[plain], in_value)))
			plain++;
		bytes_add(&g->safe, text, plain);
		if (escaped) {
			add(g, escaped);
			plain++;
		}
		text += plain;
		n -= plain;
	}
}

static void add_attribute(struct guard *g, const char *name, const char *value)
{
	add(g, " ");
	add(g, name);
	add(g, "=\"");
	add_escaped(g, value, strlen(value), true);
	add(g, "\"");
}

/* Of those that have a prefix, xml:lang alone: libstrophe takes any other for one without it. */
static void add_attributes(struct guard *g, const char **attributes)
{
	for (; *attributes; attributes += 2)
		if (strcmp(attributes[0], "xml:lang") == 0 ||
		    (!strchr(attributes[0], ':') && strcmp(attributes[0], "xmlns") != 0))
			add_attribute(g, attributes[0], attributes[1]);
}

/* What follows a prefix need not be a name by itself. */
static bool stands_alone(struct name n)
{
	char c = n.local[0];
	bool begins = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
	return !n.prefixed || (begins && !strchr(n.local, ':'));
}

static void check_size(struct guard *g, size_t spent)
{
	g->safe_spent += spent;
	if (g->safe.length + g->safe_spent > GROWTH * g->limits.whole)
		refuse(g, "too-big");
}

void safe_head(struct guard *g, const char **attributes)
{
	g->safe.length = 0;
	add(g, "<?xml version='1.0'?><stream:stream xmlns=\"" NS_CLIENT
	       "\" xmlns:stream=\"" NS_STREAM "\"");
	add_attributes(g, attributes);
	add(g, ">");
}

void safe_start(struct guard *g, size_t level, struct name n, const char **attributes)
{
	const char *ns = names_ns(&g->names, n);
	if (!stands_alone(n)) {
		refuse(g, "bad-name");
		return;
	}
	add(g, "<");
	add(g, n.local);
	g->safe_ns[level] = n.ns;
	if (level == 1 || strcmp(g->names.text.at + g->safe_ns[level - 1], ns) != 0)
		add_attribute(g, "xmlns", ns);
	add_attributes(g, attributes);
	add(g, ">");
	check_size(g, strlen(ns));
}

void safe_text(struct guard *g, const char *text, size_t n)
{
	add_escaped(g, text, n, false);
	check_size(g, 0);
}

void safe_end(struct guard *g, const char *name)
{
	const char *colon = strchr(name, ':');
	add(g, "</");
	add(g, colon ? colon + 1 : name);
	add(g, ">");
}
