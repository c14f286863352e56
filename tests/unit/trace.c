/* trace: what of the stream is written down, what never is, and how little it takes. */
#include "trace.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#define SECRET "c2VjcmV0"
#define HEAD "<stream:stream xmlns='jabber:client'>"
#define STAMP 25 /* 2026-11-22T10:29:58.001Z and a blank */

static const size_t pieces[] = {1, 2, 3, 7, 64, 1000, 1 << 20};
#define PIECES (sizeof pieces / sizeof *pieces)

/* ---- a trace and what it wrote ----------------------------------------------------------------- */

static struct trace *begin(bool utf8)
{
	struct err e;
	struct trace *t = NULL;
	unlink("trace");
	if (!trace_new(&t, "trace", utf8, &e))
		fail_msg("%s", e.text);
	return t;
}

/* Fresh memory. */
static char *written(void)
{
	struct stat st;
	FILE *f = fopen("trace", "r");
	assert_non_null(f);
	assert_int_equal(fstat(fileno(f), &st), 0);
	char *text = must_calloc((size_t)st.st_size + 1, 1);
	assert_int_equal(fread(text, 1, (size_t)st.st_size, f), st.st_size);
	fclose(f);
	return text;
}

static void assert_stamp(const char *line)
{
	static const char form[] = "dddd-dd-ddTdd:dd:dd.dddZ ";
	for (size_t i = 0; i < STAMP; i++)
		if (form[i] == 'd' ? line[i] < '0' || line[i] > '9' : line[i] != form[i])
			fail_msg("no time: %s", line);
}

/* Takes the times off, in place. */
static char *without_times(char *text)
{
	char *to = text;
	for (const char *at = text; *at;) {
		const char *end = strchr(at, '\n');
		assert_non_null(end);
		assert_stamp(at);
		size_t length = (size_t)(end + 1 - at) - STAMP;
		memmove(to, at + STAMP, length);
		to += length;
		at = end + 1;
	}
	*to = '\0';
	return text;
}

static char *end(struct trace *t)
{
	trace_free(&t);
	assert_null(t);
	return without_times(written());
}

static void feed(struct trace *t, const char *bytes, size_t length, size_t piece)
{
	for (size_t at = 0; at < length; at += piece)
		trace_in(t, bytes + at, length - at < piece ? length - at : piece);
}

static char *shown(const char *bytes, size_t length, size_t piece)
{
	struct trace *t = begin(true);
	feed(t, bytes, length, piece);
	return end(t);
}

/* Of a stanza, within a stream, however it is cut; without the two lines of the stream. */
static void shows(const char *stanza, const char *expected)
{
	AUTO(auto_free) char *stream = text_new(HEAD "%s</stream:stream>", stanza);
	AUTO(auto_free) char *all = text_new("<- " HEAD "\n%s<- </stream:stream>\n", expected);
	for (size_t i = 0; i < PIECES; i++) {
		AUTO(auto_free) char *text = shown(stream, strlen(stream), pieces[i]);
		if (strcmp(text, all) != 0)
			fail_msg("in pieces of %zu:\n%s\nis shown as\n%s\nnot\n%s", pieces[i],
			         stanza, text, all);
	}
}

struct row {
	const char *stanza, *shown;
};

static void show_all(const struct row *table, size_t count)
{
	for (size_t i = 0; i < count; i++)
		shows(table[i].stanza, table[i].shown);
}
#define SHOW_ALL(table) show_all(table, sizeof(table) / sizeof *(table))

static void elements(void **state)
{
	static const struct row table[] = {
		{"<presence from='a@b/c'/>", "<-   <presence from='a@b/c'/>\n"},
		{"<presence></presence>", "<-   <presence></presence>\n"},
		{"<a><b>text</b><c/></a>",
	         "<-   <a>\n<-     <b>text</b>\n<-     <c/>\n<-   </a>\n"},
		{"<a>\n  <b> </b>\n</a >", "<-   <a>\n<-     <b> </b>\n<-   </a >\n"},
		{"<a>one<b/>two</a>", "<-   <a>\n<-     one\n<-     <b/>\n<-     two\n<-   </a>\n"},
		{"<a x='>' y=\"'/>'\">t</a>", "<-   <a x='>' y=\"'/>'\">t</a>\n"},
		{"<a\n\tx='1'/>", "<-   <a\\u000a\\u0009x='1'/>\n"},
		{"<a>x&lt;y<![CDATA[</a>]]]></a>", "<-   <a>x&lt;y<![CDATA[</a>]]]></a>\n"},
		{"<a><!-- <b> --- --></a>", "<-   <a><!-- <b> --- --></a>\n"},
		{"<a><?b c?d>?></a>", "<-   <a><?b c?d>?></a>\n"},
	};
	(void)state;
	SHOW_ALL(table);
}

static void messages(void **state)
{
	static const struct row table[] = {
		{"<message from='a' id='i'><body>dear</body></message>",
	         "<-   <message from='a' id='i'>\n<-     <body>(4 bytes removed)</body>\n"
	         "<-   </message>\n"},
		{"<c:message>dear<x xmlns='urn:x' y='dear'><z y='dear'/></x>\n</c:message>",
	         "<-   <c:message>\n<-     (4 bytes removed)\n"
	         "<-     <x xmlns='urn:x' (9 bytes removed)>\n"
	         "<-       <z (9 bytes removed)/>\n<-     </x>\n<-   </c:message>\n"},
		{"<iq><message><message/>dear</message><b>shown</b></iq>",
	         "<-   <iq>\n<-     <message>\n<-       <message/>\n"
	         "<-       (4 bytes removed)\n<-     </message>\n<-     <b>shown</b>\n"
	         "<-   </iq>\n"},
		{"<message><body>a</body></message><presence><status>b</status></presence>",
	         "<-   <message>\n<-     <body>(1 byte removed)</body>\n<-   </message>\n"
	         "<-   <presence>\n<-     <status>b</status>\n<-   </presence>\n"},
	};
	(void)state;
	SHOW_ALL(table);
}

static void credentials(void **state)
{
	static const struct row table[] = {
		{"<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>" SECRET
	         "</auth>",
	         "<-   <auth mechanism='PLAIN' (41 bytes removed)>(8 bytes removed)</auth>\n"},
		{"<success>" SECRET "</success\n>",
	         "<-   <success>(8 bytes removed)</success\\u000a>\n"},
		{"<success/>", "<-   <success/>\n"},
		{"<challenge></challenge>", "<-   <challenge></challenge>\n"},
		{"<s:response x='" SECRET "' y=\"" SECRET "\"/>",
	         "<-   <s:response (26 bytes removed)/>\n"},
		{"<auth mechanism='X' x='>' mechanism='" SECRET "'/>",
	         "<-   <auth mechanism='X' (27 bytes removed)/>\n"},
		{"<auth><auth>" SECRET "</auth><x>" SECRET "</x><![CDATA[</auth>" SECRET
	         "]]><auth/></auth><a>shown</a>",
	         "<-   <auth>(70 bytes removed)</auth>\n<-   <a>shown</a>\n"},
		{"<authenticate><initial-response>" SECRET "</initial-response></authenticate>",
	         "<-   <authenticate>(45 bytes removed)</authenticate>\n"},
		{"<iq><query xmlns='jabber:iq:register'><username>me</username><password>" SECRET
	         "</password><digest>" SECRET "</digest></query></iq>",
	         "<-   <iq>\n<-     <query xmlns='jabber:iq:register'>\n"
	         "<-       <username>me</username>\n"
	         "<-       <password>(8 bytes removed)</password>\n"
	         "<-       <digest>(8 bytes removed)</digest>\n<-     </query>\n<-   </iq>\n"},
		{"<message><password a='" SECRET "'>" SECRET "</password></message>",
	         "<-   <message>\n<-     <password (13 bytes removed)>(8 bytes "
	         "removed)</password>\n<-   </message>\n"},
		/* only what is named so */
		{"<authx>shown</authx><failure>shown</failure><auth:x>shown</auth:x>",
	         "<-   <authx>shown</authx>\n<-   <failure>shown</failure>\n"
	         "<-   <auth:x>shown</auth:x>\n"},
	};
	(void)state;
	SHOW_ALL(table);
}

static void every_credential(void **state)
{
	static const char *const names[] = {"auth",     "challenge",       "response",
	                                    "success",  "authenticate",    "initial-response",
	                                    "continue", "additional-data", "task-data",
	                                    "password", "digest",          "token"};
	(void)state;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		AUTO(auto_free)
		char *stanza = text_new("<%s>" SECRET "</%s>", names[i], names[i]);
		AUTO(auto_free)
		char *all = text_new("<-   <%s>(8 bytes removed)</%s>\n", names[i], names[i]);
		shows(stanza, all);
	}
}

/* Whatever is wrong with it, and wherever it is cut off. */
static void malformed_credentials(void **state)
{
	static const char *const table[] = {
		"<auth>" SECRET "</x>" SECRET "</auth>" SECRET,
		"<auth>" SECRET "</stream:stream>" SECRET,
		"<auth>" SECRET "<x></auth>" SECRET "</x>" SECRET,
		"<auth>" SECRET "</auth x='" SECRET "'>",
		"<auth>" SECRET "</>" SECRET,
		"<auth>" SECRET "<>" SECRET,
		"<auth>" SECRET "<!DOCTYPE " SECRET ">" SECRET,
		"<auth>" SECRET "<!->" SECRET,
		"<auth>" SECRET "<![CDATA " SECRET,
		"<auth>" SECRET "<x <y>" SECRET,
		"<auth x='" SECRET "",
		"<auth x='" SECRET "<'>" SECRET,
		"<auth " SECRET "='x' mechanism=" SECRET ">" SECRET,
		"<auth =" SECRET " = mechanism='" SECRET ">" SECRET,
		"<auth mechanism '" SECRET "'>" SECRET,
		"<auth/mechanism='" SECRET "'>" SECRET,
		"<auth\1" SECRET " x='" SECRET,
		"<a:b:auth>" SECRET,
		"<p><auth>" SECRET "</p>" SECRET,
		"<auth>\xff\xfe" SECRET "\xc3",
	};
	(void)state;
	for (size_t i = 0; i < sizeof table / sizeof *table; i++)
		for (size_t n = 0; n <= strlen(table[i]); n++) {
			struct trace *t = begin(true);
			feed(t, HEAD, strlen(HEAD), 1000);
			feed(t, table[i], n, 1 + i % 3);
			trace_out(t, "<presence/>", 11);
			feed(t, table[i] + n, strlen(table[i]) - n, 1000);
			AUTO(auto_free) char *text = end(t);
			if (strstr(text, "c2Vjc"))
				fail_msg("%s\nis shown as\n%s", table[i], text);
		}
}

/* Or the one above is blind. */
static void secret_elsewhere_is_shown(void **state)
{
	(void)state;
	shows("<a x='" SECRET "'>" SECRET "</a>", "<-   <a x='" SECRET "'>" SECRET "</a>\n");
}

static void hostile_bytes(void **state)
{
	static const char stream[] = HEAD "<a>\33[2J\r\n\0\x9b\xff\xe2\x80\xae\xc2\x9b"
					  "2026-11-22T10:29:58.001Z &lt;- forged</a\0>";
	(void)state;
	AUTO(auto_free) char *text = shown(stream, sizeof stream - 1, 5);
	assert_string_equal(text, "<- " HEAD "\n<-   <a>\\u001b[2J\\u000d\\u000a\\u0000\\x9b\\xff"
	                          "\\u202e\\u009b2026-11-22T10:29:58.001Z &lt;- forged"
	                          "</a\\u0000>\n");
}

static void ascii_where_nothing_else_will_do(void **state)
{
	(void)state;
	struct trace *t = begin(false);
	trace_in(t, HEAD "<a>\xc3\xa9</a>", sizeof HEAD "<a>\xc3\xa9</a>" - 1);
	AUTO(auto_free) char *text = end(t);
	assert_non_null(strstr(text, "<a>\\u00e9</a>"));
}

static void no_xml(void **state)
{
	static const char answer[] = "HTTP/1.1 400 Bad Request\r\n\r\n<html><!DOCTYPE x>more";
	(void)state;
	AUTO(auto_free) char *text = shown(answer, sizeof answer - 1, 1000);
	assert_string_equal(
		text, "<- HTTP/1.1 400 Bad Request\\u000d\\u000a\\u000d\\u000a\n<- <html>\n"
		      "<- (no XML from here on: a declaration; nothing is shown until the stream "
		      "begins anew)\n");
}

static void signs_of_life(void **state)
{
	(void)state;
	struct trace *t = begin(true);
	trace_in(t, HEAD, strlen(HEAD));
	trace_in(t, " ", 1);
	trace_out(t, HEAD "\n", strlen(HEAD) + 1);
	trace_in(t, "\n\n", 2);
	AUTO(auto_free) char *text = end(t);
	assert_string_equal(text, "<- " HEAD "\n<-   (white space)\n-> " HEAD
	                          "\n->   (white space)\n<-   (white space)\n");
}

/* Lines stand in the order of their times, though an element is cut in two by another. */
static void two_directions(void **state)
{
	(void)state;
	struct trace *t = begin(true);
	trace_in(t, HEAD "<presence><status>on", strlen(HEAD "<presence><status>on"));
	trace_out(t, HEAD, strlen(HEAD));
	trace_in(t, "e</status></presence><auth>" SECRET, 27 + strlen(SECRET));
	trace_out(t, "<a/>", 4);
	trace_in(t, SECRET "</auth>", strlen(SECRET "</auth>"));
	trace_note(t, "and %d more", 5);
	AUTO(auto_free) char *text = end(t);
	assert_string_equal(text, "<- " HEAD "\n<-   <presence>\n<-     <status>\n<-       on\n"
	                          "-> " HEAD "\n<-       e\n<-     </status>\n<-   </presence>\n"
	                          "<-   <auth>\n->   <a/>\n<-     (16 bytes removed)\n"
	                          "<-   </auth>\n-- and 5 more\n");
}

static void streams_begin_anew(void **state)
{
	(void)state;
	struct trace *t = begin(true);
	trace_out(t, HEAD "<starttls/>", strlen(HEAD "<starttls/>"));
	trace_in(t, HEAD "<proceed/>", strlen(HEAD "<proceed/>"));
	trace_restart(t, "TLSv%s\n", "1.3");
	trace_out(t, HEAD "<auth>" SECRET, strlen(HEAD "<auth>" SECRET));
	trace_in(t, HEAD "<!DOCTYPE x>", strlen(HEAD "<!DOCTYPE x>"));
	trace_restart(t, "again");
	trace_in(t, HEAD "<presence fr", strlen(HEAD "<presence fr"));
	AUTO(auto_free) char *text = end(t);
	assert_string_equal(
		text, "-> " HEAD "\n->   <starttls/>\n<- " HEAD "\n<-   <proceed/>\n"
		      "-- TLSv1.3\\u000a\n-> " HEAD "\n->   <auth>\n<- " HEAD "\n"
		      "<- (no XML from here on: a declaration; nothing is shown until the stream "
		      "begins anew)\n->     (it breaks off)\n-- again\n<- " HEAD
		      "\n<-   (it breaks off)\n");
}

/* ---- how much -------------------------------------------------------------------------------- */

/* `times` times text behind what begins a stanza; how long the trace of it is. */
static size_t endless(const char *begins, const char *text, size_t times, const char *ends,
                      const char *says)
{
	struct trace *t = begin(true);
	size_t before = mallinfo2().uordblks;
	feed(t, HEAD, strlen(HEAD), 1000);
	feed(t, begins, strlen(begins), 1000);
	for (size_t i = 0; i < times; i++)
		trace_in(t, text, strlen(text));
	assert_in_range(mallinfo2().uordblks - before + 65536, 0, 131072);
	feed(t, ends, strlen(ends), 1000);
	AUTO(auto_free) char *all = end(t);
	if (says && !strstr(all, says))
		fail_msg("%s\nnot in\n%.2000s\n...%s", says, all, all + strlen(all) - 200);
	return strlen(all);
}

static void bounds(void **state)
{
	(void)state;
	size_t text = endless("<a>", "0123456789", 100000, "</a><b>shown</b>",
	                      "901... (999488 bytes not shown)</a>\n<-   <b>shown</b>");
	assert_in_range(text, 500, 2000);
	text = endless("<a x='", "\xc3\xa9\xc3\xa9", 100000, "'/><b/>", "bytes not shown)>\n");
	assert_in_range(text, 500, 2000);
	assert_in_range(endless("<a", "b", 100000, ">", NULL), 500, 2000);
	assert_in_range(endless("<auth>", "0123456789", 100000, "</auth>",
	                        "<auth>(1000000 bytes removed)</auth>"),
	                50, 200);
	assert_in_range(endless("<auth x='", "0123456789", 100000, "'>", NULL), 50, 200);
	text = endless("<a>", "<b/>", 100000, "</a><b>shown</b>",
	               "<-     (334464 bytes not shown)\n<-   </a>\n<-   <b>shown</b>\n");
	assert_in_range(text, 65536, 65536 * 10);
	assert_in_range(endless("", "<b>", 100000, "", NULL), 500, 5000);
	assert_in_range(endless("<!--", "<b>", 100000, "", NULL), 500, 2000);
}

static void depth(void **state)
{
	char stanza[4000] = "", *at = stanza;
	(void)state;
	for (int i = 0; i < 100; i++)
		at = stpcpy(at, "<x>");
	at = stpcpy(at, "deep");
	for (int i = 0; i < 100; i++)
		at = stpcpy(at, "</x>");
	strcpy(at, "<y>shown</y></stream:stream>");
	AUTO(auto_free) char *stream = text_new(HEAD "%s", stanza);
	AUTO(auto_free) char *text = shown(stream, strlen(stream), 9);
	assert_null(strstr(text, "deep"));
	assert_non_null(strstr(text, "<x>(480 bytes not shown)</x>\n"));
	assert_non_null(strstr(text, "<-   <y>shown</y>\n<- </stream:stream>\n"));
}

/* A text that is cut is not cut within a character. */
static void whole_characters(void **state)
{
	static const char *const letters[] = {"a", "\xc3\xa9", "\xe2\x82\xac", "\xf0\x9f\x98\x80"};
	(void)state;
	for (size_t i = 0; i < 4 * 4; i++) {
		AUTO(auto_free) char *run = must_calloc(4001, 1);
		for (size_t n = 0; n < 1000; n++)
			strcat(run, letters[i / 4]);
		AUTO(auto_free)
		char *stream = text_new(HEAD "<a>%.*s%s</a>", (int)(i % 4), "xyz", run);
		AUTO(auto_free) char *text = shown(stream, strlen(stream), 1000);
		assert_null(strstr(text, "\\x"));
		assert_non_null(strstr(text, "bytes not shown)</a>"));
	}
}

/* ---- the file -------------------------------------------------------------------------------- */

static void refuses(const char *path, int status, const char *because)
{
	struct err e;
	struct trace *t = (struct trace *)&e; /* must stay as it is */
	if (trace_new(&t, path, true, &e))
		fail_msg("%s is taken", path);
	assert_ptr_equal(t, &e);
	assert_int_equal(e.status, status);
	if (!strstr(e.text, because) || !strstr(e.text, path))
		fail_msg("%s and %s are not in: %s", because, path, e.text);
}

static void the_file(void **state)
{
	struct stat st;
	(void)state;
	for (mode_t mask = 0; mask <= 0777; mask += 077) {
		umask(mask & 0177);
		struct trace *t = begin(true);
		assert_int_equal(stat("trace", &st), 0);
		assert_int_equal(st.st_mode & 07777, 0600 & ~(mask & 0177));
		trace_free(&t);
	}
	umask(022);
	assert_int_equal(symlink("elsewhere", "link"), 0);
	refuses("link", EX_CANTCREAT, "link");
	assert_int_not_equal(access("elsewhere", F_OK), 0);
	assert_int_equal(mkfifo("fifo", 0600), 0);
	refuses("fifo", EX_CANTCREAT, "cannot open");
	refuses(".", EX_CANTCREAT, "directory");
	refuses("/dev/null", EX_CANTCREAT, "regular");
	refuses("no/such", EX_CANTCREAT, "No such");
	chmod("trace", 0640);
	refuses("trace", EX_NOPERM, "0640");
	chmod("trace", 0602);
	refuses("trace", EX_NOPERM, "0602");
}

static void is_added_to(void **state)
{
	struct err e;
	struct trace *t = begin(true);
	(void)state;
	trace_note(t, "one");
	trace_free(&t);
	assert_true(trace_new(&t, "trace", true, &e));
	trace_note(t, "two");
	AUTO(auto_free) char *text = end(t);
	assert_string_equal(text, "-- one\n-- two\n");
}

/* Somebody may look at it meanwhile, or the machine may go down. */
static void is_written_at_once(void **state)
{
	struct trace *t = begin(true);
	(void)state;
	trace_in(t, HEAD "<a/>", strlen(HEAD "<a/>"));
	AUTO(auto_free) char *text = without_times(written());
	assert_string_equal(text, "<- " HEAD "\n<-   <a/>\n");
	trace_free(&t);
}

static void a_full_disk_ends_it(void **state)
{
	struct rlimit was, small;
	struct trace *t = begin(true);
	(void)state;
	signal(SIGXFSZ, SIG_IGN);
	getrlimit(RLIMIT_FSIZE, &was);
	small = was;
	small.rlim_cur = 1000;
	setrlimit(RLIMIT_FSIZE, &small);
	trace_in(t, HEAD, strlen(HEAD));
	assert_null(trace_trouble(t));
	for (int i = 0; i < 100; i++)
		trace_in(t, "<presence/>", 11);
	setrlimit(RLIMIT_FSIZE, &was);
	const char *trouble = trace_trouble(t);
	assert_non_null(trouble);
	assert_non_null(strstr(trouble, "File too large"));
	assert_null(trace_trouble(t));
	trace_out(t, "<a/>", 4);
	trace_note(t, "x");
	trace_restart(t, "x");
	trace_free(&t);
	AUTO(auto_free) char *text = written();
	assert_in_range(strlen(text), 100, 1000);
}

static void nobody_wants_one(void **state)
{
	struct trace *t = NULL;
	(void)state;
	trace_in(NULL, "<a/>", 4);
	trace_out(NULL, "<a/>", 4);
	trace_note(NULL, "x");
	trace_restart(NULL, "x");
	assert_null(trace_trouble(NULL));
	trace_free(&t);
}

static int in_a_folder(void **state)
{
	char folder[] = "/tmp/unseen-trace-XXXXXX";
	if (!mkdtemp(folder) || chdir(folder) < 0)
		return -1;
	*state = must_strdup(folder);
	return 0;
}

static int leave_folder(void **state)
{
	static const char *const files[] = {"trace", "link", "fifo"};
	AUTO(auto_free) char *folder = *state;
	for (size_t i = 0; i < sizeof files / sizeof *files; i++)
		unlink(files[i]);
	return chdir("/") | rmdir(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(elements),
		cmocka_unit_test(messages),
		cmocka_unit_test(credentials),
		cmocka_unit_test(every_credential),
		cmocka_unit_test(malformed_credentials),
		cmocka_unit_test(secret_elsewhere_is_shown),
		cmocka_unit_test(hostile_bytes),
		cmocka_unit_test(ascii_where_nothing_else_will_do),
		cmocka_unit_test(no_xml),
		cmocka_unit_test(signs_of_life),
		cmocka_unit_test(two_directions),
		cmocka_unit_test(streams_begin_anew),
		cmocka_unit_test(bounds),
		cmocka_unit_test(depth),
		cmocka_unit_test(whole_characters),
		cmocka_unit_test(the_file),
		cmocka_unit_test(is_added_to),
		cmocka_unit_test(is_written_at_once),
		cmocka_unit_test(a_full_disk_ends_it),
		cmocka_unit_test(nobody_wants_one),
	};
	return cmocka_run_group_tests(tests, in_a_folder, leave_folder);
}
