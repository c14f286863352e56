/* cmd_say.c: levels for the journal, and lines that go quiet. Standard error is a file here. */
#include "cmd.h"

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

static const struct options plain = {.look.utf8 = true}, quiet = {.verbose = -1};

/* Runs it with standard error in a file; says it is the journal's when `journal`. */
static void assert_says(void (*what)(void), bool journal, const char *expected)
{
	char name[] = "/tmp/unseen-say-XXXXXX", text[1000] = "";
	struct stat st;
	int file = mkstemp(name), before = dup(STDERR_FILENO);
	assert_true(file >= 0 && before >= 0 && fstat(file, &st) == 0);
	unlink(name);
	AUTO(auto_free)
	char *stream = text_new("%llu:%llu", (unsigned long long)st.st_dev,
	                        (unsigned long long)st.st_ino + !journal);
	setenv("JOURNAL_STREAM", stream, 1);
	dup2(file, STDERR_FILENO);
	what();
	fflush(stderr);
	dup2(before, STDERR_FILENO);
	assert_true(pread(file, text, sizeof text - 1, 0) >= 0);
	close(before);
	close(file);
	assert_string_equal(text, expected);
}

static void say_each_level(void)
{
	cmd_say(&plain, SAY_ERROR, "an error of %d", 3);
	cmd_say(&plain, SAY_WARNING, "a warning");
	cmd_say(&plain, SAY_NOTICE, "a notice\nin two lines");
	cmd_say(&plain, SAY_INFO, "much");
	cmd_say_line(SAY_ERROR, false, "\xc3\xa4");
}

static void levels(void **state)
{
	(void)state;
	assert_says(
		say_each_level, true,
		"<3>unseen: an error of 3\n<4>unseen: a warning\n"
		"<5>unseen: a notice\\u000ain two lines\n<6>unseen: much\n<3>unseen: \\u00e4\n");
	assert_says(say_each_level, false,
	            "unseen: an error of 3\nunseen: a warning\n"
	            "unseen: a notice\\u000ain two lines\nunseen: much\nunseen: \\u00e4\n");
}

static void say_quietly(void)
{
	struct said said = {0};
	cmd_say(&quiet, SAY_WARNING, "a warning");
	cmd_say_again(&quiet, &said, SAY_NOTICE, "a notice");
	cmd_say(&quiet, SAY_ERROR, "an error");
	cmd_say_end(&quiet, &said);
}

static void only_errors(void **state)
{
	(void)state;
	assert_says(say_quietly, false, "unseen: an error\n");
}

static void say_repeatedly(void)
{
	struct said said = {0};
	for (int i = 0; i < 4; i++)
		cmd_say_again(&plain, &said, SAY_WARNING, "lost");
	cmd_say_again(&plain, &said, SAY_NOTICE, "lost"); /* of another level, another line */
	cmd_say_again(&plain, &said, SAY_NOTICE, "back");
	cmd_say_again(&plain, &said, SAY_NOTICE, "back");
	cmd_say_again(&plain, &said, SAY_WARNING, "lost");
	said.at -= 30000; /* so much later */
	cmd_say_again(&plain, &said, SAY_WARNING, "lost");
	cmd_say_again(&plain, &said, SAY_WARNING, "lost");
	said.at -= 30000;
	cmd_say_again(&plain, &said, SAY_WARNING, "lost");
	cmd_say_again(&plain, &said, SAY_WARNING, "lost");
	cmd_say_end(&plain, &said);
	assert_null(said.text);
	cmd_say_end(&plain, &said);
}

static void repeated_lines(void **state)
{
	(void)state;
	assert_says(say_repeatedly, true,
	            "<4>unseen: lost\n<4>unseen: lost (repeated 3 times)\n<5>unseen: lost\n"
	            "<5>unseen: back\n<5>unseen: back (repeated 1 time)\n<4>unseen: lost\n"
	            "<4>unseen: lost\n<4>unseen: lost (repeated 1 time)\n"
	            "<4>unseen: lost (repeated 1 time)\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(levels),
		cmocka_unit_test(only_errors),
		cmocka_unit_test(repeated_lines),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
