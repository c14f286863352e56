#include "guard_parts.h"

void refuse(struct guard *g, const char *reason)
{
	if (!g->refused)
		g->refused = reason;
	g->passed = false;
	g->safe.length = 0;
}

void judge_top(struct guard *g)
{
	const char *name = g->read.values.at + g->read.slot[NAME];
	const char *ns = g->read.values.at + g->read.slot[NS];
	bool presence = strcmp(name, "presence") == 0;
	bool stanza = presence || strcmp(name, "message") == 0 || strcmp(name, "iq") == 0;
	g->bounds = presence ? &g->limits.presence : &g->limits.passed;
	if (presence)
		g->passed = false;
	if (!g->read.kind && (stanza || !*ns || strcmp(ns, NS_CLIENT) == 0))
		refuse(g, "not-a-stanza");
}

void judge_child(struct guard *g, size_t level)
{
	if (++g->children[level] > g->bounds->children)
		refuse(g, "too-many-children");
}

void judge_start(struct guard *g, size_t level, const char **attributes)
{
	size_t n = 0;
	while (attributes[2 * n])
		n++;
	if (level > g->bounds->depth) {
		refuse(g, "too-deep");
		return;
	}
	g->children[level] = 0;
	if (n > g->bounds->attributes)
		refuse(g, "too-many-attributes");
	if (level > 1)
		judge_child(g, level - 1);
}

void judge_size(struct guard *g, uint64_t end)
{
	uint64_t size = end - g->begin;
	uint64_t most = g->read.roster ? g->limits.roster : g->limits.ceiling;
	if (size > most) {
		broken(g, "endless", "an element goes on beyond all bounds");
		g->end = g->begin + most;
	} else if (size > g->limits.whole && !g->read.roster) {
		refuse(g, "too-big");
	}
}
