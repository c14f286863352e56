/* What the three files of the session's room share: its state, and what each does for the others. */
#ifndef SESSION_PARTS_H
#define SESSION_PARTS_H

#include "ask.h"
#include "record.h"
#include "session.h"

#include <strophe.h>

enum stage { SIGNING_IN, WATCHING, DOWN };

struct session {
	struct session_setup setup; /* the password is gone once signed in */
	xmpp_ctx_t *ctx;
	xmpp_conn_t *conn;
	xmpp_log_t log;
	int fd; /* libstrophe's socket, -1 while there is none */
	enum stage stage;
	struct record record;
	struct ask *ask;
	char account[3072]; /* as the server writes it */
	char resource[64];
	bool failed; /* `trouble` says how: a handler cannot return it */
	struct err trouble;
	char reason[64]; /* of the end of the stream */
	/* what libstrophe tells of a failing sign-in, through its log only */
	bool online, refused, no_mechanism, no_tls;
	char tls_reason[128];
	int64_t began, last_presence; /* monotonic ms */
	bool settled;
	int contacts, presences;
};

/* session_connect.c: the connection, and why there is none. */
void session_set_up(struct session *s);
bool session_connect(struct session *s, struct err *e);
bool session_sign_in_failed(struct session *s, int64_t deadline, struct err *e);

/* session_hear.c: what the server sends; the handler of everything once we are signed in. */
int session_hear(xmpp_conn_t *conn, xmpp_stanza_t *raw, void *session);
/* Asks for the roster; when it comes the watch begins. */
void session_ask_roster(struct session *s);
/* Remembers that a handler failed: it cannot return that. */
bool session_try(struct session *s, bool ok);
void session_send(struct session *s, xmpp_stanza_t *stanza); /* takes the stanza over */

#endif
