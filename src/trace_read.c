#include "trace_parts.h"

#include <string.h>

/* ---- what becomes a line ---------------------------------------------------------------------- */

static void put_waiting(struct trace *t, struct side *s)
{
	if (s->row.length > 0)
		row_put(t, s, s->depth - 1, &s->row);
	s->row.length = 0;
}

static void add_text(struct row *row, const struct side *s)
{
	if (s->message)
		row_count(row, s->text.length, "removed");
	else
		row_cut(row, &s->text);
}

/* White space counts between stanzas, where it is a sign of life; within, it is somebody's layout. */
static void put_text(struct trace *t, struct side *s)
{
	struct row row = {.length = 0};
	if (s->text.solid)
		add_text(&row, s);
	else if (s->text.length > 0 && s->depth <= 1)
		row_text(&row, "(white space)");
	if (row.length > 0 && !s->hole.depth)
		row_put(t, s, s->depth, &row);
	cut_clear(&s->text);
}

void read_settle(struct trace *t, struct side *s)
{
	put_waiting(t, s);
	put_text(t, s);
}

/* From here on nobody knows what is a credential. */
static void go_blind(struct trace *t, struct side *s, const char *why)
{
	struct row row = {.length = 0};
	read_settle(t, s);
	row_text(&row, "(no XML from here on: ");
	row_text(&row, why);
	row_text(&row, "; nothing is shown until the stream begins anew)");
	row_put(t, s, 0, &row);
	s->where = BLIND;
}

/* ---- elements -------------------------------------------------------------------------------- */

static void open_element(struct trace *t, struct side *s)
{
	struct slice name = hide_name(s, 0);
	bool secret = hide_secret(name);
	row_text(&s->row, "<");
	if (secret)
		hide_attributes(&s->row, s, "mechanism");
	else if (s->message)
		hide_attributes(&s->row, s, "xmlns");
	else
		row_cut(&s->row, &s->tag);
	row_text(&s->row, ">");
	if (!s->message && hide_message(name))
		s->message = s->depth;
	if (secret)
		hide_element(s, "removed", true);
	else if (s->depth > DEEPEST)
		hide_element(s, "not shown", false);
	if (s->depth == 1)
		put_waiting(t, s);
}

static void start_tag(struct trace *t, struct side *s)
{
	uint64_t from = s->at - s->tag.length - 2;
	if (s->depth < 2)
		s->began = from;
	if (!s->hole.depth) {
		read_settle(t, s);
		if (s->depth > 1 && from - s->began > BIGGEST)
			s->hole = (struct hole){.depth = 2, .from = from, .what = "not shown"};
	}
	s->depth++;
	if (!s->hole.depth)
		open_element(t, s);
}

/* What is in it, as far as that is to be told at its end. */
static void add_inner(struct row *row, const struct side *s, uint64_t end)
{
	if (s->hole.depth) {
		if (end > s->hole.from)
			row_count(row, end - s->hole.from, s->hole.what);
	} else if (s->text.solid || (s->text.length > 0 && s->row.length > 0)) {
		add_text(row, s);
	}
}

/* tagged: by an end tag; else it was empty. */
static void close_element(struct trace *t, struct side *s, bool tagged)
{
	struct row inner = {.length = 0};
	add_inner(&inner, s, tagged ? s->at - s->tag.length - 2 : s->at);
	if (s->row.length > 0)
		row_add(&s->row, inner.at, inner.length);
	else if (inner.length > 0)
		row_put(t, s, s->depth, &inner);
	if (tagged) {
		row_text(&s->row, "<");
		row_cut(&s->row, &s->tag);
		row_text(&s->row, ">");
	}
	put_waiting(t, s);
	s->hole.depth = 0;
}

static void leave_element(struct trace *t, struct side *s, bool tagged)
{
	if (!s->hole.depth || s->hole.depth == s->depth)
		close_element(t, s, tagged);
	cut_clear(&s->text);
	if (s->message == s->depth)
		s->message = 0;
	s->depth--;
}

static void finish_tag(struct trace *t, struct side *s)
{
	bool end = s->tag.length > 0 && s->tag.at[0] == '/';
	s->where = TEXT;
	if (hide_name(s, end).length == 0 || s->tag.at[0] == '!') {
		go_blind(t, s, "a tag without a name");
	} else if (!end) {
		start_tag(t, s);
		if (s->last == '/')
			leave_element(t, s, false);
	} else if (s->depth > 0 && hide_ends(s)) {
		leave_element(t, s, true);
	} else {
		go_blind(t, s, "an end without a beginning");
	}
	cut_clear(&s->tag);
}

/* ---- bytes ----------------------------------------------------------------------------------- */

/* Comments, CDATA and instructions are shown as they are, with the text around them. */
static void begin_markup(struct side *s, char end)
{
	struct slice begun = cut_slice(&s->tag, 0);
	cut_add(&s->text, '<');
	for (size_t i = 0; i < begun.length; i++)
		cut_add(&s->text, begun.at[i]);
	cut_clear(&s->tag);
	s->where = MARKUP;
	s->quote = end;
	s->run = 0;
}

static bool begins(struct slice begun, const char *word)
{
	return begun.length <= strlen(word) && memcmp(begun.at, word, begun.length) == 0;
}

/* A document type says what is what, and has no place here (RFC 6120 11.1). */
static void special_tag(struct trace *t, struct side *s)
{
	static const char comment[] = "!--", data[] = "![CDATA[";
	struct slice begun = cut_slice(&s->tag, 0);
	bool is_comment = begins(begun, comment), is_data = begins(begun, data);
	if (begun.at[0] == '?')
		begin_markup(s, '?');
	else if (is_comment && begun.length == sizeof comment - 1)
		begin_markup(s, '-');
	else if (is_data && begun.length == sizeof data - 1)
		begin_markup(s, ']');
	else if (!is_comment && !is_data)
		go_blind(t, s, "a declaration");
}

static void read_tag(struct trace *t, struct side *s, char c)
{
	if (c == '>' && !s->quote) {
		finish_tag(t, s);
		return;
	}
	cut_add(&s->tag, c);
	s->last = c;
	if (c == '<')
		go_blind(t, s, "a < within a tag");
	else if (s->tag.at[0] == '!' || s->tag.at[0] == '?')
		special_tag(t, s);
	else if (s->quote ? c == s->quote : c == '"' || c == '\'')
		s->quote = s->quote ? '\0' : c;
}

static void read_markup(struct side *s, char c)
{
	size_t needed = s->quote == '?' ? 1 : 2;
	cut_add(&s->text, c);
	if (c == '>' && s->run >= needed)
		s->where = TEXT;
	s->run = c == s->quote ? s->run + 1 : 0;
}

void read_byte(struct trace *t, struct side *s, char c)
{
	s->at++;
	switch (s->where) {
	case TEXT:
		if (c == '<') {
			s->where = TAG;
			s->quote = '\0';
		} else {
			cut_add(&s->text, c);
		}
		break;
	case TAG:
		read_tag(t, s, c);
		break;
	case MARKUP:
		read_markup(s, c);
		break;
	case BLIND:
		break;
	}
}
