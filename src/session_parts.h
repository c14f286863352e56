/* What the four files of the session's room share: its state, and what each does for the others. */
#ifndef SESSION_PARTS_H
#define SESSION_PARTS_H

#include "ask.h"
#include "dial.h"
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
	RESUMING,   /* <resumed/> (XEP-0198) */
	BINDING,    /* our full JID */
	ENABLING,   /* <enabled/> (XEP-0198) */
	ROSTER,     /* the roster */
	WATCHING,   /* everything */
	DOWN,       /* nothing any more */
};

/* Stream management (XEP-0198). */
struct stream_management {
	struct record_resumption last; /* what the file has to take up; id NULL: nothing */
	struct record earlier;         /* that watch */
	bool offered;
	bool on;          /* stanzas are counted */
	char id[1024];    /* of a stream that can be resumed; "": it cannot */
	uint32_t handled; /* h */
	uint32_t noted;   /* what the file has of it, or will after this turn */
	bool written;     /* it has something */
	bool ack_due;     /* the server asks for h */
	bool telling;     /* what was kept for us is still being told */
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
	struct stream_management sm;
	bool old_session;   /* the server wants RFC 3921's session */
	char account[3072]; /* as the server writes it */
	char user[1024];    /* its local part */
	char domain[1024];
	char resource[1024];
	char *last_key, *last_mechanism; /* of the last watch that had any; NULL */
	char notice[256];                /* something the user should know */
	bool failed;                     /* `trouble` says how: a handler cannot return it */
	struct err trouble;
	char reason[64];                          /* of the end of the stream */
	int64_t began, last_presence, last_heard; /* monotonic ms */
	int64_t pinged; /* since when the server owes a sign of life; 0: it does not */
	bool settled;
	bool has_asked; /* nothing is open, nothing is due now */
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

void session_send_presence(struct session *s);
/* The watch begins, or goes on: from here on everything is written down. */
void session_watch(struct session *s);

/* session.c: moves bytes both ways, waits up to wait_ms for the first. */
bool session_move(struct session *s, int wait_ms, struct err *e);

/* The same: asks the server whether it is there (XEP-0199). */
void session_ping(struct session *s);
bool session_is_pong(const struct session *s, const struct stanza *iq);

/* session_resume.c: a watch outlives its line (XEP-0198). */
bool session_offers_resumption(struct session *s, xmpp_stanza_t *features);
bool session_ask_to_resume(struct session *s); /* false: there is nothing to resume */
bool session_on_resume(struct session *s, xmpp_stanza_t *answer, bool *refused);
bool session_ask_to_enable(struct session *s); /* false: the server has no such thing */
void session_on_enabled(struct session *s, xmpp_stanza_t *answer);
bool session_is_resumable(const struct session *s);
/* Counts a stanza. True: it is none, but the server counting. */
bool session_counts(struct session *s, const struct guard_element *x);

/* session_strophe.c: libstrophe, its connection, and what is sent through it. */
/* All that is needed for one line, none of it used yet; what there was of an earlier one goes. */
bool session_set_up(struct session *s, struct err *e);
/* Where the server may be. */
bool session_resolve(struct session *s, int64_t deadline, struct candidates *out, struct err *e);
/* Connects to the one that answers first, takes it off the list and the line over; the stream is being
 * opened. */
bool session_connect(struct session *s, struct candidates *to, int64_t deadline, struct err *e);
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
