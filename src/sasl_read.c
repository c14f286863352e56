#include "sasl_parts.h"

#include <gsasl.h>
#include <stdlib.h>
#include <string.h>

#define LONGEST_MESSAGE 8192 /* base64 */
#define LONGEST_NONCE 1024
#define SHORTEST_SALT 8 /* bytes; a shorter one, or none, could have been computed for beforehand */
#define LONGEST_SALT 1024

/* RFC 6120 section 6.4.2: "=" is a text of no bytes. Nothing that SCRAM says contains a NUL. */
bool sasl_decode(const char *base64, char **text, struct err *e)
{
	size_t length = 0, given = strlen(base64);
	if (given > LONGEST_MESSAGE)
		return fail(e, EX_PROTOCOL, "the server's part of the sign-in is too long");
	if (given == 0 || strcmp(base64, "=") == 0) {
		*text = must_strdup("");
		return true;
	}
	if (gsasl_base64_from(base64, given, text, &length) != GSASL_OK)
		return fail(e, EX_PROTOCOL, "the server's part of the sign-in is not base64");
	/* gsasl ends what it decodes with no NUL */
	*text = must_realloc(*text, length + 1);
	(*text)[length] = '\0';
	if (strlen(*text) != length)
		return fail(e, EX_PROTOCOL, "the server's part of the sign-in has a NUL in it");
	return true;
}

/* ---- what the server says first (RFC 5802 section 5.1) --------------------------------------- */

void server_first_clear(struct server_first *f)
{
	free(f->nonce);
	free(f->salt);
}

/* The value of the attribute that must come next; *rest goes behind its comma. */
static bool attribute(char name, const char **rest, char **value, struct err *e)
{
	size_t length;
	if ((*rest)[0] == 'm' && (*rest)[1] == '=')
		return fail(e, EX_PROTOCOL,
		            "the server demands an extension of SCRAM that does not exist");
	if ((*rest)[0] != name || (*rest)[1] != '=')
		return fail(e, EX_PROTOCOL, "the server's challenge lacks its part %c=", name);
	*rest += 2;
	length = strcspn(*rest, ",");
	*value = text_new("%.*s", (int)length, *rest);
	*rest += length + ((*rest)[length] == ',');
	return true;
}

/* printable ASCII, ours in front, and something of the server's behind it */
static bool check_nonce(const char *own, const char *nonce, struct err *e)
{
	size_t ours = strlen(own), length = 0;
	while (nonce[length] > ' ' && nonce[length] <= '~')
		length++;
	if (strncmp(nonce, own, ours) != 0)
		return fail(e, EX_PROTOCOL,
		            "the server's challenge does not belong to this sign-in (its nonce "
		            "does not begin with ours)");
	if (nonce[length] || length == ours || length > LONGEST_NONCE)
		return fail(e, EX_PROTOCOL, "the server's challenge has an impossible nonce");
	return true;
}

static bool read_salt(struct server_first *f, const char *base64, struct err *e)
{
	if (*base64 &&
	    gsasl_base64_from(base64, strlen(base64), &f->salt, &f->salt_length) != GSASL_OK)
		return fail(e, EX_PROTOCOL, "the salt in the server's challenge is not base64");
	if (f->salt_length < SHORTEST_SALT || f->salt_length > LONGEST_SALT)
		return fail(e, EX_PROTOCOL,
		            "the salt in the server's challenge is of %zu bytes; from %d to %d "
		            "are sound",
		            f->salt_length, SHORTEST_SALT, LONGEST_SALT);
	return true;
}

static bool read_rounds(struct server_first *f, const char *digits, struct err *e)
{
	size_t length = strspn(digits, "0123456789");
	unsigned long rounds = strtoul(digits, NULL, 10); /* too many are ULONG_MAX */
	if (digits[length] || length == 0)
		return fail(e, EX_PROTOCOL, "the server's challenge names no number of rounds");
	if (rounds < SASL_LEAST_ROUNDS || rounds > SASL_MOST_ROUNDS)
		return fail(e, EX_PROTOCOL,
		            "the server wants the password hashed in %.20s rounds; from %d to %d "
		            "are sound. Nothing was derived from it",
		            digits, SASL_LEAST_ROUNDS, SASL_MOST_ROUNDS);
	f->rounds = (int)rounds;
	return true;
}

bool server_first_read(struct server_first *f, const char *text, const char *nonce, struct err *e)
{
	AUTO(auto_free) char *salt = NULL;
	AUTO(auto_free) char *rounds = NULL;
	return attribute('r', &text, &f->nonce, e) && check_nonce(nonce, f->nonce, e) &&
	       attribute('s', &text, &salt, e) && read_salt(f, salt, e) &&
	       attribute('i', &text, &rounds, e) && read_rounds(f, rounds, e);
}
