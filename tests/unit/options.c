/* options.c, options_file.c, config.c: what beats what, and what a second reading finds. */
#include "options.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>
#undef fail /* ours is a function */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct cmd everything = {.name = "log", .takes = 0x3f};

static void write_config(const char *text)
{
	FILE *f = fopen("config.ini", "w");
	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
	assert_int_equal(chmod("config.ini", 0600), 0);
}

static char *words[] = {"log", "--config", "config.ini", "--show", "dnd", NULL};
enum { WORDS = sizeof words / sizeof *words - 1 };

static void read_them(struct options *o)
{
	struct err e = {0};
	int asked;
	bool read = options_read(o, WORDS, words, &everything, &asked, &e);
	if (!read)
		print_error("%d %s\n", e.status, e.text);
	assert_true(read);
	assert_int_equal(asked, 0);
}

static void holds_without_a_line(void **state)
{
	AUTO(options_free) struct options o = {0};
	(void)state;
	write_config("");
	read_them(&o);
	assert_string_equal(o.show, "dnd");
	assert_int_equal(o.every_ms, 3600000);
	assert_int_equal(o.wait_ms, 10000);
	assert_int_equal(o.timeout_ms, 5000);
	assert_int_equal(o.password_fd, -1);
	assert_null(o.account);
	assert_false(o.keep_session);
	assert_int_equal(o.operands - (char *const *)words, WORDS);
}

static void later_beats_earlier(void **state)
{
	AUTO(options_free) struct options o = {0};
	(void)state;
	write_config("show = away\nevery = 60\nwait = 1\nstatus = a\npassive = yes\n"
	             "[account me@x.example]\nstatus = b\nshow = xa\npassive = no\n");
	read_them(&o);
	assert_string_equal(o.account, "me@x.example");
	assert_string_equal(o.show, "dnd");
	assert_string_equal(o.status, "b");
	assert_int_equal(o.every_ms, 60000);
	assert_int_equal(o.wait_ms, 1000);
	assert_false(o.passive);
}

static void second_reading(void **state)
{
	AUTO(options_free) struct options o = {0}, same = {0}, fresh = {0};
	struct err e = {0};
	(void)state;
	write_config("account = me@x.example\nstatus = a\nconnect = x:1\nevery = 60\n");
	read_them(&o);
	assert_true(options_again(&same, &o, &e));
	assert_null(options_changed(&o, &same));
	write_config("account = me@x.example\nstatus = b\nconnect = y:1\ndirect-tls = yes\n"
	             "every = 61\nresource = desk\n");
	assert_true(options_again(&fresh, &o, &e));
	assert_string_equal(fresh.status, "b");
	assert_int_equal(fresh.every_ms, 61000);
	assert_string_equal(fresh.show, "dnd");
	assert_string_equal(o.status, "a"); /* stays as it is */
	AUTO(auto_free) char *changed = options_changed(&o, &fresh);
	assert_string_equal(changed, "resource, connect, direct-tls");
}

static void second_reading_of_a_wrong_file(void **state)
{
	AUTO(options_free) struct options o = {0}, fresh = {0}, gone = {0};
	struct err e = {0};
	(void)state;
	write_config("status = a\n");
	read_them(&o);
	write_config("status = b\nevery = never\n");
	assert_false(options_again(&fresh, &o, &e));
	assert_int_equal(e.status, EX_CONFIG);
	assert_string_equal(e.text, "config.ini:2: every never: it takes seconds, 60 to 86400");
	assert_int_equal(unlink("config.ini"), 0);
	assert_false(options_again(&gone, &o, &e));
	assert_int_equal(e.status, EX_NOINPUT);
	assert_string_equal(o.status, "a");
}

static void every_row_has_its_own_place(void **state)
{
	(void)state;
	for (const struct option_row *r = option_table; r->name; r++) {
		assert_true(r->kind == OPTION_ASKS || r->at < sizeof(struct options));
		assert_true(r->takes & everything.takes);
		assert_int_equal(r->kind == OPTION_WORD || r->kind == OPTION_COLOR, !!r->words);
		for (const struct option_row *other = r + 1; other->name; other++) {
			assert_string_not_equal(r->name, other->name);
			if (r->at == other->at && r->kind != OPTION_ASKS)
				assert_true(other->kind == OPTION_JSON ||
				            other->kind == OPTION_QUIET ||
				            other->kind == OPTION_ASKS);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(holds_without_a_line),
		cmocka_unit_test(later_beats_earlier),
		cmocka_unit_test(second_reading),
		cmocka_unit_test(second_reading_of_a_wrong_file),
		cmocka_unit_test(every_row_has_its_own_place),
	};
	char folder[] = "/tmp/unseen-options-XXXXXX";
	unsetenv("UNSEEN_ACCOUNT");
	if (!mkdtemp(folder) || chdir(folder) < 0)
		return EXIT_FAILURE;
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	unlink("config.ini");
	return chdir("/") < 0 || rmdir(folder) < 0 ? EXIT_FAILURE : failed;
}
