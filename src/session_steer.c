#include "session_parts.h"

#include <string.h>

/* What the owner of a session learns of it, changes in it, and how it is ended. */

#define GOODBYE_MS 1000

const char *session_reason(const struct session *s)
{
	return s->reason[0] ? s->reason : "lost";
}

enum retry session_retry(const struct session *s)
{
	static const char *const slowly[] = {"policy-violation", "resource-constraint",
	                                     "not-authorized"};
	if (strcmp(s->reason, "conflict") == 0)
		return RETRY_NEVER;
	for (size_t i = 0; i < sizeof slowly / sizeof *slowly; i++)
		if (strcmp(s->reason, slowly[i]) == 0)
			return RETRY_SLOWLY;
	return RETRY;
}

const char *session_notice(const struct session *s)
{
	return s->notice;
}

static bool same_text(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

bool session_change(struct session *s, const struct session_setup *setup, struct err *e)
{
	bool same =
		same_text(s->setup.show, setup->show) && same_text(s->setup.status, setup->status);
	s->setup.show = setup->show;
	s->setup.status = setup->status;
	s->setup.asks = setup->asks;
	s->setup.every_ms = setup->every_ms;
	if (s->stage != WATCHING)
		return true;
	if (!same)
		session_send_presence(s);
	return record_asks(&s->record, setup->asks, setup->every_ms, e);
}

int64_t session_watch_id(const struct session *s)
{
	return s->record.watch;
}

bool session_ask_again(struct session *s, struct err *e)
{
	s->has_asked = false;
	return ask_again(s->ask, e);
}

bool session_has_asked(const struct session *s)
{
	return s->settled && s->has_asked;
}

bool session_clock(struct session *s, int64_t set, int64_t slept, struct err *e)
{
	if (s->stage != WATCHING)
		return true;
	if (set != 0 && !record_clock(&s->record, "jump", set, e))
		return false;
	if (slept == 0)
		return true;
	s->sm.telling = true;
	session_ping(s);
	return record_clock(&s->record, "suspend", slept, e) && record_slept(&s->record, e);
}

struct session_count session_count(const struct session *s)
{
	struct session_count c = {
		.contacts = s->contacts, .presences = s->presences, .quiet = s->settled};
	ask_count(s->ask, &c.asked, &c.settled);
	return c;
}

/* What still arrives while we say goodbye is heard, and part of the watch. */
static bool say_goodbye(struct session *s, struct err *e)
{
	int64_t until = mono_ms() + GOODBYE_MS;
	xmpp_stanza_t *presence = xmpp_presence_new(s->ctx);
	xmpp_stanza_set_type(presence, "unavailable");
	session_send(s, presence);
	xmpp_send_raw(s->conn, "</stream:stream>", 16);
	while (s->stage != DOWN && mono_ms() < until)
		if (!session_move(s, 20, e))
			return false;
	return true;
}

bool session_end(struct session *s, const char *reason, struct err *e)
{
	if (s->stage == WATCHING && !say_goodbye(s, e))
		return false;
	return record_end(&s->record, reason, e) && record_commit(&s->record, e);
}

bool session_leave(struct session *s, const char *reason, struct err *e)
{
	if (!session_is_resumable(s))
		return record_end(&s->record, reason, e) && record_commit(&s->record, e);
	return record_cut(&s->record, reason, e) && session_commit(s, e);
}

bool session_is_resumed(const struct session *s)
{
	return s->sm.last.id && s->record.watch == s->sm.earlier.watch;
}
