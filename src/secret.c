#include "secret.h"
#include "words.h"

#include <bsd/readpassphrase.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <unistr.h>

#ifndef SECRET_COMMAND_MS
#define SECRET_COMMAND_MS 30000 /* for every source that can keep us waiting; tests take less */
#endif

#define BOM "\xef\xbb\xbf"
#define VARIABLE "UNSEEN_PASSWORD"

enum { LONGEST = 1023 };

/* What a source gave, with room for a mark, CRLF, and one byte more to tell that it is too long. */
struct raw {
	char from[160]; /* its name in error lines */
	size_t length;
	char bytes[sizeof BOM - 1 + LONGEST + 2 + 1];
};

static void raw_wipe(struct raw *raw)
{
	explicit_bzero(raw, sizeof *raw);
}

static void raw_set(struct raw *raw, const char *text)
{
	raw->length = strnlen(text, sizeof raw->bytes);
	memcpy(raw->bytes, text, raw->length);
}

/* ---- reading ---- */

static ssize_t take(struct raw *raw, int fd)
{
	char beyond[4096];
	size_t room = sizeof raw->bytes - raw->length;
	ssize_t n = room > 0 ? read(fd, raw->bytes + raw->length, room)
	                     : read(fd, beyond, sizeof beyond);
	explicit_bzero(beyond, sizeof beyond);
	if (n > 0 && room > 0)
		raw->length += (size_t)n;
	return n;
}

/* Reads `fd` to its end, or until it is clearly too long. With a command behind it (pidfd not -1)
 * reads on, lest SIGPIPE fail the command, until that has ended: a child it left in the background
 * may hold the pipe for ever. Returns 0 or an errno; EINTR too, since a handler that ran may have
 * been told to stop us. */
static int take_all(struct raw *raw, int fd, int pidfd)
{
	struct pollfd p[] = {{.fd = fd, .events = POLLIN}, {.fd = pidfd, .events = POLLIN}};
	int64_t deadline = mono_ms() + SECRET_COMMAND_MS;
	while (p[0].fd >= 0 || pidfd >= 0) {
		int64_t left = deadline - mono_ms();
		int ready = left > 0 ? poll(p, 2, (int)left) : 0;
		if (ready <= 0)
			return ready < 0 ? errno : ETIMEDOUT;
		if (p[0].revents == 0)
			return 0;
		ssize_t n = take(raw, fd);
		if (n < 0 && errno != EAGAIN)
			return errno;
		if (n == 0 || (pidfd < 0 && raw->length == sizeof raw->bytes))
			p[0].fd = -1;
	}
	return 0;
}

static bool from_fd(struct raw *raw, int fd, struct err *e)
{
	int why = take_all(raw, fd, -1);
	if (why == ETIMEDOUT)
		return fail(e, EX_CONFIG, "%s did not give the whole password within %g s",
		            raw->from, SECRET_COMMAND_MS / 1000.0);
	if (why != 0)
		return fail(e, EX_CONFIG, "cannot read the password from %s: %s", raw->from,
		            strerror(why));
	return true;
}

/* ---- a file ---- */

static bool cannot_open(const char *path, int why, struct err *e)
{
	int status = why == EACCES || why == EPERM ? EX_NOPERM : EX_NOINPUT;
	return fail(e, status, "cannot open password file %s: %s", path, strerror(why));
}

/* As ssh checks a private key. */
static bool check_owner(const struct stat *st, const char *path, struct err *e)
{
	const char *quote = strpbrk(path, " \t\"$&()*;<>?[\\`|~") ? "'" : "";
	if (st->st_uid != 0 && st->st_uid != geteuid())
		return fail(e, EX_NOPERM,
		            "password file %s belongs to user %u, who could change it; "
		            "make a copy of your own",
		            path, st->st_uid);
	if (st->st_mode & 077)
		return fail(e, EX_NOPERM,
		            "others can read the password file (mode %04o); "
		            "run: chmod 600 %s%s%s",
		            st->st_mode & 07777, quote, path, quote);
	return true;
}

static bool from_file(struct raw *raw, const char *path, bool strict, struct err *e)
{
	struct stat st;
	snprintf(raw->from, sizeof raw->from, "%s", path);
	/* O_NONBLOCK: a FIFO nobody writes to must not hold us in open(). */
	AUTO(auto_close) int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0 || fstat(fd, &st) != 0)
		return cannot_open(path, errno, e);
	if (!S_ISREG(st.st_mode) && !S_ISFIFO(st.st_mode))
		return fail(e, EX_CONFIG, "password file %s is no regular file; name one", path);
	if (strict && !check_owner(&st, path, e))
		return false;
	return from_fd(raw, fd, e);
}

/* NULL unless systemd (LoadCredential=) or its like put one there. */
static char *credential_path(void)
{
	const char *dir = getenv("CREDENTIALS_DIRECTORY");
	if (!dir || !*dir)
		return NULL;
	char *path = text_new("%s/xmpp-password", dir);
	if (access(path, F_OK) != 0 && errno == ENOENT) {
		free(path);
		return NULL;
	}
	return path;
}

/* ---- a command ---- */

/* A fresh start: we may ignore SIGPIPE and block others, the command must not. */
static int start_fresh(posix_spawnattr_t *attr)
{
	sigset_t none, ignored;
	sigemptyset(&none);
	sigemptyset(&ignored);
	sigaddset(&ignored, SIGPIPE);
	posix_spawnattr_setsigmask(attr, &none);
	posix_spawnattr_setsigdefault(attr, &ignored);
	return posix_spawnattr_setflags(attr, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
}

static int start(pid_t *pid, char **words, int output)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attr;
	int why = posix_spawn_file_actions_init(&actions);
	if (why)
		return why;
	posix_spawnattr_init(&attr);
	why = posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
	if (!why)
		why = start_fresh(&attr);
	if (!why)
		why = posix_spawnp(pid, words[0], &actions, &attr, words, environ);
	posix_spawnattr_destroy(&attr);
	posix_spawn_file_actions_destroy(&actions);
	return why;
}

/* Reads what the command says, and sees it out. Returns 0 or an errno. */
static int listen_to(struct raw *raw, int fd, pid_t pid, int *ended)
{
	AUTO(auto_close) int pidfd = pidfd_open(pid, 0);
	int why = pidfd < 0 ? errno : take_all(raw, fd, pidfd);
	if (why)
		kill(pid, SIGKILL);
	while (waitpid(pid, ended, 0) < 0)
		if (errno != EINTR)
			return errno;
	return why;
}

static bool ended_well(int ended, const char *program, struct err *e)
{
	if (WIFSIGNALED(ended))
		return fail(e, EX_CONFIG, "the password command %s was ended by signal %d (%s)",
		            program, WTERMSIG(ended), strsignal(WTERMSIG(ended)));
	if (WEXITSTATUS(ended) != 0)
		return fail(e, EX_CONFIG,
		            "the password command %s failed (exit status %d); run it by "
		            "hand to see why",
		            program, WEXITSTATUS(ended));
	return true;
}

static void keep_first_line(struct raw *raw)
{
	const char *end = memchr(raw->bytes, '\n', raw->length);
	if (end)
		raw->length = (size_t)(end - raw->bytes) + 1;
}

static bool from_command(struct raw *raw, const char *command, struct err *e)
{
	AUTO(words_free) struct words words = {0};
	if (!words_read(&words, command, e))
		return false;
	const char *program = words.list[0];
	int ends[2], ended = 0;
	if (pipe2(ends, O_CLOEXEC) != 0)
		return fail(e, EX_OSERR, "cannot make a pipe: %s", strerror(errno));
	AUTO(auto_close) int output = ends[0];
	pid_t pid;
	int why = start(&pid, words.list, ends[1]);
	close(ends[1]);
	if (why)
		return fail(e, EX_CONFIG, "cannot run the password command %s: %s", program,
		            strerror(why));
	why = listen_to(raw, output, pid, &ended);
	if (why == ETIMEDOUT)
		return fail(e, EX_CONFIG, "the password command %s did not finish within %g s",
		            program, SECRET_COMMAND_MS / 1000.0);
	if (why)
		return fail(e, EX_CONFIG, "cannot wait for the password command %s: %s", program,
		            strerror(why));
	keep_first_line(raw);
	return ended_well(ended, program, e);
}

/* ---- the environment, the terminal ---- */

/* Every copy of it, in place: /proc/PID/environ shows that memory. */
static bool take_environment(struct raw *raw)
{
	const char *value = getenv(VARIABLE);
	if (value)
		raw_set(raw, value);
	for (char **entry = environ; entry && *entry; entry++)
		if (strncmp(*entry, VARIABLE "=", sizeof VARIABLE) == 0)
			explicit_bzero(*entry + sizeof VARIABLE, strlen(*entry + sizeof VARIABLE));
	unsetenv(VARIABLE);
	return value != NULL;
}

static bool from_prompt(struct raw *raw, const char *account, struct err *e)
{
	const char *whom = account ? account : "the account";
	AUTO(auto_free) char *prompt = text_new("Password for %s: ", whom);
	char line[sizeof raw->bytes];
	bool read = readpassphrase(prompt, line, sizeof line, RPP_REQUIRE_TTY);
	if (read)
		raw_set(raw, line);
	explicit_bzero(line, sizeof line);
	if (read)
		return true;
	if (errno == ENOTTY)
		return fail(e, EX_CONFIG,
		            "no password is set and there is no terminal to ask on; use "
		            "--password-command, --password-file, --password-fd or " VARIABLE);
	return fail(e, EX_CONFIG, "cannot ask for the password: %s", strerror(errno));
}

/* ---- all of them ---- */

static bool fill(struct raw *raw, const struct secret_source *from, const struct raw *environment,
                 struct err *e)
{
	AUTO(auto_free) char *credential = credential_path();
	if (credential)
		return from_file(raw, credential, false, e);
	if (from->command) {
		strcpy(raw->from, "the password command");
		return from_command(raw, from->command, e);
	}
	if (from->file)
		return from_file(raw, from->file, true, e);
	if (from->fd >= 0) {
		snprintf(raw->from, sizeof raw->from, "file descriptor %d", from->fd);
		return from_fd(raw, from->fd, e);
	}
	if (environment) {
		*raw = *environment;
		return true;
	}
	strcpy(raw->from, "the terminal");
	return from_prompt(raw, from->account, e);
}

/* Drops what editors and echo add around it. */
static void trim(struct raw *raw)
{
	const size_t mark = sizeof BOM - 1;
	if (raw->length >= mark && memcmp(raw->bytes, BOM, mark) == 0) {
		raw->length -= mark;
		memmove(raw->bytes, raw->bytes + mark, raw->length);
	}
	if (raw->length > 0 && raw->bytes[raw->length - 1] == '\n') {
		raw->length--;
		if (raw->length > 0 && raw->bytes[raw->length - 1] == '\r')
			raw->length--;
	}
}

static bool check(const struct raw *raw, struct err *e)
{
	const char *wrong = NULL;
	if (raw->length == 0)
		wrong = "is empty";
	else if (raw->length > LONGEST)
		wrong = "is longer than 1023 bytes";
	else if (memchr(raw->bytes, '\0', raw->length))
		wrong = "has a NUL byte in it";
	else if (memchr(raw->bytes, '\n', raw->length) || memchr(raw->bytes, '\r', raw->length))
		wrong = "has a line break in it";
	else if (u8_check((const uint8_t *)raw->bytes, raw->length))
		wrong = "is not UTF-8";
	if (!wrong)
		return true;
	return fail(e, EX_CONFIG, "the password from %s %s; it must be one line of UTF-8 text",
	            raw->from, wrong);
}

bool secret_get(char **out, const struct secret_source *from, struct err *e)
{
	AUTO(raw_wipe) struct raw raw = {.length = 0};
	AUTO(raw_wipe) struct raw environment = {.from = VARIABLE};
	bool set = take_environment(&environment);
	if (from->fd >= 0)
		fcntl(from->fd, F_SETFD, FD_CLOEXEC); /* a command has no business with it */
	if (!fill(&raw, from, set ? &environment : NULL, e))
		return false;
	trim(&raw);
	if (!check(&raw, e))
		return false;
	*out = must_calloc(raw.length + 1, 1);
	memcpy(*out, raw.bytes, raw.length);
	return true;
}

void secret_free(char **secret)
{
	if (*secret) {
		explicit_bzero(*secret, strlen(*secret));
		free(*secret);
	}
	*secret = NULL;
}
