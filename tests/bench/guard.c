/* What guard.c costs: microseconds a stanza on a mix as servers send it, how long a poison element
 * keeps everything else waiting, and how much memory the worst of servers can make it take. Prints a
 * table; with "check" as argument fails when a stanza takes longer than 4 us, a poison that comes by
 * 4 KiB longer than 50 ms, or memory grows beyond what is known. Build it optimised. */
#include "guard.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define HEAD "<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>"

struct tally {
	long elements, refused, items;
};

static bool on_head(void *user, const struct guard_element *x, struct err *e)
{
	(void)user, (void)x, (void)e;
	return true;
}

static bool on_element(void *user, const struct guard_element *x, struct err *e)
{
	struct tally *t = user;
	(void)e;
	t->elements++;
	t->refused += x->refused != NULL;
	return true;
}

static bool on_item(void *user, const struct guard_item *item, struct err *e)
{
	struct tally *t = user;
	(void)e;
	t->items += item->jid != NULL;
	return true;
}

static bool on_close(void *user, struct err *e)
{
	(void)user, (void)e;
	return true;
}

static const struct guard_calls calls = {
	.opened = on_head, .element = on_element, .item = on_item, .closed = on_close};

/* Of this process: how busy the machine is with others is not the question. */
static double now(void)
{
	struct timespec t;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

/* Feeds the text in pieces of that size; the microseconds of the slowest piece and of all. */
static double run(const char *text, size_t length, size_t piece, struct tally *t, double *slowest)
{
	struct guard *g = guard_new(&guard_defaults, &calls, t);
	struct err e;
	double begin, all = 0;
	*slowest = 0;
	if (!guard_feed(g, HEAD, strlen(HEAD), &e))
		abort();
	for (size_t at = 0; at < length; at += piece) {
		begin = now();
		bool ok = guard_feed(g, text + at, length - at < piece ? length - at : piece, &e);
		double took = now() - begin;
		all += took;
		*slowest = took > *slowest ? took : *slowest;
		if (!ok) {
			printf("(%s) ", e.text);
			break;
		}
	}
	guard_free(&g);
	return all;
}

static bool mix(bool check)
{
	char *text = NULL;
	size_t length = 0;
	const int count = 200000;
	double best = 1e9, slowest;
	FILE *out = open_memstream(&text, &length);
	for (int i = 0; i < count; i++) {
		fprintf(out,
		        "<presence from='contact%d@example.org/Conversations.%04x' "
		        "to='watcher@example.net/unseen' xml:lang='en'><show>%s</show>"
		        "<status>at work, back at %d</status><priority>%d</priority>",
		        i % 997, (unsigned)i % 65521, i % 3 ? "away" : "dnd", i % 24, i % 50);
		if (i % 8 != 7)
			fputs("<c xmlns='http://jabber.org/protocol/caps' hash='sha-1' "
			      "node='https://conversations.im' "
			      "ver='QgayPKawpkPSDYmwT/WM94uAlu0='/>",
			      out);
		if (i % 8 > 2)
			fputs("<x xmlns='vcard-temp:x:update'><photo/></x>", out);
		if (i % 3 == 2)
			fputs("<delay xmlns='urn:xmpp:delay' stamp='2026-11-22T10:30:00Z'/>", out);
		fputs("</presence>", out);
	}
	fclose(out);
	for (int i = 0; i < 5; i++) {
		struct tally t = {0};
		double took = run(text, length, 16384, &t, &slowest);
		best = took < best ? took : best;
		if (t.elements != count || t.refused)
			abort();
	}
	printf("%-30s %6.2f us a stanza of %zu bytes, %.0f a second\n", "presence", best / count,
	       length / (size_t)count, count / best * 1e6);
	free(text);
	return !check || best / count < 4;
}

static long peak_mb(void)
{
	struct rusage r;
	getrusage(RUSAGE_SELF, &r);
	return r.ru_maxrss / 1024;
}

/* begin once, then `middle`, its # an ever new number, until that many MB went in or it is too
 * much; how much memory that took. In a process of its own: a peak never goes away. */
static void memory_child(const char *name, const char *begin, const char *middle, size_t mb,
                         long most)
{
	struct tally t = {0};
	struct guard *g = guard_new(&guard_defaults, &calls, &t);
	struct err e;
	char one[200];
	size_t fed = 0;
	int plain = (int)strcspn(middle, "#");
	long before = peak_mb(), took;
	bool ok = guard_feed(g, HEAD, strlen(HEAD), &e) && guard_feed(g, begin, strlen(begin), &e);
	for (int i = 0; ok && fed < mb << 20; i++) {
		if (middle[plain])
			snprintf(one, sizeof one, "%.*s%d%s", plain, middle, i, middle + plain + 1);
		else
			snprintf(one, sizeof one, "%s", middle);
		ok = guard_feed(g, one, strlen(one), &e);
		fed += strlen(one);
	}
	took = peak_mb() - before;
	printf("%-30s %6ld MB for %zu MB, %ld elements%s\n", name, took, fed >> 20, t.elements,
	       ok ? "" : ", then it broke off");
	fflush(stdout);
	_exit(took > most);
}

static bool memory(const char *name, const char *begin, const char *middle, size_t mb, long most,
                   bool check)
{
	int status = 0;
	fflush(stdout);
	pid_t child = fork();
	if (child == 0)
		memory_child(name, begin, middle, mb, most);
	waitpid(child, &status, 0);
	return !check || status == 0;
}

/* before, `times` of `middle` with its # as a number, after; then a harmless stanza, which waits. */
static bool poison(const char *name, const char *before, const char *middle, int times,
                   const char *after, size_t piece, bool check)
{
	char *text = NULL;
	size_t length = 0;
	double slowest, took;
	struct tally t = {0};
	FILE *out = open_memstream(&text, &length);
	int plain = (int)strcspn(middle, "#");
	fputs(before, out);
	for (int i = 0; i < times; i++) {
		fprintf(out, "%.*s", plain, middle);
		if (middle[plain])
			fprintf(out, "%d%s", i, middle + plain + 1);
	}
	fprintf(out, "%s<presence from='a@b/c'/>", after);
	fclose(out);
	took = run(text, length, piece, &t, &slowest);
	printf("%-30s %6.1f ms, a piece up to %4.1f; %4zu KiB by %zu; %ld elements, %ld refused, "
	       "%ld "
	       "items\n",
	       name, took / 1e3, slowest / 1e3, length / 1024, piece, t.elements, t.refused,
	       t.items);
	free(text);
	return !check || took < 50000;
}

#define P "<presence from='x@y/z'>"
#define Q "</presence>"

int main(int argc, char **argv)
{
	bool check = argc > 1 && strcmp(argv[1], "check") == 0, ok = true;
	ok &= memory("memory: a status without end", P "<status>", "0123456789#", 100, 1, check);
	ok &= memory("memory: a roster", "<iq type='result'><query xmlns='jabber:iq:roster'>",
	             "<item jid='contact#@example.org'><group>g</group></item>", 63, 1, check);
	ok &= memory("memory: ever new names", "", "<presence><n#/></presence>", 300, 16, check);
	ok &= memory("memory: names in a roster",
	             "<iq type='result'><query xmlns='jabber:iq:roster'>", "<n#/>", 100, 64, check);
	ok &= memory("memory: names in an element", P, "<n#/>", 100, 64, check);
	ok &= memory("memory: namespaces", P, "<a xmlns='#'>", 100, 128, check);
	ok &= memory("memory: depth", P, "<a>", 100, 128, check);
	ok &= mix(check);
	ok &= poison("20,000 children, 100 KB", P "<status>", "x<a/>", 20000, "</status>" Q, 4096,
	             check);
	ok &= poison("60,000 children, 240 KB", P, "<a/>", 60000, Q, 4096, check);
	ok &= poison("an IQ of 60,000", "<iq from='x@y/z' type='result'>", "<a/>", 60000, "</iq>",
	             4096, check);
	ok &= poison("70,000 deep, not closed", P, "<a>", 70000, "", 4096, check);
	ok &= poison("70,000 deep, closed", P, "<a><b/></a>", 70000, Q, 4096, check);
	ok &= poison("a status of 1 MB", P "<status>", "0123456789", 104858, "</status>" Q, 4096,
	             check);
	ok &= poison("a status of 1 MB in messages", "<message><body>", "0123456789", 104858,
	             "</body></message>", 4096, check);
	ok &= poison("512 KB of line ends", P "<status>", "\n\n\n\n\n\n\n\n", 65536, "</status>" Q,
	             4096, check);
	ok &= poison("512 KB of &amp;", "<message><body>", "&amp;", 104858, "</body></message>",
	             4096, check);
	ok &= poison("40,000 attributes", "<presence from='x@y/z'", " a#=''", 40000, ">" Q, 4096,
	             check);
	ok &= poison("40,000 attributes by 1400", "<presence from='x@y/z'", " a#=''", 40000, ">" Q,
	             1400, false);
	ok &= poison("an attribute of 512 KB", "<presence from='x@y/z' a='", "0123456789", 52430,
	             "'>" Q, 4096, check);
	ok &= poison("the same by 1400", "<presence from='x@y/z' a='", "0123456789", 52430, "'>" Q,
	             1400, false);
	ok &= poison("the same, full of >, by 1400", "<presence from='x@y/z' a='", ">>>>>>>>>>",
	             52430, "'>" Q, 1400, false);
	ok &= poison("20,000 namespaces", P "<a", " xmlns:n#='urn:x'", 20000, "/>" Q, 4096, check);
	ok &= poison("20,000 default namespaces", P, "<a xmlns='urn:x#'><b/></a>", 20000, Q, 4096,
	             check);
	ok &= poison("50,000 names", P, "<name#/>", 50000, Q, 4096, check);
	ok &= poison("names without end", P, "<n#/>", 450000, Q, 4096, false);
	ok &= poison("a roster of 50,000",
	             "<iq type='result' id='r'><query xmlns='jabber:iq:roster'>",
	             "<item jid='contact#@example.org' name='A Contact' subscription='both'>"
	             "<group>Friends</group></item>",
	             50000, "</query></iq>", 4096, false);
	return !ok;
}
