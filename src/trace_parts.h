/* What the files of the trace's room share: its state, and what each does for the other. */
#ifndef TRACE_PARTS_H
#define TRACE_PARTS_H

#include "trace.h"

#include <stdio.h>

#define SHOWN 512       /* bytes of a tag, or of a text */
#define DEEPEST 32      /* levels */
#define BIGGEST 65536   /* bytes of an element */
#define LONGEST_NAME 32 /* of those that are known here */

/* The beginning of what is `length` long. */
struct cut {
	size_t length;
	bool solid;         /* it is not all white space */
	char at[SHOWN + 1]; /* one more, to tell where a character ends */
};

struct slice {
	const char *at;
	size_t length;
};

/* A line that is being made: a start tag, a text, an end tag. */
struct row {
	size_t length;
	char at[3 * SHOWN + 200];
};

/* What is not shown of an element, up to its end. */
struct hole {
	size_t depth; /* of the element; 0: there is none */
	uint64_t from;
	const char *what;
	size_t name_length; /* of one that is secret: nothing else may end it; 0: it is none */
	char name[LONGEST_NAME];
};

/* One direction of the stream. */
struct side {
	const char *arrow;
	enum { TEXT, TAG, MARKUP, BLIND } where;
	uint64_t at;     /* how many bytes came */
	uint64_t began;  /* and before the stanza we are in */
	size_t depth;    /* of open elements; the stream is the first */
	size_t message;  /* the depth of the message we are in; 0: none */
	struct cut tag;  /* that is being read, without < and > */
	struct cut text; /* that came before it */
	char last;       /* byte of the tag */
	char quote;      /* that is open in the tag, or 0; that ends the markup */
	size_t run;      /* how many of the latter came in a row */
	struct row row;  /* a start tag that may yet have its end on the same line; or nothing */
	struct hole hole;
};

struct trace {
	FILE *file; /* NULL: it has ended */
	bool utf8;
	struct side in, out;
	char trouble[200];
	bool told;
};

/* trace.c: lines. */
void row_add(struct row *row, const char *at, size_t length);
void row_text(struct row *row, const char *text);
void row_count(struct row *row, uint64_t bytes, const char *what); /* (3 bytes removed) */
void row_cut(struct row *row, const struct cut *cut);
/* side: which way it went; NULL: it is a note. Whatever is in it, it is one line, and harmless. */
void row_put(struct trace *t, const struct side *side, size_t depth, const struct row *row);
void cut_add(struct cut *cut, char c);
void cut_clear(struct cut *cut);
/* What there is of it, from a byte on, not ending within a character. */
struct slice cut_slice(const struct cut *cut, size_t from);

/* trace_read.c: tags and texts. */
void read_byte(struct trace *t, struct side *side, char c);
/* Writes what can be told so far. */
void read_settle(struct trace *t, struct side *side);

/* trace_hide.c: what is left out. */
struct slice hide_name(const struct side *side, size_t from); /* of the tag that was read */
bool hide_secret(struct slice name);
bool hide_message(struct slice name);
/* The tag with one of its attributes alone; of the others, how long they were. */
void hide_attributes(struct row *row, const struct side *side, const char *spared);
/* Of the element that was begun nothing is shown until it ends. secret: by its name, and no other. */
void hide_element(struct side *side, const char *what, bool secret);
/* Whether the end tag that was read may end what is hidden. */
bool hide_ends(const struct side *side);

#endif
