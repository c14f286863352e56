/* table.c and text.c, over rows made of literals: where the rows come from is not the question. */
#include "table.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>
#undef fail /* ours is a function */
#include <errno.h>
#include <fcntl.h>
#include <pty.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- rows of literals ---- */

struct value {
	const char *text;
	size_t length;
	bool number;
};

/* clang-format off */
#define S(literal) {literal, sizeof(literal) - 1, false}
#define N(literal) {literal, sizeof(literal) - 1, true}
#define NIL {NULL, 0, false}
/* clang-format on */

struct query {
	const char *const *names;
	const struct value *values;
	int columns, rows, at;
	int broken; /* the row that cannot be read, 0: none */
	bool endless;
};

bool query_next(struct query *query, bool *more, struct err *e)
{
	if (query->broken && query->at + 1 == query->broken)
		return fail(e, EX_DATAERR, "broken");
	query->at++;
	*more = query->endless || query->at <= query->rows;
	return true;
}

int query_columns(const struct query *query)
{
	return query->columns;
}

const char *query_name(const struct query *query, int column)
{
	return query->names[column];
}

static const struct value *value_at(const struct query *query, int column)
{
	int row = query->endless ? 0 : query->at - 1;
	assert_in_range(column, 0, query->columns - 1);
	assert_in_range(row, 0, query->rows - 1);
	return &query->values[row * query->columns + column];
}

const char *query_get_text(struct query *query, int column, size_t *length)
{
	const struct value *value = value_at(query, column);
	if (length)
		*length = value->length;
	return value->text;
}

bool query_is_number(struct query *query, int column)
{
	return value_at(query, column)->number;
}

static struct query rows_of(int columns, const char *const *names, const struct value *values,
                            size_t count)
{
	return (struct query){
		.names = names, .values = values, .columns = columns, .rows = (int)count / columns};
}

/* ---- what comes out ---- */

static const struct look plain = {.utf8 = true};

static char *printed_length(struct query *rows, enum format format, const struct look *look,
                            size_t *length)
{
	struct err e = {0};
	char *text = NULL;
	size_t count = 99;
	FILE *out = open_memstream(&text, length);
	assert_non_null(out);
	assert_true(table_print(out, rows, format, look, &count, &e));
	assert_int_equal(count, rows->rows);
	fclose(out);
	return text;
}

static char *printed(struct query *rows, enum format format, const struct look *look)
{
	size_t length;
	return printed_length(rows, format, look, &length);
}

#define EXPECT(rows, format, look, expected)                                                       \
	do {                                                                                       \
		AUTO(auto_free) char *got = printed(rows, format, look);                           \
		assert_string_equal(got, expected);                                                \
	} while (0)

#define TABLE(columns, names, values)                                                              \
	rows_of(columns, names, values, sizeof(values) / sizeof *(values))

/* One column of one cell. */
static char *one_cell(enum format format, const char *text, size_t length, bool utf8)
{
	static const char *const names[] = {"c"};
	const struct value value = {text, length, false};
	struct query rows = rows_of(1, names, &value, 1);
	return printed(&rows, format, &(struct look){.utf8 = utf8});
}

#define EXPECT_CELL(format, literal, expected)                                                     \
	do {                                                                                       \
		AUTO(auto_free) char *got = one_cell(format, literal, sizeof(literal) - 1, true);  \
		assert_string_equal(got, expected);                                                \
	} while (0)

/* ---- text; C1 in octal, since C forbids \u0080 to \u009f ---- */

static void assert_safe(const char *literal, size_t length, bool utf8, const char *expected)
{
	AUTO(auto_free) char *got = text_safe(literal, length, utf8);
	assert_string_equal(got, expected);
}

#define SAFE(literal, expected) assert_safe(literal, sizeof(literal) - 1, true, expected)
#define SAFE_ASCII(literal, expected) assert_safe(literal, sizeof(literal) - 1, false, expected)

static void safe_leaves_what_people_write(void **state)
{
	(void)state;
	SAFE("", "");
	SAFE("a b\\n ~!\"'", "a b\\n ~!\"'");
	SAFE("Zo\u00eb \u0416\u0416 \u5b57 \U0001f600", "Zo\u00eb \u0416\u0416 \u5b57 \U0001f600");
	SAFE("e\u0301\u0323", "e\u0301\u0323");
	SAFE("\ufffd\ufffc", "\ufffd\ufffc");
	assert_safe(NULL, 0, true, "");
	assert_safe(NULL, 7, false, "");
}

static void safe_escapes_controls(void **state)
{
	(void)state;
	SAFE("\x1b[31m", "\\u001b[31m");
	SAFE("a\0b", "a\\u0000b");
	SAFE("\t\n\r\x7f", "\\u0009\\u000a\\u000d\\u007f");
	SAFE("\302\200\302\205\302\23331m\302\235\302\237",
	     "\\u0080\\u0085\\u009b31m\\u009d\\u009f");
	SAFE("\u2028\u2029", "\\u2028\\u2029");
}

static void safe_escapes_the_invisible(void **state)
{
	(void)state;
	SAFE("\u202a\u202b\u202c\u202d\u202e", "\\u202a\\u202b\\u202c\\u202d\\u202e");
	SAFE("\u2066\u2067\u2068\u2069", "\\u2066\\u2067\\u2068\\u2069");
	SAFE("\u200e\u200f\u061c", "\\u200e\\u200f\\u061c");
	SAFE("a\u200bb\u200cc\u200dd\ufeff", "a\\u200bb\\u200cc\\u200dd\\ufeff");
	SAFE("a\u00adb\u2060\u034fc", "a\\u00adb\\u2060\\u034fc");
	SAFE("a\U000e0001\U000e0041\U000e007f", "a\\u{e0001}\\u{e0041}\\u{e007f}");
	SAFE("\u2764\ufe0f a\U000e0100", "\u2764\\ufe0f a\\u{e0100}");
	SAFE("\u115f\u1160\u3164\uffa0", "\\u115f\\u1160\\u3164\\uffa0");
}

static void safe_escapes_what_is_no_character(void **state)
{
	(void)state;
	SAFE("\ufdd0\ufdef\ufffe\uffff", "\\ufdd0\\ufdef\\ufffe\\uffff");
	SAFE("\U0001fffe\U0010ffff", "\\u{1fffe}\\u{10ffff}");
	SAFE("\ue000\U000f0000", "\\ue000\\u{f0000}");
	SAFE("\u0378", "\\u0378");
}

static void safe_escapes_what_is_no_utf8(void **state)
{
	(void)state;
	SAFE("\xff\x80", "\\xff\\x80");
	SAFE("\xc0\xaf", "\\xc0\\xaf");
	SAFE("\xe0\x80\x9b", "\\xe0\\x80\\x9b");
	SAFE("\xed\xa0\x80", "\\xed\\xa0\\x80");
	SAFE("\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80");
	SAFE("ab\xe2\x82", "ab\\xe2\\x82");
	SAFE("\x9b\x33\x31m", "\\x9b31m");
}

/* It would sit on the blank, quote or backslash in front of the cell. */
static void safe_escapes_a_mark_without_base(void **state)
{
	(void)state;
	SAFE("\u0301a", "\\u0301a");
	SAFE("\x1b\u0301\u0301", "\\u001b\\u0301\\u0301");
	SAFE("\u1161", "\\u1161");
	SAFE("a\u0301\x1b\u0301", "a\u0301\\u001b\\u0301");
}

static void safe_in_ascii_is_ascii(void **state)
{
	(void)state;
	SAFE_ASCII("Zo\u00eb\\", "Zo\\u00eb\\");
	SAFE_ASCII("\U0001f600\x9b\302\233", "\\u{1f600}\\x9b\\u009b");
	SAFE_ASCII("e\u0301", "e\\u0301");
}

static void exact_tells_escapes_from_text(void **state)
{
	(void)state;
	static const char text[] = "\t\n\r\\u001b\x1b\0\xff";
	AUTO(auto_free) char *got = text_exact(text, sizeof text - 1, true);
	assert_string_equal(got, "\\t\\n\\r\\\\u001b\\u001b\\u0000\\xff");
	/* Not a TAB: a byte of no character. */
	AUTO(auto_free) char *bad = text_exact("\xe2\t", 2, true);
	assert_string_equal(bad, "\\xe2\\t");
	AUTO(auto_free) char *none = text_exact(NULL, 3, true);
	assert_string_equal(none, "");
}

static void assert_json(const char *literal, size_t length, const char *expected)
{
	AUTO(auto_free) char *got = text_json(literal, length);
	assert_string_equal(got, expected);
}

#define JSON(literal, expected) assert_json(literal, sizeof(literal) - 1, expected)

static void json_is_one_line_of_ascii(void **state)
{
	(void)state;
	JSON("{\"a\":[1,null,\"b\\n\"]}", "{\"a\":[1,null,\"b\\n\"]}");
	JSON("\"\u00e9\u5b57\U0001f600\x7f\302\233\U0010ffff\"",
	     "\"\\u00e9\\u5b57\\ud83d\\ude00\\u007f\\u009b\\udbff\\udfff\"");
	JSON("\"\ue000\uffff\U00010000\"", "\"\\ue000\\uffff\\ud800\\udc00\"");
	JSON("\"\xff\xc0\xaf\xed\xa0\x80\xe2\x82\"",
	     "\"\\ufffd\\ufffd\\ufffd\\ufffd\\ufffd\\ufffd\\ufffd\\ufffd\"");
	assert_json(NULL, 5, "null");
}

static void json_knows_strings_from_blanks(void **state)
{
	(void)state;
	JSON("{\n\t\"a\":\r\n1}", "{  \"a\":  1}");
	JSON("{\"a\n\":\n\"\x1b\"}", "{\"a\\u000a\": \"\\u001b\"}");
	JSON("[\"a\\\"\n\",\n\"\\\\\",\n\"b\"]", "[\"a\\\"\\u000a\", \"\\\\\", \"b\"]");
	JSON("\"a\0b\"", "\"a\\u0000b\"");
}

/* ---- formats ---- */

static void words_for_formats(void **state)
{
	(void)state;
	static const char *const words[] = {"table", "tsv", "csv", "json", "ndjson"};
	static const enum format formats[] = {FORMAT_TABLE, FORMAT_TSV, FORMAT_CSV, FORMAT_JSON,
	                                      FORMAT_NDJSON};
	enum format got = FORMAT_TSV;
	assert_false(format_read(&got, "xml"));
	assert_false(format_read(&got, ""));
	assert_false(format_read(&got, "TABLE"));
	assert_false(format_read(&got, "js"));
	assert_int_equal(got, FORMAT_TSV);
	for (size_t i = 0; i < 5; i++) {
		assert_true(format_read(&got, words[i]));
		assert_int_equal(got, formats[i]);
	}
}

/* clang-format off */
static const char *const three[] = {"contact", "n", "last_type"};
static const struct value people[] = {
	S("ann@example.org"), N("5"),    S("away"), /* one */
	S("b@example.org"),   N("1234"), NIL,       /* two */
	S(""),                NIL,       S("x"),    /* three */
};
/* clang-format on */

static void table_aligns(void **state)
{
	(void)state;
	struct query rows = TABLE(3, three, people);
	EXPECT(&rows, FORMAT_TABLE, &plain,
	       "CONTACT             N  LAST TYPE\n"
	       "ann@example.org     5  away\n"
	       "b@example.org    1234\n"
	       "                       x\n");
}

static void table_without_rows_is_empty(void **state)
{
	(void)state;
	struct query rows = rows_of(3, three, NULL, 0);
	EXPECT(&rows, FORMAT_TABLE, &plain, "");
}

static void table_headings_are_bold_only_in_colour(void **state)
{
	(void)state;
	static const struct value value[] = {S("x")};
	struct query rows = TABLE(1, three, value);
	EXPECT(&rows, FORMAT_TABLE, &((struct look){.color = true, .utf8 = true}),
	       "\033[1mCONTACT\033[0m\nx\n");
}

static void table_leaves_no_trailing_blanks(void **state)
{
	(void)state;
	static const struct value values[] = {S("a  "), NIL, S("   "), S("bcdefghij"), NIL, NIL};
	struct query rows = TABLE(3, three, values);
	EXPECT(&rows, FORMAT_TABLE, &plain, "CONTACT    N  LAST TYPE\na\nbcdefghij\n");
}

/* A number among words is a word, and stands left with them. */
static void table_mixed_column_stands_left(void **state)
{
	(void)state;
	static const char *const names[] = {"value", "next"};
	static const struct value values[] = {N("1"), N("2"), S("many"), NIL};
	struct query rows = TABLE(2, names, values);
	EXPECT(&rows, FORMAT_TABLE, &plain, "VALUE  NEXT\n1         2\nmany\n");
}

static void table_aligns_by_width_on_screen(void **state)
{
	(void)state;
	static const char *const names[] = {"a", "b"};
	/* clang-format off */
	static const struct value values[] = {
		S("abcdef"), S("1"),
		S("\u5b57\u5b57"), S("2"),          /* wide: 4 columns */
		S("e\u0301e\u0301"), S("3"),        /* combining: 2 columns */
		S("\U0001f600"), S("4"),            /* emoji: 2 columns */
		S("\uff21"), S("5"),                /* full-width: 2 columns */
		S("\u202e"), S("6"),                /* escaped: 6 columns */
		S("\u2764\u200d"), S("7"),          /* 1, and 6 of escape */
	};
	/* clang-format on */
	struct query rows = TABLE(2, names, values);
	EXPECT(&rows, FORMAT_TABLE, &plain,
	       "A        B\n"
	       "abcdef   1\n"
	       "\u5b57\u5b57     2\n"
	       "e\u0301e\u0301       3\n"
	       "\U0001f600       4\n"
	       "\uff21       5\n"
	       "\\u202e   6\n"
	       "\u2764\\u200d  7\n");
}

static void table_cuts_the_last_column_only(void **state)
{
	(void)state;
	static const char *const names[] = {"contact", "what_is_said_in_the_status"};
	static const struct value values[] = {
		S("ann@example.org"), S("gone for a walk"), /* fits not */
		S("b@example.org"),   S("exactly thirteen"), S("c"), S("thirteen col."),
	};
	struct query rows = TABLE(2, names, values);
	EXPECT(&rows, FORMAT_TABLE, &((struct look){.utf8 = true, .width = 30}),
	       "CONTACT          WHAT IS SAID\u2026\n"
	       "ann@example.org  gone for a w\u2026\n"
	       "b@example.org    exactly thir\u2026\n"
	       "c                thirteen col.\n");
	rows.at = 0;
	EXPECT(&rows, FORMAT_TABLE, &((struct look){.utf8 = false, .width = 30}),
	       "CONTACT          WHAT IS SA...\n"
	       "ann@example.org  gone for a...\n"
	       "b@example.org    exactly th...\n"
	       "c                thirteen col.\n");
}

static void table_keeps_ten_columns_of_the_last(void **state)
{
	(void)state;
	static const char *const names[] = {"contact", "status"};
	static const struct value values[] = {S("ann@example.org"), S("gone for a walk")};
	struct query rows = TABLE(2, names, values);
	EXPECT(&rows, FORMAT_TABLE, &((struct look){.utf8 = true, .width = 5}),
	       "CONTACT          STATUS\nann@example.org  gone for \u2026\n");
}

static void table_cuts_no_grapheme(void **state)
{
	(void)state;
	static const char *const names[] = {"s"};
	static const struct value values[] = {
		S("aaaaaaaae\u0301\u0323bcd"), /* the ninth letter has two marks */
		S("aaaaaaaa\u5b57bcd"),        /* a wide one would need column ten */
		S("aaaaaaa\u5b57\u5b57\u5b57"),
		S("aaaaaaaaa\u0301"),
	};
	struct query rows = TABLE(1, names, values);
	EXPECT(&rows, FORMAT_TABLE, &((struct look){.utf8 = true, .width = 10}),
	       "S\n"
	       "aaaaaaaae\u0301\u0323\u2026\n"
	       "aaaaaaaa\u2026\n"
	       "aaaaaaa\u5b57\u2026\n"
	       "aaaaaaaaa\u0301\n");
}

/* One contact with a kilobyte of name must not push all the others off the screen. */
static void table_widest_cell_harms_only_its_line(void **state)
{
	(void)state;
	static const char *const names[] = {"name", "v"};
	char wide[101];
	memset(wide, 'w', 100);
	wide[100] = '\0';
	const struct value values[] = {S("ann"), S("1"), {wide, 100, false}, S("2")};
	struct query rows = TABLE(2, names, values);
	AUTO(auto_free) char *expected;
	expected = text_new("%-64s  V\n%-64s  1\n%s  2\n", "NAME", "ann", wide);
	EXPECT(&rows, FORMAT_TABLE, &plain, expected);
}

/* More rows than are aligned together: one heading, every row, in order. */
static void table_of_many_rows(void **state)
{
	(void)state;
	enum { MANY = 10000 };
	static const char *const names[] = {"n"};
	struct value *values = must_calloc(MANY, sizeof *values);
	AUTO(auto_free) char *digits = must_calloc(MANY, 8);
	for (int i = 0; i < MANY; i++) {
		char *text = digits + (ptrdiff_t)i * 8;
		values[i] = (struct value){text, (size_t)sprintf(text, "%d", 10000 + i), true};
	}
	struct query rows = rows_of(1, names, values, MANY);
	size_t length;
	AUTO(auto_free) char *got = printed_length(&rows, FORMAT_TABLE, &plain, &length);
	assert_int_equal(length, 6 + MANY * 6);
	assert_memory_equal(got, "    N\n10000\n10001\n", 18);
	assert_string_equal(got + length - 6, "19999\n");
	free(values);
}

static void tsv_escapes(void **state)
{
	(void)state;
	static const struct value values[] = {
		S("a\tb\nc\rd\\e"),      N("-5"),  NIL,
		S("Zo\u00eb \"q\" , ="), N("1.5"), S("\x1b\302\233\u202e\xff"),
	};
	struct query rows = TABLE(3, three, values);
	EXPECT(&rows, FORMAT_TSV, &plain,
	       "contact\tn\tlast_type\n"
	       "a\\tb\\nc\\rd\\\\e\t-5\t\n"
	       "Zo\u00eb \"q\" , =\t1.5\t\\u001b\\u009b\\u202e\\xff\n");
}

static void csv_quotes_text_and_only_text(void **state)
{
	(void)state;
	static const struct value values[] = {
		S("a,b \"c\""), N("-5"), NIL, S(""), N("1.5"), S("Zo\u00eb\r\n\\\x1b"),
	};
	struct query rows = TABLE(3, three, values);
	EXPECT(&rows, FORMAT_CSV, &plain,
	       "contact,n,last_type\r\n"
	       "\"a,b \"\"c\"\"\",-5,\r\n"
	       "\"\",1.5,\"Zo\u00eb\\r\\n\\\\\\u001b\"\r\n");
}

static void csv_runs_no_formula(void **state)
{
	(void)state;
	EXPECT_CELL(FORMAT_CSV, "=cmd|'/c calc'!A1", "c\r\n\"'=cmd|'/c calc'!A1\"\r\n");
	EXPECT_CELL(FORMAT_CSV, "+1", "c\r\n\"'+1\"\r\n");
	EXPECT_CELL(FORMAT_CSV, "-1", "c\r\n\"'-1\"\r\n");
	EXPECT_CELL(FORMAT_CSV, "@SUM(1)", "c\r\n\"'@SUM(1)\"\r\n");
	EXPECT_CELL(FORMAT_CSV, "\t=1", "c\r\n\"'\\t=1\"\r\n");
	EXPECT_CELL(FORMAT_CSV, "\r=1", "c\r\n\"'\\r=1\"\r\n");
	EXPECT_CELL(FORMAT_CSV, "\n=1", "c\r\n\"'\\n=1\"\r\n");
	EXPECT_CELL(FORMAT_CSV, "\uff1d1", "c\r\n\"'\uff1d1\"\r\n");
	EXPECT_CELL(FORMAT_CSV, "\uff0b", "c\r\n\"'\uff0b\"\r\n");
	EXPECT_CELL(FORMAT_CSV, "\uff0d", "c\r\n\"'\uff0d\"\r\n");
	EXPECT_CELL(FORMAT_CSV, "\uff20", "c\r\n\"'\uff20\"\r\n");
	EXPECT_CELL(FORMAT_CSV, "'=1", "c\r\n\"''=1\"\r\n");
	EXPECT_CELL(FORMAT_CSV, "a=1", "c\r\n\"a=1\"\r\n");
	EXPECT_CELL(FORMAT_TSV, "=1", "c\n=1\n");
}

static void tsv_and_csv_have_headings_without_rows(void **state)
{
	(void)state;
	struct query rows = rows_of(3, three, NULL, 0);
	EXPECT(&rows, FORMAT_TSV, &plain, "contact\tn\tlast_type\n");
	rows.at = 0;
	EXPECT(&rows, FORMAT_CSV, &plain, "contact,n,last_type\r\n");
	rows.at = 0, rows.columns = 1;
	EXPECT(&rows, FORMAT_JSON, &plain, "");
}

static void json_rows_are_lines(void **state)
{
	(void)state;
	static const char *const names[] = {"line"};
	static const struct value values[] = {S("{\"a\":\n\"\u00e9\U0001f600\"}"), NIL, S("[]")};
	struct query rows = TABLE(1, names, values);
	EXPECT(&rows, FORMAT_NDJSON, &plain, "{\"a\": \"\\u00e9\\ud83d\\ude00\"}\nnull\n[]\n");
	rows.at = 0;
	EXPECT(&rows, FORMAT_JSON, &plain, "{\"a\": \"\\u00e9\\ud83d\\ude00\"}\nnull\n[]\n");
}

/* Into a pipe CSV is UTF-8 in every locale; a terminal that shows no UTF-8 might take the second
 * byte of a letter for a control. */
static void csv_is_utf8_but_on_an_8bit_terminal(void **state)
{
	(void)state;
	AUTO(auto_free) char *piped = one_cell(FORMAT_CSV, "\u041b", 2, false);
	assert_string_equal(piped, "c\r\n\"\u041b\"\r\n");
	static const char *const names[] = {"c"};
	static const struct value value[] = {S("\u041b")};
	struct query rows = TABLE(1, names, value);
	struct err e;
	char got[100];
	int master, slave;
	assert_int_equal(openpty(&master, &slave, NULL, NULL, NULL), 0);
	FILE *out = fdopen(slave, "w");
	assert_true(table_print(out, &rows, FORMAT_TSV, &(struct look){.utf8 = false}, NULL, &e));
	size_t n = 0;
	while (n == 0 || got[n - 1] != '\n' || n < 4) { /* two lines, in however many pieces */
		ssize_t more = read(master, got + n, sizeof got - 1 - n);
		assert_true(more > 0);
		n += (size_t)more;
	}
	got[n] = '\0';
	assert_string_equal(got, "c\r\n\\u041b\r\n"); /* the terminal adds the CR */
	fclose(out);
	close(master);
}

/* ---- the hostile corpus, through every format ---- */

/* clang-format off */
#define H(literal) {literal, sizeof(literal) - 1}

static const struct {
	const char *text;
	size_t length;
} hostile[] = {
	H("\x1b[2J\x1b]0;owned\x07"), H("a\0b"), H("\x01\x02\x1f\x7f"),
	H("line\nforged\r\nrow\rover\tcell"), H("\x0b\x0c"),
	H("\302\23331m"), H("\302\2350;owned\302\234"), H("\302\205"),
	H("\302\200\302\215\302\237"),
	H("\x9b" "31m"), H("\u202a\u202b\u202c\u202d\u202egnp.exe"), H("\u2066\u2067\u2068\u2069"),
	H("\u200e\u200f\u061c"), H("\u200b\u200c\u200d\u2060\ufeff"), H("\ufeff=1+1"),
	H("\U0001f468\u200d\U0001f469\u200d\U0001f467"), H("\U000e0001\U000e0041\U000e007f"),
	H("\u00ad\u034f\u180e\u115f\u3164"), H("\ufe0f\U000e0100"), H("\u2028\u2029"),
	H("\ufdd0\ufffe\uffff\U0001fffe\U0010ffff"), H("\xff\xfe"), H("\xc0\xaf\xc1\x9b"),
	H("\xe0\x80\x9b\xf0\x80\x80\x9b"), H("\xed\xa0\x80\xed\xb0\x80"), H("\xf5\x90\x80\x80"),
	H("\xe2\x80"), H("\xc2"), H("\xf0\x9f\x98"), H("\u0301\u0301\u0301"),
	H("\"\r\n\"=cmd"), H("\\u001b\\"), H("\"\\\"\\\\\""), H("<script>alert(1)</script>"),
};
/* clang-format on */

/* An oracle of its own: ranges, not the tables text.c asks. */
static bool is_forbidden(unsigned uc)
{
	static const unsigned ranges[][2] = {
		{0x00, 0x1f},       {0x7f, 0x9f},     {0xad, 0xad},     {0x34f, 0x34f},
		{0x61c, 0x61c},     {0x115f, 0x1160}, {0x180b, 0x180f}, {0x200b, 0x200f},
		{0x2028, 0x202e},   {0x2060, 0x206f}, {0x3164, 0x3164}, {0xd800, 0xdfff},
		{0xfdd0, 0xfdef},   {0xfe00, 0xfe0f}, {0xfeff, 0xfeff}, {0xfff0, 0xfffb},
		{0xe0000, 0xe0fff},
	};
	if ((uc & 0xfffe) == 0xfffe || uc > 0x10ffff)
		return true;
	for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++)
		if (uc >= ranges[i][0] && uc <= ranges[i][1])
			return true;
	return false;
}

/* Decodes by hand and fails on anything but plain characters, line ends aside. */
static void assert_harmless(const char *text, size_t length, bool ascii)
{
	const unsigned char *at = (const unsigned char *)text, *end = at + length;
	while (at < end) {
		unsigned uc = *at++;
		int more = uc < 0x80 ? 0 : uc < 0xe0 ? 1 : uc < 0xf0 ? 2 : 3;
		assert_true(uc < 0x80 || (uc >= 0xc2 && uc <= 0xf4));
		assert_false(ascii && uc >= 0x80);
		assert_true(end - at >= more);
		uc &= more ? 0x3fu >> more : 0x7f;
		for (int i = 0; i < more; i++, at++) {
			assert_int_equal(*at & 0xc0, 0x80);
			uc = uc << 6 | (*at & 0x3f);
		}
		if (is_forbidden(uc))
			print_error("U+%04X in: %s\n", uc, text);
		assert_false(is_forbidden(uc));
	}
}

static size_t drop(char *text, size_t length, const char *unwanted)
{
	size_t kept = 0;
	for (size_t i = 0; i < length; i++)
		if (!strchr(unwanted, text[i]) || !text[i])
			text[kept++] = text[i];
	text[kept] = '\0';
	return kept;
}

static size_t count_of(const char *text, size_t length, char c)
{
	size_t count = 0;
	for (size_t i = 0; i < length; i++)
		count += text[i] == c;
	return count;
}

/* A row of the text twice: as many lines and cells as there should be, and nothing else raw. */
static void assert_format_holds(enum format format, const char *text, size_t length, bool utf8)
{
	static const char *const names[] = {"a", "b"};
	static const char *const row_end[] = {"\n", "\n", "\r\n", "\n", "\n"};
	const struct value values[] = {{text, length, false}, {text, length, false}};
	bool json = format == FORMAT_JSON || format == FORMAT_NDJSON;
	struct query rows = rows_of(json ? 1 : 2, names, values, json ? 1 : 2);
	size_t got_length;
	const struct look look = {.utf8 = utf8};
	AUTO(auto_free) char *got = printed_length(&rows, format, &look, &got_length);
	size_t lines = json ? 1 : 2;
	assert_int_equal(count_of(got, got_length, '\n'), lines);
	assert_int_equal(count_of(got, got_length, '\r'), format == FORMAT_CSV ? lines : 0);
	assert_int_equal(count_of(got, got_length, '\t'), format == FORMAT_TSV ? lines : 0);
	const char *end = row_end[format];
	assert_string_equal(got + got_length - strlen(end), end);
	got_length = drop(got, got_length, format == FORMAT_TSV ? "\t\r\n" : "\r\n");
	bool utf8_here = format == FORMAT_TABLE ? utf8 : true;
	assert_harmless(got, got_length, json || !utf8_here);
}

static void hostile_text_comes_out_harmless(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof hostile / sizeof *hostile; i++)
		for (int format = FORMAT_TABLE; format <= FORMAT_NDJSON; format++)
			for (int utf8 = 0; utf8 < 2; utf8++)
				assert_format_holds((enum format)format, hostile[i].text,
				                    hostile[i].length, utf8);
}

/* Every code point there is, alone and behind a letter. */
static void no_character_is_forgotten(void **state)
{
	(void)state;
	for (unsigned uc = 0; uc <= 0x10ffff; uc++) {
		char in[5] = "a";
		size_t n = 1;
		if (uc >= 0xd800 && uc <= 0xdfff)
			continue;
		if (uc < 0x80)
			in[n++] = (char)uc;
		else if (uc < 0x800)
			in[n++] = (char)(0xc0 | uc >> 6);
		else if (uc < 0x10000)
			in[n++] = (char)(0xe0 | uc >> 12);
		else
			in[n++] = (char)(0xf0 | uc >> 18);
		if (uc >= 0x10000)
			in[n++] = (char)(0x80 | (uc >> 12 & 0x3f));
		if (uc >= 0x800)
			in[n++] = (char)(0x80 | (uc >> 6 & 0x3f));
		if (uc >= 0x80)
			in[n++] = (char)(0x80 | (uc & 0x3f));
		AUTO(auto_free) char *after = text_safe(in, n, true);
		AUTO(auto_free) char *alone = text_safe(in + 1, n - 1, true);
		assert_harmless(after, strlen(after), false);
		assert_harmless(alone, strlen(alone), false);
	}
}

static void headings_are_escaped_too(void **state)
{
	(void)state;
	static const char *const names[] = {"a\x1b\u202e"};
	static const struct value value[] = {S("x")};
	struct query rows = TABLE(1, names, value);
	EXPECT(&rows, FORMAT_TSV, &plain, "a\\u001b\\u202e\nx\n");
	rows.at = 0;
	EXPECT(&rows, FORMAT_TABLE, &plain, "A\\U001B\\U202E\nx\n");
}

/* ---- what goes wrong ---- */

static void a_broken_row_is_reported(void **state)
{
	(void)state;
	for (int format = FORMAT_TABLE; format <= FORMAT_NDJSON; format++) {
		struct query rows = rows_of(1, three, people, 3);
		struct err e = {0};
		size_t count = 77;
		FILE *out = fopen("/dev/null", "w");
		rows.broken = 2;
		assert_false(table_print(out, &rows, (enum format)format, &plain, &count, &e));
		assert_int_equal(e.status, EX_DATAERR);
		assert_int_equal(count, 77);
		fclose(out);
	}
}

/* Also when everything fits the buffer and only the flush can fail, and when no row comes. */
static void a_full_disk_is_reported(void **state)
{
	(void)state;
	for (enum format format = FORMAT_TABLE; format <= FORMAT_NDJSON; format++) {
		for (int count = 0; count < 2; count++) {
			struct query rows = rows_of(1, three, people, (size_t)count);
			struct err e = {0};
			if (count == 0 && format != FORMAT_TSV && format != FORMAT_CSV)
				continue; /* nothing to write */
			FILE *out = fopen("/dev/full", "w");
			assert_false(table_print(out, &rows, format, &plain, NULL, &e));
			assert_int_equal(e.status, EX_IOERR);
			assert_non_null(strstr(e.text, strerror(ENOSPC)));
			fclose(out);
		}
	}
}

/* `… | head`: the end of the rows would never be reached. */
static void a_closed_pipe_ends_the_work(void **state)
{
	(void)state;
	signal(SIGPIPE, SIG_IGN);
	for (int format = FORMAT_TABLE; format <= FORMAT_NDJSON; format++) {
		struct query rows = rows_of(1, three, people, 1);
		struct err e = {0};
		int ends[2];
		rows.endless = true;
		assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
		close(ends[0]);
		FILE *out = fdopen(ends[1], "w");
		assert_false(table_print(out, &rows, (enum format)format, &plain, NULL, &e));
		assert_int_equal(e.status, EX_IOERR);
		assert_non_null(strstr(e.text, strerror(EPIPE)));
		fclose(out);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(safe_leaves_what_people_write),
		cmocka_unit_test(safe_escapes_controls),
		cmocka_unit_test(safe_escapes_the_invisible),
		cmocka_unit_test(safe_escapes_what_is_no_character),
		cmocka_unit_test(safe_escapes_what_is_no_utf8),
		cmocka_unit_test(safe_escapes_a_mark_without_base),
		cmocka_unit_test(safe_in_ascii_is_ascii),
		cmocka_unit_test(exact_tells_escapes_from_text),
		cmocka_unit_test(json_is_one_line_of_ascii),
		cmocka_unit_test(json_knows_strings_from_blanks),
		cmocka_unit_test(words_for_formats),
		cmocka_unit_test(table_aligns),
		cmocka_unit_test(table_without_rows_is_empty),
		cmocka_unit_test(table_headings_are_bold_only_in_colour),
		cmocka_unit_test(table_leaves_no_trailing_blanks),
		cmocka_unit_test(table_mixed_column_stands_left),
		cmocka_unit_test(table_aligns_by_width_on_screen),
		cmocka_unit_test(table_cuts_the_last_column_only),
		cmocka_unit_test(table_keeps_ten_columns_of_the_last),
		cmocka_unit_test(table_cuts_no_grapheme),
		cmocka_unit_test(table_widest_cell_harms_only_its_line),
		cmocka_unit_test(table_of_many_rows),
		cmocka_unit_test(tsv_escapes),
		cmocka_unit_test(csv_quotes_text_and_only_text),
		cmocka_unit_test(csv_runs_no_formula),
		cmocka_unit_test(tsv_and_csv_have_headings_without_rows),
		cmocka_unit_test(json_rows_are_lines),
		cmocka_unit_test(csv_is_utf8_but_on_an_8bit_terminal),
		cmocka_unit_test(hostile_text_comes_out_harmless),
		cmocka_unit_test(no_character_is_forgotten),
		cmocka_unit_test(headings_are_escaped_too),
		cmocka_unit_test(a_broken_row_is_reported),
		cmocka_unit_test(a_full_disk_is_reported),
		cmocka_unit_test(a_closed_pipe_ends_the_work),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
