#include "cmd.h"

static bool has_the_view(struct store *store, struct err *e)
{
	AUTO(query_free) struct query *q = NULL;
	bool more;
	if (!store_query(&q, store, SQL_TELLS_WHY, e) || !query_next(q, &more, e))
		return false;
	return query_get_int(q, 0) ||
	       fail(e, EX_DATAERR,
	            "the rule in that file is older and cannot tell why; unseen scan or log puts "
	            "this one in its place");
}

/* Prints the view `why`: the chain from the stanzas to the verdict. */
bool cmd_why(const struct options *o, int *status, struct err *e)
{
	AUTO(store_close) struct store *store = NULL;
	AUTO(auto_free) char *account = NULL;
	struct options lines = *o;
	size_t rows;
	struct cmd_query why = {
		.people = SQL_WHY,
		.machines = SQL_WHY_ROWS,
		.objects = SQL_WHY_NDJSON,
		.whole = SQL_WHY_JSON,
		.contact = o->operands[0],
	};
	(void)status;
	if (!store_open_read(&store, o->db, e) || !has_the_view(store, e) ||
	    !cmd_account(store, o->account, &account, e))
		return false;
	why.account = account;
	/* lines of a text, whole: who could have forged it stands at the end */
	lines.look.bare = true;
	lines.look.width = 0;
	return cmd_contact_known(store, account, why.contact, e) &&
	       cmd_print(store, &lines, &why, &rows, e);
}
