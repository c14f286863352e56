#include "cmd.h"
#include "secret.h"
#include "session.h"
#include "stanza.h"
#include "stop.h"

#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#define EXIT_INTERRUPTED 130 /* as a shell says of SIGINT */

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
		cmd_say(o, "%s", trouble);
}

static bool sign_in(const struct options *o, struct store *store, struct trace *trace,
                    struct session **out, struct err *e)
{
	AUTO(secret_free) char *password = NULL;
	const struct secret_source from = {o->password_command, o->password_file, o->password_fd,
	                                   o->account};
	if (!secret_get(&password, &from, e))
		return false;
	const struct session_setup setup = {
		.account = o->account,
		.password = password,
		.resource = o->resource,
		.show = o->show,
		.status = o->status,
		.connect = o->connect,
		.ca_file = o->ca_file,
		.pin = o->pin,
		.direct_tls = o->direct_tls,
		.plaintext = o->plaintext,
		.allow_plain = o->allow_plain,
		.allow_downgrade = o->allow_downgrade,
		.asks = !o->passive,
		.wait_ms = o->wait_ms,
		.timeout_ms = o->timeout_ms,
		.trace = trace,
	};
	if (!session_open(out, &setup, store, e))
		return false;
	if (*session_notice(*out))
		cmd_say(o, "warning: %s", session_notice(*out));
	return true;
}

/* Ctrl-C while the password is asked for or the server does not answer. */
static bool sign_in_or_stop(const struct options *o, struct store *store, struct trace *trace,
                            struct session **out, struct err *e)
{
	if (sign_in(o, store, trace, out, e))
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
	if (!sign_in_or_stop(o, store, trace, &s, e))
		return false;
	bool ok = listen_and_ask(o, s, news, e);
	clear_progress(o);
	if (!ok || !session_end(s, end_reason(s, *news), e))
		return false;
	struct session_count c = session_count(s);
	if (o->verbose > 0)
		cmd_say(o,
		        "%d contacts, %d presence stanzas, %d questions, %d of them answered or "
		        "timed out",
		        c.contacts, c.presences, c.asked, c.settled);
	if (*news == SESSION_LOST)
		cmd_say(o, "the server ended the session early (%s): what follows is incomplete",
		        session_reason(s));
	return true;
}

static bool open_trace(struct trace **out, const struct options *o, struct err *e)
{
	if (!o->trace)
		return true;
	if (strcmp(o->trace, o->db) == 0)
		return fail(e, EX_USAGE, "--trace %s: that is the record itself; name another file",
		            o->trace);
	return trace_new(out, o->trace, o->look.utf8, e);
}

bool cmd_scan(const struct options *o, int *status, struct err *e)
{
	AUTO(trace_free) struct trace *trace = NULL;
	AUTO(store_close) struct store *store = NULL;
	AUTO(auto_free) char *account = NULL;
	const struct rlimit no_core = {0, 0};
	enum session_news news;
	struct cmd_answer answer;
	if (!o->account)
		return fail(
			e, EX_USAGE,
			"whose roster? Name your account with --account name@example.org, or in "
			"UNSEEN_ACCOUNT");
	if (!jid_is_account(o->account, e))
		return false;
	setrlimit(RLIMIT_CORE, &no_core); /* no password in a core file */
	if (!open_trace(&trace, o, e))
		return false;
	stop_catch_signals();
	bool ok = store_open_write(&store, o->db, e) && scan(o, store, trace, &news, e);
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
