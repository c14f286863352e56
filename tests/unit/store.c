/* store.c, record.c: the file is made, refused, brought up to date; facts go in and come out. */
#include "store.h"
#include "record.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

struct place {
	char folder[64], db[128];
};

static int make_place(void **state)
{
	struct place *p = must_calloc(1, sizeof *p);
	snprintf(p->folder, sizeof p->folder, "/tmp/unseen-unit-XXXXXX");
	assert_non_null(mkdtemp(p->folder));
	snprintf(p->db, sizeof p->db, "%s/presence.db", p->folder);
	*state = p;
	return 0;
}

static int remove_place(void **state)
{
	struct place *p = *state;
	unlink(p->db);
	rmdir(p->folder);
	int left = access(p->folder, F_OK) == 0; /* some file was left behind */
	free(p);
	return left;
}

/* What another program would do to the file. */
static void by_sqlite3(const struct place *p, const char *sql)
{
	char *command = text_new("sqlite3 '%s' \"%s\"", p->db, sql);
	assert_int_equal(system(command), 0);
	free(command);
}

static void done(bool ok, const struct err *e)
{
	if (!ok)
		fail_msg("%s", e->text);
}

static struct record watch(struct store *store)
{
	struct record r = {.store = store};
	struct err e;
	done(record_begin(&r, "me@example.org", "here", now_ms() + 1000, true, 0, &e), &e);
	return r;
}

static int64_t ask_one(struct store *store, enum sql name, const char *account)
{
	AUTO(query_free) struct query *q = NULL;
	struct err e;
	bool more;
	done(store_query(&q, store, name, &e), &e);
	query_text(q, ":account", account);
	done(query_next(q, &more, &e), &e);
	return more ? query_get_int(q, 0) : -1;
}

/* A misspelt name in sql/ dies here, not in the field. */
static void every_statement_is_sql(void **state)
{
	struct place *p = *state;
	AUTO(store_close) struct store *store = NULL;
	struct err e;
	done(store_open_write(&store, p->db, &e), &e);
	for (enum sql name = 0; name < SQL_COUNT; name++) {
		AUTO(query_free) struct query *q = NULL;
		if (name == SQL_RULE_AFTER)
			continue; /* needs what SQL_RULE_BEFORE makes */
		if (!store_query(&q, store, name, &e))
			assert_true(strstr(e.text, "already exists") ||
			            strstr(e.text, "duplicate column")); /* it made the file */
	}
}

static void a_file_made_in_vain_goes(void **state)
{
	struct place *p = *state;
	struct store *store = NULL;
	struct err e;
	struct stat st;
	umask(0);
	done(store_open_write(&store, p->db, &e), &e);
	assert_int_equal(stat(p->db, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	store_close(&store);
	assert_null(store);
	assert_int_not_equal(access(p->db, F_OK), 0);
}

static void folders_on_the_way_are_made(void **state)
{
	struct place *p = *state;
	static const char *const paths[] = {"x", "./x", "a/x", "a//b/x", "./a/b/c/x"};
	struct stat st;
	int home = open(".", O_RDONLY);
	assert_int_equal(chdir(p->folder), 0);
	for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
		struct store *store = NULL;
		struct err e;
		done(store_open_write(&store, paths[i], &e), &e);
		store_close(&store);
	}
	assert_int_equal(stat("a/b", &st), 0);
	assert_int_equal(st.st_mode & 07777, 0700);
	assert_int_equal(rmdir("a/b/c") | rmdir("a/b") | rmdir("a"), 0);
	assert_int_equal(fchdir(home), 0);
	close(home);
}

static void one_recorder(void **state)
{
	struct place *p = *state;
	AUTO(store_close) struct store *first = NULL;
	AUTO(store_close) struct store *second = NULL;
	char pid[32];
	struct err e;
	done(store_open_write(&first, p->db, &e), &e);
	assert_false(store_open_write(&second, p->db, &e));
	assert_int_equal(e.status, EX_TEMPFAIL);
	snprintf(pid, sizeof pid, "process %ld", (long)getpid());
	assert_non_null(strstr(e.text, pid));
	assert_null(second);
	store_close(&first);
	done(store_open_write(&second, p->db, &e), &e);
}

static void facts_go_in_and_come_out(void **state)
{
	struct place *p = *state;
	struct store *store = NULL;
	struct err e;
	int64_t question;
	done(store_open_write(&store, p->db, &e), &e);
	AUTO(record_forget) struct record r = watch(store);
	struct roster_item item = {
		.contact = "ann@example.org", .name = "Ann \"A\" O'Neil", .subscription = "both"};
	item.groups = (const char *[]){"fri\"ends", "work", NULL};
	done(record_roster_item(&r, &item, &e), &e);
	struct stanza s = stanza_empty;
	s.kind = "presence";
	s.from = "ann@example.org/a/b";
	s.status = "'); DROP TABLE stanza; --";
	s.xml = "<presence/>";
	r.heard = now_ms();
	done(record_presence(&r, &s, &e), &e);
	done(record_question(&r, "ping", "ann@example.org/x", true, &question, &e), &e);
	done(record_timeout(&r, question, "ann@example.org/x", &e), &e);
	done(record_end(&r, "done", &e) && record_commit(&r, &e), &e);
	record_forget(&r);
	store_close(&store);

	AUTO(auto_free)
	char *check =
		text_new("sqlite3 '%s' \"SELECT resource, status, xml FROM presence_log;"
	                 "SELECT kind FROM stanza_log WHERE id = 2;"
	                 "SELECT name, verdict FROM contact_status;"
	                 "SELECT groups FROM roster;"
	                 "PRAGMA integrity_check; PRAGMA foreign_key_check; PRAGMA journal_mode\"",
	                 p->db);
	FILE *f = popen(check, "r");
	char out[512] = "";
	assert_true(fread(out, 1, sizeof out - 1, f) > 0);
	assert_int_equal(pclose(f), 0);
	assert_string_equal(out, "a/b|'); DROP TABLE stanza; --|<presence/>\n"
	                         "timeout\n"
	                         "Ann \"A\" O'Neil|visible\n"
	                         "[\"fri\\\"ends\",\"work\"]\n"
	                         "ok\nwal\n");
}

/* Whoever a loop turn made known is unknown again when it is undone, and the number is another's. */
static void an_undone_turn_is_forgotten(void **state)
{
	struct place *p = *state;
	struct store *store = NULL;
	struct err e;
	done(store_open_write(&store, p->db, &e), &e);
	struct record r = watch(store);
	struct stanza s = stanza_empty;
	s.from = "ann@example.org/a";
	done(record_commit(&r, &e) && record_presence(&r, &s, &e), &e);
	store_rollback(store);
	record_forget(&r);
	s.from = "bob@example.org/b";
	done(record_presence(&r, &s, &e), &e);
	s.from = "ann@example.org/a";
	done(record_presence(&r, &s, &e) && record_commit(&r, &e), &e);
	record_forget(&r);
	store_close(&store);
	by_sqlite3(p,
	           "CREATE TEMP TABLE u (x CHECK (x)); INSERT INTO u SELECT "
	           "group_concat(contact) = 'bob@example.org,ann@example.org' FROM presence_log");
}

static void a_crash_leaves_a_watch_that_ends_when_last_heard(void **state)
{
	struct place *p = *state;
	struct store *store = NULL;
	struct err e;
	done(store_open_write(&store, p->db, &e), &e);
	struct record r = watch(store);
	r.heard += 5000;
	done(record_commit(&r, &e), &e);
	store_close(&store); /* no record_end() */
	done(store_open_write(&store, p->db, &e), &e);
	r = watch(store);
	done(record_commit(&r, &e), &e);
	store_close(&store);
	by_sqlite3(p, "CREATE TEMP TABLE t AS SELECT 1 / (count(*) = 1) AS ok FROM watch WHERE "
	              "reason = 'lost' AND ended = heard_until AND ended - began = 5000;"
	              "CREATE TEMP TABLE u (x NOT NULL); INSERT INTO u SELECT ok FROM t");
}

/* A file with an older rule gets this one; what the user added, and every fact, stays. */
static void the_rule_is_brought_up_to_date(void **state)
{
	struct place *p = *state;
	AUTO(store_close) struct store *store = NULL;
	struct err e;
	done(store_open_write(&store, p->db, &e), &e);
	AUTO(record_forget) struct record r = watch(store);
	const struct roster_item item = {.contact = "ann@example.org", .subscription = "both"};
	struct stanza s = stanza_empty;
	s.kind = "presence";
	s.from = "ann@example.org/a";
	done(record_roster_item(&r, &item, &e) && record_presence(&r, &s, &e) &&
	             record_end(&r, "done", &e) && record_commit(&r, &e),
	     &e);
	record_forget(&r);
	store_close(&store);
	by_sqlite3(p,
	           "UPDATE rule SET print = 'older'; DROP VIEW invisible; CREATE TABLE mine (x); "
	           "DELETE FROM state_contact; CREATE VIEW my_view AS SELECT * FROM gaps");
	done(store_open_write(&store, p->db, &e), &e);
	store_close(&store);
	by_sqlite3(p, "SELECT * FROM mine, my_view, invisible; "
	              "CREATE TEMP TABLE u (x CHECK (x)); INSERT INTO u SELECT "
	              "(SELECT verdict = 'visible' FROM contact_status) AND "
	              "(SELECT count(*) = 1 FROM stanza)");
	done(store_open_read(&store, p->db, &e), &e);
	assert_int_equal(ask_one(store, SQL_WATCH_ID, "me@example.org"), -1);
}

static void foreign_files_stay_untouched(void **state)
{
	struct place *p = *state;
	static const struct {
		const char *sql;
		int status;
		const char *says;
	} files[] = {
		{"CREATE TABLE t (x)", EX_DATAERR, "another program"},
		{"PRAGMA application_id = 0x756e736e; PRAGMA user_version = 99; CREATE TABLE t (x)",
	         EX_DATAERR, "newer"},
	};
	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		AUTO(store_close) struct store *store = NULL;
		struct err e;
		struct stat before, after;
		by_sqlite3(p, files[i].sql);
		assert_int_equal(stat(p->db, &before), 0);
		assert_false(store_open_write(&store, p->db, &e));
		assert_int_equal(e.status, files[i].status);
		assert_non_null(strstr(e.text, files[i].says));
		assert_false(store_open_read(&store, p->db, &e));
		assert_int_equal(e.status, files[i].status);
		assert_int_equal(stat(p->db, &after), 0);
		assert_int_equal(before.st_size, after.st_size);
		assert_int_equal(before.st_mtim.tv_nsec, after.st_mtim.tv_nsec);
		unlink(p->db);
	}
}

/* The line is cut, and the watch goes on in another process (XEP-0198). */
static void a_watch_is_taken_up_again(void **state)
{
	struct place *p = *state;
	AUTO(store_close) struct store *store = NULL;
	AUTO(record_resumption_free) struct record_resumption how = {.id = NULL};
	struct err e;
	bool found;
	done(store_open_write(&store, p->db, &e), &e);
	struct record r = watch(store), again = {.store = store};
	done(record_resumption(&r, "token", UINT32_MAX, &e) && record_commit(&r, &e), &e);
	done(record_resume(&again, "ME@example.org", &how, &found, &e), &e);
	assert_true(found);
	assert_string_equal(how.id, "token");
	assert_true(how.handled == UINT32_MAX && !how.settled && how.every_ms == 0);
	assert_string_equal(how.account, "me@example.org");
	assert_string_equal(how.resource, "here");
	assert_int_equal(again.watch, r.watch);
	assert_int_equal(again.heard, r.heard);
	assert_int_equal(again.next_question, 1);
	done(record_cut(&again, "lost", &e) && record_resumed(&again, &e) &&
	             record_drop_questions(&again, &e) && record_told(&again, &e) &&
	             record_clock(&again, "resumed", NO_NUMBER, &e) && record_commit(&again, &e),
	     &e);
	by_sqlite3(p,
	           "CREATE TEMP TABLE one (n NOT NULL);"
	           "INSERT INTO one SELECT max(id) FROM cut WHERE resumed >= began AND until = 0;"
	           "INSERT INTO one SELECT max(id) FROM clock WHERE what = 'resumed' AND moved IS "
	           "NULL");
	record_resumption_free(&how);
	/* what is over cannot be */
	done(record_end(&again, "stopped", &e) && record_commit(&again, &e) &&
	             record_resume(&again, "me@example.org", &how, &found, &e),
	     &e);
	assert_false(found);
}

#define placed(test) cmocka_unit_test_setup_teardown(test, make_place, remove_place)

int main(void)
{
	const struct CMUnitTest tests[] = {
		placed(every_statement_is_sql),
		placed(a_file_made_in_vain_goes),
		placed(folders_on_the_way_are_made),
		placed(one_recorder),
		placed(facts_go_in_and_come_out),
		placed(an_undone_turn_is_forgotten),
		placed(a_crash_leaves_a_watch_that_ends_when_last_heard),
		placed(a_watch_is_taken_up_again),
		placed(the_rule_is_brought_up_to_date),
		placed(foreign_files_stay_untouched),
	};
	return cmocka_run_group_tests_name("store", tests, NULL, NULL);
}
