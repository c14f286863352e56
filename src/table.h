/* Rows of a query as text for people and machines. Knows columns by position and heading only;
 * every byte that came from the network is escaped here (text.h says how). */
#ifndef TABLE_H
#define TABLE_H

#include "base.h"
#include "store.h"
#include "text.h"

#include <stdio.h>

enum format { FORMAT_TABLE, FORMAT_TSV, FORMAT_CSV, FORMAT_JSON, FORMAT_NDJSON };

/* "table", "tsv", "csv", "json" or "ndjson"; false for any other word. */
bool format_read(enum format *out, const char *word);

struct look {
	bool color; /* headings may use terminal colours; never the only carrier of meaning */
	bool utf8;  /* the terminal shows UTF-8; otherwise everything beyond ASCII is escaped */
	bool bare;  /* a table without its headings */
	int width;  /* columns of the terminal; 0: do not cut */
};

/* Prints all rows of `rows`, from where it stands, in that format.
 *  table  headings (the column names, upper case, _ a blank), columns aligned by display width,
 *         numbers to the right; escaped as text_safe(), no trailing blanks; no row, no heading.
 *         When `width` is not 0 the last column is cut with an ellipsis, down to ten columns. One
 *         cell cannot push all others off the screen: what is wider than a column's limit makes
 *         its own line longer. Memory is bounded: rows are aligned in blocks of some thousands
 *  tsv    a heading line, tab separated; escaped as text_exact()
 *  csv    RFC 4180 with CRLF and a heading line. Text is always in quotes, numbers and NULL never,
 *         so that "" is not NULL. Inside the quotes text_exact(), hence no line break. A text
 *         cell starting with = + - @ (or their full-width forms) TAB CR LF or an apostrophe gets a
 *         leading apostrophe, so that no spreadsheet runs it and taking one off gives it back
 *  json, ndjson  each row's only column is one JSON text made by SQL: printed on one line, as
 *         text_json()
 * tsv and csv are UTF-8 whatever `look` says, but on a terminal that is not.
 * NULL is an empty cell. *count (may be NULL) gets the number of rows. Flushes `out`.
 * EX_IOERR: the output cannot be written (a closed pipe included); the rows are not read on. */
bool table_print(FILE *out, struct query *rows, enum format format, const struct look *look,
                 size_t *count, struct err *e);

#endif
