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

/* Our initial presence is about to be sent. A watch that was left open ends. */
bool record_begin(struct record *r, const char *account, const char *resource, int64_t settle_by,
                  bool asks, struct err *e);
/* How the line of this watch is secured; all but the mechanism NULL: it is not. */
struct record_sign_in {
	const char *mechanism, *tls, *certificate, *key;
};
bool record_sign_in(struct record *r, const struct record_sign_in *how, struct err *e);
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

/* Gives back what is kept in memory. To be called before the record goes, and after a loop turn was
 * undone: whoever it made known is no longer in the file, and the number may become another's. */
void record_forget(struct record *r);

/* Commits the loop turn, the time of the last sign of the server included. */
bool record_commit(struct record *r, struct err *e);

#endif
