#include "stanza.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistr.h>

#define PART_MAX 1023 /* RFC 7622 3.1 */

const struct stanza stanza_empty = {
	.priority = NO_NUMBER,
	.delay = NO_NUMBER,
	.echo = NO_NUMBER,
	.seconds = NO_NUMBER,
};

/* Reads exactly `count` digits. */
static bool digits(const char **text, int count, int *out)
{
	int value = 0;
	for (int i = 0; i < count; i++, (*text)++) {
		if (**text < '0' || **text > '9')
			return false;
		value = value * 10 + (**text - '0');
	}
	*out = value;
	return true;
}

static bool literal(const char **text, char c)
{
	if (**text != c)
		return false;
	(*text)++;
	return true;
}

/* "Z", "+hh:mm" or "-hh:mm", to the end of the text. */
static bool offset(const char *text, int *seconds)
{
	int hours, minutes, sign = *text == '-' ? -1 : 1;
	if (*text == 'Z') {
		*seconds = 0;
		return text[1] == '\0';
	}
	if (*text != '+' && *text != '-')
		return false;
	text++;
	if (!digits(&text, 2, &hours) || !literal(&text, ':') || !digits(&text, 2, &minutes))
		return false;
	*seconds = sign * (hours * 3600 + minutes * 60);
	return *text == '\0' && hours <= 14 && minutes < 60;
}

static int milliseconds(const char **text)
{
	int ms = 0, unit = 100;
	for (; isdigit((unsigned char)**text); (*text)++, unit /= 10)
		ms += unit * (**text - '0');
	return ms;
}

int64_t stanza_time(const char *text)
{
	struct tm t = {0};
	int ms = 0, shift;
	if (!text || !digits(&text, 4, &t.tm_year) || !literal(&text, '-') ||
	    !digits(&text, 2, &t.tm_mon) || !literal(&text, '-') || !digits(&text, 2, &t.tm_mday) ||
	    !literal(&text, 'T') || !digits(&text, 2, &t.tm_hour) || !literal(&text, ':') ||
	    !digits(&text, 2, &t.tm_min) || !literal(&text, ':') || !digits(&text, 2, &t.tm_sec))
		return NO_NUMBER;
	if (literal(&text, '.')) {
		if (!isdigit((unsigned char)*text))
			return NO_NUMBER;
		ms = milliseconds(&text);
	}
	if (!offset(text, &shift) || t.tm_year < 1999 || t.tm_year > 2199 || t.tm_mon < 1 ||
	    t.tm_mon > 12 || t.tm_mday < 1 || t.tm_mday > 31 || t.tm_hour > 23 || t.tm_min > 59 ||
	    t.tm_sec > 60)
		return NO_NUMBER;
	t.tm_year -= 1900;
	t.tm_mon -= 1;
	struct tm day = {.tm_year = t.tm_year, .tm_mon = t.tm_mon, .tm_mday = t.tm_mday};
	timegm(&day); /* makes the 31st of April the 1st of May */
	if (day.tm_mday != t.tm_mday)
		return NO_NUMBER;
	return ((int64_t)timegm(&t) - shift) * 1000 + ms;
}

int64_t stanza_number(const char *text, int64_t low, int64_t high)
{
	char *end;
	if (!text || !*text || isspace((unsigned char)*text))
		return NO_NUMBER;
	errno = 0;
	long long value = strtoll(text, &end, 10);
	if (errno || *end || value < low || value > high)
		return NO_NUMBER;
	return value;
}

size_t jid_bare_length(const char *jid)
{
	return strcspn(jid, "/");
}

const char *jid_domain(const char *jid)
{
	size_t bare = jid_bare_length(jid);
	const char *at = memchr(jid, '@', bare);
	return at ? at + 1 : jid;
}

bool jid_is_account(const char *jid, struct err *e)
{
	const char *at = strchr(jid, '@');
	if (!at || at == jid || !at[1])
		return fail(e, EX_USAGE, "'%s' is no account: it takes the form name@example.org",
		            jid);
	if (strchr(jid, '/'))
		return fail(e, EX_USAGE,
		            "'%s' names a resource: give the account without it, and the "
		            "resource with --resource",
		            jid);
	if (strchr(at + 1, '@'))
		return fail(e, EX_USAGE, "'%s' is no account: it has two at-signs", jid);
	if ((size_t)(at - jid) > PART_MAX || strlen(at + 1) > PART_MAX)
		return fail(e, EX_USAGE, "that account is too long: %d bytes a part are allowed",
		            PART_MAX);
	for (const char *p = jid; *p; p++) {
		unsigned char c = (unsigned char)*p;
		if (c <= 0x20 || c == 0x7f || strchr("\"&':<>", c))
			return fail(e, EX_USAGE,
			            "'%s' is no account: the character '%c' cannot stand in it",
			            jid, c);
	}
	if (u8_check((const uint8_t *)jid, strlen(jid)))
		return fail(e, EX_USAGE, "'%s' is no account: it is not UTF-8", jid);
	return true;
}
