/* dial: the race, on loopback. Nobody answers where a listener's queue is full. */
#include "dial.h"
#include "stop.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>
#undef fail /* ours is a function */
#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* ---- helpers ---- */

static int open_files(void)
{
	int count = 0;
	DIR *dir = opendir("/proc/self/fd");
	assert_non_null(dir);
	while (readdir(dir))
		count++;
	closedir(dir);
	return count;
}

static struct candidate candidate(const char *address, unsigned short port)
{
	struct candidate c = {.port = port};
	struct sockaddr_in *v4 = (struct sockaddr_in *)&c.where;
	struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)&c.where;
	snprintf(c.address, sizeof c.address, "%s", address);
	if (inet_pton(AF_INET, address, &v4->sin_addr) == 1) {
		v4->sin_family = AF_INET;
		v4->sin_port = htons(port);
		c.size = sizeof *v4;
	} else {
		assert_int_equal(inet_pton(AF_INET6, address, &v6->sin6_addr), 1);
		v6->sin6_family = AF_INET6;
		v6->sin6_port = htons(port);
		c.size = sizeof *v6;
	}
	return c;
}

/* Gives the listener, and the candidate that leads there. */
static int listener(const char *address, int queue, struct candidate *c)
{
	*c = candidate(address, 0);
	int fd = socket(c->where.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	socklen_t size = sizeof c->where;
	assert_int_equal(bind(fd, (struct sockaddr *)&c->where, c->size), 0);
	assert_int_equal(listen(fd, queue), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&c->where, &size), 0);
	c->port = ntohs(((struct sockaddr_in *)&c->where)->sin_port);
	return fd;
}

/* Where there is nobody. */
static struct candidate refusing(const char *address)
{
	struct candidate c;
	close(listener(address, 1, &c));
	return c;
}

/* Where nobody answers: the kernel drops what comes when the queue is full. */
struct silent {
	int listener, first, second;
	struct candidate at;
};

static struct silent silent(void)
{
	struct silent s;
	s.listener = listener("127.0.0.1", 0, &s.at);
	s.first = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	s.second = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	connect(s.first, (struct sockaddr *)&s.at.where, s.at.size);
	connect(s.second, (struct sockaddr *)&s.at.where, s.at.size);
	return s;
}

static void silent_end(struct silent *s)
{
	close(s->listener);
	close(s->first);
	close(s->second);
}

#define RACE(...)                                                                                  \
	((struct candidates){.list = {__VA_ARGS__},                                                \
	                     .count = sizeof((struct candidate[]){__VA_ARGS__}) /                  \
	                              sizeof(struct candidate)})

/* Gives how long it took; *fd is closed unless wanted. */
static int64_t assert_wins(const struct candidates *to, size_t winner)
{
	struct err e = {0};
	const struct candidate *won = NULL;
	int fd = -1, before = open_files();
	int64_t began = mono_ms();
	if (!dial_race(to, began + 10000, &fd, &won, &e))
		print_error("%d %s\n", e.status, e.text);
	assert_int_equal(e.status, 0);
	assert_ptr_equal(won, &to->list[winner]);
	assert_int_equal(open_files(), before + 1);
	struct sockaddr_storage peer;
	socklen_t size = sizeof peer;
	assert_int_equal(getpeername(fd, (struct sockaddr *)&peer, &size), 0);
	assert_int_equal(size, won->size);
	assert_memory_equal(&peer, &won->where, 8); /* family, port, IPv4 address */
	close(fd);
	return mono_ms() - began;
}

static int64_t assert_loses(const struct candidates *to, int ms, const char *because)
{
	struct err e = {0};
	const struct candidate *won = NULL;
	int fd = -12345, before = open_files();
	int64_t began = mono_ms();
	assert_false(dial_race(to, began + ms, &fd, &won, &e));
	int64_t took = mono_ms() - began;
	assert_int_equal(fd, -12345);
	assert_null(won);
	assert_int_equal(open_files(), before);
	if (e.status != EX_UNAVAILABLE || !strstr(e.text, because))
		print_error("%d %s\n", e.status, e.text);
	assert_int_equal(e.status, EX_UNAVAILABLE);
	assert_non_null(strstr(e.text, because));
	return took;
}

/* ---- the race ---- */

static void test_one(void **state)
{
	struct candidate good;
	(void)state;
	AUTO(auto_close) int at = listener("127.0.0.1", 1, &good);
	struct candidates to = RACE(good);
	assert_true(assert_wins(&to, 0) < 100);
	assert_true(at >= 0);
}

static void test_first_wins(void **state)
{
	struct candidate one, two;
	(void)state;
	AUTO(auto_close) int at = listener("127.0.0.1", 1, &one);
	AUTO(auto_close) int other = listener("127.0.0.1", 1, &two);
	struct candidates to = RACE(one, two);
	assert_true(assert_wins(&to, 0) < 100);
	/* and the second heard nothing */
	struct pollfd line = {.fd = other, .events = POLLIN};
	assert_int_equal(poll(&line, 1, 0), 0);
	assert_true(at >= 0);
}

static void test_refused_ones_cost_no_time(void **state)
{
	struct candidate good;
	(void)state;
	AUTO(auto_close) int at = listener("127.0.0.1", 1, &good);
	struct candidates to = RACE(refusing("127.0.0.1"), refusing("127.0.0.2"), good);
	assert_true(assert_wins(&to, 2) < 200);
	assert_true(at >= 0);
}

static void test_ipv6_refused(void **state)
{
	struct candidate good;
	(void)state;
	AUTO(auto_close) int at = listener("127.0.0.1", 1, &good);
	struct candidates to = RACE(candidate("::1", good.port), good);
	assert_true(assert_wins(&to, 1) < 200);
	assert_true(at >= 0);
}

static void test_silent_one_costs_a_quarter_second(void **state)
{
	struct candidate good;
	(void)state;
	AUTO(auto_close) int at = listener("127.0.0.1", 1, &good);
	AUTO(silent_end) struct silent nobody = silent();
	struct candidates to = RACE(nobody.at, good);
	assert_in_range(assert_wins(&to, 1), 240, 450);
	struct candidates more = RACE(nobody.at, nobody.at, refusing("127.0.0.1"), good);
	assert_in_range(assert_wins(&more, 3), 490, 750);
	assert_true(at >= 0);
}

/* A head start is all that the first has. */
static void test_slow_one_may_still_win(void **state)
{
	int status = 0;
	(void)state;
	AUTO(silent_end) struct silent slow = silent(), nobody = silent();
	pid_t child = fork();
	if (child == 0) {
		usleep(500000);
		close(accept(slow.listener, NULL, NULL));
		close(accept(slow.listener, NULL, NULL));
		usleep(3000000); /* its queue has room: the SYN that is sent again after 1 s gets in */
		_exit(0);
	}
	struct candidates to = RACE(slow.at, nobody.at);
	assert_in_range(assert_wins(&to, 0), 500, 3500);
	kill(child, SIGKILL);
	waitpid(child, &status, 0);
}

static void test_nobody(void **state)
{
	(void)state;
	struct candidates to = RACE(refusing("127.0.0.1"));
	AUTO(auto_free)
	char *because = text_new("127.0.0.1 port %d: Connection refused;", to.list[0].port);
	assert_true(assert_loses(&to, 10000, because) < 100);
	to = RACE(refusing("127.0.0.1"), refusing("::1"), refusing("127.0.0.3"));
	assert_true(assert_loses(&to, 10000, "::1 port") < 100);
	assert_true(assert_loses(&to, 10000, "127.0.0.3 port") < 100);
}

static void test_as_many_as_can_be(void **state)
{
	struct candidate good;
	(void)state;
	AUTO(auto_close) int at = listener("127.0.0.1", 1, &good);
	struct candidates to = {.count = MOST_CANDIDATES};
	for (size_t i = 0; i < MOST_CANDIDATES; i++)
		to.list[i] = refusing("127.0.0.1");
	assert_true(assert_loses(&to, 10000, "Connection refused") < 500);
	to.list[MOST_CANDIDATES - 1] = good;
	assert_true(assert_wins(&to, MOST_CANDIDATES - 1) < 500);
	assert_true(at >= 0);
}

static void test_unroutable_family(void **state)
{
	struct candidate good, odd = candidate("127.0.0.1", 1);
	(void)state;
	AUTO(auto_close) int at = listener("127.0.0.1", 1, &good);
	odd.where.ss_family = 250; /* no such family: socket() itself fails */
	struct candidates to = RACE(odd, good);
	assert_true(assert_wins(&to, 1) < 200);
	to = RACE(odd);
	assert_loses(&to, 1000, strerror(EAFNOSUPPORT));
	assert_true(at >= 0);
}

static void test_deadline(void **state)
{
	(void)state;
	AUTO(silent_end) struct silent nobody = silent();
	struct candidates to = RACE(nobody.at, nobody.at);
	assert_in_range(assert_loses(&to, 700, "no answer"), 690, 900);
	assert_true(assert_loses(&to, 0, "no time was left") < 100);
	assert_true(assert_loses(&to, -5000, "no time was left") < 100);
	to = RACE(nobody.at, refusing("127.0.0.1"));
	assert_in_range(assert_loses(&to, 500, "no answer"), 490, 700);
	assert_in_range(assert_loses(&to, 500, "Connection refused"), 490, 700);
}

/* In a child: a signal cannot be taken back. */
static void test_stopped(void **state)
{
	int status = 0;
	(void)state;
	AUTO(silent_end) struct silent nobody = silent();
	struct candidates to = RACE(nobody.at);
	int64_t began = mono_ms();
	pid_t child = fork();
	if (child == 0) {
		struct err e = {0};
		int fd;
		const struct candidate *won;
		stop_catch_signals(false);
		dial_race(&to, mono_ms() + 20000, &fd, &won, &e);
		_exit(e.status == EX_TEMPFAIL && strstr(e.text, "interrupted") ? 7 : 1);
	}
	usleep(300000);
	kill(child, SIGTERM);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 7);
	assert_true(mono_ms() - began < 1500);
}

/* ---- what is given ---- */

static int option(int fd, int level, int name)
{
	int value = -1;
	socklen_t size = sizeof value;
	assert_int_equal(getsockopt(fd, level, name, &value, &size), 0);
	return value;
}

static void test_the_socket(void **state)
{
	struct candidate good;
	struct err e = {0};
	const struct candidate *won;
	(void)state;
	AUTO(auto_close) int at = listener("::1", 1, &good);
	AUTO(auto_close) int fd = -1;
	struct candidates to = RACE(good);
	assert_true(dial_race(&to, mono_ms() + 5000, &fd, &won, &e));
	assert_true(fcntl(fd, F_GETFL) & O_NONBLOCK);
	assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
	assert_true(option(fd, IPPROTO_TCP, TCP_NODELAY));
	assert_true(option(fd, SOL_SOCKET, SO_KEEPALIVE));
	assert_int_equal(option(fd, IPPROTO_TCP, TCP_KEEPIDLE), 60);
	assert_int_equal(option(fd, IPPROTO_TCP, TCP_KEEPINTVL), 30);
	assert_int_equal(option(fd, IPPROTO_TCP, TCP_KEEPCNT), 3);
	assert_int_equal(option(fd, IPPROTO_TCP, TCP_USER_TIMEOUT), 90000);
	assert_int_equal(option(fd, SOL_SOCKET, SO_ERROR), 0);
	AUTO(auto_close) int peer = accept(at, NULL, NULL);
	assert_int_equal(write(fd, "x", 1), 1);
	char c = 0;
	assert_int_equal(read(peer, &c, 1), 1);
	assert_int_equal(c, 'x');
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_one),
		cmocka_unit_test(test_first_wins),
		cmocka_unit_test(test_refused_ones_cost_no_time),
		cmocka_unit_test(test_ipv6_refused),
		cmocka_unit_test(test_silent_one_costs_a_quarter_second),
		cmocka_unit_test(test_slow_one_may_still_win),
		cmocka_unit_test(test_nobody),
		cmocka_unit_test(test_as_many_as_can_be),
		cmocka_unit_test(test_unroutable_family),
		cmocka_unit_test(test_deadline),
		cmocka_unit_test(test_stopped),
		cmocka_unit_test(test_the_socket),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
