#include "cmd.h"

bool cmd_status(const struct options *o, int *status, struct err *e)
{
	(void)o;
	(void)status;
	return fail(e, EX_UNAVAILABLE, "not yet");
}
