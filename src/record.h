/* What is written down, and through which door of sql/state.sql. Knows the facts, not what they
 * mean. Everything joins the transaction of the loop turn; record_commit() ends it. */
#ifndef RECORD_H
#define RECORD_H

#include "senders.h"
#include "stanza.h"
#include "store.h"

/* One watch being recorded. `store` is borrowed. */
struct record {
	struct store *store;
	struct senders *senders; /* whose numbers in the file are known; NULL: nobody's */
	int64_t watch;
	int64_t next_question;
	int64_t heard;       /* when the server was last heard, ms since 1970 */
	int64_t heard_noted; /* the part of it that is in the file */
};

struct roster_item {
	const char *contact, *name, *subscription, *ask;
	const char **groups; /* NULL-terminated; NULL: none */
};

/* Our initial presence is about to be sent. A watch that was left open ends. every_ms: after how long
 * everyone who is not shown is asked again; 0: never. */
bool record_begin(struct record *r, const char *account, const char *resource, int64_t settle_by,
                  bool asks, int64_t every_ms, struct err *e);
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

/* How this watch can be taken up again (XEP-0198 5), to be noted in the turn that records what was
 * handled: the server's name for the stream, and h. */
bool record_resumption(struct record *r, const char *id, uint32_t handled, struct err *e);

/* What the file knows of the open watch of an account that can be taken up again. */
struct record_resumption {
	char *id;         /* the server's name for the stream */
	uint32_t handled; /* h */
	char *resource;   /* ours, bound then */
	char *account;    /* as the server writes it */
	bool settled;     /* the flood of presence had gone quiet */
	int64_t every_ms; /* 0: asked once */
};
void record_resumption_free(
	struct record_resumption *resumption); /* its texts; takes an empty one */
/* *found: there is such a watch, it is the one recorded from now on, and *out is filled, the caller's to
 * free. Nothing is written; call record_resumed() when the server agreed. `account` is as the user
 * types it. */
bool record_resume(struct record *r, const char *account, struct record_resumption *out,
                   bool *found, struct err *e);

/* The line is cut (or was, when that is found out later) and the watch may go on: nothing was heard
 * since r->heard. `reason`: a word of cut.reason. Once noted, further calls do nothing until the watch
 * has gone on. */
bool record_cut(struct record *r, const char *reason, struct err *e);
/* The watch goes on. What is recorded from here to record_told() is late: the server kept it. */
bool record_resumed(struct record *r, struct err *e);
bool record_told(struct record *r, struct err *e);
/* The questions that are open will have no outcome, not even a timeout: they were never asked. */
bool record_drop_questions(struct record *r, struct err *e);

/* The machine slept: a cut, from which the watch goes on at once. */
bool record_slept(struct record *r, struct err *e);

/* Our clocks side by side. `what`: began, resumed, jump, suspend; moved: by how many ms, or NO_NUMBER. */
bool record_clock(struct record *r, const char *what, int64_t moved, struct err *e);

/* Rounds of questions (sql/state.sql). The rests that are over end. */
bool record_wake(struct record *r, struct err *e);
/* Whoever has no question open, and had none due when the plan was read, at that time (ms since 1970),
 * goes to rest: only right after all that were due then were put. */
bool record_rest(struct record *r, int64_t planned, struct err *e);
/* A round begins now for everyone who is not shown. */
bool record_look_again(struct record *r, struct err *e);
/* *awake: someone is to be looked at; *at: when the next rest ends, ms since 1970; INT64_MAX: nobody
 * rests. */
bool record_next_look(struct record *r, bool *awake, int64_t *at, struct err *e);

/* Gives back what is kept in memory. To be called before the record goes, and after a loop turn was
 * undone: whoever it made known is no longer in the file, and the number may become another's. */
void record_forget(struct record *r);

/* Commits the loop turn, the time of the last sign of the server included. */
bool record_commit(struct record *r, struct err *e);

#endif
