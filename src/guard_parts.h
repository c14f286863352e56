/* What the files of the guard's room share: its state, and what each does for the others. */
#ifndef GUARD_PARTS_H
#define GUARD_PARTS_H

#include "guard.h"

#include <string.h>

#define NS_CLIENT "jabber:client"
#define NS_STREAM "http://etherx.jabber.org/streams"

#define LEVELS_MAX 255
#define GROUPS_MAX 64

struct bytes {
	char *at;
	size_t length, room;
};

/* A name without its prefix. ns: where its namespace lies in names.text. */
struct name {
	const char *local;
	size_t ns;
	bool prefixed;
};

/* One xmlns or xmlns:prefix in force. */
struct scope {
	size_t depth;
	size_t begin; /* in names.text: prefix, then namespace */
	size_t ns;    /* in names.text */
	size_t outer; /* the default namespace outside it; NO_OUTER: this one has a prefix */
};

struct names {
	struct scope *scope;
	size_t count, room;
	size_t prefixes; /* how many of them have a prefix */
	size_t lost; /* the depth at which they became too many; prefixes mean nothing below it */
	size_t standard;   /* the default namespace, in text */
	struct bytes text; /* begins with "", for no namespace */
};

/* The strings of a stanza; name and namespace of the element. */
enum slot {
	FROM,
	TO,
	TYPE,
	ID,
	SHOW,
	STATUS,
	CLIENT,
	CONDITION,
	TEXT,
	SOFTWARE,
	NAME,
	NS,
	SLOTS,
	PRIORITY = SLOTS, /* captured, not kept */
	GROUP,
	NOTHING
};

enum payload { NONE, FAILURE, LAST, VERSION, DISCO_INFO, DISCO_ITEMS, ROSTER };

/* What has been read of the element that is under way. */
struct reading {
	const char *kind;
	struct bytes values; /* strings, one after the other; begins with an unused byte */
	size_t slot[SLOTS];  /* where; 0: not there */
	int64_t priority, delay, echo, seconds;
	enum payload payload; /* which child of the element we are in */
	enum slot capture;    /* whose text is being read, NOTHING: nobody's */
	size_t capture_at;
	size_t *items; /* where in values */
	size_t item_count, item_room;
	bool roster;
	size_t strange; /* what has no place in a roster */
	/* One roster item; item_at is 0 outside. */
	size_t item_at, jid, name, subscription, ask, groups, group[GROUPS_MAX];
};

/* Why the parser is stopped; a later one outweighs an earlier one. */
enum stop { GO, RENEW, ENDED, RESET, BROKEN };

struct guard {
	struct guard_limits limits;
	const struct guard_calls *calls;
	void *user;
	char *own;
	struct XML_ParserStruct *parser;
	uint64_t parser_at; /* which byte of the stream is the parser's first */
	uint64_t fed;       /* how many bytes of the stream the parser has got */
	uint64_t until;     /* and will have at the end of guard_feed() */
	enum { FRESH, OPEN, CLOSED, DEAD } state;
	enum stop stop;
	struct err *e;     /* of the guard_feed() that is running, NULL: none is */
	const char *why;   /* it is broken; NULL: *e says it already */
	const char *piece; /* what is being fed, and which byte of the stream it begins with */
	uint64_t piece_at;
	struct bytes raw; /* the stream from raw_at on, as far as it came before `piece` */
	uint64_t raw_at;
	struct bytes head; /* the start tag of the stream */
	size_t depth;      /* 1: within the stream, 2: within an element */
	struct names names;
	/* the element under way */
	uint64_t begin, end; /* in the stream */
	size_t tag_length;
	const struct guard_bounds *bounds;
	size_t children[LEVELS_MAX + 1];
	bool in_text;
	const char *refused;
	bool passed;
	struct bytes safe;
	size_t safe_ns[LEVELS_MAX + 1];
	size_t safe_spent; /* what the reader of it will copy */
	struct reading read;
	const char **pointers; /* room for the lists of an element or item */
	size_t pointer_room;
};

/* guard.c: the stream ends: it is not XMPP, and here is why. reason: of the refusal of the element in
 * which that shows, NULL: none. why NULL: a callback has failed and said so. */
void broken(struct guard *g, const char *reason, const char *why);

/* guard_judge.c: what is too much. */
/* The first reason stays. */
void refuse(struct guard *g, const char *reason);
/* After the start tag of the element itself has been read: what is it? */
void judge_top(struct guard *g);
void judge_start(struct guard *g, size_t level, const char **attributes);
/* One more child, of the element at that level. */
void judge_child(struct guard *g, size_t level);
/* It goes on to that byte of the stream. */
void judge_size(struct guard *g, uint64_t end);

/* guard_raw.c: the very bytes. */
void bytes_add(struct bytes *b, const char *at, size_t n);
/* The most of the n bytes that does not end within a character. */
size_t whole_characters(const char *at, size_t n);
/* Room for that many pointers and a NULL; valid until the next call. */
const char **pointers(struct guard *g, size_t count);
/* Keeps of the piece what comes before that byte of the stream, as far as an element is kept. */
void raw_keep(struct guard *g, uint64_t end);
/* What comes before that byte is no longer needed. */
void raw_drop(struct guard *g, uint64_t begin);
/* The bytes from g->begin to g->end. */
void raw_put(struct guard *g, struct guard_element *out);

/* guard_names.c: namespaces. Not expat's: it takes a prefix that nobody declared for the end of the
 * world, and ejabberd relays such prefixes from contacts. Here they are in no namespace. */
void names_clear(struct names *s);
void names_free(struct names *s);
/* Takes the declarations of a start tag. False: there are too many, or one is too long. */
bool names_enter(struct names *s, size_t depth, const char **attributes);
void names_leave(struct names *s, size_t depth);
struct name names_find(const struct names *s, const char *name);
const char *names_ns(const struct names *s, struct name n);

/* guard_read.c: the plain values. level: 1 is the element itself. */
void read_clear(struct reading *r);
void read_free(struct reading *r);
void read_start(struct guard *g, size_t level, struct name n, const char **attributes);
void read_text(struct guard *g, const char *text, size_t n);
void read_end(struct guard *g, size_t level);
/* Of a value that has no attribute of that name NULL. */
const char *read_attribute(const char **attributes, const char *name);
void read_result(struct guard *g, struct guard_element *out);

/* guard_safe.c: the element again, for a reader that knows no namespaces. */
void safe_head(struct guard *g, const char **attributes);
void safe_start(struct guard *g, size_t level, struct name n, const char **attributes);
void safe_text(struct guard *g, const char *text, size_t n);
void safe_end(struct guard *g, const char *name);

#endif
