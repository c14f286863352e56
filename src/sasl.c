#include "sasl_parts.h"

#include <assert.h>
#include <gsasl.h>
#include <stdlib.h>
#include <string.h>

#define NONCE_BYTES 24

enum stage { START, FIRST_SENT, PROOF_SENT, PROVED, BROKEN };

struct sasl {
	struct sasl_setup setup;
	const struct mechanism *mechanism;
	enum stage stage;
	char *header;     /* gs2-header */
	char *first_bare; /* client-first-message-bare */
	char *nonce;      /* our part of it */
	char *signature;  /* ServerSignature as it must be, base64 */
	char *answer;     /* what the caller was given last */
};

/* gsasl's own SCRAM is not used: 2.2.0 cannot say "y" (it refuses its own first message then). */
bool sasl_new(struct sasl **out, const struct sasl_setup *setup, const char *const *offered,
              struct err *e)
{
	AUTO(sasl_wipe) char *user = NULL;
	AUTO(sasl_wipe) char *password = NULL;
	const struct mechanism *mechanism = sasl_pick(setup, offered, e);
	if (!mechanism || !sasl_prepare("account's name", setup->user, &user, e) ||
	    !sasl_prepare("password", setup->password, &password, e))
		return false;
	struct sasl *s = must_calloc(1, sizeof *s);
	s->setup = *setup;
	s->mechanism = mechanism;
	if (mechanism->hash)
		s->header = text_new("%s,,", sasl_flag(mechanism, setup, offered));
	*out = s;
	return true;
}

void sasl_free(struct sasl **sasl)
{
	struct sasl *s = *sasl;
	if (!s)
		return;
	sasl_wipe(&s->answer);
	sasl_wipe(&s->signature);
	free(s->header);
	free(s->first_bare);
	free(s->nonce);
	free(s);
	*sasl = NULL;
}

const char *sasl_mechanism(const struct sasl *sasl)
{
	return sasl->mechanism->name;
}

/* ---- what goes first ------------------------------------------------------------------------- */

/* RFC 5802 section 5.1, saslname */
static char *escape(const char *name)
{
	char *out = must_calloc(3, strlen(name) + 1), *to = out;
	for (; *name; name++)
		if (*name == ',' || *name == '=')
			to = stpcpy(to, *name == ',' ? "=2C" : "=3D");
		else
			*to++ = *name;
	return out;
}

static bool scram_first(struct sasl *s, struct err *e)
{
	AUTO(auto_free) char *user = NULL;
	AUTO(auto_free) char *escaped = NULL;
	AUTO(auto_free) char *message = NULL;
	char random[NONCE_BYTES];
	if (!sasl_prepare("account's name", s->setup.user, &user, e))
		return false;
	if (gsasl_nonce(random, sizeof random) != GSASL_OK)
		return fail(e, EX_OSERR, "the system gives no random numbers");
	escaped = escape(user);
	s->nonce = sasl_encode(random, sizeof random);
	s->first_bare = text_new("n=%s,r=%s", escaped, s->nonce);
	message = text_new("%s%s", s->header, s->first_bare);
	s->answer = sasl_encode(message, strlen(message));
	s->stage = FIRST_SENT;
	return true;
}

/* RFC 4616; preparing is the server's business there */
static void plain_first(struct sasl *s)
{
	size_t user = strlen(s->setup.user), password = strlen(s->setup.password);
	size_t size = 1 + user + 1 + password;
	char *message = must_calloc(1, size);
	memcpy(message + 1, s->setup.user, user);
	memcpy(message + 1 + user + 1, s->setup.password, password);
	s->answer = sasl_encode(message, size);
	explicit_bzero(message, size);
	free(message);
	s->stage = PROVED; /* as far as PLAIN goes */
}

bool sasl_first(struct sasl *s, const char **base64, struct err *e)
{
	assert(s->stage == START);
	s->stage = BROKEN;
	if (!s->mechanism->hash)
		plain_first(s);
	else if (!scram_first(s, e))
		return false;
	*base64 = s->answer;
	return true;
}

/* ---- what answers the server ----------------------------------------------------------------- */

/* "c=…,r=…": the header again, and with it what it announced */
static char *final_without_proof(const struct sasl *s, const char *nonce)
{
	size_t header = strlen(s->header), bound = s->mechanism->plus ? SASL_BINDING_SIZE : 0;
	AUTO(auto_free) char *input = must_calloc(1, header + SASL_BINDING_SIZE);
	memcpy(input, s->header, header);
	if (bound)
		memcpy(input + header, s->setup.binding, bound);
	AUTO(auto_free) char *base64 = sasl_encode(input, header + bound);
	return text_new("c=%s,r=%s", base64, nonce);
}

static bool prove(struct sasl *s, const char *text, const char **answer, struct err *e)
{
	AUTO(server_first_clear) struct server_first f = {.rounds = 0};
	AUTO(auto_free) char *proof = NULL;
	if (!server_first_read(&f, text, s->nonce, e))
		return false;
	AUTO(auto_free) char *final = final_without_proof(s, f.nonce);
	AUTO(auto_free) char *all = text_new("%s,%s,%s", s->first_bare, text, final);
	if (!sasl_sign(s->mechanism, s->setup.password, &f, all, &proof, &s->signature, e))
		return false;
	AUTO(auto_free) char *message = text_new("%s,p=%s", final, proof);
	*answer = s->answer = sasl_encode(message, strlen(message));
	s->stage = PROOF_SENT;
	return true;
}

/* server-final-message: only who has the password, or its hash, can sign what was said so far */
static bool verify(struct sasl *s, const char *text, struct err *e)
{
	size_t length = strlen(s->signature);
	if (strncmp(text, "e=", 2) == 0)
		return fail(e, EX_NOPERM, "the server refuses the sign-in of %.100s: %.60s",
		            s->setup.user, text + 2);
	if (strncmp(text, "v=", 2) != 0 || strncmp(text + 2, s->signature, length) != 0 ||
	    (text[2 + length] && text[2 + length] != ','))
		return fail(e, EX_PROTOCOL,
		            "the server does not prove that it knows the password (its signature "
		            "is wrong): it may be another's; left");
	s->stage = PROVED;
	return true;
}

bool sasl_challenge(struct sasl *s, const char *base64, const char **answer, struct err *e)
{
	AUTO(auto_free) char *text = NULL;
	enum stage stage = s->stage;
	assert(stage != START);
	sasl_wipe(&s->answer);
	s->stage = BROKEN;
	if (stage == FIRST_SENT)
		return sasl_decode(base64, &text, e) && prove(s, text, answer, e);
	if (stage != PROOF_SENT)
		return fail(e, EX_PROTOCOL, "the server asks on when the sign-in is over");
	if (!sasl_decode(base64, &text, e) || !verify(s, text, e))
		return false;
	*answer = "";
	return true;
}

bool sasl_success(struct sasl *s, const char *base64, struct err *e)
{
	AUTO(auto_free) char *text = NULL;
	enum stage stage = s->stage;
	assert(stage != START);
	sasl_wipe(&s->answer);
	s->stage = BROKEN;
	if (!sasl_decode(base64 ? base64 : "", &text, e))
		return false;
	if (stage == PROOF_SENT && *text)
		return verify(s, text, e);
	if (stage != PROVED)
		return fail(e, EX_PROTOCOL,
		            "the server calls the sign-in done before it has proved that it "
		            "knows the password: it may be another's; left");
	if (*text)
		return fail(e, EX_PROTOCOL, "the server says something after the sign-in's end");
	s->stage = PROVED;
	return true;
}

bool sasl_failure(const struct sasl *s, const char *condition, const char *text, struct err *e)
{
	return sasl_refused(s->mechanism, s->setup.user, condition, text, e);
}
