/* The floor: the least a program does that keeps the recorder's record. A socket, expat, the fields of
 * a presence and its bytes, the very same SQL. It believes whatever it reads; no one should use it.
 *
 *	floor PORT FILE */
#include "flood.h"
#include "scribe.h"

#include <arpa/inet.h>
#include <expat.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* Newer parsers have them for streams beyond 2 GB, and warn of the old names. */
#ifdef XML_ATTR_DEPRECATED
#define XML_GetCurrentByteIndex XML_GetCurrentByteIndex64
#define XML_GetCurrentByteCount XML_GetCurrentByteCount64
#endif

#define READ 65536

#define OPEN                                                                                       \
	"<?xml version='1.0'?><stream:stream xmlns='jabber:client' version='1.0' "                 \
	"to='" FLOOD_DOMAIN "' xmlns:stream='http://etherx.jabber.org/streams'>"
#define AUTH                                                                                       \
	"<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>AG1lAHNlY3JldA==</auth>"
#define COME_IN                                                                                    \
	"<iq type='set' id='b'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><resource>floor"     \
	"</resource></bind></iq>"                                                                  \
	"<iq type='get' id='r'><query xmlns='jabber:iq:roster'/></iq>"                             \
	"<presence><priority>-1</priority></presence>"

struct leaf {
	char text[1024];
	size_t length;
	bool given;
};

struct floor {
	int fd;
	XML_Parser parser;
	struct scribe *scribe;
	int depth;
	bool signed_in, in_presence, done;
	char *bytes; /* what was read, from the end of the last element on */
	size_t length, size;
	int64_t first, begin, end; /* in the stream: of `bytes`, of the element, of the last one */
	int64_t now;
	/* of the presence */
	char from[4096], type[64], client[1024];
	bool has_type, has_client;
	int64_t delay;
	struct leaf show, status, priority, *leaf;
};

static void say(struct floor *f, const char *text)
{
	if (write(f->fd, text, strlen(text)) != (ssize_t)strlen(text))
		exit(EX_UNAVAILABLE);
}

static const char *attribute(const char **attributes, const char *name)
{
	for (const char **a = attributes; *a; a += 2)
		if (strcmp(a[0], name) == 0)
			return a[1];
	return NULL;
}

static bool copy(char *out, size_t size, const char *value)
{
	if (value)
		snprintf(out, size, "%s", value);
	return value != NULL;
}

static void begin_presence(struct floor *f, const char **attributes)
{
	f->in_presence = true;
	copy(f->from, sizeof f->from, attribute(attributes, "from"));
	f->has_type = copy(f->type, sizeof f->type, attribute(attributes, "type"));
	f->has_client = false;
	f->delay = NO_NUMBER;
	f->show.given = f->status.given = f->priority.given = false;
}

static void begin_child(struct floor *f, const char *name, const char **attributes)
{
	const char *ns = attribute(attributes, "xmlns");
	if (strcmp(name, "show") == 0)
		f->leaf = &f->show;
	else if (strcmp(name, "status") == 0)
		f->leaf = &f->status;
	else if (strcmp(name, "priority") == 0)
		f->leaf = &f->priority;
	else if (ns && strcmp(ns, "http://jabber.org/protocol/caps") == 0)
		f->has_client = copy(f->client, sizeof f->client, attribute(attributes, "node"));
	else if (ns && strcmp(ns, "urn:xmpp:delay") == 0)
		f->delay = stanza_time(attribute(attributes, "stamp"));
	if (!f->leaf)
		return;
	f->leaf->given = true;
	f->leaf->length = 0;
}

static void on_start(void *user, const char *name, const char **attributes)
{
	struct floor *f = user;
	int depth = f->depth++;
	if (depth == 1) {
		f->begin = XML_GetCurrentByteIndex(f->parser);
		if (strcmp(name, "presence") == 0)
			begin_presence(f, attributes);
	} else if (depth == 2 && f->in_presence) {
		begin_child(f, name, attributes);
	}
}

static void on_text(void *user, const char *text, int length)
{
	struct floor *f = user;
	struct leaf *leaf = f->leaf;
	if (!leaf || f->depth != 3 || leaf->length + (size_t)length >= sizeof leaf->text)
		return;
	memcpy(leaf->text + leaf->length, text, (size_t)length);
	leaf->length += (size_t)length;
}

static const char *text_of(struct leaf *leaf)
{
	leaf->text[leaf->length] = '\0';
	return leaf->given ? leaf->text : NULL;
}

static void put(struct floor *f)
{
	char *xml = f->bytes + (f->begin - f->first), *xml_end = f->bytes + (f->end - f->first);
	struct stanza x = stanza_empty;
	char next = *xml_end;
	x.from = f->from;
	x.type = f->has_type ? f->type : NULL;
	x.show = text_of(&f->show);
	x.status = text_of(&f->status);
	x.priority = stanza_number(text_of(&f->priority), -128, 127);
	x.client = f->has_client ? f->client : NULL;
	x.delay = f->delay;
	x.xml = xml;
	*xml_end = '\0';
	scribe_presence(f->scribe, &x, f->now);
	*xml_end = next;
	f->in_presence = false;
	f->done = strcmp(f->from, FLOOD_MARKER) == 0;
}

static void on_end(void *user, const char *name)
{
	struct floor *f = user;
	f->leaf = NULL;
	if (--f->depth != 1)
		return;
	f->end = XML_GetCurrentByteIndex(f->parser) + XML_GetCurrentByteCount(f->parser);
	if (f->in_presence)
		put(f);
	else if (strcmp(name, "success") == 0)
		f->signed_in = true;
}

static void new_stream(struct floor *f, const char *words)
{
	if (f->parser)
		XML_ParserFree(f->parser);
	f->parser = XML_ParserCreate(NULL);
	f->depth = 0;
	f->length = 0;
	f->first = f->end = 0;
	XML_SetUserData(f->parser, f);
	XML_SetElementHandler(f->parser, on_start, on_end);
	XML_SetCharacterDataHandler(f->parser, on_text);
	say(f, OPEN);
	say(f, words);
}

static void hear(struct floor *f)
{
	if (f->size < f->length + READ + 1) {
		f->size = 2 * (f->length + READ + 1);
		f->bytes = must_realloc(f->bytes, f->size);
	}
	ssize_t n = read(f->fd, f->bytes + f->length, READ);
	f->now = now_ms();
	if (n <= 0 || XML_Parse(f->parser, f->bytes + f->length, (int)n, 0) != XML_STATUS_OK)
		exit(EX_PROTOCOL);
	f->length += (size_t)n;
	size_t gone = (size_t)(f->end - f->first);
	f->length -= gone;
	memmove(f->bytes, f->bytes + gone, f->length);
	f->first = f->end;
}

static int connect_to(const char *port)
{
	struct sockaddr_in to = {.sin_family = AF_INET,
	                         .sin_port = htons((uint16_t)atoi(port)),
	                         .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	if (fd < 0 || connect(fd, (struct sockaddr *)&to, sizeof to) < 0)
		exit(EX_UNAVAILABLE);
	return fd;
}

int main(int argc, char **argv)
{
	static struct floor f;
	if (argc != 3)
		return EX_USAGE;
	f.fd = connect_to(argv[1]);
	new_stream(&f, AUTH);
	while (!f.signed_in)
		hear(&f);
	f.scribe = scribe_open(argv[2], FLOOD_ACCOUNT, "floor");
	new_stream(&f, COME_IN);
	while (!f.done)
		hear(&f);
	say(&f, "</stream:stream>");
	close(f.fd);
	scribe_close(f.scribe);
	return 0;
}
