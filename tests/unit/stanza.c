/* stanza.c: the small texts inside a stanza. */
#include "stanza.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void times(void **state)
{
	(void)state;
	assert_int_equal(stanza_time("2026-11-22T10:30:00Z"), 1795343400000);
	assert_int_equal(stanza_time("2026-11-22T10:30:00.123Z"), 1795343400123);
	assert_int_equal(stanza_time("2026-11-22T10:30:00.5Z"), 1795343400500);
	assert_int_equal(stanza_time("2026-11-22T10:30:00.1239999999999999999999999999999Z"),
	                 1795343400123);
	assert_int_equal(stanza_time("2026-11-22T11:30:00+01:00"), 1795343400000);
	assert_int_equal(stanza_time("2026-11-22T05:00:00-05:30"), 1795343400000);
	assert_int_equal(stanza_time("2028-02-29T00:00:00Z") + 86400000,
	                 stanza_time("2028-03-01T00:00:00Z"));
	assert_int_equal(stanza_time("2026-12-31T23:59:60Z"), stanza_time("2027-01-01T00:00:00Z"));
}

static void no_times(void **state)
{
	static const char *const texts[] = {
		"",
		"yesterday",
		"2026-11-22",
		"2026-11-22T10:30:00",
		"2026-11-22 10:30:00Z",
		"2026-11-22T10:30:00Zx",
		"2026-13-22T10:30:00Z",
		"2026-00-22T10:30:00Z",
		"2026-02-29T10:30:00Z",
		"2026-04-31T10:30:00Z",
		"2026-11-22T10:30:00.Z",
		"2026-11-32T10:30:00Z",
		"2026-11-22T24:30:00Z",
		"2026-11-22T10:60:00Z",
		"2026-11-22T10:30:61Z",
		"2026-11-22T10:30:00+15:00",
		"2026-11-22T10:30:00+01:60",
		"292277026596-01-01T00:00:00Z",
		"1998-12-31T23:59:59Z",
		"2200-01-01T00:00:00Z",
		"-026-11-22T10:30:00Z",
		"20061122T10:30:00", /* XEP-0091 is not XEP-0082 */
	};
	(void)state;
	assert_true(stanza_time(NULL) == NO_NUMBER);
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		if (stanza_time(texts[i]) != NO_NUMBER)
			fail_msg("'%s' was taken for a time", texts[i]);
}

static void numbers(void **state)
{
	(void)state;
	assert_int_equal(stanza_number("5", -128, 127), 5);
	assert_int_equal(stanza_number("-128", -128, 127), -128);
	assert_true(stanza_number("-129", -128, 127) == NO_NUMBER);
	assert_true(stanza_number("128", -128, 127) == NO_NUMBER);
	assert_true(stanza_number("999999999999999999999", -128, INT64_MAX) == NO_NUMBER);
	assert_true(stanza_number("abc", -128, 127) == NO_NUMBER);
	assert_true(stanza_number("1x", -128, 127) == NO_NUMBER);
	assert_true(stanza_number(" 1", -128, 127) == NO_NUMBER);
	assert_true(stanza_number("", -128, 127) == NO_NUMBER);
	assert_true(stanza_number(NULL, -128, 127) == NO_NUMBER);
}

static void jids(void **state)
{
	(void)state;
	assert_int_equal(jid_bare_length("ann@example.org/phone"), 15);
	assert_int_equal(jid_bare_length("ann@example.org"), 15);
	assert_int_equal(jid_bare_length("example.org/a@b/c"), 11);
	assert_string_equal(jid_domain("ann@example.org/phone"), "example.org/phone");
	assert_string_equal(jid_domain("example.org/a@b"), "example.org/a@b");
}

static void accounts(void **state)
{
	static const char *const bad[] = {"",
	                                  "ann",
	                                  "@example.org",
	                                  "ann@",
	                                  "ann@example.org/phone",
	                                  "a@b@c",
	                                  "a b@c.org",
	                                  "ann@exa mple.org",
	                                  "ann@example\n",
	                                  "a'b@c.org",
	                                  "a\x7f@b.c",
	                                  "a\xff@b.c"};
	struct err e;
	char longest[1100];
	(void)state;
	assert_true(jid_is_account("ann@example.org", &e));
	assert_true(jid_is_account("ünn@exämple.org", &e));
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		e.status = 0;
		if (jid_is_account(bad[i], &e) || e.status != EX_USAGE)
			fail_msg("'%s' was taken for an account", bad[i]);
	}
	memset(longest, 'a', sizeof longest);
	strcpy(longest + 1024, "@b.c");
	assert_false(jid_is_account(longest, &e));
	assert_true(jid_is_account(longest + 1, &e));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(times), cmocka_unit_test(no_times), cmocka_unit_test(numbers),
		cmocka_unit_test(jids),  cmocka_unit_test(accounts),
	};
	return cmocka_run_group_tests_name("stanza", tests, NULL, NULL);
}
