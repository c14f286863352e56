#include "cmd.h"

#include <stdio.h>

/* Prints views, has no opinion: the rule is in the file (sql/views.sql). */
bool cmd_report(const struct options *o, int *status, struct err *e)
{
	AUTO(store_close) struct store *store = NULL;
	AUTO(auto_free) char *account = NULL;
	struct cmd_answer answer;
	if (!store_open_read(&store, o->db, e) || !cmd_account(store, o->account, &account, e) ||
	    !cmd_print_contacts(store, o, account, &answer, e))
		return false;
	if (o->exit_code && answer.invisible > 0)
		*status = 1;
	if (o->format != FORMAT_TABLE)
		return true;
	printf("as of %s; nothing is known after that\n", answer.as_of);
	if (answer.invisible == 0)
		return true;
	printf("\nthe recent history of their resources:\n");
	return cmd_print(store, o,
	                 &(struct cmd_query){.people = SQL_REPORT_HISTORY, .account = account},
	                 &(size_t){0}, e);
}
