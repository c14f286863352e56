/* Bytes from anywhere as text that can do no harm where it is read. Pure: knows Unicode (that of
 * libunistring's tables), knows no file, terminal or output format but JSON's string escapes. */
#ifndef TEXT_H
#define TEXT_H

#include <stdbool.h>
#include <stddef.h>

/* `text` made safe for one line of a terminal or log: C0, C1, DEL, bidirectional controls, zero
 * width and other format characters, variation selectors, line and paragraph separators, private
 * use, non-characters, what Unicode has not assigned, a combining mark with nothing before it to
 * combine with, and bytes that are no UTF-8 become \uXXXX, \u{XXXXX} or \xXX (lower case); a
 * backslash stays itself. With utf8 false, so does everything beyond ASCII.
 * Fresh memory, the caller frees. NULL gives "". */
char *text_safe(const char *text, size_t length, bool utf8);

/* The same, and nothing is lost: a backslash becomes \\, and TAB, LF and CR \t, \n and \r, so that
 * whoever undoes the escapes has the very bytes again. */
char *text_exact(const char *text, size_t length, bool utf8);

/* A JSON text on one line of printable ASCII, meaning the same: DEL and everything beyond ASCII
 * become \uXXXX or a surrogate pair, a byte that is no UTF-8 \ufffd, blanks between tokens spaces.
 * What was no JSON is none afterwards, but as harmless. Fresh memory. NULL gives "null". */
char *text_json(const char *json, size_t length);

#endif
