/* secret.c and words.c: every source, what is refused, and what is left behind.
 * Built with -DSECRET_COMMAND_MS=1000 or so, since some tests wait it out. */
#include "secret.h"
#include "words.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>
#undef fail /* ours is a function */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pty.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef SECRET_COMMAND_MS
#error "say how long the tests shall wait for what hangs"
#endif

/* ---- helpers ---- */

static const struct secret_source nothing = {.fd = -1, .account = "me@example.org"};

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

static void assert_gets(const struct secret_source *from, const char *expected)
{
	struct err e = {0};
	char *secret = NULL;
	int before = open_files();
	bool got = secret_get(&secret, from, &e);
	if (!got)
		print_error("%d %s\n", e.status, e.text);
	assert_true(got);
	assert_string_equal(secret, expected);
	assert_int_equal(open_files(), before);
	secret_free(&secret);
	assert_null(secret);
	secret_free(&secret);
}

static void assert_refuses(const struct secret_source *from, int status, const char *because)
{
	struct err e = {0};
	char *secret = (char *)&e; /* must stay as it is */
	int before = open_files();
	assert_false(secret_get(&secret, from, &e));
	assert_ptr_equal(secret, &e);
	if (e.status != status || !strstr(e.text, because))
		print_error("%d %s\n", e.status, e.text);
	assert_int_equal(e.status, status);
	assert_non_null(strstr(e.text, because));
	assert_int_equal(open_files(), before);
}

static struct secret_source command(const char *command)
{
	return (struct secret_source){.command = command, .fd = -1};
}

static struct secret_source file(const char *path)
{
	return (struct secret_source){.file = path, .fd = -1};
}

static void write_file(const char *path, const void *bytes, size_t length, mode_t mode)
{
	unlink(path);
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL, 0600);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, length), length);
	assert_int_equal(fchmod(fd, mode), 0);
	close(fd);
}

static void file_gives(const char *bytes, size_t length, const char *expected)
{
	write_file("pw", bytes, length, 0600);
	struct secret_source from = file("pw");
	assert_gets(&from, expected);
}

static void file_fails(const char *bytes, size_t length, const char *because)
{
	write_file("pw", bytes, length, 0600);
	struct secret_source from = file("pw");
	assert_refuses(&from, EX_CONFIG, because);
}

#define GIVES(literal, expected) file_gives(literal, sizeof(literal) - 1, expected)
#define FAILS(literal, because) file_fails(literal, sizeof(literal) - 1, because)

static void run_gives(const char *line, const char *expected)
{
	struct secret_source from = command(line);
	assert_gets(&from, expected);
}

static void run_fails(const char *line, const char *because)
{
	struct secret_source from = command(line);
	assert_refuses(&from, EX_CONFIG, because);
}

static int clean(void **state)
{
	(void)state;
	unsetenv("UNSEEN_PASSWORD");
	unsetenv("CREDENTIALS_DIRECTORY");
	return 0;
}

/* ---- which source ---- */

static void assert_gets_with_env(const struct secret_source *from, const char *expected)
{
	setenv("UNSEEN_PASSWORD", "environment", 1);
	assert_gets(from, expected);
}

/* All are set; one after the other is taken away. */
static void first_that_is_set_wins(void **state)
{
	(void)state;
	int ends[2];
	assert_int_equal(mkdir("cred", 0700), 0);
	write_file("cred/xmpp-password", "credential", 10, 0600);
	write_file("pw", "file", 4, 0600);
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(write(ends[1], "fd", 2), 2);
	close(ends[1]);
	struct secret_source from = {.command = "echo command", .file = "pw", .fd = ends[0]};
	setenv("CREDENTIALS_DIRECTORY", "cred", 1);
	assert_gets_with_env(&from, "credential");
	unsetenv("CREDENTIALS_DIRECTORY");
	assert_gets_with_env(&from, "command");
	from.command = NULL;
	assert_gets_with_env(&from, "file");
	from.file = NULL;
	assert_gets_with_env(&from, "fd");
	close(ends[0]);
	from.fd = -1;
	assert_gets_with_env(&from, "environment");
}

static void a_source_that_fails_is_not_passed_over(void **state)
{
	(void)state;
	struct secret_source from = {.command = "false", .file = "pw", .fd = -1};
	write_file("pw", "file", 4, 0600);
	assert_refuses(&from, EX_CONFIG, "exit status 1");
	from = file("missing");
	setenv("UNSEEN_PASSWORD", "environment", 1);
	assert_refuses(&from, EX_NOINPUT, "missing");
}

static void credential_has_any_mode_but_must_be_there(void **state)
{
	(void)state;
	mkdir("cred", 0700);
	write_file("cred/xmpp-password", "credential\n", 11, 0444);
	write_file("pw", "file", 4, 0600);
	struct secret_source from = file("pw");
	setenv("CREDENTIALS_DIRECTORY", "cred", 1);
	assert_gets(&from, "credential");
	unlink("cred/xmpp-password");
	assert_gets(&from, "file");
	assert_int_equal(mkdir("cred/xmpp-password", 0700), 0);
	assert_refuses(&from, EX_CONFIG, "no regular file");
	rmdir("cred/xmpp-password");
	setenv("CREDENTIALS_DIRECTORY", "", 1);
	assert_gets(&from, "file");
	setenv("CREDENTIALS_DIRECTORY", "pw", 1); /* wrongly set is not the same as not set */
	assert_refuses(&from, EX_NOINPUT, "Not a directory");
}

/* ---- what a password is ---- */

static void one_line_end_and_mark_are_dropped(void **state)
{
	(void)state;
	GIVES("secret", "secret");
	GIVES("secret\n", "secret");
	GIVES("secret\r\n", "secret");
	GIVES(" se cret \t\n", " se cret \t");
	GIVES("\xef\xbb\xbfsecret\r\n", "secret");
	GIVES("se\357\273\277cret", "se\357\273\277cret");
	GIVES("Gr\u00fc\u00dfe \U0001f511", "Gr\u00fc\u00dfe \U0001f511");
}

static void what_is_no_password_is_refused(void **state)
{
	(void)state;
	FAILS("", "empty");
	FAILS("\n", "empty");
	FAILS("\r\n", "empty");
	FAILS("\xef\xbb\xbf\n", "empty");
	FAILS("a\0b", "NUL");
	FAILS("a\0", "NUL");
	FAILS("\n\n", "line break");
	FAILS("two\nlines\n", "line break");
	FAILS("secret\r", "line break");
	FAILS("a\rb", "line break");
	FAILS("caf\xe9", "UTF-8");
	FAILS("\xc0\xaf", "UTF-8");
	FAILS("\xed\xa0\x80", "UTF-8");
}

static void length_is_bounded(void **state)
{
	(void)state;
	enum { LONGEST = 1023, TEN_MB = 10 << 20 };
	char *big = must_calloc(TEN_MB, 1);
	memset(big, 'x', TEN_MB);
	file_fails(big, TEN_MB, "longer than 1023");
	file_fails(big, LONGEST + 1, "longer than 1023");
	AUTO(auto_free) char *longest = text_new("%.*s", LONGEST, big);
	file_gives(big, LONGEST, longest);
	memcpy(big, "\xef\xbb\xbf", 3);
	memcpy(big + 3 + LONGEST, "\r\n", 2);
	file_gives(big, 3 + LONGEST + 2, longest);
	memcpy(big + 3 + LONGEST, "\r\nx", 3);
	file_fails(big, 3 + LONGEST + 3, "longer than 1023");
	memcpy(big + 3 + LONGEST, "x\r\n", 3);
	file_fails(big, 3 + LONGEST + 3, "longer than 1023");
	free(big);
}

/* ---- a file ---- */

static void file_others_can_read_is_refused(void **state)
{
	(void)state;
	static const mode_t open_modes[] = {0644, 0640, 0604, 0620, 0602, 0610, 0601, 0777};
	struct secret_source from = file("pw");
	for (size_t i = 0; i < sizeof open_modes / sizeof *open_modes; i++) {
		write_file("pw", "secret", 6, open_modes[i]);
		assert_refuses(&from, EX_NOPERM, "run: chmod 600 pw");
	}
	write_file("pw", "secret", 6, 0700);
	assert_gets(&from, "secret");
	write_file("pw", "secret", 6, 0400);
	assert_gets(&from, "secret");
	write_file("my pw", "secret", 6, 0644);
	from.file = "my pw";
	assert_refuses(&from, EX_NOPERM, "run: chmod 600 'my pw'");
}

static void file_of_somebody_else_is_refused(void **state)
{
	(void)state;
	struct secret_source from = file("theirs");
	if (geteuid() != 0) {
		print_message("only root can give a file away\n");
		skip();
	}
	write_file("theirs", "secret", 6, 0600);
	assert_int_equal(chown("theirs", 12345, 0), 0);
	assert_refuses(&from, EX_NOPERM, "belongs to user 12345");
}

static void file_is_checked_behind_a_link(void **state)
{
	(void)state;
	struct secret_source from = file("link");
	assert_int_equal(symlink("target", "link"), 0);
	assert_refuses(&from, EX_NOINPUT, "link");
	write_file("target", "secret", 6, 0644);
	assert_refuses(&from, EX_NOPERM, "chmod 600");
	write_file("target", "secret", 6, 0600);
	assert_gets(&from, "secret");
}

static void file_must_be_one(void **state)
{
	(void)state;
	struct secret_source from = file("/");
	assert_refuses(&from, EX_CONFIG, "no regular file");
	from.file = "/dev/zero";
	assert_refuses(&from, EX_CONFIG, "no regular file");
	from.file = "missing";
	assert_refuses(&from, EX_NOINPUT, "No such file");
	from.file = "";
	assert_refuses(&from, EX_NOINPUT, "No such file");
}

static void fifo_is_waited_for(void **state)
{
	(void)state;
	struct secret_source from = file("fifo");
	assert_int_equal(mkfifo("fifo", 0600), 0);
	pid_t writer = fork();
	if (writer == 0) {
		usleep(50000);
		int fd = open("fifo", O_WRONLY);
		bool wrote = write(fd, "sec", 3) == 3;
		usleep(50000);
		_exit(wrote && write(fd, "ret\n", 4) == 4 ? 0 : 1);
	}
	assert_gets(&from, "secret");
	waitpid(writer, NULL, 0);
	assert_int_equal(chmod("fifo", 0644), 0);
	assert_refuses(&from, EX_NOPERM, "chmod 600 fifo");
}

static void fifo_nobody_writes_to_is_given_up(void **state)
{
	(void)state;
	struct secret_source from = file("silent");
	assert_int_equal(mkfifo("silent", 0600), 0);
	int64_t began = mono_ms();
	assert_refuses(&from, EX_CONFIG, "within");
	assert_in_range(mono_ms() - began, SECRET_COMMAND_MS - 5, SECRET_COMMAND_MS + 2000);
}

static void on_alarm(int signal_number)
{
	(void)signal_number;
}

static void a_signal_ends_the_wait(void **state)
{
	(void)state;
	struct secret_source from = file("alarmed");
	const struct itimerval soon = {.it_value = {.tv_usec = 50000}};
	const struct sigaction action = {.sa_handler = on_alarm};
	assert_int_equal(mkfifo("alarmed", 0600), 0);
	assert_int_equal(sigaction(SIGALRM, &action, NULL), 0);
	assert_int_equal(setitimer(ITIMER_REAL, &soon, NULL), 0);
	assert_refuses(&from, EX_CONFIG, "Interrupted");
}

/* ---- a descriptor ---- */

static void descriptor_is_read_to_its_end(void **state)
{
	(void)state;
	int ends[2];
	struct secret_source from = nothing;
	assert_int_equal(pipe(ends), 0);
	from.fd = ends[0];
	assert_int_equal(write(ends[1], "secret\n", 7), 7);
	assert_refuses(&from, EX_CONFIG, "within"); /* the writer has not finished */
	assert_int_equal(write(ends[1], "secret\n", 7), 7);
	close(ends[1]);
	assert_gets(&from, "secret");
	assert_int_equal(fcntl(ends[0], F_GETFD), FD_CLOEXEC); /* open still, and ours */
	assert_refuses(&from, EX_CONFIG, "empty");
	close(ends[0]);
	assert_refuses(&from, EX_CONFIG, "file descriptor");
}

static void endless_descriptor_is_too_long(void **state)
{
	(void)state;
	struct secret_source from = nothing;
	from.fd = open("/dev/zero", O_RDONLY);
	assert_refuses(&from, EX_CONFIG, "longer than 1023");
	close(from.fd);
}

/* ---- a command ---- */

static void command_gives_its_first_line(void **state)
{
	(void)state;
	run_gives("echo secret", "secret");
	run_gives("printf secret", "secret");
	run_gives("printf 'secret\\r\\nuser: me\\n'", "secret");
	run_gives("sh -c 'echo secret; yes | head -c 300000'", "secret");
	run_gives("sh -c 'printf sec; sleep 0.05; echo ret; printf more'", "secret");
	run_gives("/bin/echo \"it's\" \\\"plain\\\" 'a  b' c\\ d", "it's \"plain\" a  b c d");
	run_gives("printf %s/%s/%s a '' b", "a//b");
}

static void command_must_give_one(void **state)
{
	(void)state;
	run_fails("true", "the password command is empty");
	run_fails("sh -c 'echo; echo secret'", "the password command is empty");
	run_fails("head -c 2000 /dev/zero", "longer than 1023");
	run_fails("printf 'a\\0b\\n'", "NUL");
	run_fails("printf '\\377\\n'", "UTF-8");
}

static void command_that_fails_is_reported(void **state)
{
	(void)state;
	run_fails("sh -c 'echo secret; exit 3'", "sh failed (exit status 3)");
	run_fails("sh -c 'echo secret; kill -KILL $$'", "signal 9");
	run_fails("no-such-program-here x", "cannot run the password command no-such-program-here");
	run_fails("", "command is empty");
	run_fails(" \t ", "command is empty");
	run_fails("echo 'secret", "quotes");
}

static void command_that_hangs_is_killed(void **state)
{
	(void)state;
	static const char *const hanging[] = {
		"sleep 60",
		"sh -c 'echo secret; exec sleep 60'",
		"yes",
		"sh -c 'echo secret; exec >&- sleep 60'",
	};
	for (size_t i = 0; i < sizeof hanging / sizeof *hanging; i++) {
		int64_t began = mono_ms();
		run_fails(hanging[i], "did not finish within");
		assert_in_range(mono_ms() - began, SECRET_COMMAND_MS - 5, SECRET_COMMAND_MS + 2000);
		assert_int_equal(waitpid(-1, NULL, WNOHANG), -1); /* nobody is left */
		assert_int_equal(errno, ECHILD);
	}
}

/* An agent started on the way keeps our pipe for as long as it lives. */
static void command_may_leave_a_child_behind(void **state)
{
	(void)state;
	int64_t began = mono_ms();
	run_gives("sh -c 'sleep 3 2>/dev/null & echo secret'", "secret");
	assert_in_range(mono_ms() - began, 0, 2500);
}

static void command_starts_fresh(void **state)
{
	(void)state;
	sigset_t term, before;
	sigemptyset(&term);
	sigaddset(&term, SIGTERM);
	signal(SIGPIPE, SIG_IGN);
	sigprocmask(SIG_BLOCK, &term, &before);
	run_fails("sh -c 'kill -PIPE $$; echo alive'", "signal 13");
	run_fails("sh -c 'kill -TERM $$; echo alive'", "signal 15");
	sigprocmask(SIG_SETMASK, &before, NULL);
	signal(SIGPIPE, SIG_DFL);
}

static void command_sees_no_other_secret(void **state)
{
	(void)state;
	int fd = dup2(STDERR_FILENO, 9);
	struct secret_source from = {
		.command =
			"sh -c 'test -e /proc/self/fd/9 || echo closed-${UNSEEN_PASSWORD-unset}'",
		.fd = fd,
	};
	setenv("UNSEEN_PASSWORD", "environment", 1);
	assert_gets(&from, "closed-unset");
	close(fd);
}

/* Against what a child has that popen() started. */
static void command_inherits_no_pipe(void **state)
{
	(void)state;
	char usual[40] = "";
	FILE *shell = popen("exec sh -c 'set -- /proc/self/fd/*; echo $#'", "re");
	assert_non_null(shell);
	assert_non_null(fgets(usual, sizeof usual, shell));
	pclose(shell);
	usual[strcspn(usual, "\n")] = '\0';
	run_gives("sh -c 'set -- /proc/self/fd/*; echo $#'", usual);
}

/* ---- words ---- */

/* `expected`: the words, each with a bar behind it; NULL: refused. */
static void assert_words(const char *line, const char *expected)
{
	struct err e = {0};
	AUTO(words_free) struct words words = {0};
	char got[200] = "";
	assert_int_equal(words_read(&words, line, &e), expected != NULL);
	assert_int_equal(e.status, expected ? 0 : EX_CONFIG);
	for (char **word = words.list; word && *word; word++)
		strcat(strcat(got, *word), "|");
	assert_string_equal(got, expected ? expected : "");
}

static void words_are_split_as_the_shell_does(void **state)
{
	(void)state;
	assert_words("a", "a|");
	assert_words(" pass  show\txmpp/me\n", "pass|show|xmpp/me|");
	assert_words("a 'b  c' \"d e\"f'g'", "a|b  c|d efg|");
	assert_words("'' a \"\"", "|a||");
	assert_words("a\\ b \\'c\\\" \\\\", "a b|'c\"|\\|");
	assert_words("'a\\b$`*\"' \"a\\\"b\\\\c\\$d\\e*'\"", "a\\b$`*\"|a\"b\\c$d\\e*'|");
	assert_words("a\\$HOME \\~ \\*", "a$HOME|~|*|");
	assert_words("a=1 b#c {d,e} f!", "a=1|b#c|{d,e}|f!|");
	assert_words("a\\", "a\\|");
	assert_words("\u00e4 \u5b57", "\u00e4|\u5b57|");
}

static void words_only_a_shell_understands_are_refused(void **state)
{
	(void)state;
	static const char *const lines[] = {
		"",          " ",      "'a",       "\"a",   "\"a\\\"", "a'",     "echo $HOME",
		"\"$(id)\"", "a `id`", "\"`id`\"", "a | b", "a; b",    "a && b", "a > b",
		"a < b",     "(a)",    "~/bin/x",  "a *",   "a?",      "[a]",
	};
	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
		assert_words(lines[i], NULL);
}

/* ---- the environment ---- */

static void environment_is_wiped_in_any_case(void **state)
{
	(void)state;
	setenv("UNSEEN_PASSWORD", "environment", 1);
	char *value = getenv("UNSEEN_PASSWORD");
	assert_gets(&nothing, "environment");
	assert_null(getenv("UNSEEN_PASSWORD"));
	assert_memory_equal(value, "\0\0\0\0\0\0\0\0\0\0\0", 12);
	setenv("UNSEEN_PASSWORD", "environment", 1);
	write_file("pw", "file", 4, 0600);
	struct secret_source from = file("pw");
	assert_gets(&from, "file");
	assert_null(getenv("UNSEEN_PASSWORD"));
	setenv("UNSEEN_PASSWORD", "environment", 1);
	from.file = "missing";
	assert_refuses(&from, EX_NOINPUT, "missing");
	assert_null(getenv("UNSEEN_PASSWORD"));
}

static void empty_environment_is_set_but_empty(void **state)
{
	(void)state;
	setenv("UNSEEN_PASSWORD", "", 1);
	assert_refuses(&nothing, EX_CONFIG, "UNSEEN_PASSWORD is empty");
}

/* This program again, as `secret --environ`: what it was started with, as the kernel shows it. */
static int look_at_environ(void)
{
	struct err e;
	char *secret = NULL, shown[4096];
	bool right = secret_get(&secret, &nothing, &e) && strcmp(secret, "first-value") == 0;
	secret_free(&secret);
	int fd = open("/proc/self/environ", O_RDONLY);
	ssize_t n = read(fd, shown, sizeof shown);
	close(fd);
	if (!right || n <= 0)
		return 1;
	bool witness = memmem(shown, (size_t)n, "WITNESS=value", 13) != NULL;
	return witness && !memmem(shown, (size_t)n, "-value", 6) ? 0 : 2;
}

static void environment_is_wiped_where_the_kernel_shows_it(void **state)
{
	(void)state;
	char *argv[] = {"secret", "--environ", NULL};
	char *envp[] = {"UNSEEN_PASSWORD=first-value", "WITNESS=value",
	                "UNSEEN_PASSWORD=second-value", NULL};
	pid_t pid;
	int status;
	assert_int_equal(posix_spawn(&pid, "/proc/self/exe", NULL, NULL, argv, envp), 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

/* ---- the terminal ---- */

static void without_terminal_nothing_is_asked(void **state)
{
	(void)state;
	int status;
	int64_t began = mono_ms();
	pid_t pid = fork();
	if (pid == 0) {
		struct err e = {0};
		char *secret = NULL;
		setsid();
		bool got = secret_get(&secret, &nothing, &e);
		_exit(!got && strstr(e.text, "no terminal") ? e.status : 0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), EX_CONFIG);
	assert_in_range(mono_ms() - began, 0, 900);
}

/* In the child: its standard output is the terminal, so the answer goes through a pipe. */
static _Noreturn void ask_and_tell(int to)
{
	struct err e = {0};
	char *secret = NULL;
	if (secret_get(&secret, &nothing, &e))
		dprintf(to, "got %s", secret);
	else
		dprintf(to, "%d %s", e.status, e.text);
	_exit(0);
}

/* Reads from the terminal until `until` has been seen or it is closed; appends to `seen`. */
static void read_terminal(int master, char *seen, size_t size, const char *until)
{
	size_t length = strlen(seen);
	while (!until || !strstr(seen, until)) {
		ssize_t n = read(master, seen + length, size - 1 - length);
		if (n <= 0)
			break; /* EIO: the child is gone */
		length += (size_t)n;
		seen[length] = '\0';
	}
}

static void assert_prompt(const char *typed, const char *expected)
{
	int master, ends[2];
	char seen[8192] = "", told[2000] = "";
	assert_int_equal(pipe(ends), 0);
	pid_t pid = forkpty(&master, NULL, NULL, NULL);
	if (pid == 0)
		ask_and_tell(ends[1]);
	close(ends[1]);
	/* a terminal that nobody holds any more may lose what was written last */
	int held = open(ptsname(master), O_RDWR | O_NOCTTY | O_CLOEXEC);
	alarm(60); /* should the line never end */
	read_terminal(master, seen, sizeof seen, ": ");
	assert_int_equal(write(master, typed, strlen(typed)), strlen(typed));
	read_terminal(master, seen, sizeof seen, "\n");
	alarm(0);
	close(held);
	assert_true(read(ends[0], told, sizeof told - 1) > 0);
	assert_string_equal(seen, "Password for me@example.org: \r\n");
	if (!strstr(told, expected))
		print_error("%s\n", told);
	assert_non_null(strstr(told, expected));
	waitpid(pid, NULL, 0);
	close(master);
	close(ends[0]);
}

static void terminal_is_asked_without_echo(void **state)
{
	(void)state;
	char longest[1026];
	assert_prompt("s3cret\n", "got s3cret");
	assert_prompt("Gr\u00fc\u00dfe \n", "got Gr\u00fc\u00dfe ");
	assert_prompt("\n", "the terminal is empty");
	assert_prompt("\x04", "the terminal is empty");
	memset(longest, 'x', sizeof longest);
	strcpy(longest + 1023, "\n");
	assert_prompt(longest, "got xxx");
	strcpy(longest + 1023, "x\n");
	assert_prompt(longest, "longer than 1023");
}

/* ---- */

static char home[] = "/tmp/unseen-secret-XXXXXX";

static int enter(void **state)
{
	(void)state;
	umask(022);
	return mkdtemp(home) && chdir(home) == 0 ? 0 : -1;
}

static int leave(void **state)
{
	(void)state;
	AUTO(auto_free) char *remove = text_new("rm -rf %s", home);
	return chdir("/") == 0 ? system(remove) : -1;
}

#define TEST(name) cmocka_unit_test_setup(name, clean)

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		TEST(first_that_is_set_wins),
		TEST(a_source_that_fails_is_not_passed_over),
		TEST(credential_has_any_mode_but_must_be_there),
		TEST(one_line_end_and_mark_are_dropped),
		TEST(what_is_no_password_is_refused),
		TEST(length_is_bounded),
		TEST(file_others_can_read_is_refused),
		TEST(file_of_somebody_else_is_refused),
		TEST(file_is_checked_behind_a_link),
		TEST(file_must_be_one),
		TEST(fifo_is_waited_for),
		TEST(fifo_nobody_writes_to_is_given_up),
		TEST(a_signal_ends_the_wait),
		TEST(descriptor_is_read_to_its_end),
		TEST(endless_descriptor_is_too_long),
		TEST(command_gives_its_first_line),
		TEST(command_must_give_one),
		TEST(command_that_fails_is_reported),
		TEST(command_that_hangs_is_killed),
		TEST(command_may_leave_a_child_behind),
		TEST(command_starts_fresh),
		TEST(command_sees_no_other_secret),
		TEST(command_inherits_no_pipe),
		TEST(words_are_split_as_the_shell_does),
		TEST(words_only_a_shell_understands_are_refused),
		TEST(environment_is_wiped_in_any_case),
		TEST(empty_environment_is_set_but_empty),
		TEST(environment_is_wiped_where_the_kernel_shows_it),
		TEST(without_terminal_nothing_is_asked),
		TEST(terminal_is_asked_without_echo),
	};
	if (argc == 2 && strcmp(argv[1], "--environ") == 0)
		return look_at_environ();
	return cmocka_run_group_tests(tests, enter, leave);
}
