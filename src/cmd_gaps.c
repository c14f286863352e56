#include "cmd.h"

#include <stdio.h>

static bool print_summary(struct store *store, const struct options *o, const char *account,
                          struct err *e)
{
	AUTO(query_free) struct query *q = NULL;
	struct look line = o->look;
	line.bare = true;
	line.width = 0;
	if (!store_query(&q, store, SQL_GAPS_SUMMARY, e))
		return false;
	query_text(q, ":account", account);
	query_int(q, ":utc", o->utc);
	return table_print(stdout, q, FORMAT_TABLE, &line, NULL, e);
}

/* Prints the view `gaps`. A line cut within a watch is none: see the view itself. */
bool cmd_gaps(const struct options *o, int *status, struct err *e)
{
	AUTO(store_close) struct store *store = NULL;
	AUTO(auto_free) char *account = NULL;
	size_t rows;
	struct cmd_query gaps = {
		.people = SQL_GAPS,
		.machines = SQL_GAPS_ROWS,
		.objects = SQL_GAPS_NDJSON,
		.whole = SQL_GAPS_JSON,
	};
	(void)status;
	if (!store_open_read(&store, o->db, e) || !cmd_account(store, o->account, &account, e))
		return false;
	gaps.account = account;
	return cmd_print(store, o, &gaps, &rows, e) &&
	       (o->format != FORMAT_TABLE || print_summary(store, o, account, e));
}
