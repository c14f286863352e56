#include "cmd.h"
#include "control.h"
#include "holder.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define ANSWER_MS 2000

static int64_t size_beside(const char *db, const char *suffix)
{
	struct stat st;
	AUTO(auto_free) char *real = realpath(db, NULL);
	AUTO(auto_free) char *path = text_new("%s%s", real ? real : db, suffix);
	return stat(path, &st) == 0 ? st.st_size : 0;
}

/* Lines of a name, a tab and a value (control.h); names that the statement does not have are of a
 * newer recorder. `text` is cut up. */
static void bind_answer(struct query *q, char *text)
{
	char *rest = text, *line;
	while ((line = strsep(&rest, "\n")) != NULL) {
		char *value = strchr(line, '\t');
		if (!value)
			continue;
		*value++ = '\0';
		AUTO(auto_free) char *name = text_new(":%s", line);
		if (query_has(q, name))
			query_text(q, name, value);
	}
}

static bool read_status(struct store *store, const struct options *o, const struct holder *who,
                        char *answer, char **out, struct err *e)
{
	AUTO(query_free) struct query *q = NULL;
	AUTO(auto_free) char *pid = who->pid ? text_new("%ld", who->pid) : NULL;
	bool more;
	if (!store_query(&q, store, SQL_STATUS_JSON, e))
		return false;
	query_text(q, ":pid", pid);
	if (answer)
		bind_answer(q, answer);
	/* these last: they are ours to say */
	query_int(q, ":alive", who->what != NULL);
	query_int(q, ":answers", answer != NULL);
	query_int(q, ":utc", o->utc);
	query_int(q, ":now", now_ms());
	query_text(q, ":named", o->account);
	query_text(q, ":file", o->db);
	query_int(q, ":size", size_beside(o->db, ""));
	query_int(q, ":log_size", size_beside(o->db, "-wal"));
	if (!query_next(q, &more, e))
		return false;
	*out = must_strdup(query_get_text(q, 0, NULL));
	return true;
}

static bool print(struct store *store, const struct options *o, const char *status, struct err *e)
{
	static const enum sql statements[] = {
		[FORMAT_TABLE] = SQL_STATUS,        [FORMAT_TSV] = SQL_STATUS_ROWS,
		[FORMAT_CSV] = SQL_STATUS_ROWS,     [FORMAT_JSON] = SQL_STATUS_WHOLE,
		[FORMAT_NDJSON] = SQL_STATUS_WHOLE,
	};
	AUTO(query_free) struct query *q = NULL;
	struct look look = o->look;
	look.bare = true;
	if (!store_query(&q, store, statements[o->format], e))
		return false;
	query_text(q, ":items", status);
	if (query_has(q, ":utc"))
		query_int(q, ":utc", o->utc);
	return table_print(stdout, q, o->format, &look, NULL, e);
}

/* Prints what the file says whether a recorder is alive or not, and what that adds when it is. */
bool cmd_status(const struct options *o, int *status, struct err *e)
{
	AUTO(store_close) struct store *store = NULL;
	AUTO(auto_free) char *answer = NULL;
	AUTO(auto_free) char *text = NULL;
	struct holder who = {0};
	struct err why;
	/* before the file is opened: holder.h */
	if (!holder_is_recorded(o->db, &who))
		who = (struct holder){0};
	if (who.what && !control_ask(o->db, "status", ANSWER_MS, &answer, &why) && o->verbose > 0)
		cmd_say(o, SAY_INFO, "%s", why.text);
	if (!store_open_read(&store, o->db, e) || !read_status(store, o, &who, answer, &text, e) ||
	    !print(store, o, text, e))
		return false;
	if (!who.what)
		*status = 1;
	return true;
}
