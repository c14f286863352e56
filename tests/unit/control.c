/* control.c: whoever owns the file asks, one line; nobody stalls the recorder, nobody gets what is another's. */
#include "control.h"

#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define PATIENCE_MS 30000

struct place {
	char folder[300], db[400];
	struct control *control;
};

static void done(bool ok, const struct err *e)
{
	if (!ok)
		fail_msg("%s", e->text);
}

static struct place *place_of(const char *deeper)
{
	struct place *p = must_calloc(1, sizeof *p);
	struct err e;
	snprintf(p->folder, sizeof p->folder, "/tmp/unseen-control-XXXXXX");
	assert_non_null(mkdtemp(p->folder));
	strcat(p->folder, deeper);
	if (*deeper)
		assert_int_equal(mkdir(p->folder, 0700), 0);
	snprintf(p->db, sizeof p->db, "%s/presence.db", p->folder);
	close(open(p->db, O_CREAT | O_WRONLY, 0600));
	done(control_open(&p->control, p->db, &e), &e);
	return p;
}

static int set_up(void **state)
{
	*state = place_of("");
	return 0;
}

static int set_up_far_down(void **state)
{
	static const char name[] = "/a-folder-whose-name-is-so-long-that-no-socket-address-of-the-"
				   "system-has-room-for-it-"
				   "and-for-what-stands-before-and-behind-it";
	*state = place_of(name);
	return 0;
}

static int tear_down(void **state)
{
	struct place *p = *state;
	AUTO(auto_free) char *name = text_new("%s.sock", p->db);
	control_close(&p->control);
	int left = access(name, F_OK) == 0;
	unlink(p->db);
	rmdir(p->folder);
	p->folder[strlen("/tmp/unseen-control-XXXXXX")] = '\0';
	rmdir(p->folder);
	free(p);
	return left;
}

static int connect_to(const struct place *p)
{
	struct sockaddr_un where = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_true(strlen(p->db) < 90);
	strcat(strcpy(where.sun_path, p->db), ".sock");
	assert_int_equal(connect(fd, (struct sockaddr *)&where, sizeof where), 0);
	return fd;
}

/* The next request, waited for as a recorder waits. */
static const char *next(struct place *p, int *client)
{
	int64_t until = mono_ms() + PATIENCE_MS;
	const char *request = control_take(p->control, client);
	while (!request && mono_ms() < until) {
		struct pollfd wait = {.fd = control_fd(p->control), .events = POLLIN};
		poll(&wait, 1, 1000);
		request = control_take(p->control, client);
	}
	return request;
}

/* What a client hears until it is hung up on. */
static char *all_of(int fd)
{
	char *text = must_calloc(1, 65536);
	size_t length = 0;
	ssize_t n;
	while ((n = read(fd, text + length, 65535 - length)) > 0)
		length += (size_t)n;
	close(fd);
	return text;
}

/* One asks from another process, as another command would. */
static void asks_and_is_answered(void **state)
{
	struct place *p = *state;
	struct stat st;
	AUTO(auto_free) char *name = text_new("%s.sock", p->db);
	int client, status;
	assert_int_equal(stat(name, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	pid_t child = fork();
	if (child == 0) {
		AUTO(auto_free) char *answer = NULL;
		struct err e;
		bool ok = control_ask(p->db, "status", PATIENCE_MS, &answer, &e) &&
		          strcmp(answer, "pid\t1\nall is well\n") == 0;
		_exit(ok ? 0 : 1);
	}
	assert_string_equal(next(p, &client), "status");
	control_answer(p->control, client, "pid\t1\nall is well\n");
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static void a_request_comes_in_pieces(void **state)
{
	struct place *p = *state;
	int client, fd = connect_to(p);
	for (const char *c = "sca"; *c; c++) {
		assert_int_equal(write(fd, c, 1), 1);
		assert_null(control_take(p->control, &client));
	}
	assert_int_equal(write(fd, "n\nmore", 6), 6);
	assert_string_equal(next(p, &client), "scan");
	control_answer(p->control, client, "done\n");
	AUTO(auto_free) char *heard = all_of(fd);
	assert_string_equal(heard, "done\n");
}

static void who_left_is_not_another(void **state)
{
	struct place *p = *state;
	int first, second, fd = connect_to(p);
	assert_int_equal(write(fd, "one\n", 4), 4);
	assert_string_equal(next(p, &first), "one");
	close(fd);
	assert_null(control_take(p->control, &second)); /* is hung up on */
	fd = connect_to(p);
	assert_int_equal(write(fd, "two\n", 4), 4);
	assert_string_equal(next(p, &second), "two");
	assert_int_not_equal(first, second);
	control_answer(p->control, first, "for one\n");
	control_answer(p->control, second, "for two\n");
	AUTO(auto_free) char *heard = all_of(fd);
	assert_string_equal(heard, "for two\n");
}

static void nonsense_is_hung_up_on(void **state)
{
	struct place *p = *state;
	char noise[4096];
	int client, fd = connect_to(p);
	memset(noise, 'x', sizeof noise);
	noise[7] = '\0';
	assert_true(send(fd, noise, sizeof noise, MSG_NOSIGNAL) > 0);
	struct pollfd wait = {.fd = control_fd(p->control), .events = POLLIN};
	while (poll(&wait, 1, 100) == 1)
		assert_null(control_take(p->control, &client));
	char byte;
	assert_true(read(fd, &byte, 1) <= 0);
	close(fd);
}

static void a_crowd_keeps_nobody_out_for_long(void **state)
{
	struct place *p = *state;
	int client, fds[20], let_in = 0;
	for (int i = 0; i < 8; i++) { /* who says nothing keeps a place */
		fds[i] = connect_to(p);
		assert_null(control_take(p->control, &client));
	}
	int ninth = connect_to(p);
	assert_null(control_take(p->control, &client));
	char byte;
	assert_int_equal(read(ninth, &byte, 1), 0);
	close(ninth);
	close(fds[3]);
	assert_null(control_take(p->control, &client));
	fds[3] = connect_to(p);
	for (int i = 0; i < 8; i++) {
		assert_int_equal(write(fds[i], "hello\n", 6), 6);
		assert_string_equal(next(p, &client), "hello");
		control_answer(p->control, client, "yes\n");
		AUTO(auto_free) char *heard = all_of(fds[i]);
		let_in += strcmp(heard, "yes\n") == 0;
	}
	assert_int_equal(let_in, 8);
}

static void what_a_dead_recorder_left_goes(void **state)
{
	struct place *p = *state;
	struct control *another = NULL;
	struct err e;
	int client;
	done(control_open(&another, p->db, &e), &e); /* the name is ours now */
	int fd = connect_to(p);
	assert_null(control_take(p->control, &client));
	assert_int_equal(write(fd, "scan\n", 5), 5);
	struct control *first = p->control;
	p->control = another;
	assert_string_equal(next(p, &client), "scan");
	close(fd);
	control_close(&p->control);
	p->control = first;
}

static void nobody_listens(void **state)
{
	struct place *p = *state;
	AUTO(auto_free) char *answer = NULL;
	struct err e;
	control_close(&p->control);
	assert_false(control_ask(p->db, "status", 1000, &answer, &e));
	assert_int_equal(e.status, EX_TEMPFAIL);
	assert_false(control_ask("/tmp/there/is/no/such.db", "status", 1000, &answer, &e));
	assert_int_equal(e.status, EX_TEMPFAIL);
}

static void who_does_not_answer_is_not_waited_for(void **state)
{
	struct place *p = *state;
	AUTO(auto_free) char *answer = NULL;
	struct err e;
	assert_false(control_ask(p->db, "status", 200, &answer, &e));
	assert_int_equal(e.status, EX_TEMPFAIL);
	assert_null(answer);
}

int main(void)
{
#define HERE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		HERE(asks_and_is_answered),
		cmocka_unit_test_setup_teardown(asks_and_is_answered, set_up_far_down, tear_down),
		HERE(a_request_comes_in_pieces),
		HERE(who_left_is_not_another),
		HERE(nonsense_is_hung_up_on),
		HERE(a_crowd_keeps_nobody_out_for_long),
		HERE(what_a_dead_recorder_left_goes),
		HERE(nobody_listens),
		HERE(who_does_not_answer_is_not_waited_for),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
