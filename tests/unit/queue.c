/* A patient store: what the file does not take waits, in order, and is in it once. */
#include "record.h"

#include <dirent.h>
#include <setjmp.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cmocka.h>

#define HELD 20 /* presences heard while the file takes nothing */

struct place {
	char folder[64], db[96];
	struct store *store;
	struct record record;
};

static void done(bool ok, const struct err *e)
{
	if (!ok)
		fail_msg("%s", e->text);
}

static int set_up(void **state)
{
	struct place *p = must_calloc(1, sizeof *p);
	struct err e;
	snprintf(p->folder, sizeof p->folder, "/tmp/unseen-queue-XXXXXX");
	assert_non_null(mkdtemp(p->folder));
	snprintf(p->db, sizeof p->db, "%s/presence.db", p->folder);
	done(store_open_write(&p->store, p->db, &e), &e);
	done(store_be_patient(p->store, &e), &e);
	p->record.store = p->store;
	done(record_begin(&p->record, "me@example.org", "here", now_ms() + 1000, true, 0, &e), &e);
	done(record_commit(&p->record, &e), &e);
	*state = p;
	return 0;
}

static int tear_down(void **state)
{
	struct place *p = *state;
	record_forget(&p->record);
	store_close(&p->store);
	DIR *folder = opendir(p->folder);
	for (struct dirent *entry; folder && (entry = readdir(folder)) != NULL;)
		unlinkat(dirfd(folder), entry->d_name, 0);
	closedir(folder);
	rmdir(p->folder);
	free(p);
	return 0;
}

/* Presences first … first + count - 1, a transaction each. */
static void hear(struct place *p, int first, int count)
{
	struct err e;
	for (int i = first; i < first + count; i++) {
		AUTO(auto_free) char *status = text_new("%d", i);
		struct stanza s = stanza_empty;
		s.kind = "presence";
		s.from = "ann@example.org/phone";
		s.status = status;
		s.xml = "<presence/>";
		p->record.heard = now_ms();
		done(record_presence(&p->record, &s, &e), &e);
		done(record_commit(&p->record, &e), &e);
	}
}

static void catch_up(struct place *p)
{
	struct err e;
	for (int i = 0; store_is_behind(p->store) && i < 300; i++) {
		usleep(100000); /* its own pauses grow to ten seconds */
		done(store_commit(p->store, &e), &e);
	}
	assert_false(store_is_behind(p->store));
	assert_int_equal(store_health(p->store)->queued, 0);
}

/* The file has them all, in order, each once. */
static void has_all(struct place *p, int count)
{
	sqlite3 *db;
	sqlite3_stmt *rows;
	int n = 0;
	assert_int_equal(sqlite3_open_v2(p->db, &db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(db, "SELECT status FROM presence_log ORDER BY id", -1,
	                                    &rows, NULL),
	                 SQLITE_OK);
	for (; sqlite3_step(rows) == SQLITE_ROW; n++)
		assert_int_equal(sqlite3_column_int(rows, 0), n);
	assert_int_equal(n, count);
	sqlite3_finalize(rows);
	sqlite3_close(db);
}

static void another_writer_is_waited_for(void **state)
{
	struct place *p = *state;
	sqlite3 *other;
	hear(p, 0, 5);
	assert_int_equal(sqlite3_open(p->db, &other), SQLITE_OK);
	assert_int_equal(sqlite3_exec(other, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
	hear(p, 5, HELD);
	assert_true(store_is_behind(p->store));
	/* each transaction has two writes: the presence, and when the server was heard */
	assert_true(store_health(p->store)->queued >= HELD);
	assert_non_null(strstr(store_health(p->store)->trouble, "write lock"));
	has_all(p, 5);
	assert_int_equal(sqlite3_exec(other, "ROLLBACK", NULL, NULL, NULL), SQLITE_OK);
	catch_up(p);
	has_all(p, 5 + HELD);
	sqlite3_close(other);
}

static void a_full_disk_is_waited_for(void **state)
{
	struct place *p = *state;
	struct rlimit before, none = {0};
	signal(SIGXFSZ, SIG_IGN);
	getrlimit(RLIMIT_FSIZE, &before);
	none.rlim_max = before.rlim_max;
	hear(p, 0, 5);
	none.rlim_cur = 4096; /* the log is longer by now */
	setrlimit(RLIMIT_FSIZE, &none);
	hear(p, 5, HELD);
	assert_true(store_is_behind(p->store));
	setrlimit(RLIMIT_FSIZE, &before);
	catch_up(p);
	has_all(p, 5 + HELD);
	hear(p, 5 + HELD, 5);
	has_all(p, 10 + HELD);
	signal(SIGXFSZ, SIG_DFL);
}

static void what_waits_at_the_end_is_tried_once_more(void **state)
{
	struct place *p = *state;
	sqlite3 *other;
	assert_int_equal(sqlite3_open(p->db, &other), SQLITE_OK);
	assert_int_equal(sqlite3_exec(other, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
	hear(p, 0, HELD);
	assert_true(store_is_behind(p->store));
	assert_int_equal(sqlite3_exec(other, "ROLLBACK", NULL, NULL, NULL), SQLITE_OK);
	store_close(&p->store);
	has_all(p, HELD);
	sqlite3_close(other);
}

static void a_file_that_moved_is_noticed(void **state)
{
	struct place *p = *state;
	AUTO(auto_free) char *elsewhere = text_new("%s.moved", p->db);
	assert_false(store_is_moved(p->store));
	assert_int_equal(rename(p->db, elsewhere), 0);
	assert_true(store_is_moved(p->store));
	assert_int_equal(rename(elsewhere, p->db), 0);
	assert_false(store_is_moved(p->store));
}

static void half_a_watch_is_none(void **state)
{
	struct place *p = *state;
	struct record r = {.store = p->store};
	struct err e;
	sqlite3 *other;
	assert_int_equal(sqlite3_open(p->db, &other), SQLITE_OK);
	assert_int_equal(sqlite3_exec(other, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
	assert_false(record_begin(&r, "me@example.org", "here", now_ms(), true, 0, &e));
	assert_int_equal(e.status, EX_TEMPFAIL);
	store_rollback(p->store);
	assert_int_equal(sqlite3_exec(other, "ROLLBACK", NULL, NULL, NULL), SQLITE_OK);
	catch_up(p);
	hear(p, 0, 1);
	has_all(p, 1);
	sqlite3_close(other);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(another_writer_is_waited_for, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_full_disk_is_waited_for, set_up, tear_down),
		cmocka_unit_test_setup_teardown(what_waits_at_the_end_is_tried_once_more, set_up,
	                                        tear_down),
		cmocka_unit_test_setup_teardown(a_file_that_moved_is_noticed, set_up, tear_down),
		cmocka_unit_test_setup_teardown(half_a_watch_is_none, set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
