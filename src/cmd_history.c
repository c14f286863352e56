#include "cmd.h"

bool cmd_history(const struct options *o, int *status, struct err *e)
{
	AUTO(store_close) struct store *store = NULL;
	AUTO(auto_free) char *account = NULL;
	const char *contact = o->operands[0];
	size_t rows = 0;
	struct cmd_query history = {
		.people = SQL_HISTORY,
		.machines = SQL_HISTORY_ROWS,
		.objects = SQL_HISTORY_NDJSON,
		.whole = SQL_HISTORY_JSON,
		.contact = contact,
	};
	(void)status;
	if (!store_open_read(&store, o->db, e) || !cmd_account(store, o->account, &account, e))
		return false;
	history.account = account;
	if (!cmd_contact_known(store, account, contact, e) ||
	    !cmd_print(store, o, &history, &rows, e))
		return false;
	if (rows == 0 && o->format == FORMAT_TABLE)
		cmd_say(o, SAY_NOTICE, "no resource of %s was ever heard of", contact);
	return true;
}
