/* The stream as it passes, written down for people: both directions, a tag a line, indented, with
 * the time. Left out are credentials and what messages hold; escapes are shown, not sent. Knows how
 * XML looks and no more: it shows what is none as well, and takes as much memory for an endless
 * element as for a short one. */
#ifndef TRACE_H
#define TRACE_H

#include "base.h"

struct trace;

/* path: a file of ours that nobody else can read, made with mode 0600 or added to; "-" is standard
 * error. utf8: as text_safe() takes it. EX_CANTCREAT: it cannot be opened, or is no regular file.
 * EX_NOPERM: others can read it, or it is theirs. */
bool trace_new(struct trace **out, const char *path, bool utf8, struct err *e);
void trace_free(struct trace **trace); /* takes NULL contents; writes what is still pending */

/* Everything below takes NULL for a trace that nobody wants, and none of it fails: when the disk is
 * full the trace ends, not what is traced. */

/* What came, and what went, in the clear. However it is cut into pieces, it looks the same; but white
 * space between stanzas, a sign of life, is shown when it comes. */
void trace_in(struct trace *trace, const char *bytes, size_t length);
void trace_out(struct trace *trace, const char *bytes, size_t length);

/* A line of our own: TLSv1.3, … */
void trace_note(struct trace *trace, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* The same, and what follows is a new stream, in both directions (RFC 6120 4.3.3). */
void trace_restart(struct trace *trace, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Why the trace ended early; told once. NULL: it did not, or that was told. */
const char *trace_trouble(struct trace *trace);

#endif
