#include "dial.h"
#include "stop.h"

#include <assert.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define STAGGER_MS 250   /* RFC 8305 section 5, Connection Attempt Delay */
#define SLICE_MS 100     /* a signal that comes just before poll() waits no longer */
#define UNHEARD_MS 90000 /* sent, and not acknowledged */

struct race {
	const struct candidates *to;
	struct pollfd lines[MOST_CANDIDATES]; /* fd -1: not started, or failed */
	size_t started, open;
	int64_t next_at;   /* when to start the next */
	char reasons[420]; /* "ADDRESS port N: why; …" */
};

static void race_end(struct race *r)
{
	for (size_t i = 0; i < r->to->count; i++)
		if (r->lines[i].fd >= 0)
			close(r->lines[i].fd);
}

static void note(struct race *r, size_t i, const char *why)
{
	const struct candidate *c = &r->to->list[i];
	size_t used = strlen(r->reasons), room = sizeof r->reasons - used;
	int n = snprintf(r->reasons + used, room, "%s%s port %d: %s", used ? "; " : "", c->address,
	                 c->port, why);
	if (n >= (int)room) /* whole ones only */
		r->reasons[used] = '\0';
}

static void fall_out(struct race *r, size_t i, int why)
{
	note(r, i, strerror(why));
	if (r->lines[i].fd < 0)
		return;
	close(r->lines[i].fd);
	r->lines[i].fd = -1;
	r->open--;
	r->next_at = mono_ms();
}

static void start_next(struct race *r)
{
	size_t i = r->started++;
	const struct candidate *c = &r->to->list[i];
	int fd = socket(c->where.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0) {
		fall_out(r, i, errno);
		return;
	}
	r->lines[i] = (struct pollfd){.fd = fd, .events = POLLOUT};
	r->open++;
	r->next_at = mono_ms() + STAGGER_MS;
	if (connect(fd, (const struct sockaddr *)&c->where, c->size) < 0 && errno != EINPROGRESS)
		fall_out(r, i, errno);
}

static int first_connected(struct race *r)
{
	for (size_t i = 0; i < r->started; i++) {
		int why = 0;
		socklen_t size = sizeof why;
		if (r->lines[i].fd < 0 || !r->lines[i].revents)
			continue;
		if (getsockopt(r->lines[i].fd, SOL_SOCKET, SO_ERROR, &why, &size) < 0)
			why = errno;
		if (why == 0)
			return (int)i;
		fall_out(r, i, why);
	}
	return -1;
}

static int wait_ms(const struct race *r, int64_t deadline)
{
	int64_t now = mono_ms(), wait = deadline - now;
	if (r->started < r->to->count && r->next_at - now < wait)
		wait = r->next_at - now;
	return wait < 0 ? 0 : wait < SLICE_MS ? (int)wait : SLICE_MS;
}

static bool lost(struct race *r, struct err *e)
{
	for (size_t i = 0; i < r->to->count; i++)
		if (r->lines[i].fd >= 0)
			note(r, i, "no answer");
	return fail(e, EX_UNAVAILABLE, "cannot connect: %s; is the server up?",
	            *r->reasons ? r->reasons : "no time was left to try");
}

/* A peer that is gone is noticed by the kernel too, should nothing else notice it (N1). */
static void set_up(int fd)
{
	static const struct {
		int level, name, value;
	} options[] = {
		{IPPROTO_TCP, TCP_NODELAY, 1},   {SOL_SOCKET, SO_KEEPALIVE, 1},
		{IPPROTO_TCP, TCP_KEEPIDLE, 60}, {IPPROTO_TCP, TCP_KEEPINTVL, 30},
		{IPPROTO_TCP, TCP_KEEPCNT, 3},   {IPPROTO_TCP, TCP_USER_TIMEOUT, UNHEARD_MS},
	};
	for (size_t i = 0; i < sizeof options / sizeof *options; i++)
		setsockopt(fd, options[i].level, options[i].name, &options[i].value,
		           sizeof options[i].value);
}

static bool run(struct race *r, int64_t deadline, int *winner, struct err *e)
{
	*winner = -1;
	while (*winner < 0) {
		int64_t now = mono_ms();
		if (stop_asked())
			return fail(e, EX_TEMPFAIL, "interrupted while connecting");
		if (now >= deadline || (r->open == 0 && r->started == r->to->count))
			return lost(r, e);
		if (r->started < r->to->count && (r->open == 0 || now >= r->next_at))
			start_next(r);
		if (poll(r->lines, r->started, wait_ms(r, deadline)) > 0)
			*winner = first_connected(r);
	}
	return true;
}

bool dial_race(const struct candidates *to, int64_t deadline, int *fd, const struct candidate **won,
               struct err *e)
{
	AUTO(race_end) struct race r = {.to = to};
	int winner;
	assert(to->count > 0 && to->count <= MOST_CANDIDATES);
	for (size_t i = 0; i < to->count; i++)
		r.lines[i].fd = -1;
	if (!run(&r, deadline, &winner, e))
		return false;
	*fd = r.lines[winner].fd;
	r.lines[winner].fd = -1;
	set_up(*fd);
	*won = &to->list[winner];
	return true;
}
