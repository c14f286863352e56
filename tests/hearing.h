/* What a guard tells, written down as one text: guards that tell the same have the same text. For the
 * unit tests, the fuzz target and whoever wants to look. */
#ifndef HEARING_H
#define HEARING_H

#include "guard.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct hearing {
	FILE *out; /* into text */
	char *text;
	size_t length;
	bool bytes;   /* xml, safe and sizes as well */
	bool one_end; /* do not tell not-xml from endless: a token can be both */
	/* What the element's callback does beside: */
	struct guard *guard;
	const char *reset_at; /* guard_reset() at an element of that name */
	const char *fail_at;  /* fails at one of that name; or at "item", "closed" */
	void (*look)(const struct guard_element *x);
	size_t dropped; /* that guard_reset() told of */
	int blanks, items;
};

static inline void hear_value(FILE *out, const char *name, const char *value)
{
	if (value)
		fprintf(out, " %s='%s'", name, value);
}

static inline void hear_number(FILE *out, const char *name, int64_t value)
{
	if (value != NO_NUMBER)
		fprintf(out, " %s=%lld", name, (long long)value);
}

static inline void hear_stanza(FILE *out, const struct stanza *s)
{
	hear_value(out, "type", s->type);
	hear_value(out, "from", s->from);
	hear_value(out, "id", s->id);
	hear_value(out, "show", s->show);
	hear_value(out, "status", s->status);
	hear_value(out, "client", s->client);
	hear_number(out, "priority", s->priority);
	hear_number(out, "delay", s->delay);
	hear_value(out, "condition", s->condition);
	hear_value(out, "text", s->text);
	hear_number(out, "echo", s->echo);
	hear_number(out, "seconds", s->seconds);
	hear_value(out, "software", s->software);
}

static inline void hear_rest(struct hearing *h, const struct guard_element *x)
{
	hear_value(h->out, "to", x->to);
	for (size_t i = 0; i < x->item_count; i++)
		hear_value(h->out, "lists", x->items[i]);
	if (x->roster)
		fputs(" roster", h->out);
	if (h->one_end && x->refused &&
	    (strcmp(x->refused, "not-xml") == 0 || strcmp(x->refused, "endless") == 0)) {
		fputs(" broken off\n", h->out);
		return;
	}
	if (x->refused)
		fprintf(h->out, " refused: %s%s", x->refused, x->safe ? ", but passed on" : "");
	if (h->bytes)
		fprintf(h->out, "\n  %zu, %zu of %zu: %s\n  %zu: %s", x->tag_length, x->length,
		        x->size, x->stanza.xml, x->safe_length, x->safe ? x->safe : "nothing");
	fputs("\n", h->out);
}

static inline bool hear_whether(const struct hearing *h, const char *name, struct err *e)
{
	return !h->fail_at || strcmp(name, h->fail_at) != 0 || fail(e, EX_IOERR, "failed");
}

static inline bool hear_head(void *user, const struct guard_element *x, struct err *e)
{
	struct hearing *h = user;
	fputs("head", h->out);
	hear_stanza(h->out, &x->stanza);
	hear_rest(h, x);
	return hear_whether(h, x->name, e);
}

static inline bool hear_element(void *user, const struct guard_element *x, struct err *e)
{
	struct hearing *h = user;
	fputs(x->stanza.kind ? x->stanza.kind : x->name, h->out);
	if (!x->stanza.kind)
		fprintf(h->out, " of '%s'", x->ns);
	hear_stanza(h->out, &x->stanza);
	hear_rest(h, x);
	if (h->look)
		h->look(x);
	if (h->reset_at && strcmp(x->name, h->reset_at) == 0)
		h->dropped += guard_reset(h->guard);
	return hear_whether(h, x->name, e);
}

static inline bool hear_item(void *user, const struct guard_item *item, struct err *e)
{
	struct hearing *h = user;
	h->items++;
	fputs("item", h->out);
	hear_value(h->out, "jid", item->jid);
	hear_value(h->out, "name", item->name);
	hear_value(h->out, "subscription", item->subscription);
	hear_value(h->out, "ask", item->ask);
	for (const char **group = item->groups; group && *group; group++)
		hear_value(h->out, "group", *group);
	fprintf(h->out, " of");
	hear_stanza(h->out, item->iq);
	fputs("\n", h->out);
	return hear_whether(h, "item", e);
}

static inline bool hear_end(void *user, struct err *e)
{
	struct hearing *h = user;
	fputs("closed\n", h->out);
	return hear_whether(h, "closed", e);
}

static inline void hear_blank(void *user)
{
	struct hearing *h = user;
	h->blanks++;
}

/* A guard that h listens to. */
static inline void hearing_open(struct hearing *h, const struct guard_limits *limits)
{
	static const struct guard_calls calls = {hear_head, hear_element, hear_item, hear_end,
	                                         hear_blank};
	h->out = open_memstream(&h->text, &h->length);
	h->guard = guard_new(limits, &calls, h);
}

/* Feeds everything in pieces of that size. Why it fails is the last line. */
static inline void hearing_feed(struct hearing *h, const char *bytes, size_t n, size_t piece)
{
	struct err e;
	for (size_t at = 0; at < n; at += piece) {
		if (!guard_feed(h->guard, bytes + at, n - at < piece ? n - at : piece, &e)) {
			fprintf(h->out, "failed: %s\n", e.text);
			break;
		}
	}
	fflush(h->out);
}

static inline void hearing_close(struct hearing *h)
{
	guard_free(&h->guard);
	fclose(h->out);
	free(h->text);
}

#endif
