#include "cmd.h"
#include "control.h"
#include "secret.h"
#include "session.h"
#include "stanza.h"
#include "stop.h"

#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#define RECORDER_MS 120000    /* longest wait for a recorder's round of questions */
#define SIGN_OF_LIFE_MS 10000 /* ... once it has shown that it answers at all */
#define EXIT_INTERRUPTED 130  /* as a shell says of SIGINT */

static bool has_progress(const struct options *o)
{
	bool traced_there = o->trace && strcmp(o->trace, "-") == 0;
	return o->verbose >= 0 && !traced_there && isatty(STDERR_FILENO);
}

/* One line on a terminal's standard error that is written over while the scan goes on. */
static void show_progress(const struct options *o, const struct session *s)
{
	if (!has_progress(o))
		return;
	struct session_count c = session_count(s);
	if (!c.quiet)
		fprintf(stderr, "\r\033[Klistening: %d presence stanzas, %d contacts", c.presences,
		        c.contacts);
	else
		fprintf(stderr, "\r\033[Kasking: %d of %d answered", c.settled, c.asked);
	fflush(stderr);
}

static void clear_progress(const struct options *o)
{
	if (has_progress(o))
		fprintf(stderr, "\r\033[K");
}

static void say_trouble(const struct options *o, struct trace *trace)
{
	const char *trouble = trace_trouble(trace);
	if (trouble)
		cmd_say(o, SAY_WARNING, "warning: %s", trouble);
}

/* `how` is what the scan adds to the options: whom it wakes for, and its trace. */
static bool sign_in(const struct options *o, struct store *store, struct session **out,
                    const struct session_setup *how, struct err *e)
{
	AUTO(secret_free) char *password = NULL;
	if (!cmd_password(o, &password, e))
		return false;
	struct session_setup setup = cmd_session_setup(o, password);
	setup.wakers = how->wakers;
	setup.trace = how->trace;
	if (!session_open(out, &setup, store, e))
		return false;
	if (*session_notice(*out))
		cmd_say(o, SAY_WARNING, "warning: %s", session_notice(*out));
	return true;
}

/* Ctrl-C while the password is asked for or the server does not answer. */
static bool sign_in_or_stop(const struct options *o, struct store *store, struct session **out,
                            const struct session_setup *how, struct err *e)
{
	if (sign_in(o, store, out, how, e))
		return true;
	if (stop_asked())
		fail(e, EXIT_INTERRUPTED, "interrupted before anything was recorded");
	return false;
}

static bool listen_and_ask(const struct options *o, struct session *s, enum session_news *news,
                           struct err *e)
{
	do {
		if (!session_turn(s, news, e))
			return false;
		show_progress(o, s);
	} while (*news == SESSION_GOES_ON);
	return true;
}

static const char *end_reason(const struct session *s, enum session_news news)
{
	switch (news) {
	case SESSION_GOES_ON:
	case SESSION_DONE:
		return "done";
	case SESSION_STOPPED:
		return "interrupted";
	case SESSION_LOST:
		return session_reason(s);
	}
	return "bug";
}

static bool scan(const struct options *o, struct store *store, struct trace *trace,
                 enum session_news *news, struct err *e)
{
	AUTO(session_free) struct session *s = NULL;
	AUTO(auto_close) int signals = -1;
	int wakers[] = {-1, -1};
	const struct session_setup how = {.wakers = wakers, .trace = trace};
	if (!sign_in_or_stop(o, store, &s, &how, e))
		return false;
	wakers[0] = signals = stop_hold_signals();
	bool ok = listen_and_ask(o, s, news, e);
	clear_progress(o);
	if (!ok || !session_end(s, end_reason(s, *news), e))
		return false;
	struct session_count c = session_count(s);
	if (o->verbose > 0)
		cmd_say(o, SAY_INFO,
		        "%d contacts, %d presence stanzas, %d questions, %d of them answered or "
		        "timed out",
		        c.contacts, c.presences, c.asked, c.settled);
	if (*news == SESSION_LOST)
		cmd_say(o, SAY_WARNING,
		        "the server ended the session early (%s): what follows is incomplete",
		        session_reason(s));
	return true;
}

/* Another recorder holds the file: it is asked for a round of questions (EX_TEMPFAIL stays when it
 * cannot be), and the file tells the rest. */
static bool ask_recorder(const struct options *o, struct store **store, struct err *e)
{
	AUTO(auto_free) char *answer = NULL;
	AUTO(auto_free) char *alive = NULL;
	struct err ignored;
	if (e->status != EX_TEMPFAIL ||
	    !control_ask(o->db, "status", SIGN_OF_LIFE_MS, &alive, &ignored) ||
	    !control_ask(o->db, "scan", RECORDER_MS, &answer, &ignored))
		return false;
	if (strncmp(answer, "done", 4) != 0)
		return fail(e, EX_TEMPFAIL, "the recorder of %s cannot ask now: %.*s", o->db,
		            (int)strcspn(answer, "\n"), answer);
	return store_open_read(store, o->db, e);
}

static bool scan_or_ask(const struct options *o, struct store **store, struct trace *trace,
                        enum session_news *news, struct err *e)
{
	*news = SESSION_DONE;
	if (store_open_write(store, o->db, e))
		return scan(o, *store, trace, news, e);
	return ask_recorder(o, store, e);
}

bool cmd_scan(const struct options *o, int *status, struct err *e)
{
	AUTO(trace_free) struct trace *trace = NULL;
	AUTO(store_close) struct store *store = NULL;
	AUTO(auto_free) char *account = NULL;
	const struct rlimit no_core = {0, 0};
	enum session_news news;
	struct cmd_answer answer;
	if (!cmd_needs_account(o, e))
		return false;
	setrlimit(RLIMIT_CORE, &no_core); /* no password in a core file */
	if (!cmd_trace(o, &trace, e))
		return false;
	stop_catch_signals(false);
	bool ok = scan_or_ask(o, &store, trace, &news, e);
	say_trouble(o, trace);
	stop_release_signals();
	if (!ok || !cmd_account(store, o->account, &account, e) ||
	    !cmd_print_contacts(store, o, account, &answer, e))
		return false;
	if (news == SESSION_STOPPED)
		*status = EXIT_INTERRUPTED;
	else if (news == SESSION_LOST)
		*status = EX_TEMPFAIL;
	else if (o->exit_code && answer.invisible > 0)
		*status = 1;
	return true;
}
