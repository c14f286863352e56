/* The small texts of a stanza (stanza.c): one a line. What is read says what was written, and what is
 * taken for an account is one. */
#include "stanza.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistr.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define DAY ((int64_t)24 * 60 * 60 * 1000)
#define YEAR_1999 ((int64_t)915148800 * 1000)
#define YEAR_2200 ((int64_t)7258118400 * 1000)

#define HOLDS(what)                                                                                \
	do {                                                                                       \
		if (!(what)) {                                                                     \
			fprintf(stderr, "%s:%d: %s\n", __func__, __LINE__, #what);                 \
			abort();                                                                   \
		}                                                                                  \
	} while (0)

/* Written out in UTC, a time reads as itself. */
static void try_time(const char *text)
{
	int64_t ms = stanza_time(text);
	char date[32], again[64];
	struct tm t;
	if (ms == NO_NUMBER)
		return;
	HOLDS(ms > YEAR_1999 - DAY && ms < YEAR_2200 + DAY);
	HOLDS(strlen(text) >= strlen("2026-11-22T10:30:00Z"));
	HOLDS(strspn(text, "0123456789-+:.TZ") == strlen(text));
	if (ms < YEAR_1999 ||
	    ms >= YEAR_2200) /* such years are not read, but an offset leads there */
		return;
	time_t seconds = (time_t)(ms / 1000);
	HOLDS(gmtime_r(&seconds, &t));
	HOLDS(strftime(date, sizeof date, "%Y-%m-%dT%H:%M:%S", &t) > 0);
	snprintf(again, sizeof again, "%s.%03dZ", date, (int)(ms % 1000));
	HOLDS(stanza_time(again) == ms);
}

static void try_number(const char *text, int64_t low, int64_t high)
{
	int64_t value = stanza_number(text, low, high);
	char again[32];
	const char *digits = text + (*text == '-' || *text == '+');
	if (value == NO_NUMBER)
		return;
	HOLDS(value >= low && value <= high);
	HOLDS(*digits && strspn(digits, "0123456789") == strlen(digits));
	while (digits[0] == '0' && digits[1])
		digits++;
	snprintf(again, sizeof again, "%lld", (long long)value);
	HOLDS(strcmp(again + (value < 0), digits) == 0);
	HOLDS(value >= 0 || *text == '-');
}

static void try_jid(const char *text)
{
	size_t length = strlen(text), bare = jid_bare_length(text);
	const char *domain = jid_domain(text);
	HOLDS(bare <= length && !memchr(text, '/', bare));
	HOLDS(text[bare] == '/' || text[bare] == '\0');
	HOLDS(domain >= text && domain <= text + bare);
	HOLDS(domain == text ? !memchr(text, '@', bare) : domain[-1] == '@');
}

static void try_account(const char *text)
{
	struct err e = {0};
	size_t length = strlen(text);
	if (!jid_is_account(text, &e)) {
		HOLDS(e.status == EX_USAGE && e.text[0]);
		return;
	}
	const char *domain = jid_domain(text);
	HOLDS(jid_bare_length(text) == length);
	HOLDS(domain - text > 1 && domain - text <= 1024);
	HOLDS(*domain && strlen(domain) <= 1023 && !strchr(domain, '@'));
	HOLDS(!u8_check((const uint8_t *)text, length));
	for (const char *at = text; *at; at++)
		HOLDS((unsigned char)*at > ' ' && *at != 0x7f && !strchr("\"&'/:<>", *at));
}

static void try_line(const char *line)
{
	try_time(line);
	try_number(line, -128, 127);
	try_number(line, 0, INT64_MAX);
	try_number(line, INT64_MIN + 1, INT64_MAX);
	try_jid(line);
	try_account(line);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	HOLDS(stanza_time(NULL) == NO_NUMBER && stanza_number(NULL, 0, 1) == NO_NUMBER);
	for (size_t at = 0; at <= size;) {
		const uint8_t *end = at < size ? memchr(data + at, '\n', size - at) : NULL;
		size_t length = end ? (size_t)(end - data) - at : size - at;
		char *line = must_calloc(length + 1, 1); /* its own, so that reading on is seen */
		if (length)
			memcpy(line, data + at, length);
		line = must_realloc(line, strlen(line) + 1);
		try_line(line);
		free(line);
		at += length + 1;
	}
	return 0;
}
