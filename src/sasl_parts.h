/* What the files of sasl share. */
#ifndef SASL_PARTS_H
#define SASL_PARTS_H

#include "sasl.h"

struct mechanism {
	const char *name;
	const char *hash; /* as OpenSSL calls it; NULL for PLAIN */
	bool plus;
};

void sasl_wipe(char **secret); /* wipes, frees, sets NULL; takes NULL contents */

/* sasl_pick.c: the choice, a constant; NULL when there is none. */
const struct mechanism *sasl_pick(const struct sasl_setup *setup, const char *const *offered,
                                  struct err *e);

/* gs2-cbind-flag of RFC 5802 section 6: we bind ("p=tls-exporter"); we could, and the server seems not
 * to ("y"), which it takes for an attack if it does; anything else ("n"). */
const char *sasl_flag(const struct mechanism *m, const struct sasl_setup *setup,
                      const char *const *offered);

/* sasl_pick.c: sasl_failure() of a sign-in. */
bool sasl_refused(const struct mechanism *m, const char *user, const char *condition,
                  const char *text, struct err *e);

/* sasl_read.c: what the server says, decoded: fresh memory, no NUL in it. */
bool sasl_decode(const char *base64, char **text, struct err *e);

/* server-first-message, RFC 5802 section 5.1. */
struct server_first {
	char *nonce;
	char *salt; /* decoded */
	size_t salt_length;
	int rounds;
};

/* Reads and bounds all of it; `nonce` is our part. To be cleared in any case. */
bool server_first_read(struct server_first *f, const char *text, const char *nonce, struct err *e);
void server_first_clear(struct server_first *f);

/* sasl_scram.c: SASLprep (RFC 4013); an empty result is refused. `what` it is, for the error:
 * EX_CONFIG. sasl_wipe() it. */
bool sasl_prepare(const char *what, const char *text, char **out, struct err *e);

/* base64 in fresh memory. */
char *sasl_encode(const void *bytes, size_t size);

/* ClientProof and ServerSignature of RFC 5802 section 3, in base64 and fresh memory. */
bool sasl_sign(const struct mechanism *m, const char *password, const struct server_first *f,
               const char *auth_message, char **proof, char **signature, struct err *e);

#endif
