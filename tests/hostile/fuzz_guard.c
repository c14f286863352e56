/* libFuzzer target for guard.c: how a stream is cut changes nothing, what is told is in the stream,
 * what is passed on cannot mislead, and memory stays bounded.
 * clang -fsanitize=fuzzer,address,undefined tests/hostile/fuzz_guard.c src/guard*.c src/stanza.c
 *       src/base.c -Isrc -D_GNU_SOURCE -lexpat; run it on a copy of corpus_guard/ */
#include "../hearing.h"

#include <expat.h>
#include <malloc.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* AddressSanitizer's, where it is linked. */
size_t __sanitizer_get_current_allocated_bytes(void) __attribute__((weak));

static size_t allocated(void)
{
	return __sanitizer_get_current_allocated_bytes ? __sanitizer_get_current_allocated_bytes()
	                                               : mallinfo2().uordblks;
}

#define HOLDS(what)                                                                                \
	do {                                                                                       \
		if (!(what)) {                                                                     \
			fprintf(stderr, "%s:%d: %s\n", __func__, __LINE__, #what);                 \
			abort();                                                                   \
		}                                                                                  \
	} while (0)

#define HEAD                                                                                       \
	"<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' "    \
	"xmlns:c='jabber:client'>"
#define MEMORY_MAX (4 << 20)

static const struct guard_limits limits = {
	.whole = 300,
	.cut = 50,
	.ceiling = 2000,
	.roster = 3000,
	.presence = {.depth = 6, .children = 8, .attributes = 6},
	.passed = {.depth = 4, .children = 6, .attributes = 4},
};

/* The attributes of the first start tag, as an honest reader without namespaces sees them. */
struct tag {
	bool seen;
	char *from, *type, *id;
};

static char *copy(const char **attributes, const char *name)
{
	for (; *attributes; attributes += 2)
		if (strcmp(attributes[0], name) == 0)
			return must_strdup(attributes[1]);
	return NULL;
}

static void on_first_tag(void *user, const char *name, const char **attributes)
{
	struct tag *t = user;
	(void)name;
	if (t->seen)
		return;
	t->seen = true;
	t->from = copy(attributes, "from");
	t->type = copy(attributes, "type");
	t->id = copy(attributes, "id");
}

static bool same(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

static void assert_true_sender(const struct guard_element *x)
{
	struct tag t = {0};
	XML_Parser p = XML_ParserCreate("UTF-8");
	XML_SetUserData(p, &t);
	XML_SetElementHandler(p, on_first_tag, NULL);
	HOLDS(XML_Parse(p, x->stanza.xml, (int)x->length, 1) == XML_STATUS_OK);
	HOLDS(same(t.from, x->stanza.from) && same(t.type, x->stanza.type) &&
	      same(t.id, x->stanza.id));
	free(t.from);
	free(t.type);
	free(t.id);
	XML_ParserFree(p);
}

static void on_safe_tag(void *user, const char *name, const char **attributes)
{
	int *depth = user;
	HOLDS(!strchr(name, ':'));
	for (; *attributes; attributes += 2)
		HOLDS(!strchr(attributes[0], ':') || strcmp(attributes[0], "xml:lang") == 0);
	++*depth;
}

static void on_safe_end(void *user, const char *name)
{
	(void)name;
	--*(int *)user;
}

/* One element, well-formed with namespaces and without, and no prefixes in it. */
static void assert_safe(const char *safe)
{
	int depth = 0;
	XML_Parser p = XML_ParserCreate("UTF-8"), ns = XML_ParserCreateNS("UTF-8", '\1');
	XML_SetUserData(p, &depth);
	XML_SetElementHandler(p, on_safe_tag, on_safe_end);
	HOLDS(XML_Parse(p, safe, (int)strlen(safe), 1) == XML_STATUS_OK);
	HOLDS(XML_Parse(ns, safe, (int)strlen(safe), 1) == XML_STATUS_OK);
	HOLDS(depth == 0);
	XML_ParserFree(p);
	XML_ParserFree(ns);
}

static void look(const struct guard_element *x)
{
	bool broken = x->refused &&
	              (strcmp(x->refused, "not-xml") == 0 || strcmp(x->refused, "endless") == 0);
	HOLDS(x->name && x->ns && x->length == strlen(x->stanza.xml));
	HOLDS(x->tag_length <= x->length && x->length <= x->size);
	HOLDS(x->length == x->size || x->refused || x->roster);
	HOLDS(!x->safe || (!x->refused && !x->roster && x->safe_length == strlen(x->safe)));
	HOLDS(x->safe_length <= 4 * limits.whole);
	HOLDS(!x->refused || x->length <= limits.cut);
	HOLDS(!x->stanza.kind || strcmp(x->stanza.kind, "presence") != 0 || !x->safe);
	if (x->safe)
		assert_safe(x->safe);
	if (x->length == x->size && !broken)
		assert_true_sender(x);
}

/* Pieces of the sizes that `cuts` names, over and over. */
static void feed(struct hearing *h, const char *stream, size_t n, const uint8_t *cuts, size_t count)
{
	struct err e;
	for (size_t at = 0, i = 0; at < n; i++) {
		size_t piece = count ? cuts[i % count] % 64 + 1u : n;
		char *bytes;
		if (piece > n - at)
			piece = n - at;
		bytes = must_calloc(piece, 1); /* so that reading on is seen */
		memcpy(bytes, stream + at, piece);
		bool ok = guard_feed(h->guard, bytes, piece, &e);
		free(bytes);
		if (!ok) {
			fputs("failed", h->out);
			break;
		}
		at += piece;
	}
	fflush(h->out);
}

/* The first byte: how many of the next are cuts, and whether the stream has a head of its own. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t count = size > 0 ? data[0] % 8 : 0, head = 0;
	static const uint8_t one[] = {0};
	struct hearing whole = {.bytes = true, .one_end = true, .look = look}, cut = whole;
	size_t before = allocated();
	if (size < count + 1)
		return 0;
	if (!(data[0] & 8))
		head = strlen(HEAD);
	size_t n = size - count - 1 + head;
	char *stream = must_calloc(n + 1, 1);
	memcpy(stream, HEAD, head);
	memcpy(stream + head, data + count + 1, size - count - 1);
	hearing_open(&whole, &limits);
	hearing_open(&cut, &limits);
	guard_own(whole.guard, "me@example.org");
	guard_own(cut.guard, "me@example.org");
	feed(&whole, stream, n, NULL, 0);
	feed(&cut, stream, n, count ? data + 1 : one, count ? count : 1);
	if (strcmp(whole.text, cut.text) != 0)
		fprintf(stderr, "in one:\n%s\ncut:\n%s\n", whole.text, cut.text);
	HOLDS(strcmp(whole.text, cut.text) == 0);
	HOLDS(allocated() < before + MEMORY_MAX + 20 * size);
	hearing_close(&whole);
	hearing_close(&cut);
	free(stream);
	return 0;
}
