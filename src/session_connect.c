#include "dial.h"
#include "session_parts.h"
#include "stop.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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
		snprintf(s->tls_reason, sizeof s->tls_reason, "%.*s",
		         (int)strcspn(strchr(result, '=') + 1, "("), strchr(result, '=') + 1);
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
	stop_guard_line(fd);
	return 0;
}

/* ---- signing in ------------------------------------------------------------------------------ */

/* The server decides how our own JID is written; whose it is, we do. */
static bool take_bound_jid(struct session *s)
{
	const char *bound = xmpp_conn_get_bound_jid(s->conn);
	size_t bare = bound ? jid_bare_length(bound) : 0;
	if (!bound || strlen(s->setup.account) != bare || bare >= sizeof s->account ||
	    strncasecmp(bound, s->setup.account, bare) != 0 || !bound[bare] || !bound[bare + 1])
		return fail(&s->trouble, EX_PROTOCOL,
		            "the server binds %s instead of %s: not our account",
		            bound ? bound : "nothing", s->setup.account);
	snprintf(s->account, sizeof s->account, "%.*s", (int)bare, bound);
	snprintf(s->resource, sizeof s->resource, "%s", bound + bare + 1);
	return true;
}

static void on_online(struct session *s)
{
	s->online = true;
	s->fd = stop_guarded_line();
	stop_guard_line(-1);
	if (!session_try(s, take_bound_jid(s)))
		return;
	s->ask = ask_new(s->conn, &s->record, s->setup.timeout_ms);
	xmpp_handler_add(s->conn, session_hear, NULL, NULL, NULL, s);
	session_ask_roster(s);
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
	stop_guard_line(-1);
	s->stage = DOWN;
}

/* Why there is no watch, most telling first. */
bool session_sign_in_failed(struct session *s, int64_t deadline, struct err *e)
{
	const char *domain = jid_domain(s->setup.account);
	if (stop_asked())
		return fail(e, SESSION_INTERRUPTED,
		            "interrupted while signing in; nothing was recorded");
	if (s->failed) {
		*e = s->trouble;
		return false;
	}
	if (s->tls_reason[0])
		return fail(e, EX_PROTOCOL,
		            "the certificate shown for %s is not to be trusted (%s); nothing "
		            "was sent. If it is your own server, name its CA with --ca-file",
		            domain, s->tls_reason);
	if (s->no_tls)
		return fail(e, EX_PROTOCOL,
		            "the server of %s offers no TLS; nothing was sent. Is someone in "
		            "between? Try another network, or ask its operator",
		            domain);
	if (s->refused)
		return fail(e, EX_NOPERM,
		            "the server refuses the password of %s; check the account and the "
		            "password",
		            s->setup.account);
	if (s->no_mechanism)
		return fail(e, EX_PROTOCOL,
		            "the server of %s offers no way of signing in with a password "
		            "that this program knows",
		            domain);
	if (strcmp(s->reason, "conflict") == 0)
		return fail(e, EX_TEMPFAIL,
		            "the server ends the session: conflict; choose another --resource");
	if (s->reason[0])
		return fail(e, strcmp(s->reason, "host-unknown") == 0 ? EX_NOHOST : EX_PROTOCOL,
		            "the server ends the session: %s", s->reason);
	if (mono_ms() >= deadline)
		return fail(e, EX_TEMPFAIL,
		            "the server of %s did not answer in %d s; try later, or give it "
		            "longer with --timeout",
		            domain, 6 * s->setup.timeout_ms / 1000);
	return fail(e, EX_UNAVAILABLE, "the server of %s closed the connection %s", domain,
	            s->online ? "before it told the roster" : "before signing in was done");
}

bool session_connect(struct session *s, struct err *e)
{
	const struct session_setup *setup = &s->setup;
	const char *domain = jid_domain(setup->account), *where = setup->connect;
	struct dialled to = {.port = 0};
	if (!where && setup->plaintext)
		where = domain;
	if (where && !dial(where, setup->plaintext, &to, e))
		return false;
	if (xmpp_connect_client(s->conn, where ? to.address : NULL, to.port, on_connection, s) ==
	    XMPP_EOK)
		return true;
	/* libstrophe does not say which step failed */
	if (!dial(domain, false, &to, e))
		return false;
	return fail(e, EX_UNAVAILABLE,
	            "cannot connect to the server of %s; name it with --connect HOST:PORT", domain);
}

void session_set_up(struct session *s)
{
	const struct session_setup *setup = &s->setup;
	long tls = (long)(setup->plaintext ? XMPP_CONN_FLAG_DISABLE_TLS
	                                   : XMPP_CONN_FLAG_MANDATORY_TLS);
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
