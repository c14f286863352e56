/* libFuzzer target for trace*.c: how a stream is cut changes nothing, what is written is harmless, and
 * no credential or message is in it: expat, which the trace does not use, says where those are.
 * clang -fsanitize=fuzzer,address,undefined tests/hostile/fuzz_trace.c src/trace*.c src/text.c
 *       src/base.c -Isrc -D_GNU_SOURCE -lexpat -lunistring */
#include "trace_parts.h"

#include <expat.h>
#include <stdlib.h>
#include <string.h>

/* Newer parsers have them for streams beyond 2 GB, and warn of the old names. */
#ifdef XML_ATTR_DEPRECATED
#define XML_GetCurrentByteIndex XML_GetCurrentByteIndex64
#define XML_GetCurrentByteCount XML_GetCurrentByteCount64
#endif

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define HOLDS(what)                                                                                \
	do {                                                                                       \
		if (!(what)) {                                                                     \
			fprintf(stderr, "%s:%d: %s\n", __func__, __LINE__, #what);                 \
			abort();                                                                   \
		}                                                                                  \
	} while (0)

#define MARK "MARK" /* is put into the inputs; where it may be seen is the question */
#define STAMP 25

/* ---- what may be seen -------------------------------------------------------------------------- */

/* The stream as far as it is XML, with nothing in it but what may be seen. */
struct oracle {
	XML_Parser parser;
	char *seen;
	size_t depth, secret, message; /* the depth of the outermost one we are in; 0: none */
	size_t from;                   /* where what must not be seen begins */
};

static bool is_one_of(const char *name, const char *const *words)
{
	const char *colon = strrchr(name, ':');
	for (; *words; words++)
		if (strcmp(colon ? colon + 1 : name, *words) == 0)
			return true;
	return false;
}

static void hide(struct oracle *o, size_t from, size_t to)
{
	if (to > from)
		memset(o->seen + from, '.', to - from);
}

static size_t at(const struct oracle *o)
{
	return (size_t)XML_GetCurrentByteIndex(o->parser);
}

static size_t behind(const struct oracle *o)
{
	return at(o) + (size_t)XML_GetCurrentByteCount(o->parser);
}

/* Of the tag the name stays, and the value of the spared attribute. */
static void hide_tag(struct oracle *o, const char *name, const char **attributes,
                     const char *spared)
{
	bool stays = strstr(name, MARK) != NULL;
	for (; *attributes; attributes += 2)
		stays |= strcmp(attributes[0], spared) == 0;
	if (!stays)
		hide(o, at(o), behind(o));
}

static void on_start(void *user, const char *name, const char **attributes)
{
	static const char *const secrets[] = {"auth",     "challenge",       "response",
	                                      "success",  "authenticate",    "initial-response",
	                                      "continue", "additional-data", "task-data",
	                                      "password", "digest",          "token",
	                                      NULL};
	static const char *const message[] = {"message", NULL};
	struct oracle *o = user;
	o->depth++;
	if (o->secret)
		return;
	if (is_one_of(name, secrets)) {
		hide_tag(o, name, attributes, "mechanism");
		o->secret = o->depth;
		o->from = behind(o);
	} else if (o->message) {
		hide_tag(o, name, attributes, "xmlns");
	} else if (is_one_of(name, message)) {
		o->message = o->depth;
	}
}

static void on_end(void *user, const char *name)
{
	struct oracle *o = user;
	(void)name;
	if (o->secret == o->depth) {
		hide(o, o->from, at(o));
		o->secret = 0;
	}
	if (o->message == o->depth)
		o->message = 0;
	o->depth--;
}

static void on_text(void *user, const char *text, int length)
{
	struct oracle *o = user;
	(void)text, (void)length;
	if (o->message && !o->secret)
		hide(o, at(o), behind(o));
}

static void on_other(void *user, const char *text)
{
	on_text(user, text, 0);
}

static void on_instruction(void *user, const char *target, const char *text)
{
	(void)target;
	on_text(user, text, 0);
}

static void on_doctype(void *user, const char *name, const char *system, const char *public,
                       int internal)
{
	struct oracle *o = user;
	(void)name, (void)system, (void)public, (void)internal;
	XML_StopParser(o->parser, XML_FALSE);
}

/* How much of it is XML; *shows whether the mark may be seen in that. */
static size_t ask_oracle(const char *stream, size_t size, bool *shows)
{
	struct oracle o = {.parser = XML_ParserCreate("UTF-8"), .seen = must_calloc(size + 1, 1)};
	memcpy(o.seen, stream, size);
	XML_SetUserData(o.parser, &o);
	XML_SetElementHandler(o.parser, on_start, on_end);
	XML_SetCharacterDataHandler(o.parser, on_text);
	XML_SetCommentHandler(o.parser, on_other);
	XML_SetProcessingInstructionHandler(o.parser, on_instruction);
	XML_SetStartDoctypeDeclHandler(o.parser, on_doctype);
	if (XML_Parse(o.parser, stream, (int)size, 0) != XML_STATUS_OK)
		size = at(&o);
	if (o.secret)
		hide(&o, o.from, size);
	*shows = memmem(o.seen, size, MARK, strlen(MARK)) != NULL;
	free(o.seen);
	XML_ParserFree(o.parser);
	return size;
}

/* ---- what is seen ------------------------------------------------------------------------------ */

/* Fed in pieces of the sizes that `cuts` names, over and over. Fresh memory. */
static char *traced(const char *stream, size_t size, const uint8_t *cuts, size_t count)
{
	struct trace *t = must_calloc(1, sizeof *t);
	char *text = NULL;
	size_t length;
	t->file = open_memstream(&text, &length);
	t->in.arrow = t->out.arrow = "<-";
	for (size_t done = 0, i = 0; done < size; i++) {
		size_t piece = count ? cuts[i % count] % 64 + 1u : size;
		if (piece > size - done)
			piece = size - done;
		char *bytes = must_calloc(piece, 1); /* so that reading on is seen */
		memcpy(bytes, stream + done, piece);
		trace_in(t, bytes, piece);
		free(bytes);
		done += piece;
	}
	trace_free(&t);
	return text;
}

static void assert_harmless(const char *text)
{
	for (; *text; text++)
		HOLDS(*text == '\n' || (*text >= 0x20 && *text < 0x7f));
}

/* Takes off the times, and texts that have lines of their own: between stanzas they are told as they
 * come. */
static void normalise(char *text)
{
	char *to = text, *next;
	for (char *line = text; *line; line = next) {
		next = strchr(line, '\n') + 1;
		char *tag = line + STAMP + 3;
		HOLDS(next - line > STAMP + 3 && memcmp(tag - 3, "<- ", 3) == 0);
		tag += strspn(tag, " ");
		if (*tag != '<' || tag[1] == '!' || tag[1] == '?')
			continue;
		size_t length = (size_t)(next - line) - STAMP;
		memmove(to, line + STAMP, length);
		to += length;
	}
	*to = '\0';
}

/* The first byte: how many of the next are cuts. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint8_t one[] = {0};
	size_t count = size > 0 ? data[0] % 8 : 0;
	bool shows;
	if (size < count + 1)
		return 0;
	size_t length = size - count - 1;
	char *stream = must_calloc(length + 1, 1);
	memcpy(stream, data + count + 1, length);
	char *whole = traced(stream, length, NULL, 0);
	char *cut = traced(stream, length, count ? data + 1 : one, count ? count : 1);
	assert_harmless(whole);
	normalise(whole);
	normalise(cut);
	if (strcmp(whole, cut) != 0)
		fprintf(stderr, "in one:\n%s\ncut:\n%s\n", whole, cut);
	HOLDS(strcmp(whole, cut) == 0);
	free(whole);
	length = ask_oracle(stream, length, &shows);
	whole = traced(stream, length, NULL, 0);
	if (!shows && strstr(whole, MARK))
		fprintf(stderr, "%.*s\nis shown as\n%s\n", (int)length, stream, whole);
	HOLDS(shows || !strstr(whole, MARK));
	free(whole);
	free(cut);
	free(stream);
	return 0;
}
