/* A server of the benchmark: signs anyone in, and sends a flood of presence that was made before, as
 * fast as it is taken. Plain XMPP on a loopback port of the kernel's choice, which is its first line
 * of output; one client at a time. It measures nothing.
 *
 *	firehose [--contacts N] [--presences N] [--seed N] [--drop-after N] [--drops N]
 *
 * --drop-after: cuts the line when so many presences went over it (0: as soon as the client has said
 * its presence or has resumed), so many times as --drops says. A managed stream (XEP-0198) can be
 * resumed. */
#include "base.h"
#include "flood.h"
#include "stanza.h"

#include <arpa/inet.h>
#include <errno.h>
#include <expat.h>
#include <fcntl.h>
#include <getopt.h>
#include <gsasl.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define NS_SM "urn:xmpp:sm:3"
#define NS_BIND "urn:ietf:params:xml:ns:xmpp-bind"
#define NS_SASL "urn:ietf:params:xml:ns:xmpp-sasl"
#define NS_STANZAS "urn:ietf:params:xml:ns:xmpp-stanzas"
#define BATCH 250 /* presences a write; then an acknowledgement is asked for */

struct text {
	char *bytes;
	size_t length, size;
};

/* What was sent in a managed stream, to be sent again when the client has not got it. */
struct sent {
	size_t presence; /* its number in the flood; or */
	char *text;      /* not NULL: something else */
};

/* A top-level element of the client's. */
struct element {
	char name[32], ns[64]; /* of itself */
	char child_ns[128];    /* of its first child */
	char id[128], type[32], to[256], previd[32], mechanism[32];
	char text[512]; /* all there is in it */
	long h;
};

struct server {
	struct flood *flood;
	size_t contacts, drop_after, drops;
	/* of the session, which outlives its lines */
	size_t next; /* presence to be sent */
	bool flooding, managed;
	long sessions, heard; /* stanzas of the client since it was managed */
	struct sent *sent;
	size_t sent_count, sent_size;
	/* of the line */
	int fd;
	XML_Parser parser;
	Gsasl *gsasl;
	Gsasl_session *sasl;
	int depth;
	bool signed_in, restart, bound, over;
	size_t presences;
	struct element element;
	struct text out, spare; /* `out` waits; `spare` is on its way */
	const char *going;
	size_t left;
};

/* ---- what goes out ---------------------------------------------------------------------------- */

static void put(struct text *t, const char *bytes, size_t length)
{
	if (t->size < t->length + length) {
		t->size = 2 * (t->length + length);
		t->bytes = must_realloc(t->bytes, t->size);
	}
	memcpy(t->bytes + t->length, bytes, length);
	t->length += length;
}

static __attribute__((format(printf, 2, 3))) void say(struct server *s, const char *fmt, ...)
{
	char text[2048];
	va_list ap;
	va_start(ap, fmt);
	int n = vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	put(&s->out, text, (size_t)n);
}

static void remember(struct server *s, size_t presence, const char *text)
{
	if (!s->managed)
		return;
	if (s->sent_count == s->sent_size) {
		s->sent_size = s->sent_size ? 2 * s->sent_size : 1024;
		s->sent = must_realloc(s->sent, s->sent_size * sizeof *s->sent);
	}
	s->sent[s->sent_count++] =
		(struct sent){.presence = presence, .text = text ? must_strdup(text) : NULL};
}

/* A stanza that is not of the flood. */
static void say_stanza(struct server *s, char *text)
{
	put(&s->out, text, strlen(text));
	remember(s, 0, text);
	free(text);
}

static size_t batch(const struct server *s)
{
	size_t n = s->flood->count - s->next;
	if (n > BATCH)
		n = BATCH;
	if (s->drops > 0 && n > s->drop_after - s->presences)
		n = s->drop_after - s->presences;
	return n;
}

/* What is sent next, if anything: words before the flood, which is sent as it lies there. */
static bool next_words(struct server *s)
{
	struct text out = s->out;
	if (out.length > 0) {
		s->out = s->spare;
		s->out.length = 0;
		s->spare = out;
		s->going = out.bytes;
		s->left = out.length;
		return true;
	}
	size_t n = s->flooding && s->bound ? batch(s) : 0;
	const size_t *at = s->flood->at + s->next;
	if (n == 0)
		return false;
	for (size_t i = 0; i < n; i++)
		remember(s, s->next + i, NULL);
	s->going = s->flood->bytes + at[0];
	s->left = at[n] - at[0];
	s->next += n;
	s->presences += n;
	if (s->managed)
		say(s, "<r xmlns='" NS_SM "'/>");
	return true;
}

static void transmit(struct server *s)
{
	while (s->left > 0 || next_words(s)) {
		ssize_t n = send(s->fd, s->going, s->left, MSG_NOSIGNAL);
		if (n < 0) {
			s->over = errno != EAGAIN && errno != EINTR;
			return;
		}
		s->going += n;
		s->left -= (size_t)n;
	}
	if (s->bound && s->flooding && s->drops > 0 && s->presences >= s->drop_after) {
		s->drops--;
		s->over = true;
	}
}

/* ---- what is said to it ----------------------------------------------------------------------- */

static void greet(struct server *s)
{
	say(s,
	    "<?xml version='1.0'?><stream:stream xmlns='jabber:client' version='1.0' id='f%ld' "
	    "from='" FLOOD_DOMAIN "' xmlns:stream='http://etherx.jabber.org/streams'>",
	    s->sessions);
	say(s, "<stream:features>%s</stream:features>",
	    s->signed_in ? "<bind xmlns='" NS_BIND "'/><sm xmlns='" NS_SM "'/>"
	                 : "<mechanisms xmlns='" NS_SASL
	                   "'><mechanism>SCRAM-SHA-1</mechanism><mechanism>PLAIN</mechanism></"
	                   "mechanisms>");
}

static void tell_roster(struct server *s, const char *id)
{
	struct text all = {0};
	char item[256], jid[64];
	int n = snprintf(item, sizeof item,
	                 "<iq type='result' id='%s'><query xmlns='jabber:iq:roster'>", id);
	put(&all, item, (size_t)n);
	for (size_t i = 0; i < s->contacts; i++) {
		flood_contact(jid, i);
		n = snprintf(item, sizeof item,
		             "<item jid='%s' name='Contact %zu' subscription='both'/>", jid, i);
		put(&all, item, (size_t)n);
	}
	put(&all, "</query></iq>", sizeof "</query></iq>");
	say_stanza(s, all.bytes);
}

static void bind_to(struct server *s, const struct element *x)
{
	say_stanza(s, text_new("<iq type='result' id='%s'><bind xmlns='" NS_BIND
	                       "'><jid>" FLOOD_ACCOUNT "/%s</jid></bind></iq>",
	                       x->id, x->text[0] ? x->text : "bench"));
	s->managed = s->flooding = false;
	s->bound = true;
	s->sessions++;
}

/* Nothing we are asked has an answer; our own part is to say so politely. */
static void answer(struct server *s, const struct element *x)
{
	bool own =
		!x->to[0] || strcmp(x->to, FLOOD_DOMAIN) == 0 || strcmp(x->to, FLOOD_ACCOUNT) == 0;
	AUTO(auto_free) char *from = x->to[0] ? text_new(" from='%s'", x->to) : must_strdup("");
	if (own)
		say_stanza(s, text_new("<iq type='result' id='%s'%s><query xmlns='%s'/></iq>",
		                       x->id, from, x->child_ns));
	else
		say_stanza(s, text_new("<iq type='error' id='%s'%s><error type='cancel'>"
		                       "<service-unavailable xmlns='" NS_STANZAS "'/></error></iq>",
		                       x->id, from));
}

static void on_iq(struct server *s, const struct element *x)
{
	if (strcmp(x->type, "get") != 0 && strcmp(x->type, "set") != 0)
		return;
	if (strcmp(x->child_ns, NS_BIND) == 0)
		bind_to(s, x);
	else if (strcmp(x->child_ns, "jabber:iq:roster") == 0)
		tell_roster(s, x->id);
	else
		answer(s, x);
}

/* What the client has not got is sent again: first the words, then the flood from there on. */
static void resume(struct server *s, size_t h)
{
	bool again = false;
	size_t count = s->sent_count;
	say(s, "<resumed xmlns='" NS_SM "' previd='s%ld' h='%ld'/>", s->sessions, s->heard);
	s->bound = true;
	s->sent_count = h;
	for (size_t i = h; i < count; i++) {
		struct sent old = s->sent[i];
		if (old.text) {
			say_stanza(s, old.text);
		} else if (!again) {
			s->next = old.presence;
			again = true;
		}
	}
}

static void on_management(struct server *s, const struct element *x)
{
	AUTO(auto_free) char *ours = text_new("s%ld", s->sessions);
	if (strcmp(x->name, "r") == 0) {
		say(s, "<a xmlns='" NS_SM "' h='%ld'/>", s->heard);
	} else if (strcmp(x->name, "enable") == 0) {
		say(s, "<enabled xmlns='" NS_SM "' id='%s' resume='true' max='300'/>", ours);
		s->managed = true;
		s->heard = 0;
		s->sent_count = 0;
	} else if (strcmp(x->name, "resume") == 0) {
		bool same = s->managed && strcmp(x->previd, ours) == 0 && x->h >= 0 &&
		            (size_t)x->h <= s->sent_count;
		if (same)
			resume(s, (size_t)x->h);
		else
			say(s, "<failed xmlns='" NS_SM "'><item-not-found xmlns='" NS_STANZAS
			       "'/></failed>");
	}
}

/* Whoever says PLAIN is believed; SCRAM wants its proofs. */
static void on_sasl(struct server *s, const struct element *x)
{
	AUTO(auto_free) char *answer = NULL;
	int code = GSASL_OK;
	if (strcmp(x->name, "auth") == 0 && strcmp(x->mechanism, "PLAIN") != 0)
		code = gsasl_server_start(s->gsasl, x->mechanism, &s->sasl);
	if (s->sasl)
		code = gsasl_step64(s->sasl, x->text, &answer);
	s->signed_in = s->restart = code == GSASL_OK;
	const char *word = s->signed_in               ? "success"
	                   : code == GSASL_NEEDS_MORE ? "challenge"
	                                              : "failure";
	say(s, "<%s xmlns='" NS_SASL "'>%s</%s>", word, answer ? answer : "", word);
	if (code != GSASL_NEEDS_MORE && s->sasl) {
		gsasl_finish(s->sasl);
		s->sasl = NULL;
	}
}

static int secret(Gsasl *gsasl, Gsasl_session *session, Gsasl_property property)
{
	(void)gsasl;
	if (property != GSASL_PASSWORD && property != GSASL_SCRAM_ITER)
		return GSASL_NO_CALLBACK;
	return gsasl_property_set(session, property,
	                          property == GSASL_PASSWORD ? "secret" : "4096");
}

static void hear(struct server *s, const struct element *x)
{
	bool is_iq = strcmp(x->name, "iq") == 0, is_presence = strcmp(x->name, "presence") == 0;
	if (strcmp(x->ns, NS_SASL) == 0) {
		on_sasl(s, x);
		return;
	}
	s->heard += is_iq || is_presence || strcmp(x->name, "message") == 0;
	if (is_iq)
		on_iq(s, x);
	else if (is_presence && !x->type[0] && !x->to[0])
		s->flooding = true;
	else if (strcmp(x->ns, NS_SM) == 0)
		on_management(s, x);
}

/* ---- reading ---------------------------------------------------------------------------------- */

/* "ns|name". */
static void split(const char *full, char *ns, size_t ns_size, const char **name)
{
	const char *bar = strrchr(full, '|');
	*name = bar ? bar + 1 : full;
	snprintf(ns, ns_size, "%.*s", bar ? (int)(bar - full) : 0, full);
}

static void begin_element(struct element *x, const char *full, const char **attributes)
{
	const char *name;
	*x = (struct element){.h = -1};
	split(full, x->ns, sizeof x->ns, &name);
	snprintf(x->name, sizeof x->name, "%s", name);
	for (const char **a = attributes; *a; a += 2) {
		if (strcmp(a[0], "id") == 0)
			snprintf(x->id, sizeof x->id, "%s", a[1]);
		else if (strcmp(a[0], "type") == 0)
			snprintf(x->type, sizeof x->type, "%s", a[1]);
		else if (strcmp(a[0], "to") == 0)
			snprintf(x->to, sizeof x->to, "%s", a[1]);
		else if (strcmp(a[0], "mechanism") == 0)
			snprintf(x->mechanism, sizeof x->mechanism, "%s", a[1]);
		else if (strcmp(a[0], "previd") == 0)
			snprintf(x->previd, sizeof x->previd, "%s", a[1]);
		else if (strcmp(a[0], "h") == 0)
			x->h = strtol(a[1], NULL, 10);
	}
}

static void on_start(void *user, const char *full, const char **attributes)
{
	struct server *s = user;
	const char *name;
	int depth = s->depth++;
	if (depth == 0)
		greet(s);
	else if (depth == 1)
		begin_element(&s->element, full, attributes);
	else if (depth == 2 && !s->element.child_ns[0])
		split(full, s->element.child_ns, sizeof s->element.child_ns, &name);
}

static void on_end(void *user, const char *full)
{
	struct server *s = user;
	(void)full;
	int depth = --s->depth;
	if (depth == 1)
		hear(s, &s->element);
	else if (depth == 0) {
		say(s, "</stream:stream>");
		s->over = true;
		transmit(s);
	}
}

static void on_text(void *user, const char *text, int length)
{
	struct element *x = &((struct server *)user)->element;
	size_t has = strlen(x->text);
	snprintf(x->text + has, sizeof x->text - has, "%.*s", length, text);
}

static void new_parser(struct server *s)
{
	if (s->parser)
		XML_ParserFree(s->parser);
	s->parser = XML_ParserCreateNS(NULL, '|');
	s->depth = 0;
	s->restart = false;
	XML_SetUserData(s->parser, s);
	XML_SetElementHandler(s->parser, on_start, on_end);
	XML_SetCharacterDataHandler(s->parser, on_text);
}

static void receive(struct server *s)
{
	char bytes[16384];
	ssize_t n = recv(s->fd, bytes, sizeof bytes, 0);
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0 || XML_Parse(s->parser, bytes, (int)n, 0) != XML_STATUS_OK)
		s->over = true;
	if (s->restart)
		new_parser(s);
}

/* ---- one client after the other --------------------------------------------------------------- */

static void serve(struct server *s)
{
	s->signed_in = s->bound = s->over = false;
	s->presences = s->left = s->out.length = 0;
	new_parser(s);
	fcntl(s->fd, F_SETFL, fcntl(s->fd, F_GETFL) | O_NONBLOCK);
	while (!s->over) {
		struct pollfd p = {.fd = s->fd, .events = POLLIN};
		if (s->left > 0)
			p.events |= POLLOUT;
		poll(&p, 1, -1);
		if (p.revents & (POLLIN | POLLHUP | POLLERR))
			receive(s);
		if (!s->over)
			transmit(s);
	}
	close(s->fd);
}

static int listen_somewhere(void)
{
	struct sockaddr_in where = {.sin_family = AF_INET,
	                            .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t length = sizeof where;
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	if (fd < 0 || bind(fd, (struct sockaddr *)&where, length) < 0 || listen(fd, 16) < 0 ||
	    getsockname(fd, (struct sockaddr *)&where, &length) < 0) {
		perror("firehose");
		exit(EX_OSERR);
	}
	printf("%d\n", ntohs(where.sin_port));
	fflush(stdout);
	return fd;
}

int main(int argc, char **argv)
{
	static const struct option names[] = {
		{"contacts", 1, NULL, 'c'},   {"presences", 1, NULL, 'p'}, {"seed", 1, NULL, 's'},
		{"drop-after", 1, NULL, 'a'}, {"drops", 1, NULL, 'd'},     {0}};
	struct server s = {.contacts = 1000};
	size_t presences = 200000, seed = 1;
	int c;
	while ((c = getopt_long(argc, argv, "", names, NULL)) != -1) {
		size_t *value = c == 'c'   ? &s.contacts
		                : c == 'p' ? &presences
		                : c == 's' ? &seed
		                : c == 'a' ? &s.drop_after
		                : c == 'd' ? &s.drops
		                           : NULL;
		if (!value)
			return EX_USAGE;
		*value = strtoul(optarg, NULL, 10);
	}
	s.flood = flood_new(s.contacts, presences, (unsigned)seed);
	if (gsasl_init(&s.gsasl) != GSASL_OK)
		return EX_OSERR;
	gsasl_callback_set(s.gsasl, secret);
	int listening = listen_somewhere();
	while ((s.fd = accept(listening, NULL, NULL)) >= 0)
		serve(&s);
	perror("firehose");
	return EX_OSERR;
}
