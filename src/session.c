#include "session_parts.h"
#include "stop.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/random.h>

#define QUIET_MS 1000         /* presence has gone quiet */
#define QUIET_PASSIVE_MS 3000 /* the same when no domain is asked, and none can say it is there */
#define TURN_MS 50            /* at most this long without a commit */
#define GOODBYE_MS 1000

/* Waits for the socket, then lets libstrophe read all there is: it takes 4 KB a call, and does not
 * say when OpenSSL holds more. */
static void pump(struct session *s, int fd, int wait_ms)
{
	struct pollfd p = {.fd = fd, .events = POLLIN};
	int64_t until;
	if (xmpp_conn_is_connecting(s->conn) || xmpp_conn_send_queue_len(s->conn) > 0)
		p.events |= POLLOUT;
	if (!stop_asked())
		poll(&p, 1, wait_ms);
	until = mono_ms() + TURN_MS;
	for (int left = 5; left > 0 && s->stage != DOWN && !s->failed && mono_ms() < until;
	     left--) {
		int waiting = 0;
		if (fd >= 0 && ioctl(fd, FIONREAD, &waiting) == 0 && waiting > 0)
			left = 5;
		xmpp_run_once(s->ctx, 0);
	}
}

static void random_resource(char out[64])
{
	unsigned n = 0;
	if (getrandom(&n, sizeof n, 0) != sizeof n)
		abort();
	snprintf(out, 64, "unseen-%08x", n);
}

bool session_open(struct session **out, const struct session_setup *setup, struct store *store,
                  struct err *e)
{
	AUTO(session_free) struct session *s = must_calloc(1, sizeof *s);
	int64_t deadline = mono_ms() + 6 * setup->timeout_ms;
	*s = (struct session){.setup = *setup, .fd = -1, .record = {.store = store}};
	if (setup->resource)
		snprintf(s->resource, sizeof s->resource, "%s", setup->resource);
	else
		random_resource(s->resource);
	stop_catch_signals();
	session_set_up(s);
	stop_set_alarm(6 * setup->timeout_ms);
	bool ok = session_connect(s, e);
	if (ok) {
		while (s->stage == SIGNING_IN && !s->failed && !stop_asked() &&
		       mono_ms() < deadline)
			pump(s, s->fd >= 0 ? s->fd : stop_guarded_line(), 100);
		ok = s->stage == WATCHING || session_sign_in_failed(s, deadline, e);
	}
	stop_set_alarm(0);
	s->setup.password = NULL;
	if (!ok || !record_commit(&s->record, e))
		return false;
	*out = s;
	s = NULL;
	return true;
}

/* ---- the loop -------------------------------------------------------------------------------- */

static bool is_quiet(struct session *s, int64_t now)
{
	int quiet = s->setup.asks ? QUIET_MS : QUIET_PASSIVE_MS;
	if (now - s->began >= s->setup.wait_ms)
		return true;
	return now - s->last_presence >= quiet && !ask_waits_for_domain(s->ask);
}

bool session_turn(struct session *s, enum session_news *news, struct err *e)
{
	bool asked_all;
	int wake_ms;
	*news = SESSION_GOES_ON;
	if (!ask_turn(s->ask, &asked_all, &wake_ms, e))
		return false;
	if (!s->settled && is_quiet(s, mono_ms())) {
		s->settled = true;
		if (!record_settled(&s->record, e))
			return false;
	}
	if (s->settled && asked_all)
		*news = SESSION_DONE;
	if (!record_commit(&s->record, e))
		return false;
	if (*news == SESSION_DONE)
		return true;
	pump(s, s->fd, wake_ms > 100 ? 100 : wake_ms);
	if (s->failed) {
		*e = s->trouble;
		return false;
	}
	if (stop_asked())
		*news = SESSION_STOPPED;
	else if (s->stage == DOWN)
		*news = SESSION_LOST;
	return true;
}

const char *session_reason(const struct session *s)
{
	return s->reason[0] ? s->reason : "lost";
}

struct session_count session_count(const struct session *s)
{
	struct session_count c = {
		.contacts = s->contacts, .presences = s->presences, .quiet = s->settled};
	ask_count(s->ask, &c.asked, &c.settled);
	return c;
}

/* What still arrives while we say goodbye is heard, and part of the watch. */
static void say_goodbye(struct session *s)
{
	int64_t until = mono_ms() + GOODBYE_MS;
	xmpp_stanza_t *presence = xmpp_presence_new(s->ctx);
	xmpp_stanza_set_type(presence, "unavailable");
	session_send(s, presence);
	xmpp_disconnect(s->conn);
	while (s->stage != DOWN && !s->failed && mono_ms() < until) {
		struct pollfd p = {.fd = s->fd, .events = POLLIN};
		xmpp_run_once(s->ctx, 0);
		if (s->stage != DOWN)
			poll(&p, 1, 20);
	}
}

bool session_end(struct session *s, const char *reason, struct err *e)
{
	if (s->stage == WATCHING)
		say_goodbye(s);
	if (s->failed) {
		*e = s->trouble;
		return false;
	}
	return record_end(&s->record, reason, e) && record_commit(&s->record, e);
}

void session_free(struct session **session)
{
	struct session *s = *session;
	if (!s)
		return;
	stop_guard_line(-1);
	stop_release_signals();
	ask_free(&s->ask);
	if (s->conn)
		xmpp_conn_release(s->conn);
	if (s->ctx)
		xmpp_ctx_free(s->ctx);
	free(s);
	*session = NULL;
}
