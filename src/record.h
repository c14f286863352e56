/* What is written down, and through which door of sql/state.sql. Knows the facts, not what they
 * mean. Everything joins the transaction of the loop turn; record_commit() ends it. */
#ifndef RECORD_H
#define RECORD_H

#include "stanza.h"
#include "store.h"

/* One watch being recorded. `store` is borrowed. */
struct record {
	struct store *store;
	int64_t watch;
	int64_t next_question;
	int64_t heard;       /* when the server was last heard, ms since 1970 */
	int64_t heard_noted; /* the part of it that is in the file */
};

struct roster_item {
	const char *contact, *name, *subscription, *ask;
	const char **groups; /* NULL-terminated; NULL: none */
};

/* Our initial presence is about to be sent. A watch that was left open ends. */
bool record_begin(struct record *r, const char *account, const char *resource, int64_t settle_by,
                  bool asks, struct err *e);
/* How the line of this watch is secured; all but the mechanism NULL: it is not. */
struct record_sign_in {
	const char *mechanism, *tls, *certificate, *key;
};
bool record_sign_in(struct record *r, const struct record_sign_in *how, struct err *e);
/* Whether, and how often (ms, 0: once), it asks from here on. */
bool record_asks(struct record *r, bool asks, int64_t every_ms, struct err *e);
bool record_settled(struct record *r, struct err *e);
bool record_end(struct record *r, const char *reason, struct err *e);

bool record_roster_item(struct record *r, const struct roster_item *item, struct err *e);
/* The whole roster has been told: other contacts are no longer in it. */
bool record_roster_end(struct record *r, struct err *e);

bool record_presence(struct record *r, const struct stanza *s, struct err *e);
/* A message, or a request of someone else; xml is its start tag. */
bool record_other(struct record *r, const struct stanza *s, struct err *e);

/* A question is handed to the line; *id names it in the calls below. */
bool record_question(struct record *r, const char *channel, const char *target, bool control,
                     int64_t *id, struct err *e);
/* A full JID that the answer names; to be called before record_reply(). */
bool record_item(struct record *r, int64_t question, const char *item, struct err *e);
bool record_reply(struct record *r, int64_t question, const struct stanza *s, struct err *e);
bool record_timeout(struct record *r, int64_t question, const char *target, struct err *e);

/* How the watch can be taken up again (XEP-0198): the server's name for the stream, and how many of
 * its stanzas are written down in this turn or before. */
bool record_resumption(struct record *r, const char *id, uint32_t handled, struct err *e);
bool record_no_resumption(struct record *r, int64_t watch, struct err *e);

/* A watch of an earlier line or process that can be taken up. */
struct record_resumption {
	int64_t watch; /* 0: there is none */
	uint32_t handled;
	bool settled;
	char id[1024];
	char account[3072], resource[1024]; /* as the server writes them */
};
bool record_resume(struct record *r, const char *account, struct record_resumption *out,
                   struct err *e);
/* It is taken up: what was open before the cut is void, what comes now was kept for us. */
bool record_resumed(struct record *r, const struct record_resumption *how, struct err *e);
/* All that was kept has been told. */
bool record_told(struct record *r, struct err *e);
/* The line of the watch is cut, and the watch may go on. */
bool record_cut(struct record *r, const char *reason, struct err *e);

/* The machine slept: a cut, taken up at once. */
bool record_slept(struct record *r, struct err *e);

/* Everyone who is not shown is to be asked now. */
bool record_look_again(struct record *r, struct err *e);

/* Our clocks as they are now. what: began, resumed, jump, suspend; moved: ms, 0 for none. */
bool record_clock(struct record *r, const char *what, int64_t moved, struct err *e);

/* Commits the loop turn, the time of the last sign of the server included. */
bool record_commit(struct record *r, struct err *e);

#endif
