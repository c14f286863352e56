#include "senders.h"

#include "base.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void a_number_is_of_one_jid(void **state)
{
	(void)state;
	struct senders *s = senders_new();
	char jid[] = "ann@example.org/phone";
	senders_put(s, jid, 7);
	jid[0] = 'A'; /* it was copied */
	assert_int_equal(senders_get(s, "ann@example.org/phone"), 7);
	assert_int_equal(senders_get(s, jid), 0);
	assert_int_equal(senders_get(s, "ann@example.org"), 0);
	senders_put(s, "ann@example.org/phone", 8);
	assert_int_equal(senders_get(s, "ann@example.org/phone"), 8);
	senders_free(&s);
	assert_null(s);
	senders_free(&s);
}

/* More than there is room for: each number that is still held is the right one, and some are. */
static void who_is_pushed_out_is_not_taken_for_another(void **state)
{
	(void)state;
	struct senders *s = senders_new();
	int held = 0;
	for (int i = 1; i <= 50000; i++) {
		AUTO(auto_free) char *jid = text_new("c%d@example.org/x", i);
		senders_put(s, jid, i);
	}
	for (int i = 1; i <= 50000; i++) {
		AUTO(auto_free) char *jid = text_new("c%d@example.org/x", i);
		int64_t id = senders_get(s, jid);
		assert_true(id == 0 || id == i);
		held += id != 0;
	}
	assert_in_range(held, 1000, 10000);
	senders_free(&s);
}

static void a_long_jid_is_not_kept(void **state)
{
	(void)state;
	struct senders *s = senders_new();
	char jid[3000];
	memset(jid, 'a', sizeof jid - 1);
	jid[sizeof jid - 1] = '\0';
	senders_put(s, jid, 1);
	assert_int_equal(senders_get(s, jid), 0);
	senders_free(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_number_is_of_one_jid),
		cmocka_unit_test(who_is_pushed_out_is_not_taken_for_another),
		cmocka_unit_test(a_long_jid_is_not_kept),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
