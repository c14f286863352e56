#include "resolve.h"
#include "session_parts.h"
#include "stop.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PIECE 4096 /* what libstrophe reads at once */

bool session_try(struct session *s, bool ok)
{
	if (!ok)
		s->failed = true;
	return ok;
}

void session_send(struct session *s, xmpp_stanza_t *stanza)
{
	xmpp_send(s->conn, stanza);
	xmpp_stanza_release(stanza);
}

xmpp_stanza_t *session_element(struct session *s, const char *name, const char *ns,
                               const char *text)
{
	xmpp_stanza_t *x = xmpp_stanza_new(s->ctx);
	xmpp_stanza_set_name(x, name);
	if (ns)
		xmpp_stanza_set_ns(x, ns);
	if (text) {
		xmpp_stanza_t *t = xmpp_stanza_new(s->ctx);
		xmpp_stanza_set_text(t, text);
		xmpp_stanza_add_child(x, t);
		xmpp_stanza_release(t);
	}
	return x;
}

bool session_pass(struct session *s, const char *bytes, size_t length, struct err *e)
{
	while (length > 0) {
		size_t piece = length < PIECE ? length : PIECE;
		if (!line_pass(s->line, bytes, piece, e))
			return false;
		xmpp_run_once(s->ctx, 0);
		bytes += piece;
		length -= piece;
	}
	if (s->failed)
		*e = s->trouble;
	return !s->failed;
}

void session_down(struct session *s, const char *reason)
{
	/* a defined condition (RFC 6120 4.9.3), or what calls itself one */
	size_t length = strspn(reason, "abcdefghijklmnopqrstuvwxyz-");
	if (!s->reason[0])
		snprintf(s->reason, sizeof s->reason, "%s",
		         reason[length] || length >= sizeof s->reason ? "stream-error" : reason);
	s->stage = DOWN;
}

/* ---- libstrophe ------------------------------------------------------------------------------- */

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

/* libstrophe shows each socket it makes, before connect(), to a callback that is given nothing of
 * ours. */
static volatile sig_atomic_t shown_socket = -1;

static int on_socket(xmpp_conn_t *conn, void *socket_pointer)
{
	int fd = *(int *)socket_pointer;
	(void)conn;
	fcntl(fd, F_SETFD, FD_CLOEXEC);
	shown_socket = fd;
	return 0;
}

static void on_connection(xmpp_conn_t *conn, const xmpp_conn_event_t event, const int error,
                          xmpp_stream_error_t *stream_error, void *userdata)
{
	struct session *s = userdata;
	(void)error, (void)stream_error;
	if (event == XMPP_CONN_RAW_CONNECT) {
		xmpp_handler_add(conn, session_negotiate, NULL, NULL, NULL, s);
		s->stage = OPENED;
	} else if (event == XMPP_CONN_DISCONNECT) {
		session_down(s, "lost");
	}
}

static void clear_line(struct session *s)
{
	if (s->conn)
		xmpp_conn_release(s->conn);
	if (s->ctx)
		xmpp_ctx_free(s->ctx);
	s->conn = NULL;
	s->ctx = NULL;
	line_free(&s->line);
	s->stage = CONNECTING;
	s->failed = false;
	s->reason[0] = '\0';
}

bool session_set_up(struct session *s, struct err *e)
{
	AUTO(auto_free) char *jid = text_new("%s/%s", s->setup.account, s->resource);
	const struct line_setup line = {
		.domain = s->domain,
		.ca_file = s->setup.ca_file,
		.pin = s->setup.pin,
		.wakers = s->setup.wakers,
		.trace = s->setup.trace,
	};
	clear_line(s);
	if (!line_new(&s->line, &line, e))
		return false;
	guard_reset(s->guard);
	s->ctx = xmpp_ctx_new(&memory, NULL);
	s->conn = xmpp_conn_new(s->ctx);
	xmpp_conn_set_flags(s->conn, XMPP_CONN_FLAG_DISABLE_TLS | XMPP_CONN_FLAG_DISABLE_SM);
	xmpp_conn_set_jid(s->conn, jid);
	xmpp_conn_set_sockopt_callback(s->conn, on_socket);
	return true;
}

/* ---- connecting ------------------------------------------------------------------------------- */

/* The address that answers first; libstrophe makes the connection to it, and we take that over. */
static bool connect_to(struct session *s, const struct candidate *to, int64_t deadline,
                       struct err *e)
{
	if (xmpp_connect_raw(s->conn, to->address, to->port, on_connection, s) != XMPP_EOK)
		return fail(e, EX_UNAVAILABLE, "cannot connect to %s port %d", to->address,
		            to->port);
	while (s->stage == CONNECTING && !stop_asked() && mono_ms() < deadline)
		xmpp_run_once(s->ctx, 20);
	int fd = shown_socket;
	if (s->stage != OPENED)
		return fail(e, EX_UNAVAILABLE,
		            "cannot connect to %s port %d; is the server up, and the port "
		            "right?",
		            to->address, to->port);
	trace_restart(s->setup.trace, "connected to %s port %d", to->address, to->port);
	if (!line_take_over(s->line, fd, to->direct_tls, e))
		return false;
	if (to->direct_tls) {
		s->stage = SHAKING;
		return true;
	}
	if (xmpp_conn_open_stream_default(s->conn) != XMPP_EOK)
		return fail(e, EX_SOFTWARE, "cannot open the stream");
	return true;
}

bool session_resolve(struct session *s, int64_t deadline, struct candidates *out, struct err *e)
{
	const struct resolve_setup where = {
		.domain = s->domain,
		.connect = s->setup.connect,
		.direct_tls = s->setup.direct_tls,
		.loopback_only = s->setup.plaintext,
	};
	return resolve(&where, deadline, out, e);
}

bool session_connect(struct session *s, struct candidates *to, int64_t deadline, struct err *e)
{
	AUTO(auto_close) int fd = -1;
	const struct candidate *won;
	if (!dial_race(to, deadline, &fd, &won, e)) {
		to->count = 0;
		return false;
	}
	const struct candidate address = *won;
	to->count--;
	size_t at = (size_t)(won - to->list);
	memmove(&to->list[at], &to->list[at + 1], (to->count - at) * sizeof *to->list);
	return connect_to(s, &address, deadline, e);
}
