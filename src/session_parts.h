/* What the four files of the session's room share: its state, and what each does for the others. */
#ifndef SESSION_PARTS_H
#define SESSION_PARTS_H

#include "ask.h"
#include "guard.h"
#include "line.h"
#include "record.h"
#include "sasl.h"
#include "session.h"

#include <strophe.h>

/* How far we have come (RFC 6120 4 to 7, RFC 6121 2 and 4). Each stage waits for one thing. */
enum stage {
	CONNECTING, /* the socket */
	OPENED,     /* the features of the bare stream */
	SECURING,   /* <proceed/> */
	SHAKING,    /* the end of the TLS handshake */
	SECURED,    /* the features inside TLS */
	SIGNING_IN, /* the end of SASL */
	SIGNED_IN,  /* the features after it */
	BINDING,    /* our full JID */
	ROSTER,     /* the roster */
	WATCHING,   /* everything */
	DOWN,       /* nothing any more */
};

struct session {
	struct session_setup setup; /* the password is gone once signed in */
	xmpp_ctx_t *ctx;
	xmpp_conn_t *conn;
	struct line *line;
	struct guard *guard;
	struct sasl *sasl;
	const char *mechanism; /* we signed in with; a constant */
	struct ask *ask;
	struct record record;
	enum stage stage;
	char account[3072]; /* as the server writes it */
	char user[1024];    /* its local part */
	char domain[1024];
	char resource[1024];
	char *last_key, *last_mechanism; /* of the last watch that had any; NULL */
	char notice[256];                /* something the user should know */
	bool failed;                     /* `trouble` says how: a handler cannot return it */
	struct err trouble;
	char reason[64];                                  /* of the end of the stream */
	int64_t began, last_presence, last_heard, pinged; /* monotonic ms */
	bool settled;
	int contacts, presences;
};

/* session_sign_in.c: from the first stream header to the bound resource. The handler of whatever
 * libstrophe is given. */
int session_negotiate(xmpp_conn_t *conn, xmpp_stanza_t *raw, void *session);
bool session_secured(struct session *s, struct err *e); /* the handshake is done */

/* session_hear.c: what the server sends once we are signed in. */
bool session_hear(struct session *s, const struct guard_element *element, struct err *e);
bool session_hear_item(struct session *s, const struct guard_item *item, struct err *e);
/* Asks for the roster; when it comes the watch begins. */
void session_ask_roster(struct session *s);
/* An IQ request that libstrophe was given: it is answered. */
void session_answer(struct session *s, xmpp_stanza_t *request);

/* session_strophe.c: libstrophe, its connection, and what is sent through it. */
void session_set_up(struct session *s);
/* Finds the server, connects, takes the line over; the stream is being opened. */
bool session_connect(struct session *s, int64_t deadline, struct err *e);
/* Hands an element to libstrophe, whose handlers see it before this returns. */
bool session_pass(struct session *s, const char *bytes, size_t length, struct err *e);
/* Remembers that a handler failed: it cannot return that. */
bool session_try(struct session *s, bool ok);
void session_send(struct session *s, xmpp_stanza_t *stanza); /* takes the stanza over */
/* <name>text</name>, text and namespace may be NULL; the caller's. */
xmpp_stanza_t *session_element(struct session *s, const char *name, const char *ns,
                               const char *text);
/* The stream is over; the first reason counts. */
void session_down(struct session *s, const char *reason);

#endif
