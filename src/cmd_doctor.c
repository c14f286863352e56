#include "cmd.h"
#include "doctor.h"
#include "store_scratch.h"

#include <stdlib.h>

/* The findings as one JSON array. */
static bool as_json(struct store *scratch, const struct findings *f, char **out, struct err *e)
{
	static const char *const words[] = {"ok", "warning", "wrong"};
	AUTO(auto_free) char *items = must_strdup("[]");
	bool more;
	for (size_t i = 0; i < f->count; i++) {
		AUTO(query_free) struct query *q = NULL;
		if (!store_query(&q, scratch, SQL_DOCTOR_FINDING, e))
			return false;
		query_text(q, ":items", items);
		query_text(q, ":check", f->list[i].check);
		query_text(q, ":verdict", words[f->list[i].health]);
		query_text(q, ":says", f->list[i].says);
		if (!query_next(q, &more, e))
			return false;
		free(items);
		items = must_strdup(query_get_text(q, 0, NULL));
	}
	*out = items;
	items = NULL;
	return true;
}

static enum sql statement_for(enum format format)
{
	switch (format) {
	case FORMAT_TABLE:
	case FORMAT_TSV:
	case FORMAT_CSV:
		return SQL_DOCTOR;
	case FORMAT_JSON:
		return SQL_DOCTOR_JSON;
	case FORMAT_NDJSON:
		return SQL_DOCTOR_NDJSON;
	}
	abort();
}

static bool print(const struct options *o, const struct findings *f, struct err *e)
{
	AUTO(store_close) struct store *scratch = NULL;
	AUTO(auto_free) char *items = NULL;
	AUTO(query_free) struct query *q = NULL;
	struct look look = o->look;
	look.width = 0; /* what to do stands at the end of a line */
	if (!store_open_scratch(&scratch, e) || !as_json(scratch, f, &items, e) ||
	    !store_query(&q, scratch, statement_for(o->format), e))
		return false;
	query_text(q, ":items", items);
	if (query_has(q, ":file"))
		query_text(q, ":file", o->db);
	return table_print(stdout, q, o->format, &look, NULL, e);
}

bool cmd_doctor(const struct options *o, int *status, struct err *e)
{
	AUTO(findings_free) struct findings f = {0};
	if (!doctor_file(&f, o->db, o->locks, e) || !doctor_record(&f, o->db, e))
		return false;
	doctor_versions(&f);
	for (size_t i = 0; i < f.count; i++)
		if (f.list[i].health == HEALTH_WRONG)
			*status = EX_DATAERR;
	return print(o, &f, e);
}
