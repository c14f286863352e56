#include "cmd.h"

#include "secret.h"
#include "stanza.h"

#include <errno.h>
#include <stdio.h>
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
		return fail(e, EX_NOINPUT,
		            "nothing was recorded in that file yet; unseen scan does");
	if (named && !found)
		return fail(e, EX_NOINPUT, "no record of %s in that file; it has: %s", named, list);
	if (!named && n > 1)
		return fail(e, EX_USAGE,
		            "several accounts in that file: choose with --account one of %s", list);
	*out = found;
	found = NULL;
	return true;
}

bool cmd_contact_known(struct store *store, const char *account, const char *contact, struct err *e)
{
	AUTO(query_free) struct query *q = NULL;
	bool more;
	if (!store_query(&q, store, SQL_CONTACT_KNOWN, e))
		return false;
	query_text(q, ":account", account);
	query_text(q, ":contact", contact);
	if (!query_next(q, &more, e))
		return false;
	return more || fail(e, EX_NOINPUT,
	                    "the record of %s has no contact %s; unseen report --all lists "
	                    "them",
	                    account, contact);
}

static bool open_query(struct store *store, const struct options *o, const struct cmd_query *what,
                       enum sql name, const char *items, struct query **out, struct err *e)
{
	if (!store_query(out, store, name, e))
		return false;
	query_text(*out, ":account", what->account);
	if (query_has(*out, ":contact"))
		query_text(*out, ":contact", what->contact);
	if (query_has(*out, ":all")) /* one JSON object has every contact in it */
		query_int(*out, ":all", o->all || o->format == FORMAT_JSON);
	if (query_has(*out, ":utc"))
		query_int(*out, ":utc", o->utc);
	if (query_has(*out, ":items"))
		query_text(*out, ":items", items);
	return true;
}

/* The rows of a statement that gives one JSON text a row, as one JSON array. */
static bool gather(struct query *q, char **out, size_t *rows, struct err *e)
{
	FILE *f = NULL;
	char *text = NULL;
	size_t size;
	bool more, ok;
	f = open_memstream(&text, &size);
	if (!f)
		return fail(e, EX_OSERR, "cannot make the answer: out of memory");
	fputc('[', f);
	for (*rows = 0; (ok = query_next(q, &more, e)) && more; ++*rows)
		fprintf(f, "%s%s", *rows ? "," : "", query_get_text(q, 0, NULL));
	fputc(']', f);
	fclose(f);
	*out = text;
	return ok;
}

bool cmd_print(struct store *store, const struct options *o, const struct cmd_query *what,
               size_t *rows, struct err *e)
{
	AUTO(query_free) struct query *q = NULL;
	AUTO(query_free) struct query *whole = NULL;
	AUTO(auto_free) char *items = NULL;
	switch (o->format) {
	case FORMAT_TABLE:
		return open_query(store, o, what, what->people, NULL, &q, e) &&
		       table_print(stdout, q, o->format, &o->look, rows, e);
	case FORMAT_TSV:
	case FORMAT_CSV:
		return open_query(store, o, what, what->machines, NULL, &q, e) &&
		       table_print(stdout, q, o->format, &o->look, rows, e);
	case FORMAT_NDJSON:
		return open_query(store, o, what, what->objects, NULL, &q, e) &&
		       table_print(stdout, q, o->format, &o->look, rows, e);
	case FORMAT_JSON:
		return open_query(store, o, what, what->objects, NULL, &q, e) &&
		       gather(q, &items, rows, e) &&
		       open_query(store, o, what, what->whole, items, &whole, e) &&
		       table_print(stdout, whole, o->format, &o->look, NULL, e);
	}
	abort();
}

static bool print_account_line(struct query *q, bool utf8, struct err *e)
{
	size_t length;
	const char *text = query_get_text(q, 0, &length);
	AUTO(auto_free)
	char *line = text ? text_safe(text, length, utf8)
	                  : must_strdup("nobody to name: the roster is empty");
	if (printf("%s%s\n", line, query_get_int(q, 2) ? "" : "; incomplete") < 0 ||
	    fflush(stdout) != 0)
		return fail(e, EX_IOERR, "cannot write the answer: %s", strerror(errno));
	return true;
}

bool cmd_print_contacts(struct store *store, const struct options *o, const char *account,
                        struct cmd_answer *out, struct err *e)
{
	AUTO(query_free) struct query *q = NULL;
	struct options lines = *o;
	size_t rows;
	bool more;
	const struct cmd_query contacts = {
		.people = o->all ? SQL_SCAN_ALL : SQL_SCAN_SOME,
		.machines = SQL_SCAN_ROWS,
		.objects = SQL_SCAN_NDJSON,
		.whole = SQL_SCAN_JSON,
		.account = account,
	};
	/* a line a contact, whole: the proof stands at its end */
	lines.look.bare = true;
	lines.look.width = 0;
	if (!cmd_print(store, &lines, &contacts, &rows, e) ||
	    !store_query(&q, store, SQL_SUMMARY, e))
		return false;
	query_text(q, ":account", account);
	query_int(q, ":utc", o->utc);
	if (!query_next(q, &more, e))
		return false;
	if (!more)
		return fail(e, EX_NOINPUT, "nothing was recorded of %s", account);
	out->invisible = query_get_int(q, 1);
	out->complete = query_get_int(q, 2) != 0;
	snprintf(out->as_of, sizeof out->as_of, "%s", query_get_text(q, 3, NULL));
	return o->format != FORMAT_TABLE || print_account_line(q, o->look.utf8, e);
}

/* ---- signing in ------------------------------------------------------------------------------- */

bool cmd_needs_account(const struct options *o, struct err *e)
{
	if (!o->account)
		return fail(
			e, EX_USAGE,
			"whose roster? Name your account with --account name@example.org, or in "
			"UNSEEN_ACCOUNT");
	return jid_is_account(o->account, e);
}

bool cmd_password(const struct options *o, char **out, struct err *e)
{
	const struct secret_source from = {o->password_command, o->password_file, o->password_fd,
	                                   o->account};
	return secret_get(out, &from, e);
}

struct session_setup cmd_session_setup(const struct options *o, const char *password)
{
	return (struct session_setup){
		.account = o->account,
		.password = password,
		.resource = o->resource,
		.show = o->show,
		.status = o->status,
		.connect = o->connect,
		.ca_file = o->ca_file,
		.pin = o->pin,
		.direct_tls = o->direct_tls,
		.plaintext = o->plaintext,
		.allow_plain = o->allow_plain,
		.allow_downgrade = o->allow_downgrade,
		.asks = !o->passive,
		.wait_ms = o->wait_ms,
		.timeout_ms = o->timeout_ms,
	};
}

bool cmd_trace(const struct options *o, struct trace **out, struct err *e)
{
	if (!o->trace)
		return true;
	if (strcmp(o->trace, o->db) == 0)
		return fail(e, EX_USAGE, "--trace %s: that is the record itself; name another file",
		            o->trace);
	return trace_new(out, o->trace, o->look.utf8, e);
}
