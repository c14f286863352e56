#include "doctor_parts.h"

#include "versions.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void findings_add(struct findings *to, const char *check, enum health health, const char *fmt, ...)
{
	va_list ap;
	char *says = NULL;
	va_start(ap, fmt);
	if (vasprintf(&says, fmt, ap) < 0)
		says = must_strdup("");
	va_end(ap);
	to->list = must_realloc(to->list, (to->count + 1) * sizeof *to->list);
	to->list[to->count++] = (struct finding){check, health, says};
}

void findings_free(struct findings *findings)
{
	for (size_t i = 0; i < findings->count; i++)
		free(findings->list[i].says);
	free(findings->list);
	*findings = (struct findings){0};
}

void doctor_versions(struct findings *to)
{
	struct version v[VERSIONS];
	AUTO(auto_free) char *list = text_new("unseen %s", UNSEEN_VERSION);
	versions_read(v);
	for (int i = 0; i < VERSIONS; i++) {
		char *longer = text_new("%s, %s %s", list, v[i].name, v[i].is);
		free(list);
		list = longer;
	}
	findings_add(to, "versions", HEALTH_OK, "%s", list);
	for (int i = 0; i < VERSIONS; i++)
		if (!v[i].enough)
			findings_add(to, "versions", HEALTH_WARNING, "%s %s: %s", v[i].name,
			             v[i].is, v[i].least);
}

/* ---- inside ---------------------------------------------------------------------------------- */

/* A statement that says what it found, a row each: the words, and where it has a second column how bad
 * that is (0 to 2, as enum health); without that column every row is wrong. */
static const struct check {
	const char *name;
	enum sql statement;
	const char *fine; /* when there is no row; NULL: there is always one */
} checks[] = {
	{"integrity", SQL_DAMAGE, "every page and index is in order"},
	{"references", SQL_DOCTOR_REFERENCES, "nothing points to what is not there"},
	{"facts", SQL_DOCTOR_FACTS, "watches and ids are in order"},
	{"clock", SQL_DOCTOR_CLOCK, "it was never set while a recorder ran"},
};

static bool run_check(struct findings *to, struct store *store, const struct check *c,
                      struct err *e)
{
	AUTO(query_free) struct query *q = NULL;
	bool more, found = false;
	if (!store_query(&q, store, c->statement, e))
		return false;
	if (query_has(q, ":print"))
		query_text(q, ":print", SQL_RULE_PRINT);
	for (;;) {
		if (!query_next(q, &more, e))
			return false;
		if (!more)
			break;
		enum health health = HEALTH_WRONG;
		if (query_columns(q) > 1)
			health = (enum health)query_get_int(q, 1);
		findings_add(to, c->name, health, "%s", query_get_text(q, 0, NULL));
		found = true;
	}
	if (!found)
		findings_add(to, c->name, HEALTH_OK, "%s", c->fine);
	return true;
}

/* What the file itself is to blame for is what was asked for; the rest is a failure of ours. */
static bool blame(struct findings *to, const char *check, struct err *e)
{
	if (e->status != EX_DATAERR)
		return false;
	findings_add(to, check, HEALTH_WRONG, "%s", e->text);
	return true;
}

/* The rule, and what it made of the facts: another one keeps that in tables of its own. */
static bool look_at_rule(struct findings *to, struct store *store, struct err *e)
{
	static const struct check rule = {"rule", SQL_DOCTOR_RULE, NULL},
				  state = {"verdicts", SQL_DOCTOR_STATE,
	                                   "every one stands on a proof that is on record"};
	if (!run_check(to, store, &rule, e))
		return false;
	return to->list[to->count - 1].health != HEALTH_OK || run_check(to, store, &state, e);
}

bool doctor_record(struct findings *to, const char *path, struct err *e)
{
	AUTO(store_close) struct store *store = NULL;
	if (!store_open_read(&store, path, e))
		return blame(to, "record", e);
	findings_add(to, "record", HEALTH_OK, "a record of unseen's that this version reads");
	for (size_t i = 0; i < sizeof checks / sizeof *checks; i++)
		if (!run_check(to, store, &checks[i], e) && !blame(to, checks[i].name, e))
			return false;
	return look_at_rule(to, store, e) || blame(to, "rule", e);
}
