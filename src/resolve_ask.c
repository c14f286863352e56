#include "resolve_parts.h"
#include "stop.h"

#include <arpa/nameser.h>
#include <assert.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#define MOST_TARGETS 16
#define QUERY_MS 2000 /* until a name server is asked again, twice as long */
#define QUERY_TRIES 2
#define GRACE_MS 3000 /* for the other targets when one is known */
#define SLICE_MS 100

struct srv {
	struct asked *asked;
	bool direct_tls;
	bool none; /* a target "." */
};

/* ---- asking ---------------------------------------------------------------------------------- */

bool asked_open(struct asked *a, struct err *e)
{
	struct ares_options options = {
		.flags = ARES_FLAG_NOALIASES,
		.timeout = QUERY_MS,
		.tries = QUERY_TRIES,
	};
	int given = ARES_OPT_FLAGS | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES;
	if (!a->setup->connect) /* the search list is for names that people type: none here */
		given |= ARES_OPT_DOMAINS;
	int code = ares_library_init(ARES_LIB_INIT_ALL);
	if (code == ARES_SUCCESS)
		code = ares_init_options(&a->channel, &options, given);
	if (code == ARES_SUCCESS && a->setup->name_server)
		code = ares_set_servers_ports_csv(a->channel, a->setup->name_server);
	if (code != ARES_SUCCESS)
		return fail(e, EX_OSERR, "cannot set up the resolver: %s", ares_strerror(code));
	return true;
}

static int next_timeout(struct asked *a, int64_t left)
{
	struct timeval most = {.tv_usec = SLICE_MS * 1000}, buffer;
	const struct timeval *t = ares_timeout(a->channel, &most, &buffer);
	int64_t ms = t->tv_sec * 1000 + (t->tv_usec + 999) / 1000;
	return (int)(ms < left ? ms : left);
}

static void pump(struct asked *a, int64_t left)
{
	ares_socket_t sockets[ARES_GETSOCK_MAXNUM];
	struct pollfd lines[ARES_GETSOCK_MAXNUM];
	/* the macros for these bits shift one into the sign */
	unsigned int wanted = (unsigned int)ares_getsock(a->channel, sockets, ARES_GETSOCK_MAXNUM);
	nfds_t count = 0;
	for (int i = 0; i < ARES_GETSOCK_MAXNUM; i++) {
		short events = (short)((wanted >> i & 1 ? POLLIN : 0) |
		                       (wanted >> (i + ARES_GETSOCK_MAXNUM) & 1 ? POLLOUT : 0));
		if (events)
			lines[count++] = (struct pollfd){.fd = sockets[i], .events = events};
	}
	poll(lines, count, next_timeout(a, left));
	ares_process_fd(a->channel, ARES_SOCKET_BAD, ARES_SOCKET_BAD); /* what timed out */
	for (nfds_t i = 0; i < count; i++)
		if (lines[i].revents)
			ares_process_fd(a->channel,
			                lines[i].revents & ~POLLOUT ? lines[i].fd : ARES_SOCKET_BAD,
			                lines[i].revents & POLLOUT ? lines[i].fd : ARES_SOCKET_BAD);
}

/* Until all is answered, or it is time; what is pending then is given up, and calls back. */
static void wait_until(struct asked *a, int64_t deadline)
{
	int64_t left = deadline - mono_ms();
	while (a->pending > 0 && left > 0 && !stop_asked()) {
		pump(a, left);
		left = deadline - mono_ms();
		if (a->first_at && a->first_at + GRACE_MS - mono_ms() < left)
			left = a->first_at + GRACE_MS - mono_ms();
	}
	ares_cancel(a->channel);
	assert(a->pending == 0);
}

/* ---- SRV records ----------------------------------------------------------------------------- */

static void keep_record(struct srv *srv, const struct ares_srv_reply *r)
{
	struct asked *a = srv->asked;
	size_t length = strlen(r->host);
	if (length == 0 || strcmp(r->host, ".") == 0) {
		srv->none = true;
		return;
	}
	if (length >= sizeof a->targets->host || r->port == 0)
		return;
	struct target *t = &a->targets[a->count++];
	*t = (struct target){.port = r->port,
	                     .priority = r->priority,
	                     .weight = r->weight,
	                     .direct_tls = srv->direct_tls,
	                     .asked = a};
	memcpy(t->host, r->host, length + 1);
}

static void on_srv(void *userdata, int status, int timeouts, unsigned char *answer, int length)
{
	struct srv *srv = userdata;
	struct ares_srv_reply *list = NULL;
	int records = 0;
	(void)timeouts;
	srv->asked->pending--;
	if (status == ARES_SUCCESS && ares_parse_srv_reply(answer, length, &list) == ARES_SUCCESS)
		for (struct ares_srv_reply *r = list; r && records < MOST_RECORDS; r = r->next) {
			keep_record(srv, r);
			records++;
		}
	ares_free_data(list);
}

static void ask_srv(struct srv *srv)
{
	AUTO(auto_free)
	char *name = text_new("_%s._tcp.%s", srv->direct_tls ? "xmpps-client" : "xmpp-client",
	                      srv->asked->setup->domain);
	srv->asked->pending++;
	ares_query(srv->asked->channel, name, ns_c_in, ns_t_srv, on_srv, srv);
}

static int by_priority(const void *left, const void *right)
{
	const struct target *l = left, *r = right;
	int weightless = (l->weight != 0) - (r->weight != 0);
	return l->priority != r->priority ? l->priority - r->priority : weightless;
}

/* RFC 2782, "Weight": of those of one priority, the one at which the running sum of weights reaches
 * a random number, again and again; those of weight 0 stand first. */
static void draw(struct target *first, size_t count)
{
	uint32_t sum = 0;
	for (size_t i = 0; i < count; i++)
		sum += first[i].weight;
	for (; count > 1; first++, count--) {
		uint32_t at = arc4random_uniform(sum + 1), reached = first->weight;
		size_t i = 0;
		while (reached < at)
			reached += first[++i].weight;
		struct target drawn = first[i];
		memmove(first + 1, first, i * sizeof *first);
		*first = drawn;
		sum -= drawn.weight;
	}
}

static void put_in_order(struct asked *a)
{
	qsort(a->targets, a->count, sizeof *a->targets, by_priority);
	for (size_t i = 0, end; i < a->count; i = end) {
		for (end = i; end < a->count && a->targets[end].priority == a->targets[i].priority;)
			end++;
		draw(&a->targets[i], end - i);
	}
	if (a->count > MOST_TARGETS)
		a->count = MOST_TARGETS;
}

/* RFC 6120 section 3.2.1: with records there is no falling back on the domain's own addresses. */
bool asked_find_targets(struct asked *a, int64_t deadline, struct err *e)
{
	struct srv plain = {.asked = a}, direct = {.asked = a, .direct_tls = true};
	int64_t now = mono_ms();
	if (!a->setup->direct_tls)
		ask_srv(&plain);
	if (!a->setup->loopback_only)
		ask_srv(&direct);
	wait_until(a, now + (deadline - now) / 2);
	if (a->count == 0 && (a->setup->direct_tls ? direct.none : plain.none))
		return fail(e, EX_UNAVAILABLE,
		            "%s has no XMPP service, says its DNS; check the account, or name the "
		            "server with --connect HOST:PORT",
		            a->setup->domain);
	put_in_order(a);
	return true;
}

/* ---- addresses ------------------------------------------------------------------------------- */

static void on_addresses(void *userdata, int status, int timeouts, struct ares_addrinfo *found)
{
	struct target *t = userdata;
	(void)timeouts;
	t->asked->pending--;
	t->status = status;
	t->found = found;
	if (status == ARES_SUCCESS && !t->asked->first_at)
		t->asked->first_at = mono_ms();
}

void asked_find_addresses(struct asked *a, int64_t deadline)
{
	const struct ares_addrinfo_hints hints = {.ai_socktype = SOCK_STREAM};
	a->first_at = 0;
	for (size_t i = 0; i < a->count; i++) {
		a->pending++;
		ares_getaddrinfo(a->channel, a->targets[i].host, NULL, &hints, on_addresses,
		                 &a->targets[i]);
	}
	wait_until(a, deadline);
}

void asked_end(struct asked *a)
{
	if (!a->channel)
		return;
	ares_destroy(a->channel); /* calls back for what is pending */
	for (size_t i = 0; i < a->count; i++)
		if (a->targets[i].found)
			ares_freeaddrinfo(a->targets[i].found);
	ares_library_cleanup();
}
