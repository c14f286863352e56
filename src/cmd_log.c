#include "cmd_log.h"

#include "notify.h"
#include "options.h"
#include "secret.h"
#include "stanza.h"
#include "stop.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/resource.h>

#define BACKOFF_FIRST_MS 1000 /* doubled with every failure, up to ... */
#define BACKOFF_LAST_MS 300000
#define STABLE_MS 60000 /* a line that held so long starts again from the first */
#define LOOK_MS 10000   /* how often to look at what no descriptor tells */

/* ---- when to try again ------------------------------------------------------------------------ */

/* Anywhere between nothing and the longest wait ("full jitter"): a thousand recorders must not come
 * back to a server at one moment. */
static void plan_retry(struct recorder *r, enum retry how)
{
	uint32_t random = 0;
	int64_t longest = BACKOFF_FIRST_MS;
	for (int i = 0; i < r->failures && longest < BACKOFF_LAST_MS; i++)
		longest *= 2;
	if (longest > BACKOFF_LAST_MS)
		longest = BACKOFF_LAST_MS;
	if (getrandom(&random, sizeof random, 0) != sizeof random)
		random = UINT32_MAX;
	int64_t wait = (int64_t)((double)longest * random / UINT32_MAX);
	if (how == RETRY_SLOWLY)
		wait = BACKOFF_LAST_MS + wait / 2;
	r->retry_at = mono_ms() + wait;
	r->failures++;
}

/* What another try cannot change. */
static bool is_final(const struct err *e)
{
	return e->retry == RETRY_NEVER ||
	       (e->status != EX_NOHOST && e->status != EX_UNAVAILABLE && e->status != EX_TEMPFAIL &&
	        e->status != EX_PROTOCOL && e->status != EX_IOERR);
}

/* One trouble is told once, however often it comes back; with -v each time. */
static void say_retry(struct recorder *r, const char *why)
{
	int64_t wait = r->retry_at - mono_ms();
	if (strcmp(why, r->trouble) == 0 && r->o.verbose < 1)
		return;
	snprintf(r->trouble, sizeof r->trouble, "%s", why);
	cmd_say_again(&r->o, &r->said, SAY_NOTICE,
	              "%s; trying again in %.1f s, then ever more rarely", why,
	              wait > 0 ? (double)wait / 1000 : 0.0);
}

/* ---- one line --------------------------------------------------------------------------------- */

static bool sign_in(struct recorder *r, struct err *e)
{
	if (!session_open(&r->session, &r->setup, r->store, e))
		return false;
	r->connected = now_ms();
	r->watching = mono_ms();
	r->trouble[0] = '\0';
	if (*session_notice(r->session))
		cmd_say_again(&r->o, &r->said, SAY_WARNING, "%s", session_notice(r->session));
	cmd_say_again(&r->o, &r->said, SAY_NOTICE, "%s",
	              session_is_resumed(r->session)
	                      ? "the watch goes on; what came meanwhile, the server has kept"
	                      : "signed in, the watch begins");
	return true;
}

/* The clocks moved against each other: written down; a machine that slept was not listening. */
static bool look_at_clock(struct recorder *r, struct err *e)
{
	int64_t set, slept;
	clock_look(&r->clock, &set, &slept);
	if (set != 0)
		cmd_say_again(&r->o, &r->said, SAY_NOTICE, "the clock was set by %.1f s",
		              (double)set / 1000);
	if (slept != 0)
		cmd_say_again(&r->o, &r->said, SAY_NOTICE, "the machine slept for %.1f s",
		              (double)slept / 1000);
	return !r->session || session_clock(r->session, set, slept, e);
}

static bool take_over(struct recorder *r, struct options *fresh, struct err *e)
{
	r->o.show = r->setup.show = fresh->show;
	r->o.status = r->setup.status = fresh->status;
	r->o.passive = fresh->passive;
	r->o.every_ms = fresh->every_ms;
	r->o.verbose = fresh->verbose;
	r->setup.asks = !fresh->passive;
	r->setup.every_ms = fresh->every_ms;
	bool ok = !r->session || session_change(r->session, &r->setup, e);
	options_free(&r->fresh);
	r->fresh = *fresh;
	return ok;
}

/* SIGHUP: what can be taken over is, from the next line on at the latest. */
static bool reload(struct recorder *r, struct err *e)
{
	struct err why;
	if (!stop_take_reload())
		return true;
	struct options fresh = {0};
	if (!options_again(&fresh, &r->o, &why)) {
		options_free(&fresh);
		cmd_say_again(&r->o, &r->said, SAY_ERROR, "%s; nothing was changed", why.text);
		return true;
	}
	AUTO(auto_free) char *changed = options_changed(&r->o, &fresh);
	cmd_say_again(&r->o, &r->said, SAY_NOTICE, "the configuration was read again%s%s",
	              changed ? "; these need a restart: " : "", changed ? changed : "");
	return take_over(r, &fresh, e);
}

static bool attend(struct recorder *r, struct err *e)
{
	const char *trouble = trace_trouble(r->trace);
	if (trouble)
		cmd_say_again(&r->o, &r->said, SAY_WARNING, "%s", trouble);
	log_answer(r);
	if (!look_at_clock(r, e))
		return false;
	int64_t now = mono_ms();
	bool slow = now - r->looked >= LOOK_MS;
	if (slow) {
		r->looked = now;
		r->moved = store_is_moved(r->store);
	}
	return reload(r, e) && log_tell(r, slow, e);
}

static bool listen(struct recorder *r, enum session_news *news, struct err *e)
{
	do {
		if (!session_turn(r->session, news, e) || !attend(r, e))
			return false;
	} while (*news == SESSION_GOES_ON && !r->moved);
	return true;
}

/* What is left behind can be taken up again: after a cut; for the next start, if that is wanted; and
 * where the file is held by another, so that what it does not have is told once more. */
static bool leave(struct recorder *r, enum session_news news, struct err *e)
{
	const char *reason = session_reason(r->session);
	if (news == SESSION_STOPPED)
		notify_send("STOPPING=1");
	bool keep = r->o.keep_session || store_is_behind(r->store);
	if (r->moved || (news == SESSION_STOPPED && !keep))
		return session_end(r->session, r->moved ? "file-moved" : "stopped", e);
	if (news == SESSION_STOPPED)
		return session_leave(r->session, "restart", e);
	if (session_retry(r->session) != RETRY_NEVER)
		return session_leave(r->session, reason, e);
	if (!session_end(r->session, reason, e))
		return false;
	return fail(e, EX_TEMPFAIL,
	            "the server ends the session: %s; someone else signed in with our resource: "
	            "choose another --resource",
	            reason);
}

static void note_cut(struct recorder *r)
{
	char why[96];
	if (mono_ms() - r->watching >= STABLE_MS)
		r->failures = 0;
	snprintf(why, sizeof why, "the line is cut (%s)", session_reason(r->session));
	plan_retry(r, session_retry(r->session));
	say_retry(r, why);
}

static bool watch(struct recorder *r, struct err *e)
{
	enum session_news news = SESSION_GOES_ON;
	bool ok = listen(r, &news, e) && leave(r, news, e);
	if (ok && news == SESSION_LOST && !r->moved)
		note_cut(r);
	session_free(&r->session);
	r->connected = 0;
	return ok;
}

/* ---- between two lines ------------------------------------------------------------------------ */

static bool may_connect(const struct recorder *r)
{
	return mono_ms() >= r->retry_at && !store_is_behind(r->store);
}

/* Until it is time to sign in again, and the file takes what it is given. */
static bool wait_for_line(struct recorder *r, struct err *e)
{
	while (!stop_asked() && !r->moved && !may_connect(r)) {
		struct pollfd p[sizeof r->wakers / sizeof *r->wakers];
		nfds_t n = 0;
		for (const int *w = r->wakers; *w >= 0; w++)
			p[n++] = (struct pollfd){.fd = *w, .events = POLLIN};
		int64_t left = r->retry_at - mono_ms();
		if (store_is_behind(r->store) || left < 0)
			left = left > 0 && left < 250 ? left : 250;
		poll(p, n, left < r->setup.turn_ms ? (int)left : r->setup.turn_ms);
		if (!attend(r, e) || !store_commit(r->store, e))
			return false;
	}
	return true;
}

/* Another file has the name of ours: what is written from here on goes there. */
static bool follow_name(struct recorder *r, struct err *e)
{
	cmd_say_again(&r->o, &r->said, SAY_WARNING,
	              "%s was moved, removed or replaced; what was recorded so far is where it "
	              "went, a new watch begins in the file of that name",
	              r->o.db);
	control_close(&r->control);
	store_close(&r->store);
	r->moved = false;
	r->retry_at = r->failures = 0;
	if (!store_open_write(&r->store, r->o.db, e) || !store_be_patient(r->store, e) ||
	    !control_open(&r->control, store_path(r->store), e))
		return false;
	r->wakers[1] = control_fd(r->control);
	return log_last_change(r, &r->told, e);
}

static bool record(struct recorder *r, struct err *e)
{
	struct err why;
	for (;;) {
		if (!wait_for_line(r, e))
			return false;
		if (stop_asked())
			return true;
		if (r->moved && !follow_name(r, e))
			return false;
		if (sign_in(r, &why)) {
			if (!watch(r, e))
				return false;
		} else if (!stop_asked()) {
			if (is_final(&why)) {
				*e = why;
				return false;
			}
			plan_retry(r, why.retry);
			say_retry(r, why.text);
		}
	}
}

/* ---- from start to end ------------------------------------------------------------------------ */

static bool set_up(struct recorder *r, struct err *e)
{
	if (!cmd_trace(&r->o, &r->trace, e) || !cmd_password(&r->o, &r->password, e))
		return false;
	r->setup = cmd_session_setup(&r->o, r->password);
	r->setup.trace = r->trace;
	r->setup.keeps = true;
	r->setup.every_ms = r->o.every_ms;
	r->setup.rate = &r->rate;
	r->setup.wakers = r->wakers;
	int64_t fed = notify_watchdog_ms() / 3; /* or it starves */
	r->setup.turn_ms = fed > 0 && fed < LOOK_MS ? (int)fed : LOOK_MS;
	int signals = stop_hold_signals();
	if (signals < 0)
		return fail(e, EX_OSERR, "cannot wait for signals: %s", strerror(errno));
	r->wakers[0] = signals;
	clock_open(&r->clock);
	if (!store_be_patient(r->store, e) || !control_open(&r->control, store_path(r->store), e))
		return false;
	r->wakers[1] = control_fd(r->control);
	r->wakers[2] = r->clock.fd;
	return log_last_change(r, &r->told, e);
}

static void clean_up(struct recorder *r)
{
	session_free(&r->session);
	cmd_say_end(&r->o, &r->said);
	options_free(&r->fresh);
	control_close(&r->control);
	store_close(&r->store);
	clock_close(&r->clock);
	auto_close(&r->wakers[0]);
	secret_free(&r->password);
	trace_free(&r->trace);
	stop_release_signals();
}

bool cmd_log(const struct options *o, int *status, struct err *e)
{
	AUTO(clean_up)
	struct recorder r = {
		.o = *o, .wakers = {-1, -1, -1, -1}, .clock = {.fd = -1}, .started = now_ms()};
	const struct rlimit no_core = {0, 0};
	(void)status;
	if (o->format != FORMAT_TABLE && o->format != FORMAT_NDJSON)
		return fail(e, EX_USAGE, "changes are told as --format table or ndjson");
	if (!cmd_needs_account(o, e))
		return false;
	setrlimit(RLIMIT_CORE, &no_core); /* no password in a core file */
	stop_catch_signals(true);
	if (!store_open_write(&r.store, o->db, e))
		return false;
	if (!set_up(&r, e))
		return stop_asked(); /* while the password was asked for */
	if (!record(&r, e))
		return false;
	cmd_say_again(&r.o, &r.said, SAY_NOTICE, "stopped; the record is %s", store_path(r.store));
	return true;
}
