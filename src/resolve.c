#include "resolve_parts.h"
#include "stop.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* ---- one place ------------------------------------------------------------------------------- */

static bool read_port(const char *text, unsigned short *port)
{
	size_t length = strspn(text, "0123456789");
	long number = length > 0 && length < 6 && !text[length] ? strtol(text, NULL, 10) : 0;
	*port = (unsigned short)number;
	return number > 0 && number < 65536;
}

/* HOST, HOST:PORT, [IPV6], [IPV6]:PORT */
static bool split(const char *where, struct target *t, struct err *e)
{
	bool bracket = *where == '[';
	size_t length = strcspn(where + bracket, bracket ? "]" : ":");
	const char *rest = where + bracket + length;
	if (bracket && *rest)
		rest++;
	else if (bracket || strchr(rest + !!*rest, ':'))
		return fail(e, EX_USAGE, "--connect %s: write an IPv6 address as in [::1]:5222",
		            where);
	if (length == 0 || length >= sizeof t->host)
		return fail(e, EX_USAGE, "--connect %s: no host name there", where);
	if (*rest && (*rest != ':' || !read_port(rest + 1, &t->port)))
		return fail(e, EX_USAGE,
		            "--connect %s: the port is a number from 1 to 65535, as in host:5222 "
		            "or [::1]:5222",
		            where);
	memcpy(t->host, where + bracket, length);
	t->host[length] = '\0';
	return true;
}

/* The domain itself: a domain of a JID may be an address, [IPV6] among them (RFC 7622). */
static bool take_domain(const char *domain, struct target *t, struct err *e)
{
	size_t length = strlen(domain);
	bool bracket = length > 2 && domain[0] == '[' && domain[length - 1] == ']';
	if (length >= sizeof t->host)
		return fail(e, EX_NOHOST, "no host has a name as long as %s", domain);
	memcpy(t->host, domain + bracket, length - 2 * bracket);
	return true;
}

static bool is_ascii(const char *name, struct err *e)
{
	for (const char *p = name; *p; p++)
		if ((unsigned char)*p >= 0x80)
			return fail(e, EX_NOHOST,
			            "DNS has no name like %s: write it as DNS does, xn--…", name);
	return true;
}

/* ---- candidates ------------------------------------------------------------------------------ */

static bool same(const struct candidate *a, const struct candidate *b)
{
	return a->port == b->port && a->direct_tls == b->direct_tls &&
	       strcmp(a->address, b->address) == 0;
}

static void add(struct candidates *to, const struct sockaddr *address, socklen_t size,
                const struct target *t)
{
	struct candidate *c = &to->list[to->count];
	if (to->count == MOST_CANDIDATES || size > sizeof c->where)
		return;
	*c = (struct candidate){.size = size, .port = t->port, .direct_tls = t->direct_tls};
	memcpy(&c->where, address, size);
	if (address->sa_family == AF_INET)
		((struct sockaddr_in *)&c->where)->sin_port = htons(t->port);
	else
		((struct sockaddr_in6 *)&c->where)->sin6_port = htons(t->port);
	if (getnameinfo(address, size, c->address, sizeof c->address, NULL, 0, NI_NUMERICHOST))
		return;
	for (size_t i = 0; i < to->count; i++)
		if (same(&to->list[i], c))
			return;
	to->count++;
}

/* A scope (%eth0) is no matter for c-ares. Blocks for nothing. */
static bool add_numeric(struct candidates *to, const struct target *t)
{
	const struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICHOST};
	struct addrinfo *list = NULL;
	if (getaddrinfo(t->host, NULL, &hints, &list) != 0)
		return false;
	add(to, list->ai_addr, list->ai_addrlen, t);
	freeaddrinfo(list);
	return true;
}

static const struct ares_addrinfo_node *next_of(const struct ares_addrinfo_node *n, int family)
{
	while (n && n->ai_family != family)
		n = n->ai_next;
	return n;
}

/* The family that the system would take first (RFC 6724) begins. */
static void add_in_turn(struct candidates *to, const struct target *t)
{
	int families[2] = {t->found->nodes->ai_family};
	families[1] = families[0] == AF_INET ? AF_INET6 : AF_INET;
	const struct ares_addrinfo_node *next[2] = {t->found->nodes,
	                                            next_of(t->found->nodes, families[1])};
	for (int turn = 0; next[0] || next[1]; turn = !turn) {
		const struct ares_addrinfo_node *n = next[turn];
		if (!n)
			continue;
		add(to, n->ai_addr, n->ai_addrlen, t);
		next[turn] = next_of(n->ai_next, families[turn]);
	}
}

/* ---- all of it ------------------------------------------------------------------------------- */

static bool check_loopback(const struct candidates *all, struct err *e)
{
	for (size_t i = 0; i < all->count; i++) {
		const struct candidate *c = &all->list[i];
		const struct in6_addr *v6 = &((const struct sockaddr_in6 *)&c->where)->sin6_addr;
		bool loopback = c->where.ss_family == AF_INET ? strncmp(c->address, "127.", 4) == 0
		                                              : IN6_IS_ADDR_LOOPBACK(v6);
		if (!loopback)
			return fail(e, EX_USAGE,
			            "--insecure-plaintext is for a server on this machine only, "
			            "and %s is not one: leave it out",
			            c->address);
	}
	return true;
}

static bool is_final(int status)
{
	return status == ARES_ENOTFOUND || status == ARES_ENODATA || status == ARES_EBADNAME;
}

static bool none_found(const struct asked *a, struct err *e)
{
	const struct target *t = a->targets;
	for (size_t i = 0; i < a->count && is_final(t->status); i++)
		if (!is_final(a->targets[i].status))
			t = &a->targets[i];
	bool final = is_final(t->status);
	bool other = !a->setup->connect && strcasecmp(t->host, a->setup->domain) != 0;
	if (stop_asked())
		return fail(e, EX_TEMPFAIL, "interrupted while looking up %s", t->host);
	return fail(e, final ? EX_NOHOST : EX_TEMPFAIL, "cannot find the host %s%s%s: %s; %s",
	            t->host, other ? ", said to be the server of " : "",
	            other ? a->setup->domain : "",
	            t->status == ARES_ENODATA      ? "it has no address"
	            : final                        ? "there is no such name"
	            : t->status == ARES_ECANCELLED ? "the name servers do not answer in time"
	                                           : ares_strerror(t->status),
	            final ? "check the name, or name the server with --connect HOST:PORT"
	                  : "try later, or give its address with --connect");
}

static bool ask(struct asked *a, const struct target *itself, int64_t deadline,
                struct candidates *out, struct err *e)
{
	bool srv = !a->setup->connect && strcasecmp(itself->host, "localhost") != 0;
	if (!asked_open(a, e) || (srv && !asked_find_targets(a, deadline, e)))
		return false;
	if (a->count == 0) {
		a->targets[a->count++] = *itself;
		a->targets->asked = a;
	}
	asked_find_addresses(a, deadline);
	for (size_t i = 0; i < a->count; i++)
		if (a->targets[i].found && a->targets[i].found->nodes)
			add_in_turn(out, &a->targets[i]);
	return out->count > 0 ? true : none_found(a, e);
}

bool resolve(const struct resolve_setup *setup, int64_t deadline, struct candidates *out,
             struct err *e)
{
	AUTO(asked_end) struct asked a = {.setup = setup};
	struct target itself = {.port = setup->direct_tls ? 5223 : 5222,
	                        .direct_tls = setup->direct_tls};
	struct candidates all = {.count = 0};
	if (setup->connect ? !split(setup->connect, &itself, e)
	                   : !take_domain(setup->domain, &itself, e))
		return false;
	if (!is_ascii(itself.host, e))
		return false;
	if (!add_numeric(&all, &itself) && !ask(&a, &itself, deadline, &all, e))
		return false;
	if (setup->loopback_only && !check_loopback(&all, e))
		return false;
	*out = all;
	return true;
}
