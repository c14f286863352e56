#include "store_scratch.h"

#include "store_parts.h"

bool store_open_scratch(struct store **out, struct err *e)
{
	AUTO(store_close) struct store *s = must_calloc(1, sizeof *s);
	s->lock = -1;
	s->path = must_strdup(":memory:");
	if (sqlite3_open_v2(s->path, &s->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_MEMORY, NULL) !=
	    SQLITE_OK)
		return store_fail(s, "cannot open", e);
	*out = s;
	s = NULL;
	return true;
}
