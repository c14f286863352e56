/* libFuzzer target for text.c: what comes out is harmless, and says what went in.
 * clang -fsanitize=fuzzer,address,undefined tests/hostile/fuzz_text.c src/text.c src/base.c
 *       -Isrc -D_GNU_SOURCE -lunistring */
#include "base.h"
#include "text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistr.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define HOLDS(what)                                                                                \
	do {                                                                                       \
		if (!(what)) {                                                                     \
			fprintf(stderr, "%s:%d: %s\n", __func__, __LINE__, #what);                 \
			abort();                                                                   \
		}                                                                                  \
	} while (0)

/* Ranges written down by hand, lest text.c be asked about itself: what has no look of its own. */
static bool is_forbidden(ucs4_t uc)
{
	static const ucs4_t ranges[][2] = {
		{0x00, 0x1f},       {0x7f, 0x9f},          {0xad, 0xad},     {0x34f, 0x34f},
		{0x61c, 0x61c},     {0x115f, 0x1160},      {0x180b, 0x180f}, {0x200b, 0x200f},
		{0x2028, 0x202e},   {0x2060, 0x206f},      {0x3164, 0x3164}, {0xd800, 0xf8ff},
		{0xfdd0, 0xfdef},   {0xfe00, 0xfe0f},      {0xfeff, 0xfeff}, {0xfff0, 0xfffb},
		{0xe0000, 0xe0fff}, {0xf0000, 0xffffffff},
	};
	if ((uc & 0xfffe) == 0xfffe)
		return true;
	for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++)
		if (uc >= ranges[i][0] && uc <= ranges[i][1])
			return true;
	return false;
}

static void assert_harmless(const char *text)
{
	const uint8_t *at = (const uint8_t *)text;
	HOLDS(!u8_check(at, strlen(text)));
	for (ucs4_t uc; (at = u8_next(&uc, at));)
		HOLDS(!is_forbidden(uc));
}

static void assert_ascii(const char *text)
{
	for (; *text; text++)
		HOLDS(*text >= 0x20 && *text < 0x7f);
}

/* Undoes one escape of text_exact(); *length gets the bytes it stood for. */
static const char *undo(const char *at, uint8_t *to, size_t *length)
{
	static const char names[] = "tnr\\", bytes[] = "\t\n\r\\";
	const char *name = strchr(names, at[1]);
	HOLDS(at[1] != '\0');
	*length = 1;
	if (name) {
		*to = (uint8_t)bytes[name - names];
		return at + 2;
	}
	char *end;
	bool braces = at[2] == '{';
	char digits[8] = "";
	strncpy(digits, at + 2 + braces, at[1] == 'x' ? 2 : braces ? 6 : 4);
	unsigned long code = strtoul(digits, &end, 16);
	HOLDS(at[1] == 'x' || at[1] == 'u');
	if (at[1] == 'x')
		*to = (uint8_t)code;
	else
		*length = (size_t)u8_uctomb(to, (ucs4_t)code, 6);
	return at + 2 + (end - digits) + 2 * braces;
}

static void assert_same(const char *exact, const uint8_t *data, size_t size)
{
	size_t done = 0;
	while (*exact) {
		uint8_t bytes[6] = {(uint8_t)*exact};
		size_t length = 1;
		exact = *exact == '\\' ? undo(exact, bytes, &length) : exact + 1;
		HOLDS(length <= size - done && memcmp(bytes, data + done, length) == 0);
		done += length;
	}
	HOLDS(done == size);
}

static void try_text(const char *text, const uint8_t *data, size_t size, bool utf8)
{
	AUTO(auto_free) char *safe = text_safe(text, size, utf8);
	AUTO(auto_free) char *again = text_safe(safe, strlen(safe), utf8);
	AUTO(auto_free) char *exact = text_exact(text, size, utf8);
	assert_harmless(safe);
	assert_harmless(exact);
	HOLDS(strcmp(safe, again) == 0);
	assert_same(exact, data, size);
	if (!utf8)
		assert_ascii(safe);
	if (!utf8)
		assert_ascii(exact);
}

static void try_json(const char *text, size_t size)
{
	AUTO(auto_free) char *json = text_json(text, size);
	AUTO(auto_free) char *again = text_json(json, strlen(json));
	assert_ascii(json);
	HOLDS(strcmp(json, again) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = must_calloc(size + 1, 1); /* not NULL, even for nothing */
	memcpy(text, data, size);
	text = must_realloc(text, size ? size : 1); /* so that reading on is seen */
	try_text(text, data, size, true);
	try_text(text, data, size, false);
	try_json(text, size);
	free(text);
	return 0;
}
