/* One stanza as plain values, and the small texts inside it. Pure: needs no library, keeps nothing. */
#ifndef STANZA_H
#define STANZA_H

#include "base.h"

#define NO_NUMBER INT64_MIN /* the stanza does not say, or says no number */

/* Borrowed strings: they live as long as the stanza they were read from. NULL: not there. */
struct stanza {
	const char *kind; /* presence, message, iq */
	const char *type;
	const char *from;
	const char *id;
	const char *xml;
	const char *refused; /* why it was cut, and read only in part; NULL: it was not */

	const char *show, *status, *client; /* presence */
	int64_t priority;
	int64_t delay; /* the stamp of <delay/>, ms since 1970 */

	const char *condition; /* error (RFC 6120 8.3) */
	const char *text;      /* its text; or that of an answer to last */
	int64_t echo;          /* 1: the error carries our payload back */
	int64_t seconds;       /* last (XEP-0012) */
	const char *software;  /* disco#info: name of the server identity; version: the name */
};

extern const struct stanza stanza_empty;

/* An XEP-0082 date and time ("2026-11-22T10:30:00.123Z", any offset) in ms since 1970, or NO_NUMBER
 * for NULL, nonsense, and years outside 1999 to 2199. */
int64_t stanza_time(const char *text);

/* A decimal number within [low, high], or NO_NUMBER. */
int64_t stanza_number(const char *text, int64_t low, int64_t high);

/* The length of the bare JID in a full or bare one: up to the first slash (RFC 7622 3.1). */
size_t jid_bare_length(const char *jid);

/* The domain within a bare or full JID; a pointer into it, NOT cut before the slash. */
const char *jid_domain(const char *jid);

/* Whether the text can be an account: local@domain, no resource, nothing RFC 7622 forbids in ASCII,
 * parts up to 1,023 bytes. Fails with EX_USAGE, saying what is wrong with it. */
bool jid_is_account(const char *jid, struct err *e);

#endif
