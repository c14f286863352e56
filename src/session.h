/* One stay on a server: stream, sign-in, roster, presence. Sole owner of libstrophe (with ask.c).
 * Everything that arrives goes through one door into the record; nothing is decided here. */
#ifndef SESSION_H
#define SESSION_H

#include "base.h"
#include "store.h"
#include "trace.h"

struct session;

/* What was asked of late, on whatever line: it bounds what may be asked. All zero at the beginning. */
struct ask_rate {
	int64_t spent; /* thousandths of questions */
	int64_t at;    /* monotonic ms */
};

struct session_setup {
	const int *wakers; /* descriptors that end a wait of session_turn(); up to a -1, or NULL */
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
	bool keeps; /* the watch outlives its line, where the server lets it (XEP-0198), and does
	             * not end when everything was asked */
	int64_t every_ms;      /* of asking again; 0: once */
	struct ask_rate *rate; /* goes on from session to session; NULL: begins with this one */
	int wait_ms;           /* longest wait for late presence */
	int timeout_ms;        /* for an answer to one question */
	int turn_ms;           /* a turn waits no longer; 0: it may */
	struct trace *trace;   /* of the stream; NULL: none */
};

/* Takes up the watch that is open in the file, where that is wanted and can be; else signs in, has the
 * roster told, sends initial presence (priority -1: nobody's messages come to us, RFC 6121 4.7.2.3),
 * and a watch has begun. Store, trace and texts of the setup are borrowed for the life
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

/* Ends the turn: everything is committed, and only then acknowledged. A turn begins with it, too. */
bool session_commit(struct session *s, struct err *e);

/* What the server said when it cut the line, or "lost"; the words of watch.reason. */
const char *session_reason(const struct session *s);

/* Whether to sign in again after that. */
enum retry session_retry(const struct session *s);

/* Something the user should know of the sign-in, "": nothing. */
const char *session_notice(const struct session *s);

struct session_count {
	int contacts, presences, asked, settled;
	bool quiet; /* the flood of presence has settled */
};
struct session_count session_count(const struct session *s);

/* From here on our own presence, and whom we ask how often, are as that setup says; its other settings
 * need a new session. Its texts must live as long. */
bool session_change(struct session *s, const struct session_setup *setup, struct err *e);

/* The watch that is being recorded: watch.id. */
int64_t session_watch_id(const struct session *s);

/* Everyone who is not shown is asked now, though it is not time yet; session_has_asked(): done. */
bool session_ask_again(struct session *s, struct err *e);
bool session_has_asked(const struct session *s);

/* UTC was set by that many ms, the machine slept for that many: written down. Who slept did not hear. */
bool session_clock(struct session *s, int64_t set, int64_t slept, struct err *e);

/* Ends the watch with that reason, says unavailable, closes the stream; 1 s is given to that. */
bool session_end(struct session *s, const char *reason, struct err *e);

/* Leaves without a word, so that the watch may be taken up again: the line is cut for that reason. A
 * watch that cannot be taken up ends. */
bool session_leave(struct session *s, const char *reason, struct err *e);

/* Whether the watch is an earlier one, taken up. */
bool session_is_resumed(const struct session *s);
void session_free(struct session **s); /* takes NULL */

#endif
