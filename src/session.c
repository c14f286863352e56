#include "session_parts.h"

#include "stop.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#define QUIET_MS 1000         /* presence has gone quiet */
#define QUIET_PASSIVE_MS 3000 /* the same when no domain is asked, and none can say it is there */
#define TURN_MS 50            /* of reading, or ... */
#define TURN_BYTES 65536      /* ... so much, until what was heard is committed */
#define LOOK_MS 100           /* how often to look for what no descriptor tells */
#define PING_ID "unseen-ping"

#ifndef IDLE_MS       /* tests have less time */
#define IDLE_MS 60000 /* nothing was heard for so long: is the server still there? */
#define PING_MS 30000 /* no */
#endif

/* ---- what the guard tells --------------------------------------------------------------------- */

static bool on_opened(void *user, const struct guard_element *head, struct err *e)
{
	struct session *s = user;
	return session_pass(s, head->safe, head->safe_length, e);
}

static void note_life(struct session *s)
{
	s->record.heard = now_ms();
	s->last_heard = mono_ms();
	s->pinged = 0;
}

static bool on_element(void *user, const struct guard_element *x, struct err *e)
{
	struct session *s = user;
	note_life(s);
	if (s->stage == DOWN)
		return true;
	if (strcmp(x->name, "error") == 0 && strcmp(x->ns, XMPP_NS_STREAMS) == 0) {
		session_down(s, x->stanza.condition ? x->stanza.condition : "stream-error");
		return true;
	}
	if (s->stage >= ROSTER)
		return session_counts(s, x) || session_hear(s, x, e);
	if (!x->safe)
		return fail(e, EX_PROTOCOL,
		            "the server of %s sends what cannot be read while we sign in: %s",
		            s->domain, x->refused ? x->refused : "refused");
	return session_pass(s, x->safe, x->safe_length, e);
}

static bool on_item(void *user, const struct guard_item *item, struct err *e)
{
	return session_hear_item(user, item, e);
}

static bool on_closed(void *user, struct err *e)
{
	(void)e;
	session_down(user, "closed");
	return true;
}

static void on_blank(void *user)
{
	struct session *s = user;
	note_life(s);
}

static const struct guard_calls guard_calls = {
	.opened = on_opened,
	.element = on_element,
	.item = on_item,
	.closed = on_closed,
	.blank = on_blank,
};

/* ---- the loop --------------------------------------------------------------------------------- */

/* While we watch, a line that breaks or makes no sense ends the watch; it is no failure of ours. */
static bool broken(struct session *s, const char *reason, const struct err *e)
{
	if ((s->stage != WATCHING && s->stage != DOWN) ||
	    (e->status != EX_PROTOCOL && e->status != EX_UNAVAILABLE))
		return false;
	session_down(s, reason);
	return true;
}

/* Libstrophe's words go out, the server's come in; waits up to wait_ms. */
static bool move_once(struct session *s, int wait_ms, enum line_news *news, size_t *length,
                      struct err *e)
{
	const char *bytes;
	xmpp_run_once(s->ctx, 0);
	if (!line_turn(s->line, stop_asked() ? 0 : wait_ms, news, &bytes, length, e))
		return broken(s, "lost", e);
	switch (*news) {
	case LINE_QUIET:
		return true;
	case LINE_SECURE:
		return session_secured(s, e);
	case LINE_BYTES:
		return guard_feed(s->guard, bytes, *length, e) || broken(s, "not-xml", e);
	case LINE_CLOSED:
		session_down(s, "lost");
		return true;
	}
	return true;
}

/* The same, and then all that is there: each turn of the loop costs the disk a commit. */
bool session_move(struct session *s, int wait_ms, struct err *e)
{
	int64_t until = mono_ms() + wait_ms + TURN_MS;
	enum line_news news = LINE_QUIET;
	enum stage stage = s->stage;
	size_t length = 0, read = 0;
	do {
		if (!move_once(s, wait_ms, &news, &length, e))
			return false;
		wait_ms = 0;
		read += length;
	} while (news == LINE_BYTES && s->stage == stage && read < TURN_BYTES && mono_ms() < until);
	return true;
}

/* The server has hung up on us before there was a watch. */
static bool hung_up(struct session *s, struct err *e)
{
	if (strcmp(s->reason, "lost") == 0 || strcmp(s->reason, "closed") == 0)
		return fail(e, EX_UNAVAILABLE,
		            "the server of %s closed the connection before signing in was "
		            "done",
		            s->domain);
	fail(e, strcmp(s->reason, "host-unknown") == 0 ? EX_NOHOST : EX_PROTOCOL,
	     "the server of %s ends the session: %s", s->domain, s->reason);
	if (strcmp(s->reason, "conflict") == 0)
		fail(e, EX_TEMPFAIL,
		     "the server ends the session: conflict; choose another --resource");
	e->retry = session_retry(s);
	return false;
}

/* Why there is no watch. */
static bool sign_in_failed(struct session *s, struct err *e)
{
	if (stop_asked())
		return fail(e, EX_TEMPFAIL, "interrupted");
	if (s->stage != DOWN)
		return fail(e, EX_TEMPFAIL,
		            "the server of %s did not answer in %d s; try later, or give it "
		            "longer with --timeout",
		            s->domain, 6 * s->setup.timeout_ms / 1000);
	return hung_up(s, e);
}

static bool sign_in_at(struct session *s, struct candidates *to, int64_t deadline, struct err *e)
{
	if (!session_connect(s, to, deadline, e))
		return stop_asked() ? sign_in_failed(s, e) : false;
	while (s->stage != WATCHING && s->stage != DOWN && !stop_asked() && mono_ms() < deadline)
		if (!session_move(s, 100, e))
			return false;
	/* a watch that began and ended in one breath did begin */
	return s->began || sign_in_failed(s, e);
}

/* Whether it was this address that failed us: not when a server that is the right one, or is none of
 * ours, has answered; and never once it was told who we are. */
static bool is_another_worth_it(const struct session *s, const struct err *e)
{
	bool failed = e->status == EX_UNAVAILABLE ||
	              (e->status == EX_PROTOCOL && s->stage == SHAKING && !s->failed);
	return failed && !s->sasl && !s->mechanism && !line_tls(s->line)->refused && !stop_asked();
}

/* A dead address, or one where something else listens, is no reason to stay away from the next. */
static bool sign_in(struct session *s, struct err *e)
{
	int64_t deadline = mono_ms() + 6 * s->setup.timeout_ms;
	AUTO(auto_free) struct candidates *to = must_calloc(1, sizeof *to);
	if (!session_resolve(s, deadline, to, e))
		return stop_asked() ? sign_in_failed(s, e) : false;
	while (!sign_in_at(s, to, deadline, e)) {
		struct err why;
		if (to->count == 0 || !is_another_worth_it(s, e))
			return false;
		if (!session_set_up(s, &why))
			return *e = why, false;
	}
	return true;
}

static void random_resource(struct session *s)
{
	unsigned n = 0;
	if (getrandom(&n, sizeof n, 0) != sizeof n)
		abort();
	snprintf(s->resource, sizeof s->resource, "unseen-%08x", n);
}

/* What the last watch knew this server by, to notice when it is another. */
static bool remember_last(struct session *s, struct err *e)
{
	AUTO(query_free) struct query *q = NULL;
	bool more;
	if (!store_query(&q, s->record.store, SQL_LAST_KEY, e))
		return false;
	query_text(q, ":account", s->setup.account);
	if (!query_next(q, &more, e) || !more)
		return !more;
	s->last_key = must_strdup(query_get_text(q, 0, NULL));
	if (!query_is_null(q, 1))
		s->last_mechanism = must_strdup(query_get_text(q, 1, NULL));
	return true;
}

bool session_open(struct session **out, const struct session_setup *setup, struct store *store,
                  struct err *e)
{
	AUTO(session_free) struct session *s = must_calloc(1, sizeof *s);
	s->setup = *setup;
	s->record.store = store;
	snprintf(s->domain, sizeof s->domain, "%s", jid_domain(setup->account));
	snprintf(s->user, sizeof s->user, "%.*s", (int)strcspn(setup->account, "@"),
	         setup->account);
	if (setup->resource)
		snprintf(s->resource, sizeof s->resource, "%s", setup->resource);
	else
		random_resource(s);
	if (setup->plaintext)
		snprintf(s->notice, sizeof s->notice,
		         "--insecure-plaintext: the line is readable for others on this machine");
	s->guard = guard_new(&guard_defaults, &guard_calls, s);
	if (!session_set_up(s, e))
		return false;
	s->sm.earlier.store = store;
	if (setup->keeps &&
	    !record_resume(&s->sm.earlier, setup->account, &s->sm.last, &(bool){false}, e))
		return false;
	if (!remember_last(s, e) || !sign_in(s, e) || !session_commit(s, e)) {
		store_rollback(store); /* half a roster is none */
		return false;
	}
	s->setup.password = NULL;
	*out = s;
	s = NULL;
	return true;
}

static bool is_quiet(struct session *s, int64_t now)
{
	int quiet = s->setup.asks ? QUIET_MS : QUIET_PASSIVE_MS;
	int64_t beyond = now - s->began - s->setup.wait_ms;
	if (guard_midway(s->guard) && beyond < s->setup.timeout_ms)
		return false;
	if (beyond >= 0)
		return true;
	return now - s->last_presence >= quiet && !ask_waits_for_domain(s->ask);
}

void session_ping(struct session *s)
{
	xmpp_stanza_t *iq = xmpp_iq_new(s->ctx, "get", PING_ID);
	xmpp_stanza_t *ping = session_element(s, "ping", "urn:xmpp:ping", NULL);
	xmpp_stanza_add_child(iq, ping);
	xmpp_stanza_release(ping);
	session_send(s, iq);
	s->pinged = mono_ms();
}

bool session_is_pong(const struct session *s, const struct stanza *iq)
{
	(void)s;
	return iq->id && strcmp(iq->id, PING_ID) == 0;
}

/* Whether the server still answers: bytes alone do not tell. */
static void check_life(struct session *s, int64_t now)
{
	if (s->pinged && now - s->pinged > PING_MS)
		session_down(s, "ping-timeout");
	else if (!s->pinged && now - s->last_heard >= IDLE_MS)
		session_ping(s);
}

/* How long the loop may wait for the line. */
static int longest_wait(const struct session *s, int64_t now, int wake_ms)
{
	int64_t life = s->pinged ? s->pinged + PING_MS : s->last_heard + IDLE_MS;
	int64_t wait = life + 1 - now < wake_ms ? life + 1 - now : wake_ms;
	if ((!s->settled || store_is_behind(s->record.store)) && wait > LOOK_MS)
		wait = LOOK_MS;
	return wait < 0 ? 0 : (int)wait;
}

static bool settle(struct session *s, int64_t now, struct err *e)
{
	if (s->settled || !is_quiet(s, now))
		return true;
	s->settled = true;
	return record_settled(&s->record, e);
}

bool session_turn(struct session *s, enum session_news *news, struct err *e)
{
	int wake_ms = IDLE_MS;
	int64_t now = mono_ms();
	bool had_asked = session_has_asked(s);
	*news = s->stage == DOWN ? SESSION_LOST : SESSION_GOES_ON;
	if (*news == SESSION_LOST)
		return true;
	/* what was asked must be in the file before the plan is read again */
	if (!store_is_behind(s->record.store) && !ask_turn(s->ask, &s->has_asked, &wake_ms, e))
		return false;
	if (!settle(s, now, e))
		return false;
	if (s->setup.turn_ms && wake_ms > s->setup.turn_ms)
		wake_ms = s->setup.turn_ms;
	if (session_has_asked(s) && !had_asked) /* somebody may wait for that */
		wake_ms = 0;
	check_life(s, now);
	if (!session_commit(s, e))
		return false;
	if (store_is_full(s->record.store))
		session_down(s, "file-blocked");
	if (s->settled && s->has_asked && !s->setup.keeps)
		*news = SESSION_DONE;
	else if (!session_move(s, longest_wait(s, now, wake_ms), e))
		return false;
	else if (stop_asked())
		*news = SESSION_STOPPED;
	else if (s->stage == DOWN)
		*news = SESSION_LOST;
	return true;
}

void session_free(struct session **session)
{
	struct session *s = *session;
	if (!s)
		return;
	ask_free(&s->ask);
	record_forget(&s->record);
	sasl_free(&s->sasl);
	if (s->conn)
		xmpp_conn_release(s->conn);
	if (s->ctx)
		xmpp_ctx_free(s->ctx);
	guard_free(&s->guard);
	line_free(&s->line);
	record_resumption_free(&s->sm.last);
	free(s->last_key);
	free(s->last_mechanism);
	free(s);
	*session = NULL;
}
