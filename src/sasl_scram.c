#include "sasl_parts.h"

#include <gsasl.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdlib.h>
#include <string.h>

void sasl_wipe(char **secret)
{
	if (*secret)
		explicit_bzero(*secret, strlen(*secret));
	free(*secret);
	*secret = NULL;
}

static bool is_plain_ascii(const char *text)
{
	while (*text >= ' ' && *text <= '~')
		text++;
	return !*text;
}

/* RFC 3454 section 7 allows unassigned code points in what is asked with, and to it all that is newer
 * than Unicode 3.2 is unassigned: emoji. gsasl 2.2.0 takes its flag the wrong way round; one of the
 * two allows them. Plain ASCII stays as it is, and libidn would leave copies behind. */
bool sasl_prepare(const char *what, const char *text, char **out, struct err *e)
{
	if (is_plain_ascii(text))
		*out = must_strdup(text);
	else if (gsasl_saslprep(text, 0, out, NULL) != GSASL_OK &&
	         gsasl_saslprep(text, GSASL_ALLOW_UNASSIGNED, out, NULL) != GSASL_OK)
		return fail(e, EX_CONFIG,
		            "the %s has characters that must not be in one (control characters, "
		            "or both writing directions at once): SASLprep, RFC 4013",
		            what);
	return **out ? true : fail(e, EX_CONFIG, "the %s is empty", what);
}

char *sasl_encode(const void *bytes, size_t size)
{
	size_t length = 4 * ((size + 2) / 3);
	char *text = must_calloc(1, length + 1);
	EVP_EncodeBlock((unsigned char *)text, bytes, (int)size);
	return text;
}

struct key {
	unsigned char bytes[EVP_MAX_MD_SIZE];
};

static void key_wipe(struct key *key)
{
	explicit_bzero(key, sizeof *key);
}

/* HMAC(key, text) */
static bool mac(const EVP_MD *hash, const struct key *key, const char *text, struct key *out)
{
	return HMAC(hash, key->bytes, EVP_MD_get_size(hash), (const unsigned char *)text,
	            strlen(text), out->bytes, NULL);
}

/* SaltedPassword. By OpenSSL: gsasl's takes three times as long, and no emoji. */
static bool salt_password(const EVP_MD *hash, const char *password, const struct server_first *f,
                          struct key *salted, struct err *e)
{
	AUTO(sasl_wipe) char *prepared = NULL;
	if (!sasl_prepare("password", password, &prepared, e))
		return false;
	if (PKCS5_PBKDF2_HMAC(prepared, (int)strlen(prepared), (const unsigned char *)f->salt,
	                      (int)f->salt_length, f->rounds, hash, EVP_MD_get_size(hash),
	                      salted->bytes) != 1)
		return fail(e, EX_SOFTWARE, "cannot hash the password");
	return true;
}

static bool compute(const EVP_MD *hash, const struct key *salted, const char *auth_message,
                    struct key *proof, struct key *signature)
{
	AUTO(key_wipe) struct key client = {{0}};
	AUTO(key_wipe) struct key stored = {{0}};
	AUTO(key_wipe) struct key server = {{0}};
	size_t size = (size_t)EVP_MD_get_size(hash);
	if (!mac(hash, salted, "Client Key", &client) ||
	    !EVP_Digest(client.bytes, size, stored.bytes, NULL, hash, NULL) ||
	    !mac(hash, &stored, auth_message, proof) || !mac(hash, salted, "Server Key", &server) ||
	    !mac(hash, &server, auth_message, signature))
		return false;
	for (size_t i = 0; i < size; i++)
		proof->bytes[i] ^= client.bytes[i];
	return true;
}

bool sasl_sign(const struct mechanism *m, const char *password, const struct server_first *f,
               const char *auth_message, char **proof, char **signature, struct err *e)
{
	AUTO(key_wipe) struct key salted = {{0}};
	struct key proved, signed_;
	const EVP_MD *hash = EVP_get_digestbyname(m->hash);
	if (!hash)
		return fail(e, EX_SOFTWARE, "OpenSSL has no %s", m->hash);
	if (!salt_password(hash, password, f, &salted, e))
		return false;
	if (!compute(hash, &salted, auth_message, &proved, &signed_))
		return fail(e, EX_SOFTWARE, "cannot hash the sign-in");
	*proof = sasl_encode(proved.bytes, (size_t)EVP_MD_get_size(hash));
	*signature = sasl_encode(signed_.bytes, (size_t)EVP_MD_get_size(hash));
	return true;
}
