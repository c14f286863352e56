/* One stay on a server: stream, sign-in, roster, presence. Sole owner of libstrophe (with ask.c).
 * Everything that arrives goes through one door into the record; nothing is decided here. */
#ifndef SESSION_H
#define SESSION_H

#include "base.h"
#include "store.h"

struct session;

struct session_setup {
	const char *account; /* bare JID */
	const char *password;
	const char *resource; /* NULL: a random one */
	const char *show;     /* of our own presence: away, chat, dnd, xa; NULL: none */
	const char *status;
	const char *connect; /* HOST or HOST:PORT instead of DNS; NULL: DNS (RFC 6120 3.2) */
	const char *ca_file; /* trusted beside the system's; NULL: none */
	const char *pin;  /* the server's key, SHA-256 of its SPKI; NULL: any that is certified */
	bool direct_tls;  /* TLS from the first byte only (XEP-0368) */
	bool plaintext;   /* no TLS; refused unless the address is a loopback one */
	bool allow_plain; /* SASL PLAIN, inside verified TLS */
	bool allow_downgrade; /* a weaker mechanism than last time */
	bool asks;            /* false: ask nobody anything */
	int wait_ms;          /* longest wait for late presence */
	int timeout_ms;       /* for an answer to one question */
	int64_t every_ms;     /* of asking again; 0: once */
};

/* Signs in, has the roster told, sends initial presence (priority -1: nobody's messages come to us,
 * RFC 6121 4.7.2.3); a watch has begun. The store and the texts of the setup are borrowed for the life
 * of the session, the password for this call only.
 * EX_NOHOST, EX_UNAVAILABLE: cannot connect. EX_PROTOCOL: TLS or protocol policy. EX_NOPERM: sign-in
 * refused. EX_TEMPFAIL: no answer in time. EX_USAGE, EX_CONFIG: an unusable setting. */
bool session_open(struct session **out, const struct session_setup *setup, struct store *store,
                  struct err *e);

enum session_news {
	SESSION_GOES_ON,
	SESSION_DONE,    /* presence has gone quiet and every planned question has its outcome */
	SESSION_STOPPED, /* stop_asked() */
	SESSION_LOST,    /* the line is cut; session_reason() tells */
};

/* One turn of the loop: hears, asks, records, commits; blocks while there is nothing to do. */
bool session_turn(struct session *s, enum session_news *news, struct err *e);

/* What the server said when it cut the line, or "lost"; the words of watch.reason. */
const char *session_reason(const struct session *s);

/* Something the user should know of the sign-in, "": nothing. */
const char *session_notice(const struct session *s);

struct session_count {
	int contacts, presences, asked, settled;
	bool quiet; /* the flood of presence has settled */
};
struct session_count session_count(const struct session *s);

/* Ends the watch with that reason, says unavailable, closes the stream; 1 s is given to that. */
bool session_end(struct session *s, const char *reason, struct err *e);
void session_free(struct session **s); /* takes NULL */

#endif
