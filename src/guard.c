#include "guard_parts.h"

#include <assert.h>
#include <expat.h>
#include <stdlib.h>

#define PIECE_MAX 65536

/* Newer parsers have them for streams beyond 2 GB, and warn of the old names. */
#ifdef XML_ATTR_DEPRECATED
#define XML_GetCurrentByteIndex XML_GetCurrentByteIndex64
#define XML_GetCurrentByteCount XML_GetCurrentByteCount64
#endif

/* Newer parsers let a cut token wait until twice as much has come; a stanza must not wait. Debian
 * has put this into older versions as well, so that only the linker knows. */
extern XML_Bool XML_SetReparseDeferralEnabled(XML_Parser parser, XML_Bool enabled)
	__attribute__((weak));

const struct guard_limits guard_defaults = {
	.whole = 65536,
	.cut = 4096,
	.ceiling = 2 << 20,
	.roster = 64 << 20,
	.presence = {.depth = 128, .children = 5000, .attributes = 500},
	.passed = {.depth = 32, .children = 500, .attributes = 64},
};

static void stop(struct guard *g, enum stop why)
{
	if (g->stop < why)
		g->stop = why;
	XML_StopParser(g->parser, XML_FALSE);
}

static uint64_t event_begin(const struct guard *g)
{
	return g->parser_at + (uint64_t)XML_GetCurrentByteIndex(g->parser);
}

static uint64_t event_end(const struct guard *g)
{
	return event_begin(g) + (uint64_t)XML_GetCurrentByteCount(g->parser);
}

void broken(struct guard *g, const char *reason, const char *why)
{
	if (g->stop == BROKEN)
		return;
	g->end = event_begin(g);
	g->refused = reason;
	g->why = why;
	stop(g, BROKEN);
}

/* The element from begin to end, through one of the callbacks. */
static bool tell(struct guard *g,
                 bool (*callback)(void *user, const struct guard_element *x, struct err *e))
{
	struct guard_element x = {.refused = g->refused};
	read_result(g, &x);
	raw_put(g, &x);
	if (g->passed) {
		x.safe_length = g->safe.length;
		bytes_add(&g->safe, "", 1);
		x.safe = g->safe.at;
	}
	g->raw.length = 0;
	g->raw_at = g->end;
	return callback(g->user, &x, g->e);
}

static void begin_element(struct guard *g)
{
	g->begin = event_begin(g);
	g->end = event_end(g);
	g->tag_length = (size_t)(g->end - g->begin);
	g->refused = NULL;
	g->passed = true;
	g->safe.length = g->safe_spent = 0;
	g->in_text = false;
	read_clear(&g->read);
	raw_drop(g, g->begin);
}

/* The start tag of the stream is kept: a fresh parser begins with it. */
static void open_stream(struct guard *g, struct name n, const char **attributes)
{
	if (strcmp(n.local, "stream") != 0 || strcmp(names_ns(&g->names, n), NS_STREAM) != 0) {
		broken(g, NULL, "it is no stream of XMPP");
		return;
	}
	read_start(g, 1, n, attributes);
	raw_keep(g, g->end);
	g->head.length = 0;
	bytes_add(&g->head, g->raw.at, g->raw.length);
	if (g->end > g->limits.whole || memchr(g->head.at, '\0', g->head.length)) {
		broken(g, NULL, "the head of the stream is too long, or not in UTF-8");
		return;
	}
	g->state = OPEN;
	safe_head(g, attributes);
	if (!tell(g, g->calls->opened))
		broken(g, NULL, NULL);
}

static void on_start(void *user, const char *qname, const char **attributes)
{
	struct guard *g = user;
	if (g->stop != GO)
		return;
	size_t level = g->depth++;
	bool fits = names_enter(&g->names, g->depth, attributes);
	struct name n = names_find(&g->names, qname);
	if (level <= 1)
		begin_element(g);
	if (level == 0) {
		open_stream(g, n, attributes);
		return;
	}
	judge_size(g, event_end(g));
	if (g->stop != GO) {
		g->depth = level;
		return;
	}
	read_start(g, level, n, attributes);
	if (level == 1)
		judge_top(g);
	if (g->read.roster)
		g->passed = false;
	else if (!fits)
		refuse(g, "too-many-namespaces");
	if (!g->read.roster && !g->refused)
		judge_start(g, level, attributes);
	g->in_text = false;
	if (g->passed)
		safe_start(g, level, n, attributes);
}

static void on_text(void *user, const char *text, int length)
{
	struct guard *g = user;
	size_t n = (size_t)length;
	if (g->stop != GO)
		return;
	if (g->depth < 2) {
		if (g->calls->blank)
			g->calls->blank(g->user);
		return;
	}
	if (!g->in_text && !g->refused && !g->read.roster)
		judge_child(g, g->depth - 1);
	g->in_text = true;
	judge_size(g, event_end(g));
	read_text(g, text, n);
	if (g->passed)
		safe_text(g, text, n);
}

static void end_element(struct guard *g)
{
	g->end = event_end(g);
	if (!tell(g, g->calls->element))
		broken(g, NULL, NULL);
	else if (g->end - g->parser_at > g->limits.ceiling / 4)
		stop(g, RENEW);
}

static void end_stream(struct guard *g)
{
	g->state = CLOSED;
	stop(g, ENDED);
	if (!g->calls->closed(g->user, g->e))
		broken(g, NULL, NULL);
}

static void on_end(void *user, const char *qname)
{
	struct guard *g = user;
	size_t level = g->depth - 1;
	if (g->stop != GO)
		return;
	if (level == 0) {
		end_stream(g);
		return;
	}
	judge_size(g, event_end(g));
	if (g->stop != GO)
		return;
	g->depth = level;
	read_end(g, level);
	if (g->passed)
		safe_end(g, qname);
	names_leave(&g->names, level + 1);
	g->in_text = false;
	if (level == 1 && g->stop == GO)
		end_element(g);
}

/* RFC 6120 11.1 */
static void on_doctype(void *user, const char *name, const char *system, const char *public,
                       int internal)
{
	(void)name, (void)system, (void)public, (void)internal;
	broken(user, "not-xml", "it declares a document type");
}

static void on_instruction(void *user, const char *target, const char *text)
{
	(void)target, (void)text;
	broken(user, "not-xml", "there is a processing instruction in it");
}

static void on_comment(void *user, const char *text)
{
	(void)text;
	broken(user, "not-xml", "there is a comment in it");
}

static void *parser_malloc(size_t size)
{
	return must_realloc(NULL, size ? size : 1);
}

static void *parser_realloc(void *old, size_t size)
{
	return must_realloc(old, size ? size : 1);
}

static void new_parser(struct guard *g)
{
	static const XML_Memory_Handling_Suite memory = {parser_malloc, parser_realloc, free};
	if (g->parser)
		XML_ParserFree(g->parser);
	g->parser = XML_ParserCreate_MM("UTF-8", &memory, NULL);
	if (XML_SetReparseDeferralEnabled)
		XML_SetReparseDeferralEnabled(g->parser, XML_FALSE);
	XML_SetUserData(g->parser, g);
	XML_SetElementHandler(g->parser, on_start, on_end);
	XML_SetCharacterDataHandler(g->parser, on_text);
	XML_SetStartDoctypeDeclHandler(g->parser, on_doctype);
	XML_SetProcessingInstructionHandler(g->parser, on_instruction);
	XML_SetCommentHandler(g->parser, on_comment);
}

/* Between two elements: a parser that has met nothing but the head of this stream. An old one keeps
 * every name it has ever met, and contacts can invent many. */
static void renew(struct guard *g)
{
	new_parser(g);
	g->parser_at = g->end - g->head.length;
	XML_Parse(g->parser, g->head.at, (int)g->head.length, 0);
}

static void reset(struct guard *g)
{
	new_parser(g);
	names_clear(&g->names);
	g->state = FRESH;
	g->parser_at = g->fed = g->raw_at = 0;
	g->raw.length = g->depth = 0;
}

struct guard *guard_new(const struct guard_limits *limits, const struct guard_calls *calls,
                        void *user)
{
	struct guard *g = must_calloc(1, sizeof *g);
	assert(limits->cut <= limits->whole && limits->whole <= limits->ceiling);
	assert(limits->presence.depth <= LEVELS_MAX && limits->passed.depth <= LEVELS_MAX);
	g->limits = *limits;
	g->calls = calls;
	g->user = user;
	reset(g);
	return g;
}

void guard_free(struct guard **guard)
{
	struct guard *g = *guard;
	if (!g)
		return;
	XML_ParserFree(g->parser);
	names_free(&g->names);
	read_free(&g->read);
	free(g->own);
	free(g->raw.at);
	free(g->head.at);
	free(g->safe.at);
	free(g->pointers);
	free(g);
	*guard = NULL;
}

void guard_own(struct guard *g, const char *account)
{
	free(g->own);
	g->own = account ? must_strdup(account) : NULL;
}

size_t guard_reset(struct guard *g)
{
	if (g->e) {
		stop(g, RESET);
		return (size_t)(g->until - g->end);
	}
	reset(g);
	return 0;
}

/* What is kept of a piece that has been read to its end: what the parser has not told yet. */
static void keep_rest(struct guard *g)
{
	if (g->depth == 1)
		raw_drop(g, event_begin(g));
	raw_keep(g, g->fed);
	if (g->fed - g->raw_at > g->limits.ceiling && g->depth < 2)
		broken(g, NULL, "an element goes on beyond all bounds");
	else if (g->depth >= 2)
		judge_size(g, g->fed);
}

/* Returns how much of the piece is done with. */
static size_t parse(struct guard *g, const char *at, size_t n)
{
	g->piece = at;
	g->piece_at = g->fed;
	if (XML_Parse(g->parser, at, (int)n, 0) == XML_STATUS_ERROR && g->stop == GO) {
		if (g->depth >= 2)
			judge_size(g, event_begin(g));
		broken(g, "not-xml", XML_ErrorString(XML_GetErrorCode(g->parser)));
	}
	if (g->stop == RENEW)
		n = (size_t)(g->end - g->fed);
	g->fed += n;
	if (g->stop == GO)
		keep_rest(g);
	return n;
}

/* The element in which it broke off is told of before the reason. */
static bool break_off(struct guard *g, struct err *e)
{
	g->state = DEAD;
	if (!g->why)
		return false;
	if (g->depth >= 2 && g->refused) {
		g->passed = false;
		if (!tell(g, g->calls->element))
			return false;
	}
	return fail(e, EX_PROTOCOL, "what the server sends cannot be read: %s", g->why);
}

static bool feed(struct guard *g, const char *bytes, size_t n, struct err *e)
{
	while (n > 0 && g->state != CLOSED && g->stop == GO) {
		size_t done = parse(g, bytes, n < PIECE_MAX ? n : PIECE_MAX);
		bytes += done;
		n -= done;
		if (g->stop == BROKEN)
			return break_off(g, e);
		if (g->stop == RESET) {
			reset(g);
			return true;
		}
		if (g->stop == RENEW)
			renew(g);
		g->stop = GO;
	}
	return true;
}

bool guard_midway(const struct guard *g)
{
	return g->depth > 1 || g->raw.length > 0;
}

bool guard_feed(struct guard *g, const char *bytes, size_t n, struct err *e)
{
	while (g->state == FRESH && g->fed == 0 && n > 0 && strchr(" \t\r\n", *bytes) && *bytes)
		bytes++, n--;
	if (g->state == DEAD || (g->fed == 0 && n > 0 && *bytes != '<')) {
		g->state = DEAD;
		return fail(e, EX_PROTOCOL, "what the server sends is no stream of XMPP");
	}
	g->e = e;
	g->until = g->fed + n;
	g->stop = GO;
	bool ok = feed(g, bytes, n, e);
	g->e = NULL;
	return ok;
}
