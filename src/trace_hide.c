#include "trace_parts.h"

#include <string.h>

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* All up to a blank or a slash. */
struct slice hide_name(const struct side *side, size_t from)
{
	struct slice name = cut_slice(&side->tag, from);
	size_t n = 0;
	while (n < name.length && !is_blank(name.at[n]) && name.at[n] != '/')
		n++;
	name.length = n;
	return name;
}

static bool is(struct slice slice, const char *word)
{
	return slice.length == strlen(word) && memcmp(slice.at, word, slice.length) == 0;
}

/* Whatever its namespace: who uses one of these names for something else is not shown either. */
static bool is_local(struct slice name, const char *word)
{
	const char *colon = name.length ? memrchr(name.at, ':', name.length) : NULL;
	if (colon) {
		name.length -= (size_t)(colon + 1 - name.at);
		name.at = colon + 1;
	}
	return is(name, word);
}

bool hide_secret(struct slice name)
{
	static const char *const names[] = {/* RFC 6120 6.4, XEP-0388 */
	                                    "auth", "challenge", "response", "success",
	                                    "authenticate", "initial-response", "continue",
	                                    "additional-data", "task-data",
	                                    /* XEP-0077, XEP-0078, XEP-0484 */
	                                    "password", "digest", "token"};
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (is_local(name, names[i]))
			return true;
	return false;
}

bool hide_message(struct slice name)
{
	return is_local(name, "message");
}

/* Takes name='value' off the front of what follows a tag's name; false: there is none. */
static bool take_attribute(struct slice *rest, struct slice *name, struct slice *whole)
{
	while (rest->length > 0 && is_blank(*rest->at))
		rest->at++, rest->length--;
	const char *end = rest->at + rest->length;
	const char *equals = memchr(rest->at, '=', rest->length);
	if (!equals || end - equals < 3 || (equals[1] != '\'' && equals[1] != '"'))
		return false;
	const char *close = memchr(equals + 2, equals[1], (size_t)(end - equals - 2));
	if (!close)
		return false;
	*name = (struct slice){rest->at, (size_t)(equals - rest->at)};
	*whole = (struct slice){rest->at, (size_t)(close + 1 - rest->at)};
	*rest = (struct slice){close + 1, (size_t)(end - close - 1)};
	return true;
}

void hide_attributes(struct row *row, const struct side *side, const char *spared)
{
	struct slice tag = cut_slice(&side->tag, 0), tag_name = hide_name(side, 0), name, whole;
	struct slice rest = {tag.at + tag_name.length, tag.length - tag_name.length};
	size_t left = side->tag.length - tag_name.length - (side->last == '/');
	row_add(row, tag_name.at, tag_name.length);
	while (take_attribute(&rest, &name, &whole))
		if (is(name, spared)) {
			row_text(row, " ");
			row_add(row, whole.at, whole.length);
			left -= whole.length + 1;
			break;
		}
	if (left > 0) {
		row_text(row, " ");
		row_count(row, left, "removed");
	}
	if (side->last == '/')
		row_text(row, "/");
}

static size_t copy_name(char out[LONGEST_NAME], struct slice name)
{
	size_t n = name.length < LONGEST_NAME ? name.length : LONGEST_NAME;
	memcpy(out, name.at, n);
	return n;
}

void hide_element(struct side *side, const char *what, bool secret)
{
	side->hole = (struct hole){.depth = side->depth, .from = side->at, .what = what};
	if (secret)
		side->hole.name_length = copy_name(side->hole.name, hide_name(side, 0));
}

bool hide_ends(const struct side *side)
{
	const struct hole *hole = &side->hole;
	struct slice tag = cut_slice(&side->tag, 1), name = hide_name(side, 1);
	char known[LONGEST_NAME];
	size_t rest = name.length;
	if (hole->depth != side->depth || hole->name_length == 0)
		return true;
	while (rest < tag.length && is_blank(tag.at[rest]))
		rest++;
	return rest + 1 == side->tag.length && copy_name(known, name) == hole->name_length &&
	       memcmp(known, hole->name, hole->name_length) == 0;
}
