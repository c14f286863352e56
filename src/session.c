#include "session.h"

#include "ask.h"
#include "dial.h"
#include "record.h"
#include "session_read.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strophe.h>
#include <sys/ioctl.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#define QUIET_MS 1000  /* presence has gone quiet */
#define QUIET_PASSIVE_MS 3000 /* the same when no domain is asked, and none can say it is there */
#define TURN_MS 50     /* at most this long without a commit */
#define GOODBYE_MS 1000
#define ROSTER_ID "unseen-roster"

enum stage { SIGNING_IN, WATCHING, DOWN };

struct session {
	const struct session_setup *setup;
	xmpp_ctx_t *ctx;
	xmpp_conn_t *conn;
	xmpp_log_t log;
	int fd; /* libstrophe's socket, -1 while there is none */
	enum stage stage;
	struct record record;
	struct ask *ask;
	char account[3072]; /* as the server writes it */
	char resource[64];
	bool failed;        /* `trouble` says how: a handler cannot return it */
	struct err trouble;
	char reason[64];    /* of the end of the stream */
	/* what libstrophe tells of a failing sign-in, through its log only */
	bool online, refused, no_mechanism, no_tls;
	char tls_reason[128];
	int64_t began, last_presence; /* monotonic ms */
	bool settled;
	int contacts, presences;
};

/* ---- stopping -------------------------------------------------------------------------------- */

/* libstrophe's TLS handshake waits for ever, and no timer of its own runs meanwhile. What ends it is
 * a shutdown() of its socket from a signal handler: this is that socket, or one of the two below. */
static volatile sig_atomic_t line_or_state = -1;
#define LINE_NONE (-1)
#define LINE_STOPPED (-2) /* SIGINT or SIGTERM came */

static void on_signal(int number)
{
	int kept = errno, fd = line_or_state;
	if (fd >= 0)
		shutdown(fd, SHUT_RDWR);
	if (number != SIGALRM)
		line_or_state = LINE_STOPPED;
	errno = kept;
}

static void watch_line(int fd)
{
	sigset_t block, old;
	sigemptyset(&block);
	sigaddset(&block, SIGINT);
	sigaddset(&block, SIGTERM);
	sigprocmask(SIG_BLOCK, &block, &old);
	if (line_or_state != LINE_STOPPED)
		line_or_state = fd;
	else if (fd >= 0)
		shutdown(fd, SHUT_RDWR);
	sigprocmask(SIG_SETMASK, &old, NULL);
}

static bool stopped(void)
{
	return line_or_state == LINE_STOPPED;
}

static void catch_signals(void)
{
	/* a second one meets the default action, and kills */
	struct sigaction stop = {.sa_handler = on_signal, .sa_flags = (int)SA_RESETHAND};
	struct sigaction alarm = {.sa_handler = on_signal};
	sigaction(SIGINT, &stop, NULL);
	sigaction(SIGTERM, &stop, NULL);
	sigaction(SIGALRM, &alarm, NULL);
	signal(SIGPIPE, SIG_IGN);
}

/* SIGALRM once a second from then on: one that comes between two calls is not the only one. */
static void set_alarm(int first_ms)
{
	struct itimerval t = {
		.it_value = {.tv_sec = first_ms / 1000},
		.it_interval = {.tv_sec = first_ms ? 1 : 0},
	};
	setitimer(ITIMER_REAL, &t, NULL);
}

/* ---- what libstrophe tells ------------------------------------------------------------------- */

static void *mem_alloc(const size_t size, void *userdata)
{
	(void)userdata;
	return must_calloc(1, size);
}

static void mem_free(void *p, void *userdata)
{
	(void)userdata;
	free(p);
}

static void *mem_realloc(void *p, const size_t size, void *userdata)
{
	(void)userdata;
	return must_realloc(p, size);
}

/* libstrophe is not safe when memory is out: end before it notices. */
static const xmpp_mem_t memory = {.alloc = mem_alloc, .free = mem_free, .realloc = mem_realloc};

/* The causes of a failed sign-in come this way only. The text holds secrets: nothing of it is kept
 * but the name of a certificate error. */
static void on_log(void *userdata, const xmpp_log_level_t level, const char *area, const char *text)
{
	struct session *s = userdata;
	const char *result = strstr(text, "Certificate verification FAILED, result=");
	(void)level, (void)area;
	if (s->stage != SIGNING_IN)
		return;
	if (result)
		snprintf(s->tls_reason, sizeof s->tls_reason, "%.*s", (int)strcspn(strchr(result, '=') + 1, "("),
		         strchr(result, '=') + 1);
	else if (strncmp(text, "SASL ", 5) == 0 && strstr(text, " auth failed"))
		s->refused = true;
	else if (strstr(text, "Cannot authenticate with known methods"))
		s->no_mechanism = true;
	else if (strstr(text, "TLS is not supported, but set as mandatory"))
		s->no_tls = true;
}

/* libstrophe shows each socket it makes, before connect(); the callback is given nothing of ours. */
static int on_socket(xmpp_conn_t *conn, void *socket_pointer)
{
	int fd = *(int *)socket_pointer;
	(void)conn;
	fcntl(fd, F_SETFD, FD_CLOEXEC);
	watch_line(fd);
	return 0;
}

/* ---- what the server sends ------------------------------------------------------------------- */

static bool trouble(struct session *s, bool ok)
{
	if (!ok)
		s->failed = true;
	return ok;
}

static void send_and_release(struct session *s, xmpp_stanza_t *stanza)
{
	xmpp_send(s->conn, stanza);
	xmpp_stanza_release(stanza);
}

static xmpp_stanza_t *element(struct session *s, const char *name, const char *text)
{
	xmpp_stanza_t *x = xmpp_stanza_new(s->ctx);
	xmpp_stanza_set_name(x, name);
	if (text) {
		xmpp_stanza_t *t = xmpp_stanza_new(s->ctx);
		xmpp_stanza_set_text(t, text);
		xmpp_stanza_add_child(x, t);
		xmpp_stanza_release(t);
	}
	return x;
}

static void add(xmpp_stanza_t *parent, xmpp_stanza_t *child)
{
	xmpp_stanza_add_child(parent, child);
	xmpp_stanza_release(child);
}

static void send_presence(struct session *s)
{
	xmpp_stanza_t *presence = xmpp_presence_new(s->ctx);
	add(presence, element(s, "priority", "-1"));
	if (s->setup->show)
		add(presence, element(s, "show", s->setup->show));
	if (s->setup->status)
		add(presence, element(s, "status", s->setup->status));
	send_and_release(s, presence);
}

/* From nobody, from our bare JID, or from our domain: what our own server says of our account. */
static bool from_own_server(const struct session *s, const char *from)
{
	return !from || strcmp(from, s->account) == 0 || strcmp(from, jid_domain(s->account)) == 0;
}

#define GROUPS_MAX 64

static bool put_roster_item(struct session *s, xmpp_stanza_t *x)
{
	const char *groups[GROUPS_MAX + 1] = {NULL};
	const char *jid = xmpp_stanza_get_attribute(x, "jid");
	const char *subscription = xmpp_stanza_get_attribute(x, "subscription");
	int n = 0;
	if (!jid || !*jid)
		return true;
	AUTO(auto_free) char *bare = text_new("%.*s", (int)jid_bare_length(jid), jid);
	for (xmpp_stanza_t *g = xmpp_stanza_get_children(x); g; g = xmpp_stanza_get_next(g)) {
		const char *name = xmpp_stanza_get_name(g);
		xmpp_stanza_t *t = xmpp_stanza_get_children(g);
		if (name && strcmp(name, "group") == 0 && t && n < GROUPS_MAX)
			groups[n++] = xmpp_stanza_get_text_ptr(t);
	}
	const struct roster_item item = {
		.contact = bare,
		.name = xmpp_stanza_get_attribute(x, "name"),
		.subscription = subscription ? subscription : "none",
		.ask = xmpp_stanza_get_attribute(x, "ask"),
		.groups = n ? groups : NULL,
	};
	return record_roster_item(&s->record, &item, &s->trouble);
}

static bool put_roster(struct session *s, xmpp_stanza_t *iq)
{
	xmpp_stanza_t *query = xmpp_stanza_get_child_by_ns(iq, XMPP_NS_ROSTER);
	xmpp_stanza_t *x = query ? xmpp_stanza_get_children(query) : NULL;
	for (; x; x = xmpp_stanza_get_next(x)) {
		const char *name = xmpp_stanza_get_name(x);
		if (!name || strcmp(name, "item") != 0)
			continue;
		if (!put_roster_item(s, x))
			return false;
		s->contacts++;
	}
	return true;
}

/* The roster is here: the watch begins, and with our presence everyone else's comes (RFC 6121 4.2). */
static bool on_roster(struct session *s, xmpp_stanza_t *iq)
{
	const char *type = xmpp_stanza_get_type(iq), *id = xmpp_stanza_get_id(iq);
	int64_t settle_by = now_ms() + s->setup->wait_ms;
	if (!id || strcmp(id, ROSTER_ID) != 0 || !from_own_server(s, xmpp_stanza_get_from(iq)))
		return true;
	if (!type || strcmp(type, "result") != 0)
		return fail(&s->trouble, EX_PROTOCOL, "the server refuses to tell the roster of %s", s->account);
	if (!record_begin(&s->record, s->account, s->resource, settle_by, s->setup->asks, &s->trouble) ||
	    !put_roster(s, iq) || !record_roster_end(&s->record, &s->trouble))
		return false;
	send_presence(s);
	s->stage = WATCHING;
	s->began = s->last_presence = mono_ms();
	return true;
}

/* A roster push counts from our own account only (RFC 6121 2.1.6). */
static bool on_roster_push(struct session *s, xmpp_stanza_t *iq)
{
	xmpp_stanza_t *reply = xmpp_stanza_reply(iq);
	xmpp_stanza_set_type(reply, "result");
	send_and_release(s, reply);
	return put_roster(s, iq);
}

static void answer_request(struct session *s, xmpp_stanza_t *iq, const char *from)
{
	xmpp_stanza_t *reply;
	if (from_own_server(s, from) && xmpp_stanza_get_child_by_ns(iq, "urn:xmpp:ping")) {
		reply = xmpp_stanza_reply(iq);
		xmpp_stanza_set_type(reply, "result");
	} else {
		reply = xmpp_stanza_reply_error(iq, "cancel", "service-unavailable", NULL);
	}
	send_and_release(s, reply);
}

/* The server speaks for our own account where it names nobody (RFC 6120 8.1.2.1). */
static void read_stanza(struct session *s, xmpp_stanza_t *raw, struct stanza *out)
{
	s->record.heard = now_ms();
	session_read(raw, out);
	if (!out->from)
		out->from = s->account;
}

static bool put_start_tag(struct session *s, xmpp_stanza_t *raw, struct stanza *stanza)
{
	char *tag = session_start_tag(raw);
	stanza->xml = tag;
	bool ok = record_other(&s->record, stanza, &s->trouble);
	xmpp_free(s->ctx, tag);
	return ok;
}

static bool on_any_presence(struct session *s, xmpp_stanza_t *raw)
{
	struct stanza stanza;
	char *xml = NULL;
	size_t length;
	read_stanza(s, raw, &stanza);
	xmpp_stanza_to_text(raw, &xml, &length);
	stanza.xml = xml;
	s->last_presence = mono_ms();
	s->presences++;
	bool ok = record_presence(&s->record, &stanza, &s->trouble);
	xmpp_free(s->ctx, xml);
	return ok;
}

static bool on_any_iq(struct session *s, xmpp_stanza_t *raw)
{
	struct stanza stanza;
	const char *from = xmpp_stanza_get_from(raw);
	char *xml = NULL;
	size_t length;
	bool mine, ok;
	read_stanza(s, raw, &stanza);
	if (stanza.type && (strcmp(stanza.type, "get") == 0 || strcmp(stanza.type, "set") == 0)) {
		if (xmpp_stanza_get_child_by_ns(raw, XMPP_NS_ROSTER) && strcmp(stanza.type, "set") == 0 &&
		    (!from || strcmp(from, s->account) == 0))
			return on_roster_push(s, raw);
		answer_request(s, raw, from);
		return put_start_tag(s, raw, &stanza);
	}
	xmpp_stanza_to_text(raw, &xml, &length);
	stanza.xml = xml;
	ok = ask_reply(s->ask, raw, &stanza, &mine, &s->trouble);
	xmpp_free(s->ctx, xml);
	return ok;
}

/* The one door for everything that arrives. */
static int on_stanza(xmpp_conn_t *conn, xmpp_stanza_t *raw, void *userdata)
{
	struct session *s = userdata;
	const char *name = xmpp_stanza_get_name(raw);
	struct stanza stanza;
	(void)conn;
	if (s->failed || !name)
		return 1;
	if (s->stage == SIGNING_IN) {
		if (strcmp(name, "iq") == 0)
			trouble(s, on_roster(s, raw));
	} else if (strcmp(name, "presence") == 0) {
		trouble(s, on_any_presence(s, raw));
	} else if (strcmp(name, "iq") == 0) {
		trouble(s, on_any_iq(s, raw));
	} else if (strcmp(name, "message") == 0) {
		read_stanza(s, raw, &stanza);
		trouble(s, put_start_tag(s, raw, &stanza));
	}
	return 1;
}

/* ---- signing in ------------------------------------------------------------------------------ */

/* The server decides how our own JID is written; whose it is, we do. */
static bool take_bound_jid(struct session *s)
{
	const char *bound = xmpp_conn_get_bound_jid(s->conn);
	size_t bare = bound ? jid_bare_length(bound) : 0;
	if (!bound || strlen(s->setup->account) != bare || bare >= sizeof s->account ||
	    strncasecmp(bound, s->setup->account, bare) != 0 || !bound[bare] || !bound[bare + 1])
		return fail(&s->trouble, EX_PROTOCOL, "the server binds %s instead of %s: not our account",
		            bound ? bound : "nothing", s->setup->account);
	snprintf(s->account, sizeof s->account, "%.*s", (int)bare, bound);
	snprintf(s->resource, sizeof s->resource, "%s", bound + bare + 1);
	return true;
}

static void on_online(struct session *s)
{
	s->online = true;
	s->fd = line_or_state;
	watch_line(LINE_NONE);
	if (!trouble(s, take_bound_jid(s)))
		return;
	s->ask = ask_new(s->conn, &s->record, s->setup->timeout_ms);
	xmpp_handler_add(s->conn, on_stanza, NULL, NULL, NULL, s);
	xmpp_stanza_t *iq = xmpp_iq_new(s->ctx, "get", ROSTER_ID);
	xmpp_stanza_t *query = element(s, "query", NULL);
	xmpp_stanza_set_ns(query, XMPP_NS_ROSTER);
	add(iq, query);
	send_and_release(s, iq);
}

static const char *stream_error_word(const xmpp_stream_error_t *error)
{
	static const struct {
		xmpp_error_type_t type;
		const char *word;
	} words[] = {
		{XMPP_SE_CONFLICT, "conflict"},
		{XMPP_SE_CONN_TIMEOUT, "connection-timeout"},
		{XMPP_SE_HOST_GONE, "host-gone"},
		{XMPP_SE_HOST_UNKNOWN, "host-unknown"},
		{XMPP_SE_INTERNAL_SERVER_ERROR, "internal-server-error"},
		{XMPP_SE_NOT_AUTHORIZED, "not-authorized"},
		{XMPP_SE_POLICY_VIOLATION, "policy-violation"},
		{XMPP_SE_REMOTE_CONN_FAILED, "remote-connection-failed"},
		{XMPP_SE_RESOURCE_CONSTRAINT, "resource-constraint"},
		{XMPP_SE_SEE_OTHER_HOST, "see-other-host"},
		{XMPP_SE_SYSTEM_SHUTDOWN, "system-shutdown"},
	};
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (words[i].type == error->type)
			return words[i].word;
	return "stream-error";
}

/* Nothing of libstrophe may be called from here: it runs inside its handlers. */
static void on_connection(xmpp_conn_t *conn, const xmpp_conn_event_t event, const int error,
                          xmpp_stream_error_t *stream_error, void *userdata)
{
	struct session *s = userdata;
	(void)conn, (void)error;
	if (event == XMPP_CONN_CONNECT) {
		on_online(s);
		return;
	}
	if (stream_error)
		snprintf(s->reason, sizeof s->reason, "%s", stream_error_word(stream_error));
	s->fd = -1;
	watch_line(LINE_NONE);
	s->stage = DOWN;
}

/* Why there is no watch, most telling first. */
static bool sign_in_failed(struct session *s, int64_t deadline, struct err *e)
{
	const char *domain = jid_domain(s->setup->account);
	if (stopped())
		return fail(e, SESSION_INTERRUPTED, "interrupted while signing in; nothing was recorded");
	if (s->failed) {
		*e = s->trouble;
		return false;
	}
	if (s->tls_reason[0])
		return fail(e, EX_PROTOCOL, "the certificate shown for %s is not to be trusted (%s); nothing "
		            "was sent. If it is your own server, name its CA with --ca-file", domain,
		            s->tls_reason);
	if (s->no_tls)
		return fail(e, EX_PROTOCOL, "the server of %s offers no TLS; nothing was sent. Is someone in "
		            "between? Try another network, or ask its operator", domain);
	if (s->refused)
		return fail(e, EX_NOPERM, "the server refuses the password of %s; check the account and the "
		            "password", s->setup->account);
	if (s->no_mechanism)
		return fail(e, EX_PROTOCOL, "the server of %s offers no way of signing in with a password "
		            "that this program knows", domain);
	if (strcmp(s->reason, "conflict") == 0)
		return fail(e, EX_TEMPFAIL, "the server ends the session: conflict; choose another --resource");
	if (s->reason[0])
		return fail(e, strcmp(s->reason, "host-unknown") == 0 ? EX_NOHOST : EX_PROTOCOL,
		            "the server ends the session: %s", s->reason);
	if (mono_ms() >= deadline)
		return fail(e, EX_TEMPFAIL, "the server of %s did not answer in %d s; try later, or give it "
		            "longer with --timeout", domain, 6 * s->setup->timeout_ms / 1000);
	return fail(e, EX_UNAVAILABLE, "the server of %s closed the connection %s", domain,
	            s->online ? "before it told the roster" : "before signing in was done");
}

static void random_resource(char out[64])
{
	unsigned n = 0;
	if (getrandom(&n, sizeof n, 0) != sizeof n)
		abort();
	snprintf(out, 64, "unseen-%08x", n);
}

static bool connect_conn(struct session *s, struct err *e)
{
	const struct session_setup *setup = s->setup;
	const char *domain = jid_domain(setup->account), *where = setup->connect;
	struct dialled to = {.port = 0};
	if (!where && setup->plaintext)
		where = domain;
	if (where && !dial(where, setup->plaintext, &to, e))
		return false;
	if (xmpp_connect_client(s->conn, where ? to.address : NULL, to.port, on_connection, s) == XMPP_EOK)
		return true;
	/* libstrophe does not say which step failed */
	if (!dial(domain, false, &to, e))
		return false;
	return fail(e, EX_UNAVAILABLE, "cannot connect to the server of %s; name it with --connect HOST:PORT",
	            domain);
}

static void set_up_conn(struct session *s)
{
	const struct session_setup *setup = s->setup;
	long tls = (long)(setup->plaintext ? XMPP_CONN_FLAG_DISABLE_TLS : XMPP_CONN_FLAG_MANDATORY_TLS);
	AUTO(auto_free) char *jid = text_new("%s/%s", setup->account, s->resource);
	s->log = (xmpp_log_t){.handler = on_log, .userdata = s};
	s->ctx = xmpp_ctx_new(&memory, &s->log);
	s->conn = xmpp_conn_new(s->ctx);
	xmpp_conn_set_flags(s->conn, tls | (long)XMPP_CONN_FLAG_DISABLE_SM);
	xmpp_conn_set_jid(s->conn, jid);
	xmpp_conn_set_pass(s->conn, setup->password);
	xmpp_conn_set_sockopt_callback(s->conn, on_socket);
	if (setup->ca_file)
		xmpp_conn_set_cafile(s->conn, setup->ca_file);
}

/* Waits for the socket, then lets libstrophe read all there is: it takes 4 KB a call, and does not
 * say when OpenSSL holds more. */
static void pump(struct session *s, int fd, int wait_ms)
{
	struct pollfd p = {.fd = fd, .events = POLLIN};
	int64_t until;
	if (xmpp_conn_is_connecting(s->conn) || xmpp_conn_send_queue_len(s->conn) > 0)
		p.events |= POLLOUT;
	if (!stopped())
		poll(&p, 1, wait_ms);
	until = mono_ms() + TURN_MS;
	for (int left = 5; left > 0 && s->stage != DOWN && !s->failed && mono_ms() < until; left--) {
		int waiting = 0;
		if (fd >= 0 && ioctl(fd, FIONREAD, &waiting) == 0 && waiting > 0)
			left = 5;
		xmpp_run_once(s->ctx, 0);
	}
}

bool session_open(struct session **out, const struct session_setup *setup, struct store *store,
                  struct err *e)
{
	AUTO(session_free) struct session *s = must_calloc(1, sizeof *s);
	int64_t deadline = mono_ms() + 6 * setup->timeout_ms;
	*s = (struct session){.setup = setup, .fd = -1, .record = {.store = store}};
	if (setup->resource)
		snprintf(s->resource, sizeof s->resource, "%s", setup->resource);
	else
		random_resource(s->resource);
	catch_signals();
	set_up_conn(s);
	set_alarm(6 * setup->timeout_ms);
	bool ok = connect_conn(s, e);
	if (ok) {
		while (s->stage == SIGNING_IN && !s->failed && !stopped() && mono_ms() < deadline)
			pump(s, s->fd >= 0 ? s->fd : line_or_state, 100);
		ok = s->stage == WATCHING || sign_in_failed(s, deadline, e);
	}
	set_alarm(0);
	if (!ok || !record_commit(&s->record, e))
		return false;
	*out = s;
	s = NULL;
	return true;
}

/* ---- the loop -------------------------------------------------------------------------------- */

static bool is_quiet(struct session *s, int64_t now)
{
	int quiet = s->setup->asks ? QUIET_MS : QUIET_PASSIVE_MS;
	if (now - s->began >= s->setup->wait_ms)
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
	if (stopped())
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
	send_and_release(s, presence);
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
	watch_line(LINE_NONE);
	ask_free(&s->ask);
	if (s->conn)
		xmpp_conn_release(s->conn);
	if (s->ctx)
		xmpp_ctx_free(s->ctx);
	free(s);
	*session = NULL;
}
