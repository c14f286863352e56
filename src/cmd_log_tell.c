#include "cmd_log.h"

#include "notify.h"
#include "stop.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BIG_LOG (64 << 20) /* bytes that a reader keeps the log from giving back */

const char *log_state(const struct recorder *r)
{
	if (r->session)
		return "watching";
	return store_is_behind(r->store) ? "waiting for the file" : "waiting to sign in";
}

/* ---- when asked -------------------------------------------------------------------------------- */

/* Lines of a name, a tab and a value; times are ms since 1970, 0: never. */
static char *status_text(struct recorder *r)
{
	const struct store_health *h = store_health(r->store);
	struct session_count c = {0};
	if (r->session)
		c = session_count(r->session);
	return text_new("pid\t%ld\nversion\t%s\nsince\t%" PRId64 "\nstate\t%s\naccount\t%s\n"
	                "connected_since\t%" PRId64 "\nlast_commit\t%" PRId64 "\nqueued\t%" PRId64
	                "\nqueued_bytes\t%" PRId64 "\ndegraded\t%s\nquestions\t%d\n"
	                "size\t%" PRId64 "\nlog_size\t%" PRId64 "\n",
	                (long)getpid(), UNSEEN_VERSION, r->started, log_state(r), r->o.account,
	                r->connected, h->committed, h->queued, h->queued_bytes,
	                h->behind_since ? h->trouble : "", c.asked, h->size, h->log_size);
}

/* For people and for systemd. */
static char *status_line(struct recorder *r)
{
	const struct store_health *h = store_health(r->store);
	AUTO(auto_free) char *rest = must_strdup("");
	if (r->session) {
		struct session_count c = session_count(r->session);
		free(rest);
		rest = text_new(", %d presence stanzas, %d questions", c.presences, c.asked);
	}
	if (!h->behind_since)
		return text_new("%s%s", log_state(r), rest);
	return text_new("%s%s, %" PRId64 " writes wait: %s", log_state(r), rest, h->queued,
	                h->trouble);
}

static void begin_round(struct recorder *r, int client)
{
	struct err e;
	if (!r->session)
		control_answer(r->control, client, "not connected\n");
	else if (r->asker_count == ASKERS_MAX)
		control_answer(r->control, client, "too many ask at once\n");
	else if (!session_ask_again(r->session, &e))
		control_answer(r->control, client, "the file cannot be written\n");
	else
		r->askers[r->asker_count++] = client;
}

static void end_round(struct recorder *r)
{
	bool over = !r->session || session_has_asked(r->session);
	for (int i = 0; over && i < r->asker_count; i++)
		control_answer(r->control, r->askers[i],
		               r->session ? "done\n" : "the line was cut\n");
	if (over)
		r->asker_count = 0;
}

void log_answer(struct recorder *r)
{
	const char *request;
	int client;
	end_round(r);
	while ((request = control_take(r->control, &client)) != NULL) {
		AUTO(auto_free) char *status = status_text(r);
		if (strcmp(request, "status") == 0)
			control_answer(r->control, client, status);
		else if (strcmp(request, "scan") == 0)
			begin_round(r, client);
		else
			control_answer(r->control, client, "no such request\n");
	}
	if (stop_take_tell()) {
		AUTO(auto_free) char *line = status_line(r);
		cmd_say(&r->o, SAY_NOTICE, "%s", line);
	}
}

/* ---- unasked ----------------------------------------------------------------------------------- */

static void tell_of_file(struct recorder *r)
{
	bool behind = store_is_behind(r->store);
	if (behind == r->behind)
		return;
	const struct store_health *h = store_health(r->store);
	r->behind = behind;
	if (behind)
		cmd_say_again(&r->o, &r->said, SAY_WARNING,
		              "%s; what is heard meanwhile waits in memory", h->trouble);
	else
		cmd_say_again(&r->o, &r->said, SAY_NOTICE,
		              "the file is written to again, nothing was lost");
}

/* A reader that holds the log for long keeps it growing; it is not ours to stop. */
static void tell_of_log(struct recorder *r)
{
	int64_t size = store_health(r->store)->log_size;
	if (size > BIG_LOG && !r->log_is_big)
		cmd_say_again(&r->o, &r->said, SAY_WARNING,
		              "warning: the log beside the file has grown to %" PRId64
		              " MB: a program keeps a read transaction open",
		              size >> 20);
	r->log_is_big = size > BIG_LOG;
}

/* The watchdog is fed from the loop alone, so that a loop that hangs starves it (sd_notify(3)). */
static void tell_systemd(struct recorder *r, bool slow)
{
	int64_t now = mono_ms(), due = notify_watchdog_ms() / 3;
	if (due > 0 && now - r->notified >= due) {
		notify_send("WATCHDOG=1");
		r->notified = now;
	}
	if (!slow && (r->ready || !r->session))
		return;
	AUTO(auto_free) char *line = status_line(r);
	AUTO(auto_free)
	char *state = text_new("%sSTATUS=%s", r->session && !r->ready ? "READY=1\n" : "", line);
	notify_send(state);
	r->ready = r->ready || r->session;
}

bool log_last_change(struct recorder *r, int64_t *id, struct err *e)
{
	AUTO(query_free) struct query *q = NULL;
	bool more;
	if (!store_query(&q, r->store, SQL_CHANGES_LAST, e) || !query_next(q, &more, e))
		return false;
	*id = query_get_int(q, 0);
	return true;
}

static bool print_changes(struct recorder *r, struct err *e)
{
	AUTO(query_free) struct query *q = NULL;
	bool ndjson = r->o.format == FORMAT_NDJSON;
	struct look look = r->o.look;
	struct err why;
	if (!store_query(&q, r->store, ndjson ? SQL_CHANGES_SINCE_NDJSON : SQL_CHANGES_SINCE, e))
		return false;
	query_int(q, ":watch", session_watch_id(r->session));
	query_int(q, ":after", r->told);
	if (!ndjson)
		query_int(q, ":utc", r->o.utc);
	look.bare = true;
	look.width = 0;
	if (table_print(stdout, q, r->o.format, &look, NULL, &why))
		return true;
	if (why.status != EX_IOERR) {
		*e = why;
		return false;
	}
	r->mute = true; /* whoever read it is gone; the record goes on */
	cmd_say_again(&r->o, &r->said, SAY_WARNING, "warning: %s; changes are told no more",
	              why.text);
	return true;
}

/* What is told is in the file, for whoever looks there then. */
static bool tell_changes(struct recorder *r, struct err *e)
{
	int64_t last;
	if (!r->session || r->mute || store_is_behind(r->store))
		return true;
	if (!log_last_change(r, &last, e))
		return false;
	if (last <= r->told)
		return true;
	if (!session_commit(r->session, e))
		return false;
	if (store_is_behind(r->store))
		return true;
	bool ok = print_changes(r, e);
	r->told = last;
	return ok;
}

bool log_tell(struct recorder *r, bool slow, struct err *e)
{
	if (!tell_changes(r, e))
		return false;
	tell_of_file(r);
	if (slow)
		tell_of_log(r);
	tell_systemd(r, slow);
	return true;
}
