/* What a server may say while we sign in: bounded time, no crash, and never believed, since it does
 * not know the password. One message a line; 0x01 stands for our nonce; a line that begins with 0x02
 * is sent as it is, every other as base64. */
#include "sasl.h"

#include <assert.h>
#include <gsasl.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const scram[] = {"SCRAM-SHA-256", "SCRAM-SHA-1", NULL};
static const char *const plus[] = {"SCRAM-SHA-1-PLUS", "SCRAM-SHA-256-PLUS", NULL};
static const char *const exporter[] = {"tls-exporter", NULL};

static char *nonce_of(const char *base64)
{
	char *raw = NULL, *nonce;
	size_t length = 0;
	if (gsasl_base64_from(base64, strlen(base64), &raw, &length) != GSASL_OK)
		abort();
	const char *at = memmem(raw, length, ",r=", 3);
	nonce = text_new("%.*s", (int)(length - (size_t)(at + 3 - raw)), at + 3);
	free(raw);
	return nonce;
}

/* The line with the nonce put in, as it goes over the wire. */
static char *message_of(const char *line, size_t length, const char *nonce)
{
	bool raw = length > 0 && line[0] == 2;
	char *text = must_calloc(1, length * strlen(nonce) + 1), *to = text, *base64 = NULL;
	for (size_t i = raw; i < length; i++)
		if (line[i] == 1)
			to = stpcpy(to, nonce);
		else
			*to++ = line[i];
	if (raw)
		return text;
	if (gsasl_base64_to(text, (size_t)(to - text), &base64, NULL) != GSASL_OK)
		abort();
	free(text);
	return base64;
}

/* Half a second each is too long here, and nothing new comes of it. */
static bool is_slow(const uint8_t *data, size_t size)
{
	for (size_t i = 0; i + 7 < size; i++)
		if (memcmp(data + i, "i=", 2) == 0 && data[i + 6] >= '0' && data[i + 6] <= '9')
			return true;
	return false;
}

static void converse(struct sasl *s, const char *text, size_t size, const char *nonce)
{
	struct err e;
	const char *out;
	while (size > 0) {
		const char *end = memchr(text, '\n', size);
		size_t length = end ? (size_t)(end - text) : size;
		AUTO(auto_free) char *message = message_of(text, length, nonce);
		bool last = length == size;
		if (last)
			assert(!sasl_success(s, message, &e));
		else if (sasl_challenge(s, message, &out, &e))
			assert(*out); /* a proof, and no end before the server's */
		text += length + !last;
		size -= length + !last;
	}
	assert(!sasl_success(s, NULL, &e));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const unsigned char binding[SASL_BINDING_SIZE] = {1, 2, 3};
	if (size < 1 || size > 20000 || is_slow(data, size))
		return 0;
	struct sasl_setup setup = {
		.user = "juliet",
		.password = "R0m30R0m30",
		.binding = binding,
		.binding_types = exporter,
	};
	struct err e;
	const char *first;
	AUTO(sasl_free) struct sasl *s = NULL;
	if (!sasl_new(&s, &setup, data[0] & 1 ? plus : scram, &e) || !sasl_first(s, &first, &e))
		abort();
	AUTO(auto_free) char *nonce = nonce_of(first);
	converse(s, (const char *)data + 1, size - 1, nonce);
	return 0;
}
