/* guard.c: what it makes of a stream. */
#include "../hearing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

#include <expat.h>

#define HEAD "<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>"

static const size_t pieces[] = {1, 2, 3, 7, 64, 1000, 1 << 20};
#define PIECES (sizeof pieces / sizeof *pieces)

/* What is told of `text` within a stream, however it is cut. */
static void tells(const char *text, const char *expected)
{
	AUTO(auto_free) char *stream = text_new(HEAD "%s", text);
	AUTO(auto_free) char *all = text_new("head\n%s", expected);
	for (size_t i = 0; i < PIECES; i++) {
		struct hearing h = {0};
		hearing_open(&h, &guard_defaults);
		hearing_feed(&h, stream, strlen(stream), pieces[i]);
		if (strcmp(h.text, all) != 0)
			fail_msg("in pieces of %zu:\n%s\nis told as\n%s\nnot\n%s", pieces[i], text,
			         h.text, all);
		hearing_close(&h);
	}
}

struct piece {
	const char *text, *expected;
};

static void tell_all(const struct piece *table, size_t count)
{
	for (size_t i = 0; i < count; i++)
		tells(table[i].text, table[i].expected);
}
#define TELL_ALL(table) tell_all(table, sizeof(table) / sizeof *(table))

/* `times` times text, between before and after. Fresh memory. */
static char *many(const char *before, const char *text, size_t times, const char *after)
{
	char *all = NULL;
	size_t length = 0;
	FILE *out = open_memstream(&all, &length);
	fputs(before, out);
	for (size_t i = 0; i < times; i++)
		fputs(text, out);
	fputs(after, out);
	fclose(out);
	return all;
}

static void assert_ends(const char *text, const char *end)
{
	assert_true(strlen(text) >= strlen(end));
	assert_string_equal(text + strlen(text) - strlen(end), end);
}

static void true_sender(void **state)
{
	static const struct piece table[] = {
		{"<presence from='a@b/c' to='d@e' type='t' id='i'/>",
	         "presence type='t' from='a@b/c' id='i' to='d@e'\n"},
		{"<presence x:from='evil' from='a' xmlns:x='urn:x'/>", "presence from='a'\n"},
		{"<presence from='a' x:from='evil' xmlns:x='urn:x'/>", "presence from='a'\n"},
		{"<presence xmlns:x='urn:x' x:from='evil' x:type='unavailable' x:to='t' x:id='i'/>",
	         "presence\n"},
		{"<presence xml:from='evil' xml:lang='de'/>", "presence\n"},
		{"<presence x:from='evil' from='a' xmlns:x='jabber:client'/>",
	         "presence from='a'\n"},
		{"<presence stream:from='evil'/>", "presence\n"},
		{"<presence x:from='evil'/>", "presence\n"}, /* a prefix that nobody declared */
		{"<presence x:y:from='evil' :from='evil' from:='evil' From='evil'/>", "presence\n"},
		{"<presence xmlns:from='evil'/>", "presence\n"},
		{"<presence from=''/>", "presence from=''\n"},
		{"<presence from=' a&#32;&amp;&quot;&#x27; '/>", "presence from=' a &\"' '\n"},
		{"<iq x:id='evil' id='i' x:type='result' type='get' xmlns:x='u'/>",
	         "iq type='get' id='i'\n"},
		{"<message x:from='evil' xmlns:x='u' from='a'/>", "message from='a'\n"},
	};
	(void)state;
	TELL_ALL(table);
}

static void what_is_a_stanza(void **state)
{
	static const struct piece table[] = {
		{"<c:presence xmlns:c='jabber:client' from='a'/>", "presence from='a'\n"},
		{"<presence xmlns='urn:x' from='a'/>",
	         "presence of 'urn:x' from='a' refused: not-a-stanza\n"},
		{"<presence xmlns='' from='a'/>",
	         "presence of '' from='a' refused: not-a-stanza\n"},
		{"<x:presence from='a'/>", "presence of '' from='a' refused: not-a-stanza\n"},
		{":<:presence from='a'/>", "presence of '' from='a' refused: not-a-stanza\n"},
		{"<message xmlns='jabber:server'/>",
	         "message of 'jabber:server' refused: not-a-stanza\n"},
		{"<iq xmlns='jabber:client ' type='result'/>",
	         "iq of 'jabber:client ' type='result' refused: not-a-stanza\n"},
		{"<other/>", "other of 'jabber:client' refused: not-a-stanza\n"},
		{"<Presence/>", "Presence of 'jabber:client' refused: not-a-stanza\n"},
		{"<r xmlns='urn:xmpp:sm:3'/>", "r of 'urn:xmpp:sm:3'\n"},
		{"<stream:features/>", "features of 'http://etherx.jabber.org/streams'\n"},
		{"<x:a xmlns:x='u' xmlns='v'/><x:a/>",
	         "a of 'u'\na of '' refused: not-a-stanza\n"}, /* it ends with its element */
		{"<presence><presence from='x'><presence/></presence></presence>", "presence\n"},
		{"<message from='a'><forwarded xmlns='urn:xmpp:forward:0'><presence from='v' "
	         "xmlns='jabber:client'><show>dnd</show></presence></forwarded></message>",
	         "message from='a'\n"},
		{"<presence>&lt;/presence>&lt;presence from='v'/></presence>", "presence\n"},
		{"<presence><![CDATA[</presence><presence from='v'/>]]></presence>", "presence\n"},
		{"<presence a=\"'/>&lt;presence from='v'/>\"/>", "presence\n"},
		{"text <r xmlns='s'/> between", "r of 's'\n"},
	};
	(void)state;
	TELL_ALL(table);
}

static void presence(void **state)
{
	static const struct piece table[] = {
		{"<presence><show>dnd</show><status>s</status><priority>-3</priority>"
	         "<c xmlns='http://jabber.org/protocol/caps' node='n'/>"
	         "<delay xmlns='urn:xmpp:delay' stamp='2026-11-22T10:30:00Z'/></presence>",
	         "presence show='dnd' status='s' client='n' priority=-3 delay=1795343400000\n"},
		{"<presence><show>a</show><show>b</show><status>1</status><status>2</status>"
	         "<priority>1</priority><priority>2</priority></presence>",
	         "presence show='a' status='1' priority=1\n"},
		{"<presence><show/><show>b</show><priority>x</priority><priority>2</priority></"
	         "presence>",
	         "presence show='b' priority=2\n"},
		{"<presence><show xmlns='urn:x'>a</show><x:show>b</x:show></presence>",
	         "presence\n"},
		{"<presence xmlns:c='jabber:client' xmlns:x='u'><x:show>a</x:show>"
	         "<c:show>b</c:show></presence>",
	         "presence show='b'\n"},
		{"<presence "
	         "xmlns:ab='jabber:client'><a:show>a</a:show><abc:show>b</abc:show></presence>",
	         "presence\n"},
		{"<presence><x xmlns='u'><show>a</show></x><a><show>b</show></a></presence>",
	         "presence\n"},
		{"<presence><status>a<b>c</b>d</status></presence>", "presence status='a'\n"},
		{"<presence><status><b/>d</status></presence>", "presence\n"},
		{"<presence><priority>128</priority></presence>", "presence\n"},
		{"<presence><status>&lt;&amp;&#65;<![CDATA[<b>]]>&#x1F600;</status></presence>",
	         "presence status='<&A<b>\360\237\230\200'\n"},
		{"<presence><status>\302\233\302\235\342\200\256\177&#13;\r\n\r\t&#xA;</status></"
	         "presence>",
	         "presence status='\302\233\302\235\342\200\256\177\r\n\n\t\n'\n"},
		{"<presence><delay xmlns='urn:xmpp:delay' stamp='never'/></presence>",
	         "presence\n"},
		{"<presence><c xmlns='http://jabber.org/protocol/caps' x:node='n' "
	         "xmlns:x='u'/></presence>",
	         "presence\n"},
		{"<presence type='error'><error><gone xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>"
	         "</error></presence>",
	         "presence type='error'\n"},
	};
	(void)state;
	TELL_ALL(table);
}

#define NSS "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'"
#define DISCO "http://jabber.org/protocol/disco#"

static void iq(void **state)
{
	static const struct piece table[] = {
		{"<iq type='result' id='1' from='a'><query xmlns='jabber:iq:last' seconds='7'>bye"
	         "</query></iq>",
	         "iq type='result' from='a' id='1' text='bye' seconds=7\n"},
		{"<iq type='result'><query xmlns='jabber:iq:last' x:seconds='7' "
	         "seconds='-2'/></iq>",
	         "iq type='result'\n"},
		{"<iq type='result'><query xmlns='jabber:iq:version'><version>1</version>"
	         "<name>n</name></query></iq>",
	         "iq type='result' software='n'\n"},
		{"<iq type='result'><query xmlns='" DISCO
	         "info'><identity category='client' name='c'/>"
	         "<identity category='server' name='s'/><feature var='v'/></query></iq>",
	         "iq type='result' software='s'\n"},
		{"<iq type='result'><query xmlns='" DISCO
	         "items'><item jid='a@b/c'/><item jid='a@b'/>"
	         "<item/><x:item jid='x/y'/><item jid='/'/></query></iq>",
	         "iq type='result' lists='a@b/c' lists='/'\n"},
		{"<iq type='error'><error type='cancel'><gone " NSS "/><text " NSS
	         ">t</text></error></iq>",
	         "iq type='error' condition='gone' text='t' echo=0\n"},
		{"<iq type='error'><query xmlns='jabber:iq:last' seconds='1'/><error><gone " NSS
	         "/><x xmlns='u'/></error></iq>",
	         "iq type='error' condition='gone' echo=1\n"},
		{"<iq type='error'><error/><x><gone " NSS "/></x></iq>",
	         "iq type='error' echo=1\n"},
		{"<iq type='error'><error xmlns='u'><gone " NSS "/></error></iq>",
	         "iq type='error' echo=1\n"},
		{"<iq x:type='error' type='result' xmlns:x='u'><error><gone " NSS "/></error></iq>",
	         "iq type='result' condition='gone'\n"},
		{"<iq type='result'><a><query xmlns='jabber:iq:last' seconds='7'/></a></iq>",
	         "iq type='result'\n"},
		{"<message><delay xmlns='urn:xmpp:delay' "
	         "stamp='2026-11-22T10:30:00Z'/><show>x</show>"
	         "<body>b</body></message>",
	         "message delay=1795343400000\n"},
		{"<stream:error><conflict xmlns='urn:ietf:params:xml:ns:xmpp-streams'/>"
	         "<text xmlns='urn:ietf:params:xml:ns:xmpp-streams'>t</text></stream:error>",
	         "error of 'http://etherx.jabber.org/streams' condition='conflict' text='t'\n"},
		{"<failure xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><not-authorized/></failure>",
	         "failure of 'urn:ietf:params:xml:ns:xmpp-sasl' condition='not-authorized'\n"},
		{"<failed xmlns='urn:xmpp:sm:3'><item-not-found " NSS "/></failed>",
	         "failed of 'urn:xmpp:sm:3' condition='item-not-found'\n"},
	};
	(void)state;
	TELL_ALL(table);
}

#define ROSTER_BEGIN "<iq type='result'><query xmlns='jabber:iq:roster'>"
#define ROSTER(attributes, items)                                                                  \
	"<iq " attributes "><query xmlns='jabber:iq:roster'>" items "</query></iq>"

static void roster(void **state)
{
	static const struct piece table[] = {
		{ROSTER("type='result' id='r'",
	                "<item jid='a@b' name='A' subscription='to' "
	                "ask='subscribe'><group>g</group>"
	                "<group/><group>h&amp;</group></item> <item jid='c'/><x:item jid='d'/>"),
	         "item jid='a@b' name='A' subscription='to' ask='subscribe' group='g' group='h&' "
	         "of "
	         "type='result' id='r'\n"
	         "item jid='c' of type='result' id='r'\n"
	         "iq type='result' id='r' roster\n"},
		{ROSTER("type='set'", "<item x:jid='v' jid='c' x:name='v'/>"),
	         "item jid='c' of type='set'\niq type='set' roster\n"},
		{ROSTER("type='result'", "<item><item jid='a'><group>g</group></item></item>"),
	         "item of type='result'\niq type='result' roster\n"},
		{ROSTER("type='result'", ""), "iq type='result' roster\n"},
		{ROSTER("type='get'", "<item jid='c'/>"), "iq type='get'\n"},
		{ROSTER("type='error'", "<item jid='c'/>"), "iq type='error' echo=1\n"},
		{ROSTER("", "<item jid='c'/>"), "iq\n"},
		{ROSTER("type='result' from=''", "<item jid='c'/>"), "iq type='result' from=''\n"},
		{ROSTER("type='set' from='evil@x'", "<item jid='c'/>"),
	         "iq type='set' from='evil@x'\n"},
		{ROSTER("type='set' x:from='' from='evil@x'", "<item jid='c'/>"),
	         "iq type='set' from='evil@x'\n"},
		{"<message>" ROSTER("type='set'", "<item jid='c'/>") "</message>", "message\n"},
	};
	(void)state;
	TELL_ALL(table);
}

static void roster_of(const char *from, const char *type, bool believed)
{
	struct hearing h = {0};
	AUTO(auto_free)
	char *stream = text_new(
		HEAD "<iq type='%s' from='%s'><query xmlns='jabber:iq:roster'><item/></query></iq>",
		type, from);
	hearing_open(&h, &guard_defaults);
	guard_own(h.guard, "me@example.org");
	hearing_feed(&h, stream, strlen(stream), 9);
	if (believed != !!strstr(h.text, "item"))
		fail_msg("%s", h.text);
	hearing_close(&h);
}

static void whose_roster(void **state)
{
	(void)state;
	roster_of("me@example.org", "result", true);
	roster_of("me@example.org", "set", true);
	roster_of("example.org", "result", true);
	roster_of("example.org", "set", false);
	roster_of("me@example.org/other", "set", false);
	roster_of("me@example.org/other", "result", false);
	roster_of("ME@example.org", "set", false);
	roster_of("evil@example.org", "result", false);
	roster_of("org", "result", false);
}

static void long_roster(void **state)
{
	AUTO(auto_free)
	char *text =
		many(HEAD ROSTER_BEGIN, "<item jid='somebody@example.org'><group>g</group></item>",
	             50000, "</query></iq><presence from='a'/>");
	struct hearing h = {0};
	(void)state;
	hearing_open(&h, &guard_defaults);
	hearing_feed(&h, text, strlen(text), 4096);
	assert_int_equal(h.items, 50000);
	assert_ends(h.text, "\nitem jid='somebody@example.org' group='g' of type='result'\n"
	                    "iq type='result' roster\npresence from='a'\n");
	hearing_close(&h);
}

/* The bytes. */

static const struct piece corpus[] = {
	{"<presence from='a@b/c'/>", NULL},
	{"<presence\n\tfrom = \"a\"\r\n ><show >away</show ></presence >", NULL},
	{"<message from='m'><body>\303\244\342\202\254\360\237\230\200 &amp; <![CDATA[<x>]]]]> ]"
         "</body><u:p u:q='1' r='&quot;&#10;'/></message>",
         NULL},
	{"<iq type='result' x:from='v' xmlns:x='urn:x' id='1'><query xmlns='jabber:iq:version'>"
         "<name>n</name><x:y xmlns='urn:d'><z xmlns=''/><x:w/></x:y></query></iq>",
         NULL},
	{"<stream:features><starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'><required/></starttls>"
         "</stream:features>",
         NULL},
	{"<r xmlns='urn:xmpp:sm:3'/>", NULL},
	{"<iq type='set'><query xmlns='jabber:iq:roster'><item jid='a'><group>g</group></item>"
         "</query></iq>",
         NULL},
	{"<presence xml:lang='de'><status>\302\233 &#13;</status></presence>", NULL},
};
#define CORPUS (sizeof corpus / sizeof *corpus)

/* All of it, with white space between, in one stream. */
static char *whole_corpus(void)
{
	char *all = must_strdup("<?xml version='1.0' encoding='UTF-8'?>" HEAD);
	for (size_t i = 0; i < CORPUS; i++) {
		char *longer = text_new("%s%s%s", all, corpus[i].text, i % 2 ? "\n " : "");
		free(all);
		all = longer;
	}
	char *closed = text_new("%s</stream:stream>\n", all);
	free(all);
	return closed;
}

static void exact_bytes(void **state)
{
	AUTO(auto_free) char *all = whole_corpus();
	(void)state;
	for (size_t i = 0; i < PIECES; i++) {
		struct hearing h = {.bytes = true};
		const char *at;
		hearing_open(&h, &guard_defaults);
		hearing_feed(&h, all, strlen(all), pieces[i]);
		at = h.text;
		for (size_t j = 0; j < CORPUS; j++) {
			size_t n = strlen(corpus[j].text);
			AUTO(auto_free)
			char *line = text_new(", %zu of %zu: %s\n", n, n, corpus[j].text);
			at = strstr(at, line);
			assert_non_null(at);
		}
		assert_non_null(strstr(at, "\nclosed\n"));
		hearing_close(&h);
	}
}

static void look_at_tag(const struct guard_element *x)
{
	assert_int_equal(x->stanza.xml[x->tag_length - 1], '>');
	assert_int_equal(strcspn(x->stanza.xml, ">"), x->tag_length - 1);
	assert_int_equal(strlen(x->stanza.xml), x->length);
	assert_int_equal(x->length, x->size);
	assert_true(x->stanza.kind || x->safe);
	if (x->safe)
		assert_int_equal(strlen(x->safe), x->safe_length);
}

static void start_tag(void **state)
{
	AUTO(auto_free) char *all = whole_corpus();
	struct hearing h = {.look = look_at_tag};
	(void)state;
	hearing_open(&h, &guard_defaults);
	hearing_feed(&h, all, strlen(all), 5);
	hearing_close(&h);
}

static void every_cut(void **state)
{
	AUTO(auto_free) char *all = whole_corpus();
	struct hearing whole = {.bytes = true};
	size_t n = strlen(all);
	(void)state;
	hearing_open(&whole, &guard_defaults);
	hearing_feed(&whole, all, n, n);
	for (size_t cut = 0; cut <= n; cut++) {
		struct hearing h = {.bytes = true};
		hearing_open(&h, &guard_defaults);
		hearing_feed(&h, all, cut, n);
		hearing_feed(&h, all + cut, n - cut, n);
		assert_string_equal(h.text, whole.text);
		hearing_close(&h);
	}
	hearing_close(&whole);
}

/* The parser is renewed many times over, and nobody sees it. */
static void long_stream(void **state)
{
	static const char one[] = "<x:presence from='a'><x:show>dnd</x:show></x:presence> ";
	AUTO(auto_free)
	char *text = many("<s:stream xmlns:s='http://etherx.jabber.org/streams' "
	                  "xmlns:x='jabber:client'>",
	                  one, 100000, "<presence/></s:stream>");
	struct hearing h = {.bytes = true};
	const char *at;
	(void)state;
	hearing_open(&h, &guard_defaults);
	hearing_feed(&h, text, strlen(text), 5000);
	at = strchr(h.text, '\n') + 1;
	at = strstr(at, "presence");
	for (int i = 0; i < 100000; i++) {
		static const char line[] =
			"presence from='a' show='dnd'\n"
			"  21, 54 of 54: <x:presence from='a'><x:show>dnd</x:show></x:presence>\n"
			"  0: nothing\n";
		assert_memory_equal(at, line, strlen(line));
		at += strlen(line);
	}
	assert_non_null(strstr(at, "refused: not-a-stanza"));
	assert_non_null(strstr(at, "\nclosed\n"));
	hearing_close(&h);
}

/* What is passed on, as a reader with namespaces sees it. */

struct infoset {
	FILE *out;
	char *text;
	size_t length;
	int depth;
};

static void info_start(void *user, const char *name, const char **attributes)
{
	struct infoset *s = user;
	if (s->depth++ == 0)
		return;
	fprintf(s->out, "<%s", name);
	for (; *attributes; attributes += 2) {
		const char *local = strchr(attributes[0], '\1');
		if (!local || strcmp(local, "\1lang") == 0)
			fprintf(s->out, " %s=[%s]", attributes[0], attributes[1]);
	}
	fprintf(s->out, ">");
}

static void info_text(void *user, const char *text, int n)
{
	struct infoset *s = user;
	if (s->depth > 1)
		fprintf(s->out, "%.*s", n, text);
}

static void info_end(void *user, const char *name)
{
	struct infoset *s = user;
	if (--s->depth > 0)
		fprintf(s->out, "</%s>", name);
}

/* Fresh memory. */
static char *infoset(const char *head, const char *xml)
{
	struct infoset s = {0};
	XML_Parser p = XML_ParserCreateNS("UTF-8", '\1');
	s.out = open_memstream(&s.text, &s.length);
	XML_SetUserData(p, &s);
	XML_SetElementHandler(p, info_start, info_end);
	XML_SetCharacterDataHandler(p, info_text);
	assert_int_equal(XML_Parse(p, head, (int)strlen(head), 0), XML_STATUS_OK);
	assert_int_equal(XML_Parse(p, xml, (int)strlen(xml), 0), XML_STATUS_OK);
	assert_int_equal(s.depth, 1);
	XML_ParserFree(p);
	fclose(s.out);
	return s.text;
}

static void refuse_prefix(void *user, const char *name, const char **attributes)
{
	int *depth = user;
	if ((*depth)++ > 0)
		assert_null(strchr(name, ':'));
	for (; *attributes; attributes += 2)
		if (strchr(attributes[0], ':'))
			assert_string_equal(attributes[0], "xml:lang");
}

/* libstrophe takes any prefixed attribute for one without a prefix. */
static void assert_no_prefix(const char *xml)
{
	int depth = 0;
	XML_Parser p = XML_ParserCreate("UTF-8");
	XML_SetUserData(p, &depth);
	XML_SetElementHandler(p, refuse_prefix, NULL);
	assert_int_equal(XML_Parse(p, "<r>", 3, 0), XML_STATUS_OK);
	assert_int_equal(XML_Parse(p, xml, (int)strlen(xml), 0), XML_STATUS_OK);
	XML_ParserFree(p);
}

static void look_at_meaning(const struct guard_element *x)
{
	AUTO(auto_free) char *before = infoset(HEAD, x->stanza.xml);
	AUTO(auto_free) char *after = infoset("<r>", x->safe);
	assert_string_equal(before, after);
	assert_no_prefix(x->safe);
}

static void same_meaning(void **state)
{
	static const char text[] =
		"<message xml:lang='de' lang='x'><body xml:lang='en' "
		"xml:base='b'>\t\n&#13;&#9;</body>"
		"</message>"
		"<x:message xmlns:x='jabber:client' xmlns='urn:a'><a/><x:b "
		"c='&lt;&#13;&#10;&#9;\"'/>"
		"<x:c xmlns='' xmlns:x='urn:b'><x:d/><e/></x:c></x:message>"
		"<iq type='get' xmlns:a='urn:a' a:id='v' id='1'><a:q a:b='1' "
		"b='2'><a:r/></a:q></iq>"
		"<message>]]&gt;<b>]] &gt;</b><![CDATA[<c/>&amp;]]>\303\244&#xE4;</message>"
		"<s:a xmlns:s='&#10;&#x1F600;&quot;&lt;'><s:b/><c xmlns='http://a/?b&amp;c'/></s:a>"
		"<stream:error><a xmlns='jabber:client'/><b/></stream:error>";
	struct hearing h = {.look = look_at_meaning};
	(void)state;
	hearing_open(&h, &guard_defaults);
	hearing_feed(&h, HEAD, strlen(HEAD), 1);
	hearing_feed(&h, text, strlen(text), 11);
	assert_null(strstr(h.text, "failed"));
	hearing_close(&h);
}

/* What has a prefix that nobody declared is in no namespace, and its attributes are gone. */
static void look_at_unbound(const struct guard_element *x)
{
	assert_string_equal(x->safe, "<message xmlns=\"jabber:client\"><a xmlns=\"\"><b></b>"
	                             "<c xmlns=\"jabber:client\" e=\"2\"></c></a></message>");
}

static void unbound_prefix(void **state)
{
	static const char text[] =
		HEAD "<message><u:a u:e='1'><v:b/><c u:e='1' e='2'/></u:a></message>";
	struct hearing h = {.look = look_at_unbound};
	(void)state;
	hearing_open(&h, &guard_defaults);
	hearing_feed(&h, text, strlen(text), 3);
	hearing_close(&h);
}

static void head(void **state)
{
	static const char text[] =
		" \r\n<?xml version='1.0'?>\n<s:stream xmlns:s='http://etherx.jabber.org/streams' "
		"xmlns='urn:default' s:id='v' xmlns:x='u' x:from='v' id='1' from='a' version='1.0' "
		"xml:lang='en'> <s:features/></s:stream>";
	static const char expected[] =
		"head from='a' id='1'\n"
		"  149, 149 of 149: <s:stream xmlns:s='http://etherx.jabber.org/streams' "
		"xmlns='urn:default' s:id='v' xmlns:x='u' x:from='v' id='1' from='a' version='1.0' "
		"xml:lang='en'>\n"
		"  150: <?xml version='1.0'?><stream:stream xmlns=\"jabber:client\" "
		"xmlns:stream=\"http://etherx.jabber.org/streams\" id=\"1\" from=\"a\" "
		"version=\"1.0\" xml:lang=\"en\">\n"
		"features of 'http://etherx.jabber.org/streams'\n  13, 13 of 13: <s:features/>\n"
		"  62: <features xmlns=\"http://etherx.jabber.org/streams\"></features>\n"
		"closed\n";
	(void)state;
	for (size_t i = 0; i < PIECES; i++) {
		struct hearing h = {.bytes = true};
		hearing_open(&h, &guard_defaults);
		hearing_feed(&h, text, strlen(text), pieces[i]);
		assert_string_equal(h.text, expected);
		assert_int_equal(h.blanks, 1);
		hearing_close(&h);
	}
}

/* Bounds. */

static const struct guard_limits small = {
	.whole = 100,
	.cut = 20,
	.ceiling = 1000,
	.roster = 2000,
	.presence = {.depth = 4, .children = 3, .attributes = 3},
	.passed = {.depth = 3, .children = 2, .attributes = 2},
};

/* The only element in `text` is told thus, under small limits, and the next one is heard. */
static void is_told(const char *text, const char *expected)
{
	AUTO(auto_free) char *stream = text_new(HEAD "%s<presence from='next'/>", text);
	AUTO(auto_free) char *all = text_new("head\n%s\npresence from='next'\n", expected);
	for (size_t i = 0; i < PIECES; i++) {
		struct hearing h = {0};
		hearing_open(&h, &small);
		hearing_feed(&h, stream, strlen(stream), pieces[i]);
		if (strcmp(h.text, all) != 0)
			fail_msg("in pieces of %zu:\n%s\nis told as\n%s\nnot\n%s", pieces[i], text,
			         h.text, all);
		hearing_close(&h);
	}
}

static void bounds(void **state)
{
	(void)state;
	is_told("<presence><a><b><c/></b></a></presence>", "presence");
	is_told("<presence><a><b><c><d/></c></b></a><show>x</show></presence>",
	        "presence show='x' refused: too-deep");
	is_told("<message><a><b/></a></message>", "message");
	is_told("<message><a><b><c/></b></a></message>", "message refused: too-deep");
	is_told("<presence><a/><a/><a/></presence>", "presence");
	is_told("<presence><a/><a/>t<a/><show>x</show></presence>",
	        "presence show='x' refused: too-many-children");
	is_told("<presence><a><b/>t<b/>t</a></presence>", "presence refused: too-many-children");
	is_told("<presence><a><b/>t</a><a>t<b/>&amp;</a>t</presence>", "presence");
	is_told("<message>a&amp;<![CDATA[b]]>\n<b/></message>", "message");
	is_told("<message><b/>t<b/></message>", "message refused: too-many-children");
	is_told("<message>t<b>t</b>t</message>", "message refused: too-many-children");
	is_told("<message>t<b>t<c/><c/></b></message>", "message refused: too-many-children");
	is_told("<presence a='' b='' c=''/>", "presence");
	is_told("<presence a='' b='' c='' d='' from='f' type='t'/>",
	        "presence type='t' from='f' refused: too-many-attributes");
	is_told("<message><a b='' c='' d=''/></message>", "message refused: too-many-attributes");
	is_told("<iq type='result' id='i'><a><a><a/></a></a><query xmlns='jabber:iq:last' "
	        "seconds='3'/></iq>",
	        "iq type='result' id='i' seconds=3 refused: too-deep");
}

static void sizes(void **state)
{
	AUTO(auto_free) char *fits = many("<presence>", "x", 79, "</presence>");
	AUTO(auto_free)
	char *big = many("<presence from='f'>", "x", 80, "<show>a</show></presence>");
	AUTO(auto_free)
	char *bigger = many("<presence>", "\n", 900,
	                    "<status>s</status><priority>1</priority></presence>");
	AUTO(auto_free) char *long_tag = many("<presence a='", "x", 900, "' from='f'/>");
	AUTO(auto_free) char *long_type = many("<presence type='", "x", 900, "' from='f'/>");
	AUTO(auto_free)
	char *status = many("<presence><status>", "&amp;", 30, "</status></presence>");
	AUTO(auto_free)
	char *later = many("<presence><status>", "y", 25,
	                   "</status><show>s</show><a><a><a><a/></a></a></a></presence>");
	(void)state;
	is_told(fits, "presence");
	is_told(big, "presence from='f' show='a' refused: too-big");
	is_told(bigger, "presence status='s' priority=1 refused: too-big");
	is_told(long_tag, "presence from='f' refused: too-big");
	is_told(long_type, "presence type='xxxxxxxxxxxxxxxxxxxx' from='f' refused: too-big");
	is_told(later, "presence show='s' status='yyyyyyyyyyyyyyyyyyyy' refused: too-deep");
	is_told(status, "presence status='&&&&&&&&&&&&&&&&&&&&' refused: too-big");
}

static void look_at_whole(const struct guard_element *x)
{
	bool refused = x->refused != NULL;
	assert_int_equal(refused, x->size > 100);
	assert_int_equal(x->length, refused ? 20 : x->size);
	assert_int_equal(strlen(x->stanza.xml), x->length);
}

static void exactly_whole(void **state)
{
	struct hearing h = {.look = look_at_whole};
	(void)state;
	hearing_open(&h, &small);
	hearing_feed(&h, HEAD, strlen(HEAD), 1000);
	for (size_t i = 70; i < 90; i++) {
		AUTO(auto_free) char *text = many("<presence>", "x", i, "</presence>");
		hearing_feed(&h, text, strlen(text), i - 60);
	}
	hearing_close(&h);
}

/* A cut falls between two characters. */
static void look_at_cut(const struct guard_element *x)
{
	size_t n = x->length;
	assert_in_range(n, 17, 20);
	assert_memory_equal(x->stanza.xml, "<presence>", 10);
	assert_true(((unsigned char)x->stanza.xml[n] & 0xc0) != 0x80);
	assert_true((n - 10) % 4 == (size_t)strspn(x->stanza.xml + 10, "x") % 4);
}

static void cut_characters(void **state)
{
	struct hearing h = {.look = look_at_cut};
	(void)state;
	hearing_open(&h, &small);
	hearing_feed(&h, HEAD, strlen(HEAD), 1000);
	for (size_t i = 0; i < 4; i++) {
		AUTO(auto_free)
		char *text = many("<presence>xxx", "\360\237\230\200", 30, "</presence>");
		memmove(text + 10 + i, text + 13, strlen(text + 13) + 1);
		hearing_feed(&h, text, strlen(text), 3);
	}
	hearing_close(&h);
}

static void poison(void **state)
{
	AUTO(auto_free)
	char *children = many(HEAD "<presence from='f' type='t'><status>", "x<a/>", 20000,
	                      "</status><show>dnd</show></presence><r xmlns='s'/>");
	AUTO(auto_free)
	char *deep = many(HEAD "<presence from='f'><show>dnd</show>", "<a>", 70000, "");
	AUTO(auto_free) char *closed = many(deep, "</a>", 70000, "<status>s</status></presence>");
	AUTO(auto_free)
	char *megabyte = many(HEAD "<presence from='f'><status>", "0123456789", 104858,
	                      "</status><show>dnd</show></presence>");
	struct hearing h = {0};
	(void)state;
	hearing_open(&h, &guard_defaults);
	hearing_feed(&h, children, strlen(children), 4096);
	assert_string_equal(h.text,
	                    "head\npresence type='t' from='f' show='dnd' status='x' refused: "
	                    "too-many-children\nr of 's'\n");
	hearing_close(&h);
	hearing_open(&h, &guard_defaults);
	hearing_feed(&h, closed, strlen(closed), 4096);
	assert_string_equal(h.text,
	                    "head\npresence from='f' show='dnd' status='s' refused: too-deep\n");
	hearing_close(&h);
	hearing_open(&h, &guard_defaults);
	hearing_feed(&h, megabyte, strlen(megabyte), 4096);
	assert_non_null(strstr(h.text, "0123456789012345' refused: too-big\n"));
	assert_non_null(strstr(h.text, "from='f' show='dnd' status='0123"));
	assert_int_equal(strspn(strstr(h.text, "status='") + 8, "0123456789"), 4096);
	hearing_close(&h);
}

/* 40,000 attributes, and the ones that count last. */
static void attributes(void **state)
{
	char *text = NULL;
	size_t length = 0;
	FILE *out = open_memstream(&text, &length);
	struct hearing h = {0};
	(void)state;
	fprintf(out, HEAD "<presence");
	for (int i = 0; i < 40000; i++)
		fprintf(out, " a%d='%d'", i, i);
	fprintf(out, " from='f' type='t'><show>away</show></presence>");
	fclose(out);
	hearing_open(&h, &guard_defaults);
	hearing_feed(&h, text, length, 16384);
	assert_string_equal(h.text,
	                    "head\npresence type='t' from='f' show='away' refused: too-big\n");
	hearing_close(&h);
	free(text);
}

/* Namespaces without end change nothing but that the element is refused. */
static void namespaces(void **state)
{
	char *text = NULL;
	size_t length = 0;
	FILE *out = open_memstream(&text, &length);
	struct hearing h = {0};
	(void)state;
	fprintf(out, HEAD "<presence from='a'");
	for (int i = 0; i < 70; i++)
		fprintf(out, " xmlns:n%d='jabber:client'", i);
	fprintf(out,
	        "><a/><n5:show>dnd</n5:show><n69:show>x</n69:show><status>s</status></presence>"
	        "<n5:r/><stream:r/><presence xmlns:n='jabber:client'><n:show>dnd</n:show>"
	        "</presence><presence from='b' xmlns:n='");
	for (int i = 0; i < 1025; i++)
		fputc('n', out);
	fprintf(out, "'><n:show>x</n:show><show>away</show></presence>");
	fclose(out);
	hearing_open(&h, &guard_defaults);
	hearing_feed(&h, text, length, 100);
	assert_string_equal(
		h.text, "head\npresence from='a' status='s' refused: too-many-namespaces\n"
			"r of '' refused: not-a-stanza\nr of 'http://etherx.jabber.org/streams'\n"
			"presence show='dnd'\n"
			"presence from='b' show='away' refused: too-many-namespaces\n");
	hearing_close(&h);
	free(text);
}

/* What is passed on is bounded as well: what every element's namespace costs its reader included. */
static void swelling(void **state)
{
	AUTO(auto_free) char *quotes = many("<message a='", "\"", 40, "'/>");
	AUTO(auto_free) char *more_quotes = many("<message a='", "\"", 80, "'/>");
	AUTO(auto_free) char *text = many("<message>", "\"", 80, "</message>");
	AUTO(auto_free) char *ns = many("<a xmlns='", "n", 20, "'><b><c/><c/></b><b/></a>");
	AUTO(auto_free)
	char *more_ns = many("<a xmlns='", "n", 50, "'><b><c/><c/></b><b><c/><c/></b></a>");
	(void)state;
	is_told(quotes, "message");
	is_told(more_quotes, "message refused: too-big");
	is_told(text, "message");
	is_told(ns, "a of 'nnnnnnnnnnnnnnnnnnnn'");
	is_told(more_ns, "a of 'nnnnnnnnnnnnnnnnnnnn' refused: too-big");
}

/* What follows a prefix is not always a name by itself. */
static void bad_names(void **state)
{
	static const struct piece table[] = {
		{"<x:9/><x:a:b/>",
	         "9 of '' refused: not-a-stanza\na:b of '' refused: not-a-stanza\n"},
		{"<message><x:9/></message>", "message refused: bad-name\n"},
		{"<message><x:-a/></message>", "message refused: bad-name\n"},
		{"<message><x:\302\267/></message>", "message refused: bad-name\n"},
		{"<message><x:a:b/></message>", "message refused: bad-name\n"},
		{"<message><x::/></message>", "message refused: bad-name\n"},
		{"<message><x:a/><x:Z/><x:_/></message>", "message\n"},
		{"<presence><x:9/></presence>", "presence\n"}, /* is not passed on */
	};
	(void)state;
	TELL_ALL(table);
}

/* What is no stream of XMPP. */

#define CANNOT "failed: what the server sends cannot be read: "

static void not_xml(void **state)
{
	static const struct piece table[] = {
		{"<presence from='a'><show>x</show></message>",
	         "presence from='a' show='x' refused: not-xml\n" CANNOT "mismatched tag\n"},
		{"<presence from='a'>\033",
	         "presence from='a' refused: not-xml\n" CANNOT "not well-formed (invalid token)\n"},
		{"<presence from='a'>&#27;", "presence from='a' refused: not-xml\n" CANNOT
	                                     "reference to invalid character number\n"},
		{"<presence>\377",
	         "presence refused: not-xml\n" CANNOT "not well-formed (invalid token)\n"},
		{"<presence>\300\257",
	         "presence refused: not-xml\n" CANNOT "not well-formed (invalid token)\n"},
		{"<presence>\355\240\200",
	         "presence refused: not-xml\n" CANNOT "not well-formed (invalid token)\n"},
		{"<presence>\357\277\276",
	         "presence refused: not-xml\n" CANNOT "not well-formed (invalid token)\n"},
		{"<presence>&nbsp;", "presence refused: not-xml\n" CANNOT "undefined entity\n"},
		{"<presence>]]>",
	         "presence refused: not-xml\n" CANNOT "not well-formed (invalid token)\n"},
		{"<presence><!-- -->",
	         "presence refused: not-xml\n" CANNOT "there is a comment in it\n"},
		{"<presence><?a b?>",
	         "presence refused: not-xml\n" CANNOT "there is a processing instruction in it\n"},
		{"<!-- -->", CANNOT "there is a comment in it\n"},
		{"<?xml version='1.0'?>",
	         CANNOT "XML or text declaration not at start of entity\n"},
		{"<!DOCTYPE a>", CANNOT "not well-formed (invalid token)\n"},
		{"<presence from='a' from='b'/>", CANNOT "duplicate attribute\n"},
		{"<presence from='<'/>", CANNOT "not well-formed (invalid token)\n"},
		{"<presence/></presence>", "presence\n" CANNOT "mismatched tag\n"},
		{"<presence/></stream:stream><presence/>", "presence\nclosed\n"},
		{"<presence from='a'", ""},
		{"<presence from='a'><show>", ""},
	};
	(void)state;
	TELL_ALL(table);
}

static void not_a_stream(void **state)
{
	static const struct piece table[] = {
		{"HTTP/1.1 400 Bad Request\r\n",
	         "failed: what the server sends is no stream of XMPP\n"},
		{"\357\273\277" HEAD, "failed: what the server sends is no stream of XMPP\n"},
		{"\376\377", "failed: what the server sends is no stream of XMPP\n"},
		{"<html>", CANNOT "it is no stream of XMPP\n"},
		{"<stream>", CANNOT "it is no stream of XMPP\n"},
		{"<stream:stream xmlns:stream='x'>", CANNOT "it is no stream of XMPP\n"},
		{"<!DOCTYPE a [<!ENTITY b 'c'>]>" HEAD, CANNOT "it declares a document type\n"},
		{"<?xml version='1.0'?><!-- -->" HEAD, CANNOT "there is a comment in it\n"},
		{"<?a?>" HEAD, CANNOT "there is a processing instruction in it\n"},
	};
	(void)state;
	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		for (size_t j = 0; j < PIECES; j++) {
			struct hearing h = {0};
			hearing_open(&h, &guard_defaults);
			hearing_feed(&h, table[i].text, strlen(table[i].text), pieces[j]);
			assert_string_equal(h.text, table[i].expected);
			hearing_close(&h);
		}
	}
}

/* Bytes that are text in another encoding only. */
static void other_encodings(void **state)
{
	static const char nul[] = HEAD "<presence from='a'>\0</presence>";
	static const char utf16[] =
		"<\0s\0t\0r\0e\0a\0m\0:\0s\0t\0r\0e\0a\0m\0 \0x\0m\0l\0n\0s\0:\0"
		"s\0t\0r\0e\0a\0m\0=\0'\0h\0t\0t\0p\0:\0/\0/\0e\0t\0h\0e\0r\0x\0"
		".\0j\0a\0b\0b\0e\0r\0.\0o\0r\0g\0/\0s\0t\0r\0e\0a\0m\0s\0'\0>";
	static const char latin[] = "<?xml version='1.0' encoding='ISO-8859-1'?>" HEAD
				    "<presence><show>\303\244</show></presence>";
	AUTO(auto_free) char *long_head = many("", " ", 65537, ">");
	(void)state;
	for (size_t i = 0; i < PIECES; i++) {
		struct hearing h = {0};
		hearing_open(&h, &guard_defaults);
		hearing_feed(&h, latin, sizeof latin - 1, pieces[i]);
		assert_string_equal(h.text, "head\npresence show='\303\244'\n");
		hearing_close(&h);
		hearing_open(&h, &guard_defaults);
		hearing_feed(&h, HEAD, strlen(HEAD) - 1, pieces[i]);
		hearing_feed(&h, long_head, strlen(long_head), pieces[i]);
		assert_string_equal(h.text,
		                    CANNOT "the head of the stream is too long, or not in UTF-8\n");
		hearing_close(&h);
		hearing_open(&h, &guard_defaults);
		hearing_feed(&h, nul, sizeof nul - 1, pieces[i]);
		assert_string_equal(h.text, "head\npresence from='a' refused: not-xml\n" CANNOT
		                            "not well-formed (invalid token)\n");
		guard_reset(h.guard);
		hearing_feed(&h, utf16, sizeof utf16, pieces[i]);
		assert_non_null(
			strstr(h.text, CANNOT "the head of the stream is too long, or not"));
		hearing_close(&h);
	}
}

static void is_endless(const char *begin, const char *end, size_t piece, bool told)
{
	AUTO(auto_free) char *text = many(begin, "x", 5000, end);
	struct hearing h = {0};
	hearing_open(&h, &small);
	hearing_feed(&h, HEAD, strlen(HEAD), 50);
	hearing_feed(&h, text, strlen(text), piece);
	assert_ends(h.text, CANNOT "an element goes on beyond all bounds\n");
	assert_int_equal(!!strstr(h.text, "refused: endless"), told);
	hearing_close(&h);
}

/* The end tag is what is too much. */
static void is_endless_at(size_t piece)
{
	AUTO(auto_free) char *text = many(HEAD "<presence>", "x", 985, "</presence>");
	struct hearing h = {0};
	hearing_open(&h, &small);
	hearing_feed(&h, text, strlen(text), piece);
	assert_string_equal(h.text, "head\npresence refused: endless\n" CANNOT
	                            "an element goes on beyond all bounds\n");
	hearing_close(&h);
}

static void endless(void **state)
{
	(void)state;
	for (size_t piece = 10; piece < 100000; piece *= 10) {
		is_endless("<presence>", "</presence>", piece, true);
		is_endless("<presence>", "", piece, true);
		is_endless_at(piece);
		is_endless("<presence><a b='", "'/>", piece, true);
		is_endless("<presence><a b='", "", piece, true);
		is_endless(ROSTER_BEGIN, "", piece, true);
		is_endless("<presence b='", "'/>", piece, false);
		is_endless("<presence b='", "", piece, false);
		is_endless("<!-- ", "", piece, false);
	}
}

static void endless_roster(void **state)
{
	AUTO(auto_free)
	char *names = many(HEAD ROSTER_BEGIN, "<x/>", 250001, "");
	AUTO(auto_free)
	char *fits = many(HEAD ROSTER_BEGIN, "<item jid='a'/>", 120, "</query></iq>");
	AUTO(auto_free)
	char *not = many(HEAD ROSTER_BEGIN, "<item jid='a'/>", 130, "</query></iq>");
	struct hearing h = {0};
	(void)state;
	hearing_open(&h, &guard_defaults);
	hearing_feed(&h, names, strlen(names), 65536);
	assert_string_equal(h.text, "head\niq type='result' roster refused: endless\n" CANNOT
	                            "a roster is full of what has no place in it\n");
	guard_reset(h.guard);
	hearing_close(&h);
	hearing_open(&h, &small);
	hearing_feed(&h, fits, strlen(fits), 33);
	assert_non_null(strstr(h.text, "iq type='result' roster\n"));
	hearing_close(&h);
	hearing_open(&h, &small);
	hearing_feed(&h, not, strlen(not ), 33);
	assert_non_null(strstr(h.text, "roster refused: endless\n" CANNOT));
	hearing_close(&h);
}

/* More than one stream. */

static void reset(void **state)
{
	struct hearing h = {0};
	static const char first[] = HEAD "<presence from='a'/><presence from='b'><a><b";
	static const char second[] = "<?xml version='1.0'?>" HEAD "<presence from='c'/>";
	(void)state;
	hearing_open(&h, &guard_defaults);
	hearing_feed(&h, first, strlen(first), 10);
	guard_reset(h.guard);
	hearing_feed(&h, second, strlen(second), 10);
	guard_reset(h.guard);
	hearing_feed(&h, "nonsense", 8, 1);
	hearing_feed(&h, second, strlen(second), 1);
	guard_reset(h.guard);
	hearing_feed(&h, second, strlen(second), 1000);
	assert_string_equal(h.text, "head\npresence from='a'\nhead\npresence from='c'\n"
	                            "failed: what the server sends is no stream of XMPP\n"
	                            "failed: what the server sends is no stream of XMPP\n"
	                            "head\npresence from='c'\n");
	hearing_close(&h);
}

/* What was sent along with <proceed/> was not sent by whoever the handshake will prove. */
static void injected(void **state)
{
	static const char text[] =
		HEAD "<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/><presence from='evil'/>";
	struct hearing h = {.reset_at = "proceed"};
	(void)state;
	hearing_open(&h, &guard_defaults);
	hearing_feed(&h, text, strlen(text), 1000);
	hearing_feed(&h, text, strlen(HEAD), 1000);
	assert_string_equal(h.text, "head\nproceed of 'urn:ietf:params:xml:ns:xmpp-tls'\nhead\n");
	assert_int_equal(h.dropped, strlen("<presence from='evil'/>"));
	hearing_close(&h);
}

/* However much of it there is. */
static void injected_at_length(void **state)
{
	AUTO(auto_free)
	char *text = many(HEAD "<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>", " ", 100000,
	                  HEAD "<presence from='evil'/>");
	struct hearing h = {.reset_at = "proceed"};
	(void)state;
	hearing_open(&h, &guard_defaults);
	hearing_feed(&h, text, strlen(text), 1000000);
	assert_string_equal(h.text, "head\nproceed of 'urn:ietf:params:xml:ns:xmpp-tls'\n");
	assert_int_equal(h.dropped, 100000 + strlen(HEAD "<presence from='evil'/>"));
	hearing_close(&h);
}

/* Nor is there anything to drop where nothing came along, in whatever pieces. */
static void nothing_injected(void **state)
{
	static const char text[] = HEAD "<presence/> <proceed xmlns='s'>\n<b/></proceed>";
	(void)state;
	for (size_t i = 0; i < PIECES; i++) {
		struct hearing h = {.reset_at = "proceed"};
		hearing_open(&h, &guard_defaults);
		hearing_feed(&h, text, strlen(text), pieces[i]);
		assert_string_equal(h.text, "head\npresence\nproceed of 's'\n");
		assert_int_equal(h.dropped, 0);
		hearing_close(&h);
	}
}

static void callback_fails(void **state)
{
	static const struct {
		const char *at, *text, *expected;
	} table[] = {
		{"r", "<presence/><r xmlns='s'/><presence/>", "head\npresence\nr of 's'\n"},
		{"r", "<r xmlns='s'/></stream:stream>", "head\nr of 's'\n"},
		{"item", ROSTER("type='result'", "<item/>text<item/>"),
	         "head\nitem of type='result'\n"},
		{"stream", "<presence/>", "head\n"},
		{"closed", "<r xmlns='s'/></stream:stream>", "head\nr of 's'\nclosed\n"},
		{"presence", "<presence></iq>", "head\npresence refused: not-xml\n"},
	};
	(void)state;
	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		AUTO(auto_free) char *stream = text_new(HEAD "%s", table[i].text);
		AUTO(auto_free)
		char *all = text_new("%sfailed: failed\n"
		                     "failed: what the server sends is no stream of XMPP\n",
		                     table[i].expected);
		struct hearing h = {.fail_at = table[i].at};
		hearing_open(&h, &guard_defaults);
		hearing_feed(&h, stream, strlen(stream), 1000);
		hearing_feed(&h, "<r/>", 4, 1);
		assert_string_equal(h.text, all);
		hearing_close(&h);
		guard_free(&h.guard);
	}
}

static void blanks(void **state)
{
	struct hearing h = {0};
	(void)state;
	hearing_open(&h, &guard_defaults);
	hearing_feed(&h, HEAD " ", strlen(HEAD) + 1, 100);
	hearing_feed(&h, " ", 1, 1);
	hearing_feed(&h, "<presence> </presence>", 22, 22);
	hearing_feed(&h, "", 0, 1);
	assert_int_equal(h.blanks, 2);
	hearing_close(&h);
}

static void midway(void **state)
{
	static const char *const whole[] = {HEAD,      " ", "<b/>", "\n", "<c x='>'> <d/>y</c>",
	                                    "<e> </e>"};
	struct hearing h = {0};
	(void)state;
	hearing_open(&h, &guard_defaults);
	assert_false(guard_midway(h.guard));
	for (size_t i = 0; i < sizeof whole / sizeof *whole; i++)
		for (const char *at = whole[i]; *at; at++) {
			hearing_feed(&h, at, 1, 1);
			assert_int_equal(guard_midway(h.guard), at[1] != '\0');
		}
	hearing_close(&h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(true_sender),
		cmocka_unit_test(what_is_a_stanza),
		cmocka_unit_test(presence),
		cmocka_unit_test(iq),
		cmocka_unit_test(roster),
		cmocka_unit_test(whose_roster),
		cmocka_unit_test(long_roster),
		cmocka_unit_test(exact_bytes),
		cmocka_unit_test(start_tag),
		cmocka_unit_test(every_cut),
		cmocka_unit_test(long_stream),
		cmocka_unit_test(same_meaning),
		cmocka_unit_test(unbound_prefix),
		cmocka_unit_test(head),
		cmocka_unit_test(bounds),
		cmocka_unit_test(sizes),
		cmocka_unit_test(exactly_whole),
		cmocka_unit_test(cut_characters),
		cmocka_unit_test(poison),
		cmocka_unit_test(attributes),
		cmocka_unit_test(namespaces),
		cmocka_unit_test(swelling),
		cmocka_unit_test(bad_names),
		cmocka_unit_test(not_xml),
		cmocka_unit_test(not_a_stream),
		cmocka_unit_test(other_encodings),
		cmocka_unit_test(endless),
		cmocka_unit_test(endless_roster),
		cmocka_unit_test(reset),
		cmocka_unit_test(injected),
		cmocka_unit_test(injected_at_length),
		cmocka_unit_test(nothing_injected),
		cmocka_unit_test(callback_fails),
		cmocka_unit_test(blanks),
		cmocka_unit_test(midway),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
