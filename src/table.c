#include "table.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unigbrk.h>
#include <unistd.h>
#include <uniwidth.h>

enum {
	GAP = 2,              /* blanks between columns */
	WIDEST = 64,          /* a wider cell does not widen its column */
	LAST_LEAST = 10,      /* what is left of the last column on the narrowest terminal */
	BLOCK_ROWS = 4096,    /* rows aligned together, */
	BLOCK_BYTES = 8 << 20 /* unless they are huge */
};

bool format_read(enum format *out, const char *word)
{
	static const char *const words[] = {
		[FORMAT_TABLE] = "table", [FORMAT_TSV] = "tsv",       [FORMAT_CSV] = "csv",
		[FORMAT_JSON] = "json",   [FORMAT_NDJSON] = "ndjson",
	};
	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		if (strcmp(word, words[i]) == 0) {
			*out = (enum format)i;
			return true;
		}
	}
	return false;
}

/* Asked after every row: a reader who left ends the work, and errno is still the write's. */
static bool written(FILE *out, struct err *e)
{
	if (!ferror(out))
		return true;
	return fail(e, EX_IOERR, "cannot write the output: %s; see where it goes and run it again",
	            strerror(errno));
}

static bool flushed(FILE *out, struct err *e)
{
	fflush(out);
	return written(out, e);
}

/* ---- one row after the other ---- */

struct sink {
	FILE *out;
	bool utf8;
};

static void put_text(struct sink *to, struct query *row, int column)
{
	size_t length = 0;
	const char *text = query_get_text(row, column, &length);
	if (!text)
		return;
	AUTO(auto_free) char *exact = text_exact(text, length, to->utf8);
	fputs(exact, to->out);
}

static void put_tsv(struct sink *to, struct query *row)
{
	for (int i = 0; i < query_columns(row); i++) {
		if (i > 0)
			putc('\t', to->out);
		put_text(to, row, i);
	}
	putc('\n', to->out);
}

static void put_quoted(struct sink *to, const char *text, bool guard)
{
	fputs(guard ? "\"'" : "\"", to->out);
	for (; *text; text++) {
		if (*text == '"')
			putc('"', to->out);
		putc(*text, to->out);
	}
	putc('"', to->out);
}

/* What Excel, LibreOffice and others take for the start of a formula, the full-width forms in East
 * Asian locales; and the apostrophe, so that the guard itself can be told from text. */
static bool needs_guard(const char *text)
{
	static const char *const starts[] = {
		"=", "+", "-", "@", "\t", "\r", "\n", "'", "\uff1d", "\uff0b", "\uff0d", "\uff20",
	};
	for (size_t i = 0; i < sizeof starts / sizeof *starts; i++)
		if (strncmp(text, starts[i], strlen(starts[i])) == 0)
			return true;
	return false;
}

static void put_csv_cell(struct sink *to, struct query *row, int column)
{
	size_t length = 0;
	/* Asked first: reading a number as text may change what it is. */
	bool number = query_is_number(row, column);
	const char *text = query_get_text(row, column, &length);
	if (!text)
		return;
	AUTO(auto_free) char *exact = text_exact(text, length, to->utf8);
	if (number)
		fputs(exact, to->out);
	else
		put_quoted(to, exact, needs_guard(text));
}

static void put_csv(struct sink *to, struct query *row)
{
	for (int i = 0; i < query_columns(row); i++) {
		if (i > 0)
			putc(',', to->out);
		put_csv_cell(to, row, i);
	}
	fputs("\r\n", to->out);
}

static void put_json(struct sink *to, struct query *row)
{
	size_t length = 0;
	const char *json = query_get_text(row, 0, &length);
	AUTO(auto_free) char *line = text_json(json, length);
	fprintf(to->out, "%s\n", line);
}

static bool put_names(struct sink *to, const struct query *rows, char between, const char *end,
                      struct err *e)
{
	for (int i = 0; i < query_columns(rows); i++) {
		const char *name = query_name(rows, i);
		AUTO(auto_free) char *safe = text_safe(name, strlen(name), to->utf8);
		if (i > 0)
			putc(between, to->out);
		fputs(safe, to->out);
	}
	fputs(end, to->out);
	return written(to->out, e);
}

static bool print_each(struct sink *to, struct query *rows,
                       void (*put_row)(struct sink *, struct query *), size_t *count, struct err *e)
{
	for (bool more;; ++*count) {
		if (!query_next(rows, &more, e))
			return false;
		if (!more)
			return flushed(to->out, e);
		put_row(to, rows);
		if (!written(to->out, e))
			return false;
	}
}

/* ---- a block of rows, aligned ---- */

struct cell {
	char *text; /* escaped, without trailing blanks */
	int width;  /* columns it takes on the screen */
	bool number;
};

struct column {
	int width;
	bool number, text; /* what was seen in it */
};

struct sheet {
	int columns;
	struct column *column;
	struct cell *heading;
	struct cell *cell; /* rows * columns of them */
	size_t rows, bytes;
};

static void cell_set(struct cell *cell, char *text, bool number)
{
	size_t length = strlen(text);
	while (length > 0 && text[length - 1] == ' ')
		text[--length] = '\0';
	*cell = (struct cell){
		.text = text,
		.width = u8_width((const uint8_t *)text, length, "UTF-8"),
		.number = number,
	};
}

static void cells_free(struct cell *cells, size_t count)
{
	for (size_t i = 0; i < count; i++)
		free(cells[i].text);
}

static void sheet_clear(struct sheet *sheet)
{
	cells_free(sheet->cell, sheet->rows * (size_t)sheet->columns);
	sheet->rows = sheet->bytes = 0;
}

static void sheet_free(struct sheet *sheet)
{
	sheet_clear(sheet);
	cells_free(sheet->heading, (size_t)sheet->columns);
	free(sheet->heading);
	free(sheet->cell);
	free(sheet->column);
}

static void widen(struct column *column, const struct cell *cell)
{
	int width = cell->width < WIDEST ? cell->width : WIDEST;
	if (column->width < width)
		column->width = width;
}

static struct sheet sheet_new(const struct query *rows, const struct look *look)
{
	struct sheet sheet = {.columns = query_columns(rows)};
	size_t columns = (size_t)sheet.columns;
	sheet.column = must_calloc(columns, sizeof *sheet.column);
	sheet.heading = must_calloc(columns, sizeof *sheet.heading);
	sheet.cell = must_calloc(columns * BLOCK_ROWS, sizeof *sheet.cell);
	for (int i = 0; i < sheet.columns; i++) {
		const char *name = query_name(rows, i);
		char *text = text_safe(name, strlen(name), look->utf8);
		for (char *c = text; *c; c++)
			*c = *c == '_' ? ' ' : (*c >= 'a' && *c <= 'z') ? (char)(*c - 32) : *c;
		cell_set(&sheet.heading[i], text, false);
		if (!look->bare)
			widen(&sheet.column[i], &sheet.heading[i]);
	}
	return sheet;
}

static void sheet_add(struct sheet *sheet, struct query *row, bool utf8)
{
	struct cell *cell = sheet->cell + sheet->rows++ * (size_t)sheet->columns;
	for (int i = 0; i < sheet->columns; i++, cell++) {
		struct column *column = &sheet->column[i];
		size_t length = 0;
		bool number = query_is_number(row, i);
		const char *text = query_get_text(row, i, &length);
		cell_set(cell, text_safe(text, length, utf8), number);
		widen(column, cell);
		column->number |= number;
		column->text |= text && !number;
		sheet->bytes += strlen(cell->text);
	}
}

/* Reads on until the block is full or the rows end. */
static bool sheet_fill(struct sheet *sheet, struct query *rows, bool utf8, bool *more,
                       struct err *e)
{
	while (sheet->rows < BLOCK_ROWS && sheet->bytes < BLOCK_BYTES) {
		if (!query_next(rows, more, e))
			return false;
		if (!*more)
			return true;
		sheet_add(sheet, rows, utf8);
	}
	return true;
}

/* The bytes of `text` that take at most `room` columns: whole graphemes, so that no accent is torn
 * from its letter. */
static size_t fitting(const char *text, int room)
{
	const uint8_t *start = (const uint8_t *)text, *end = start + strlen(text), *at = start;
	while (at < end) {
		const uint8_t *next = u8_grapheme_next(at, end);
		room -= u8_width(at, (size_t)(next - at), "UTF-8");
		if (room < 0)
			break;
		at = next;
	}
	return (size_t)(at - start);
}

static void put_cut(FILE *out, const struct cell *cell, int room, bool utf8)
{
	if (cell->width <= room) {
		fputs(cell->text, out);
		return;
	}
	fwrite(cell->text, 1, fitting(cell->text, room - (utf8 ? 1 : 3)), out);
	fputs(utf8 ? "\u2026" : "...", out);
}

static int positive(int n)
{
	return n > 0 ? n : 0;
}

/* How many columns the last cell may take when the line has come to `at`. */
static int last_room(const struct look *look, int at)
{
	if (look->width <= 0)
		return INT32_MAX;
	return look->width - at > LAST_LEAST ? look->width - at : LAST_LEAST;
}

/* Without the line's end, since colour has to end before it. */
static void put_line(FILE *out, const struct sheet *sheet, const struct cell *cells,
                     const struct look *look)
{
	int at = 0, owed = 0; /* blanks are owed until something follows them */
	for (int i = 0; i < sheet->columns; i++) {
		const struct cell *cell = &cells[i];
		const struct column *column = &sheet->column[i];
		bool right = column->number && !column->text;
		int spare = positive(column->width - cell->width);
		bool last = i == sheet->columns - 1;
		if (cell->width > 0) {
			int blanks = owed + (right ? spare : 0);
			at += blanks;
			fprintf(out, "%*s", blanks, "");
			put_cut(out, cell, last ? last_room(look, at) : INT32_MAX, look->utf8);
			at += cell->width;
			owed = (right ? 0 : spare) + GAP;
		} else {
			owed += spare + GAP;
		}
	}
}

static void put_heading(FILE *out, const struct sheet *sheet, const struct look *look)
{
	fputs(look->color ? "\033[1m" : "", out);
	put_line(out, sheet, sheet->heading, look);
	fputs(look->color ? "\033[0m\n" : "\n", out);
}

static bool put_block(FILE *out, const struct sheet *sheet, const struct look *look, struct err *e)
{
	for (size_t i = 0; i < sheet->rows; i++) {
		put_line(out, sheet, sheet->cell + i * (size_t)sheet->columns, look);
		putc('\n', out);
		if (!written(out, e))
			return false;
	}
	return true;
}

static bool print_table(FILE *out, struct query *rows, const struct look *look, size_t *count,
                        struct err *e)
{
	AUTO(sheet_free) struct sheet sheet = sheet_new(rows, look);
	for (bool more = true; more; sheet_clear(&sheet)) {
		if (!sheet_fill(&sheet, rows, look->utf8, &more, e))
			return false;
		if (*count == 0 && sheet.rows > 0 && !look->bare)
			put_heading(out, &sheet, look);
		if (!put_block(out, &sheet, look, e))
			return false;
		*count += sheet.rows;
	}
	return flushed(out, e);
}

static bool print(FILE *out, struct query *rows, enum format format, const struct look *look,
                  size_t *count, struct err *e)
{
	/* On an 8-bit terminal the second byte of many a letter is a control character. */
	struct sink to = {.out = out, .utf8 = look->utf8 || !isatty(fileno(out))};
	switch (format) {
	case FORMAT_TABLE:
		return print_table(out, rows, look, count, e);
	case FORMAT_TSV:
		return put_names(&to, rows, '\t', "\n", e) &&
		       print_each(&to, rows, put_tsv, count, e);
	case FORMAT_CSV:
		return put_names(&to, rows, ',', "\r\n", e) &&
		       print_each(&to, rows, put_csv, count, e);
	case FORMAT_JSON:
	case FORMAT_NDJSON:
		assert(query_columns(rows) == 1);
		return print_each(&to, rows, put_json, count, e);
	}
	abort();
}

bool table_print(FILE *out, struct query *rows, enum format format, const struct look *look,
                 size_t *count, struct err *e)
{
	size_t printed = 0;
	if (!print(out, rows, format, look, &printed, e))
		return false;
	if (count)
		*count = printed;
	return true;
}
