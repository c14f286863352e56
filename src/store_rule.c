#include "store_parts.h"

#include <stdlib.h>

static bool rule_is_ours(struct store *s, bool *same, struct err *e)
{
	AUTO(query_free) struct query *q = NULL;
	if (!store_query(&q, s, SQL_RULE_SAME, e))
		return false;
	query_text(q, ":print", SQL_RULE_PRINT);
	return query_next(q, same, e);
}

static bool drop_rule(struct store *s, struct err *e)
{
	AUTO(query_free) struct query *q = NULL;
	char *drops[512];
	size_t n = 0;
	bool more, ok = true;
	if (!store_query(&q, s, SQL_RULE_DROP, e))
		return false;
	while ((ok = query_next(q, &more, e)) && more && n < sizeof drops / sizeof *drops)
		drops[n++] = must_strdup(query_get_text(q, 0, NULL));
	query_free(&q);
	for (size_t i = 0; i < n; i++) {
		if (ok && sqlite3_exec(s->db, drops[i], NULL, NULL, NULL) != SQLITE_OK)
			ok = store_fail(s, "cannot replace the rule in", e);
		free(drops[i]);
	}
	return ok;
}

static bool note_rule(struct store *s, struct err *e)
{
	AUTO(query_free) struct query *q = NULL;
	if (!store_query(&q, s, SQL_RULE_NOTE, e))
		return false;
	query_text(q, ":print", SQL_RULE_PRINT);
	query_text(q, ":version", UNSEEN_VERSION);
	return store_run_query(q, e);
}

static bool put_rule(struct store *s, struct err *e)
{
	return store_run_script(s, SQL_RULE_BEFORE, e) && store_run_script(s, SQL_STATE, e) &&
	       store_run_script(s, SQL_VIEWS, e) && store_run_script(s, SQL_RULE_AFTER, e) &&
	       note_rule(s, e) && store_run_script(s, SQL_REBUILD, e);
}

/* The tables that the file does not have yet. */
static bool put_schema(struct store *s, int64_t has, struct err *e)
{
	static const enum sql steps[SCHEMA_VERSION] = {SQL_SCHEMA_1, SQL_SCHEMA_2};
	for (int64_t i = has; i < SCHEMA_VERSION; i++)
		if (!store_run_script(s, steps[i], e))
			return false;
	return true;
}

bool store_bring_up(struct store *s, int64_t schema, struct err *e)
{
	bool same = false;
	if (schema > 0 && !rule_is_ours(s, &same, e))
		return false;
	if (same && schema == SCHEMA_VERSION)
		return true;
	if (!store_run(s, SQL_BEGIN, e))
		return false;
	bool ok = (schema == 0 || drop_rule(s, e)) && put_schema(s, schema, e) && put_rule(s, e) &&
	          store_run(s, SQL_COMMIT, e);
	if (!ok)
		sqlite3_exec(s->db, sql_texts[SQL_ROLLBACK].text, NULL, NULL, NULL);
	return ok;
}
