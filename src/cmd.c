#include "cmd.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

bool cmd_account(struct store *store, const char *named, char **out, struct err *e)
{
	AUTO(query_free) struct query *q = NULL;
	AUTO(auto_free) char *found = NULL;
	AUTO(auto_free) char *list = must_strdup("");
	bool more;
	int n = 0;
	if (!store_query(&q, store, SQL_ACCOUNTS, e))
		return false;
	while (query_next(q, &more, e)) {
		if (!more)
			break;
		const char *account = query_get_text(q, 0, NULL);
		char *longer = text_new("%s%s%s", list, n++ ? ", " : "", account);
		free(list);
		list = longer;
		if (named ? strcasecmp(named, account) == 0 : !found) {
			free(found);
			found = must_strdup(account);
		}
	}
	if (more)
		return false;
	if (n == 0)
		return fail(e, EX_NOINPUT, "nothing was recorded in that file yet; unseen scan does");
	if (named && !found)
		return fail(e, EX_NOINPUT, "no record of %s in that file; it has: %s", named, list);
	if (!named && n > 1)
		return fail(e, EX_USAGE, "several accounts in that file: choose with --account one of %s", list);
	*out = found;
	found = NULL;
	return true;
}

bool cmd_print(struct store *store, const struct options *o, const struct cmd_query *what,
               size_t *rows, struct err *e)
{
	AUTO(query_free) struct query *q = NULL;
	if (!store_query(&q, store, what->name, e))
		return false;
	if (query_has(q, ":account"))
		query_text(q, ":account", what->account);
	if (query_has(q, ":contact"))
		query_text(q, ":contact", what->contact);
	if (query_has(q, ":all"))
		query_int(q, ":all", o->all);
	if (query_has(q, ":utc"))
		query_int(q, ":utc", o->utc);
	return table_print(stdout, q, o->format, &o->look, rows, e);
}

static enum sql contacts_query(const struct options *o)
{
	switch (o->format) {
	case FORMAT_TABLE:
		return o->all ? SQL_SCAN_ALL : SQL_SCAN_SOME;
	case FORMAT_TSV:
	case FORMAT_CSV:
		return SQL_SCAN_ROWS;
	case FORMAT_JSON:
		return SQL_SCAN_JSON;
	case FORMAT_NDJSON:
		return SQL_SCAN_NDJSON;
	}
	abort();
}

bool cmd_print_contacts(struct store *store, const struct options *o, const char *account,
                        int64_t *invisible, struct err *e)
{
	AUTO(query_free) struct query *q = NULL;
	AUTO(auto_free) char *line = NULL;
	size_t rows = 0, length;
	bool more;
	if (!cmd_print(store, o, &(struct cmd_query){contacts_query(o), account, NULL}, &rows, e) ||
	    !store_query(&q, store, SQL_SUMMARY, e))
		return false;
	query_text(q, ":account", account);
	query_int(q, ":utc", o->utc);
	if (!query_next(q, &more, e))
		return false;
	if (!more)
		return fail(e, EX_NOINPUT, "nothing was recorded of %s", account);
	*invisible = query_get_int(q, 1);
	if (o->format != FORMAT_TABLE)
		return true;
	const char *text = query_get_text(q, 0, &length);
	line = text ? text_safe(text, length, o->look.utf8) : must_strdup("the roster is empty");
	if (printf("%sAs of %s%s: %s.\n", rows ? "\n" : "", query_get_text(q, 3, NULL),
	           query_get_int(q, 2) ? "" : ", incomplete", line) < 0 || fflush(stdout) != 0)
		return fail(e, EX_IOERR, "cannot write the answer");
	return true;
}

void cmd_say(const struct options *o, const char *fmt, ...)
{
	AUTO(auto_free) char *text = NULL;
	va_list ap;
	if (o->verbose < 0)
		return;
	va_start(ap, fmt);
	int n = vasprintf(&text, fmt, ap);
	va_end(ap);
	if (n < 0)
		return;
	AUTO(auto_free) char *safe = text_safe(text, (size_t)n, o->look.utf8);
	fprintf(stderr, "unseen: %s\n", safe);
}
