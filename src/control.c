#include "control.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define CLIENTS_MAX 8
#define REQUEST_MAX 256
#define ANSWER_MAX 65536

struct client {
	int fd;     /* -1: the place is free */
	int number; /* of all that were let in */
	size_t length;
	char request[REQUEST_MAX];
};

struct control {
	int epoll, listener;
	char *path;
	int let_in;
	struct client clients[CLIENTS_MAX];
};

/* ---- where ------------------------------------------------------------------------------------ */

/* A name of the system's is 107 bytes at most; a longer one is reached through its folder, whose
 * descriptor, the caller's, must stay open meanwhile. */
static bool address_of(const char *db, struct sockaddr_un *out, int *folder, struct err *e)
{
	AUTO(auto_free) char *path = text_new("%s.sock", db);
	size_t room = sizeof out->sun_path;
	*folder = -1;
	*out = (struct sockaddr_un){.sun_family = AF_UNIX};
	if ((size_t)snprintf(out->sun_path, room, "%s", path) < room)
		return true;
	char *name = strrchr(path, '/');
	*name++ = '\0';
	*folder = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (*folder >= 0 &&
	    (size_t)snprintf(out->sun_path, room, "/proc/self/fd/%d/%s", *folder, name) < room)
		return true;
	return fail(e, EX_CANTCREAT, "the name %s.sock is too long; choose a shorter --db", db);
}

static int new_socket(void)
{
	return socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
}

/* ---- the recorder's side ---------------------------------------------------------------------- */

static void watch(struct control *c, int fd)
{
	struct epoll_event wants = {.events = EPOLLIN, .data = {.fd = fd}};
	epoll_ctl(c->epoll, EPOLL_CTL_ADD, fd, &wants);
}

static bool listen_at(struct control *c, const char *db, struct err *e)
{
	struct sockaddr_un where;
	AUTO(auto_close) int folder = -1;
	if (!address_of(db, &where, &folder, e))
		return false;
	unlink(where.sun_path);
	mode_t before = umask(0177);
	bool bound = bind(c->listener, (struct sockaddr *)&where, sizeof where) == 0;
	int why = errno;
	umask(before);
	if (!bound || listen(c->listener, CLIENTS_MAX) < 0)
		return fail(e, EX_CANTCREAT, "cannot listen at %s: %s", c->path,
		            strerror(bound ? errno : why));
	return true;
}

bool control_open(struct control **out, const char *db, struct err *e)
{
	AUTO(control_close) struct control *c = must_calloc(1, sizeof *c);
	for (int i = 0; i < CLIENTS_MAX; i++)
		c->clients[i].fd = -1;
	c->epoll = epoll_create1(EPOLL_CLOEXEC);
	c->listener = new_socket();
	AUTO(auto_free) char *path = text_new("%s.sock", db);
	if (c->epoll < 0 || c->listener < 0)
		return fail(e, EX_OSERR, "cannot listen at %s: %s", path, strerror(errno));
	if (!listen_at(c, db, e))
		return false;
	c->path = path;
	path = NULL;
	watch(c, c->listener);
	*out = c;
	c = NULL;
	return true;
}

void control_close(struct control **control)
{
	struct control *c = *control;
	if (!c)
		return;
	for (int i = 0; i < CLIENTS_MAX; i++)
		auto_close(&c->clients[i].fd);
	auto_close(&c->listener);
	auto_close(&c->epoll);
	if (c->path)
		unlink(c->path);
	free(c->path);
	free(c);
	*control = NULL;
}

int control_fd(const struct control *c)
{
	return c->epoll;
}

static bool may_ask(int fd)
{
	struct ucred who;
	socklen_t size = sizeof who;
	return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &who, &size) == 0 &&
	       (who.uid == geteuid() || who.uid == 0);
}

static void let_in(struct control *c)
{
	int fd = accept4(c->listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	if (fd < 0)
		return;
	for (int i = 0; i < CLIENTS_MAX && may_ask(fd); i++) {
		if (c->clients[i].fd >= 0)
			continue;
		c->clients[i].fd = fd;
		c->clients[i].number = c->let_in++;
		c->clients[i].length = 0;
		watch(c, fd);
		return;
	}
	close(fd);
}

static void hang_up(struct client *x)
{
	close(x->fd);
	x->fd = -1;
}

/* The request of that client, when it is complete. */
static const char *read_request(struct client *x)
{
	ssize_t n = read(x->fd, x->request + x->length, REQUEST_MAX - x->length);
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return NULL;
	if (n > 0)
		x->length += (size_t)n;
	char *end = memchr(x->request, '\n', x->length);
	if (n > 0 && end) {
		*end = '\0';
		x->length = 0;
		return x->request;
	}
	if (n <= 0 || x->length == REQUEST_MAX)
		hang_up(x);
	return NULL;
}

const char *control_take(struct control *c, int *client)
{
	struct epoll_event event;
	while (epoll_wait(c->epoll, &event, 1, 0) == 1) {
		if (event.data.fd == c->listener) {
			let_in(c);
			continue;
		}
		for (int i = 0; i < CLIENTS_MAX; i++) {
			const char *request = c->clients[i].fd == event.data.fd
			                              ? read_request(&c->clients[i])
			                              : NULL;
			if (request) {
				*client = c->clients[i].number;
				return request;
			}
		}
	}
	return NULL;
}

void control_answer(struct control *c, int client, const char *text)
{
	struct client *x = c->clients;
	while (x < c->clients + CLIENTS_MAX && (x->fd < 0 || x->number != client))
		x++;
	if (x == c->clients + CLIENTS_MAX)
		return;
	/* an answer fits into the socket's buffer: who does not read it gets what he gets */
	ssize_t ignored = send(x->fd, text, strlen(text), MSG_NOSIGNAL);
	(void)ignored;
	hang_up(x);
}

/* ---- the other side --------------------------------------------------------------------------- */

static bool nobody(const char *db, struct err *e)
{
	return fail(e, EX_TEMPFAIL, "no recorder of %s can be asked: %s", db, strerror(errno));
}

static bool read_answer(int fd, int timeout_ms, char **answer, struct err *e)
{
	AUTO(auto_free) char *text = must_calloc(1, ANSWER_MAX);
	int64_t until = mono_ms() + timeout_ms;
	size_t length = 0;
	while (length < ANSWER_MAX - 1) {
		struct pollfd p = {.fd = fd, .events = POLLIN};
		int64_t left = until - mono_ms();
		ssize_t n = left > 0 && poll(&p, 1, (int)left) == 1
		                    ? read(fd, text + length, ANSWER_MAX - 1 - length)
		                    : -1;
		if (n < 0)
			return fail(e, EX_TEMPFAIL, "the recorder did not answer; try again");
		if (n == 0)
			break;
		length += (size_t)n;
	}
	if (length == 0)
		return fail(e, EX_TEMPFAIL, "the recorder hung up; try again");
	*answer = text;
	text = NULL;
	return true;
}

bool control_ask(const char *db, const char *request, int timeout_ms, char **answer, struct err *e)
{
	struct sockaddr_un where;
	AUTO(auto_close) int folder = -1;
	AUTO(auto_free) char *real = realpath(db, NULL); /* the recorder knows it by that name */
	AUTO(auto_free) char *line = text_new("%s\n", request);
	AUTO(auto_close) int fd = new_socket();
	if (fd < 0 || !real)
		return nobody(db, e);
	if (!address_of(real, &where, &folder, e))
		return false;
	if (connect(fd, (struct sockaddr *)&where, sizeof where) < 0 ||
	    send(fd, line, strlen(line), MSG_NOSIGNAL) < 0)
		return nobody(db, e);
	return read_answer(fd, timeout_ms, answer, e);
}
