#include "text.h"
#include "base.h"

#include <stdio.h>
#include <string.h>
#include <unictype.h>
#include <unistr.h>
#include <uniwidth.h>

/* The most a byte can grow: one control character to six of \u001b. */
enum { GROWTH = 6 };

struct piece {
	ucs4_t uc;
	int size;
	bool valid; /* false: uc is a byte, above 0x7f, that is no part of UTF-8 */
};

static struct piece next_piece(const uint8_t *at, const uint8_t *end)
{
	struct piece piece = {.valid = true};
	piece.size = u8_mbtoucr(&piece.uc, at, (size_t)(end - at));
	if (piece.size < 1)
		piece = (struct piece){.uc = *at, .size = 1};
	return piece;
}

static bool is_ascii(ucs4_t uc)
{
	return uc >= 0x20 && uc < 0x7f;
}

/* Whether a reader sees it, and it does nothing else. Private use and unassigned characters are
 * refused because nobody can say what they will look like, or how wide. */
static bool is_shown(ucs4_t uc, bool after_base)
{
	const uint32_t refused = UC_CATEGORY_MASK_C | UC_CATEGORY_MASK_Zl | UC_CATEGORY_MASK_Zp;
	if (is_ascii(uc))
		return true;
	if (uc_is_general_category_withtable(uc, refused) ||
	    uc_is_property(uc, UC_PROPERTY_DEFAULT_IGNORABLE_CODE_POINT))
		return false;
	int width = uc_width(uc, "UTF-8");
	return width > 0 || (width == 0 && after_base);
}

static char short_name(ucs4_t uc)
{
	switch (uc) {
	case '\t':
		return 't';
	case '\n':
		return 'n';
	case '\r':
		return 'r';
	case '\\':
		return '\\';
	}
	return 0;
}

static char *put_escape(char *to, struct piece piece)
{
	unsigned code = piece.uc;
	if (!piece.valid)
		return to + sprintf(to, "\\x%02x", code);
	if (code > 0xffff)
		return to + sprintf(to, "\\u{%x}", code);
	return to + sprintf(to, "\\u%04x", code);
}

/* Gives back what the growth did not need. */
static char *shrink(char *start, const char *end)
{
	return must_realloc(start, (size_t)(end - start) + 1);
}

static char *escape(const char *text, size_t length, bool utf8, bool exact)
{
	if (!text)
		return must_strdup("");
	const uint8_t *at = (const uint8_t *)text, *end = at + length;
	char *out = must_calloc(length + 1, GROWTH), *to = out;
	bool base = false;
	for (struct piece piece; at < end; at += piece.size) {
		piece = next_piece(at, end);
		char name = exact ? short_name(piece.uc) : 0;
		bool raw = !name && piece.valid && is_shown(piece.uc, base) &&
		           (utf8 || is_ascii(piece.uc));
		if (raw)
			to = mempcpy(to, at, (size_t)piece.size);
		else if (name)
			to += sprintf(to, "\\%c", name);
		else
			to = put_escape(to, piece);
		base = raw;
	}
	return shrink(out, to);
}

char *text_safe(const char *text, size_t length, bool utf8)
{
	return escape(text, length, utf8, false);
}

char *text_exact(const char *text, size_t length, bool utf8)
{
	return escape(text, length, utf8, true);
}

static char *put_utf16(char *to, ucs4_t uc)
{
	unsigned above = uc - 0x10000;
	if (uc <= 0xffff)
		return to + sprintf(to, "\\u%04x", (unsigned)uc);
	return to + sprintf(to, "\\u%04x\\u%04x", 0xd800 + (above >> 10), 0xdc00 + (above & 0x3ff));
}

char *text_json(const char *json, size_t length)
{
	if (!json)
		return must_strdup("null");
	const uint8_t *at = (const uint8_t *)json, *end = at + length;
	char *out = must_calloc(length + 1, GROWTH), *to = out;
	bool string = false, escaped = false;
	for (struct piece piece; at < end; at += piece.size) {
		piece = next_piece(at, end);
		ucs4_t uc = piece.valid ? piece.uc : 0xfffd;
		if (is_ascii(uc))
			*to++ = (char)uc;
		else if (uc < 0x20 && !string)
			*to++ = ' ';
		else
			to = put_utf16(to, uc);
		if (uc == '"' && !escaped)
			string = !string;
		escaped = uc == '\\' && string && !escaped;
	}
	return shrink(out, to);
}
