#include "guard_parts.h"

#include <stdlib.h>

#define NS_MAX 1024     /* longer ones are told apart by their first bytes: no known one is */
#define PREFIXES_MAX 64 /* in force at a time */
#define NO_OUTER SIZE_MAX

void names_clear(struct names *s)
{
	s->count = s->prefixes = s->lost = s->standard = s->text.length = 0;
	bytes_add(&s->text, "", 1);
}

void names_free(struct names *s)
{
	free(s->scope);
	free(s->text.at);
}

/* What the attribute declares: a prefix, "" for the default namespace; NULL: it is no declaration. */
static const char *declared(const char *attribute)
{
	if (strncmp(attribute, "xmlns", 5) != 0)
		return NULL;
	if (attribute[5] == ':' && attribute[6])
		return attribute + 6;
	return attribute[5] ? NULL : attribute + 5;
}

static void add_scope(struct names *s, size_t depth, const char *prefix, const char *ns)
{
	struct scope scope = {.depth = depth, .begin = s->text.length, .outer = NO_OUTER};
	size_t length = strlen(ns);
	if (s->count == s->room) {
		s->room = s->room ? 2 * s->room : 16;
		s->scope = must_realloc(s->scope, s->room * sizeof *s->scope);
	}
	bytes_add(&s->text, prefix, strlen(prefix) + 1);
	scope.ns = *ns ? s->text.length : 0;
	bytes_add(&s->text, ns, length < NS_MAX ? length : NS_MAX);
	bytes_add(&s->text, "", 1);
	if (*prefix) {
		s->prefixes++;
	} else {
		scope.outer = s->standard;
		s->standard = scope.ns;
	}
	s->scope[s->count++] = scope;
}

bool names_enter(struct names *s, size_t depth, const char **attributes)
{
	bool fits = true;
	for (; *attributes; attributes += 2) {
		const char *prefix = declared(attributes[0]);
		if (!prefix)
			continue;
		if (strlen(prefix) > NS_MAX || (*prefix && s->prefixes == PREFIXES_MAX)) {
			fits = false;
			if (!s->lost)
				s->lost = depth;
			continue;
		}
		if (strlen(attributes[1]) > NS_MAX)
			fits = false;
		add_scope(s, depth, prefix, attributes[1]);
	}
	return fits;
}

void names_leave(struct names *s, size_t depth)
{
	while (s->count > 0 && s->scope[s->count - 1].depth == depth) {
		const struct scope *last = &s->scope[--s->count];
		if (last->outer == NO_OUTER)
			s->prefixes--;
		else
			s->standard = last->outer;
		s->text.length = last->begin;
	}
	if (s->lost == depth)
		s->lost = 0;
}

static size_t find_prefix(const struct names *s, const char *prefix, size_t length)
{
	if (s->lost)
		return 0;
	for (size_t i = s->count; i-- > 0;) {
		const char *known = s->text.at + s->scope[i].begin;
		if (s->scope[i].outer == NO_OUTER && strncmp(known, prefix, length) == 0 &&
		    !known[length])
			return s->scope[i].ns;
	}
	return 0;
}

struct name names_find(const struct names *s, const char *name)
{
	const char *colon = strchr(name, ':');
	if (!colon)
		return (struct name){.local = name, .ns = s->standard};
	return (struct name){
		.local = colon + 1,
		.ns = find_prefix(s, name, (size_t)(colon - name)),
		.prefixed = true,
	};
}

const char *names_ns(const struct names *s, struct name n)
{
	return s->text.at + n.ns;
}
