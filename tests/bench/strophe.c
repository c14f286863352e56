/* libstrophe as its users use it, and the very same SQL: signs in, and puts down each presence that
 * its handler is given.
 *
 *	strophe PORT FILE */
#include "flood.h"
#include "scribe.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strophe.h>

struct rival {
	xmpp_ctx_t *ctx;
	struct scribe *scribe;
};

static bool is(const char *text, const char *wanted)
{
	return text && strcmp(text, wanted) == 0;
}

static const char *leaf_text(xmpp_stanza_t *x)
{
	xmpp_stanza_t *child = xmpp_stanza_get_children(x);
	return child ? xmpp_stanza_get_text_ptr(child) : "";
}

static void read_child(struct stanza *out, xmpp_stanza_t *x)
{
	const char *name = xmpp_stanza_get_name(x), *ns = xmpp_stanza_get_ns(x);
	if (is(name, "show"))
		out->show = leaf_text(x);
	else if (is(name, "status"))
		out->status = leaf_text(x);
	else if (is(name, "priority"))
		out->priority = stanza_number(leaf_text(x), -128, 127);
	else if (is(ns, "http://jabber.org/protocol/caps"))
		out->client = xmpp_stanza_get_attribute(x, "node");
	else if (is(ns, "urn:xmpp:delay"))
		out->delay = stanza_time(xmpp_stanza_get_attribute(x, "stamp"));
}

static int on_presence(xmpp_conn_t *conn, xmpp_stanza_t *presence, void *user)
{
	struct rival *r = user;
	struct stanza x = stanza_empty;
	char *xml;
	size_t length;
	x.from = xmpp_stanza_get_from(presence);
	x.type = xmpp_stanza_get_type(presence);
	xmpp_stanza_t *child = xmpp_stanza_get_children(presence);
	for (; child; child = xmpp_stanza_get_next(child))
		read_child(&x, child);
	if (xmpp_stanza_to_text(presence, &xml, &length) != XMPP_EOK)
		exit(EX_OSERR);
	x.xml = xml;
	scribe_presence(r->scribe, &x, now_ms());
	xmpp_free(r->ctx, xml);
	if (is(x.from, FLOOD_MARKER))
		xmpp_disconnect(conn);
	return 1;
}

static void on_connection(xmpp_conn_t *conn, const xmpp_conn_event_t event, const int error,
                          xmpp_stream_error_t *stream_error, void *user)
{
	struct rival *r = user;
	(void)error, (void)stream_error;
	if (event != XMPP_CONN_CONNECT) {
		xmpp_stop(r->ctx);
		return;
	}
	xmpp_handler_add(conn, on_presence, NULL, "presence", NULL, r);
	xmpp_send_raw_string(conn, "<iq type='get' id='r'><query xmlns='jabber:iq:roster'/></iq>");
	xmpp_send_raw_string(conn, "<presence><priority>-1</priority></presence>");
}

int main(int argc, char **argv)
{
	struct rival r;
	if (argc != 3)
		return EX_USAGE;
	r.scribe = scribe_open(argv[2], FLOOD_ACCOUNT, "strophe");
	r.ctx = xmpp_ctx_new(NULL, NULL);
	xmpp_conn_t *conn = xmpp_conn_new(r.ctx);
	/* management of the stream is left out: it would only cost it more */
	xmpp_conn_set_flags(conn, XMPP_CONN_FLAG_DISABLE_TLS | XMPP_CONN_FLAG_DISABLE_SM);
	xmpp_conn_set_jid(conn, FLOOD_ACCOUNT "/strophe");
	xmpp_conn_set_pass(conn, "secret");
	if (xmpp_connect_client(conn, "127.0.0.1", (unsigned short)atoi(argv[1]), on_connection,
	                        &r) != XMPP_EOK)
		return EX_UNAVAILABLE;
	xmpp_run(r.ctx);
	xmpp_conn_release(conn);
	xmpp_ctx_free(r.ctx);
	scribe_close(r.scribe);
	return 0;
}
