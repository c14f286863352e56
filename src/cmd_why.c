#include "cmd.h"

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
	if (!store_open_read(&store, o->db, e) || !cmd_account(store, o->account, &account, e))
		return false;
	why.account = account;
	/* lines of a text, whole: who could have forged it stands at the end */
	lines.look.bare = true;
	lines.look.width = 0;
	return cmd_contact_known(store, account, why.contact, e) &&
	       cmd_print(store, &lines, &why, &rows, e);
}
