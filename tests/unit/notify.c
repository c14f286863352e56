/* notify.c, against a socket as the service manager has it. */
#include "notify.h"

#include "base.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>
#undef fail /* ours is a function */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* The manager's end, bound to that name ('@': abstract). */
static int manager(const char *name)
{
	struct sockaddr_un at = {.sun_family = AF_UNIX};
	size_t length = strlen(name);
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	assert_true(fd >= 0);
	memcpy(at.sun_path, name, length);
	if (*name == '@')
		at.sun_path[0] = '\0';
	assert_int_equal(bind(fd, (const struct sockaddr *)&at,
	                      (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length)),
	                 0);
	return fd;
}

static void assert_told(int fd, const char *expected)
{
	char text[200] = "";
	assert_int_equal(recv(fd, text, sizeof text - 1, 0), strlen(expected));
	assert_string_equal(text, expected);
}

static void by_name(const char *name)
{
	AUTO(auto_close) int fd = manager(name);
	char one_more;
	assert_int_equal(setenv("NOTIFY_SOCKET", name, 1), 0);
	notify_send("READY=1");
	assert_told(fd, "READY=1");
	notify_send("WATCHDOG=1\nSTATUS=online, 132 contacts");
	assert_told(fd, "WATCHDOG=1\nSTATUS=online, 132 contacts");
	assert_int_equal(recv(fd, &one_more, 1, 0), -1);
}

static void by_path(void **state)
{
	(void)state;
	AUTO(auto_free) char *name = text_new("/tmp/unseen-notify-%ld", (long)getpid());
	by_name(name);
	unlink(name);
}

static void by_abstract_name(void **state)
{
	(void)state;
	AUTO(auto_free) char *name = text_new("@unseen-notify-%ld", (long)getpid());
	by_name(name);
}

static void to_nobody(void **state)
{
	char big[200] = "/";
	const char *const names[] = {"", "/", "@", "relative", "/nowhere/at/all", "@unseen-nobody",
	                             big};
	(void)state;
	memset(big + 1, 'x', sizeof big - 2);
	int next = dup(0);
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		setenv("NOTIFY_SOCKET", names[i], 1);
		notify_send("READY=1");
	}
	unsetenv("NOTIFY_SOCKET");
	notify_send("READY=1");
	close(next);
	assert_int_equal(dup(0), next); /* no descriptor is left open */
	close(next);
}

/* A manager that does not read: its queue is full some time, and we are not kept. */
static void nobody_reads(void **state)
{
	(void)state;
	AUTO(auto_free) char *name = text_new("@unseen-notify-full-%ld", (long)getpid());
	AUTO(auto_close) int fd = manager(name);
	setenv("NOTIFY_SOCKET", name, 1);
	for (int i = 0; i < 5000; i++)
		notify_send("STATUS=x");
	assert_told(fd, "STATUS=x");
}

static void watchdog(void **state)
{
	AUTO(auto_free) char *us = text_new("%ld", (long)getpid());
	const struct {
		const char *usec, *pid;
		int64_t ms;
	} cases[] = {
		{"180000000", us, 180000},
		{"180000000", NULL, 180000},
		{"180000000", "1", 0},
		{"180000000", "", 0},
		{NULL, us, 0},
		{"", us, 0},
		{"x", us, 0},
		{"12x", us, 0},
		{"-5", us, 0},
		{"0", us, 0},
		{"1500000", us, 1500},
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		unsetenv("WATCHDOG_USEC");
		unsetenv("WATCHDOG_PID");
		if (cases[i].usec)
			setenv("WATCHDOG_USEC", cases[i].usec, 1);
		if (cases[i].pid)
			setenv("WATCHDOG_PID", cases[i].pid, 1);
		assert_int_equal(notify_watchdog_ms(), cases[i].ms);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(by_path),   cmocka_unit_test(by_abstract_name),
		cmocka_unit_test(to_nobody), cmocka_unit_test(nobody_reads),
		cmocka_unit_test(watchdog),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
