#include "cmd.h"
#include "store_copy.h"

bool cmd_backup(const struct options *o, int *status, struct err *e)
{
	AUTO(store_close) struct store *store = NULL;
	struct store_copied copied;
	(void)status;
	if (!*o->operands[0])
		return fail(e, EX_USAGE, "backup to which file? Its name is empty");
	if (!store_open_read(&store, o->db, e) || !store_copy(store, o->operands[0], &copied, e))
		return false;
	cmd_say(o, SAY_NOTICE, "%s has %lld stanzas, %.1f MB; checked, and on the disk",
	        o->operands[0], (long long)copied.stanzas, (double)copied.bytes / 1e6);
	return true;
}
