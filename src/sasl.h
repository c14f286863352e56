/* Signing in (SASL, RFC 6120 section 6): which mechanism, and what the server is believed. Knows texts
 * in base64, no XML and no socket. */
#ifndef SASL_H
#define SASL_H

#include "base.h"

#define SASL_BINDING_SIZE 32

/* Borrowed until sasl_free(). */
struct sasl_setup {
	const char *user;     /* the account's localpart */
	const char *password; /* UTF-8 */

	/* SASL_BINDING_SIZE bytes of tls-exporter (RFC 9266), NULL when there are none. Below TLS 1.3
	 * they bind nothing without the extended master secret: give NULL then. */
	const unsigned char *binding;

	/* The kinds of channel binding the server says it knows (XEP-0440), up to a NULL; NULL when it
	 * says nothing. Without "tls-exporter" among them no -PLUS mechanism is used: those of servers
	 * that say nothing (ejabberd 23.01) want tls-unique, and would refuse the sign-in. */
	const char *const *binding_types;

	bool tls_verified; /* inside TLS with a certificate that was verified; PLAIN needs it */
	bool allow_plain;

	/* Of the last watch on this account, NULL when there was none. */
	const char *last_mechanism;
	bool allow_downgrade;
};

struct sasl; /* one sign-in with one mechanism; there is no second try with another */

/* Picks the strongest of the offered mechanisms (up to a NULL): SCRAM-SHA-512, -256 and -1 with -PLUS,
 * then without, then PLAIN.
 * EX_PROTOCOL: none that we know or may use, or a weaker one than last time. EX_CONFIG: the name or
 * the password cannot be prepared (SASLprep, RFC 4013). */
bool sasl_new(struct sasl **out, const struct sasl_setup *setup, const char *const *offered,
              struct err *e);

/* Wipes what was derived from the password, frees, sets NULL. Takes NULL contents. */
void sasl_free(struct sasl **sasl);

/* Its name, a constant. */
const char *sasl_mechanism(const struct sasl *sasl);

/* What goes into <auth/>. Call it once, first. The text may hold the password: it stays the sasl's,
 * and is wiped by the next call. */
bool sasl_first(struct sasl *sasl, const char **base64, struct err *e);

/* What goes into <response/> to this content of <challenge/>; an empty text is an empty element.
 * *answer is the sasl's until the next call. EX_PROTOCOL: the server breaks RFC 5802, asks for a
 * number of rounds that betrays or stalls us, or does not prove that it knows the password; nothing
 * may be sent then. EX_NOPERM: it says the password is wrong. Blocks for the rounds it asks for:
 * SASL_MOST_ROUNDS take up to a second, several times that on a small machine. */
bool sasl_challenge(struct sasl *sasl, const char *base64, const char **answer, struct err *e);

/* On <success/>: whether the server has proved, in its content or in a challenge before, that it
 * knows the password (PLAIN proves nothing). NULL and the empty text are no content. EX_PROTOCOL: it
 * has not; what follows on this stream is not to be believed. */
bool sasl_success(struct sasl *sasl, const char *base64, struct err *e);

/* On <failure/>: says why and returns false. The condition is the name of its child (RFC 6120 section
 * 6.5), the text its <text/>; either may be NULL. EX_NOPERM: trying again is of no use, and may lock
 * the account. EX_TEMPFAIL: it may be. EX_PROTOCOL: anything else. */
bool sasl_failure(const struct sasl *sasl, const char *condition, const char *text, struct err *e);

/* How many rounds of PBKDF2 (`i=`) a server may ask for. Fewer than 4,096 are fewer than RFC 5802
 * section 5.1 allows, and make guessing the password cheap for who asks; what is in use goes from
 * 4,096 (ejabberd) over 10,000 (Prosody) to 1,400,000 (OWASP's advice for SHA-1). */
#define SASL_LEAST_ROUNDS 4096
#define SASL_MOST_ROUNDS 2000000

#endif
