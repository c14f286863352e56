/* resolve: SRV records and addresses, from a name server of our own on loopback. */
#include "resolve.h"
#include "stop.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>
#undef fail /* ours is a function */
#include <arpa/inet.h>
#include <arpa/nameser.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/wait.h>
#include <unistd.h>

/* ---- a name server ---- */

/* Lines of a zone: "NAME A 127.0.0.1", "NAME AAAA ::1", "NAME SRV PRIORITY WEIGHT PORT TARGET", and
 * "NAME TYPE !WORD" for what else happens: SERVFAIL, REFUSED, JUNK, CUT (half an answer), DROP. */
static struct name_server {
	pthread_t thread;
	int fd, listener; /* UDP; TCP, for what is longer than 512 bytes */
	char where[32];
	pthread_mutex_t mutex; /* on the zone */
	char zone[80][100];
	atomic_int asked;
	atomic_bool over;
} dns = {.mutex = PTHREAD_MUTEX_INITIALIZER};

struct packet {
	unsigned char bytes[4096];
	size_t size;
};

static void put(struct packet *p, const void *bytes, size_t size)
{
	assert_true(p->size + size <= sizeof p->bytes);
	memcpy(p->bytes + p->size, bytes, size);
	p->size += size;
}

static void put16(struct packet *p, unsigned int value)
{
	put(p, (unsigned char[]){(unsigned char)(value >> 8), (unsigned char)value}, 2);
}

static void put_name(struct packet *p, const char *name)
{
	while (*name && strcmp(name, ".") != 0) {
		size_t length = strcspn(name, ".");
		put(p, (unsigned char[]){(unsigned char)length}, 1);
		put(p, name, length);
		name += length + (name[length] == '.');
	}
	put(p, "", 1);
}

/* The question's name in text; where its type begins. */
static size_t read_name(const struct packet *p, char name[300])
{
	size_t at = 12, to = 0;
	while (at < p->size && p->bytes[at] && to + p->bytes[at] + 1 < 300) {
		memcpy(name + to, p->bytes + at + 1, p->bytes[at]);
		to += p->bytes[at];
		name[to++] = '.';
		at += 1U + p->bytes[at];
	}
	name[to ? to - 1 : 0] = '\0';
	return at + 1;
}

/* Adds the record's answer if it answers; gives the word after "!" of one that does. */
static const char *answer(struct packet *p, const char *record, const char *name, int type,
                          unsigned int *answers, bool *known)
{
	char owner[300], kind[8], data[300], target[300];
	unsigned int priority = 0, weight = 0, port = 0;
	struct packet rdata = {.size = 0};
	unsigned char address[16];
	if (sscanf(record, "%299s %7s %299s %u %u %299s", owner, kind, data, &weight, &port,
	           target) < 3)
		abort();
	if (strcasecmp(owner, name) != 0)
		return NULL;
	*known = true;
	if (type != (strcmp(kind, "A") == 0      ? ns_t_a
	             : strcmp(kind, "AAAA") == 0 ? ns_t_aaaa
	                                         : ns_t_srv))
		return NULL;
	if (*data == '!')
		return strchr(record, '!') + 1;
	if (type == ns_t_srv) {
		priority = (unsigned int)atoi(data);
		put16(&rdata, priority);
		put16(&rdata, weight);
		put16(&rdata, port);
		put_name(&rdata, target);
	} else if (inet_pton(type == ns_t_a ? AF_INET : AF_INET6, data, address) == 1) {
		put(&rdata, address, type == ns_t_a ? 4 : 16);
	}
	put16(p, 0xc00c); /* the question's name */
	put16(p, (unsigned int)type);
	put16(p, ns_c_in);
	put(p, "\0\0\0\x3c", 4);
	put16(p, (unsigned int)rdata.size);
	put(p, rdata.bytes, rdata.size);
	++*answers;
	return NULL;
}

static void reply(struct packet *p)
{
	char name[300];
	size_t at = read_name(p, name);
	int type = p->bytes[at] << 8 | p->bytes[at + 1];
	unsigned int answers = 0;
	bool known = false;
	p->size = at + 4;
	for (size_t i = 0; *dns.zone[i]; i++) {
		const char *word = answer(p, dns.zone[i], name, type, &answers, &known);
		if (word && strcmp(word, "DROP") == 0)
			p->size = 0;
		else if (word && strcmp(word, "JUNK") == 0)
			p->size = 12 + (memset(p->bytes + 2, 0xff, 100), 88);
		else if (word && strcmp(word, "CUT") == 0)
			answers = 3;
		else if (word)
			p->bytes[3] = strcmp(word, "REFUSED") == 0 ? ns_r_refused : ns_r_servfail;
		if (word && strcmp(word, "CUT") != 0 && strcmp(word, "JUNK") != 0) {
			p->bytes[2] = 0x81;
			p->bytes[3] |= 0x80;
			return;
		}
		if (word && strcmp(word, "JUNK") == 0)
			return;
	}
	p->bytes[2] = 0x81;
	p->bytes[3] = (unsigned char)(0x80 | (known ? 0 : ns_r_nxdomain));
	p->bytes[6] = (unsigned char)(answers >> 8);
	p->bytes[7] = (unsigned char)answers;
	memset(p->bytes + 8, 0, 4);
}

static void answer_udp(void)
{
	struct packet p;
	struct sockaddr_storage from;
	socklen_t length = sizeof from;
	ssize_t size = recvfrom(dns.fd, p.bytes, 512, 0, (struct sockaddr *)&from, &length);
	if (size < 17)
		return;
	p.size = (size_t)size;
	reply(&p);
	if (p.size > 512) {
		p.size = (size_t)size;
		p.bytes[2] |= 2; /* truncated */
		memset(p.bytes + 6, 0, 2);
	}
	if (p.size)
		sendto(dns.fd, p.bytes, p.size, 0, (struct sockaddr *)&from, length);
}

static void answer_tcp(void)
{
	struct packet p, framed = {.size = 0};
	unsigned char length[2];
	AUTO(auto_close) int fd = accept(dns.listener, NULL, NULL);
	if (recv(fd, length, 2, MSG_WAITALL) != 2)
		return;
	p.size = (size_t)(length[0] << 8 | length[1]);
	if (p.size > 512 || recv(fd, p.bytes, p.size, MSG_WAITALL) != (ssize_t)p.size)
		return;
	reply(&p);
	put16(&framed, (unsigned int)p.size);
	put(&framed, p.bytes, p.size);
	send(fd, framed.bytes, framed.size, MSG_NOSIGNAL);
}

static void *serve(void *nothing)
{
	(void)nothing;
	while (!atomic_load(&dns.over)) {
		struct pollfd lines[2] = {{.fd = dns.fd, .events = POLLIN},
		                          {.fd = dns.listener, .events = POLLIN}};
		if (poll(lines, 2, 20) <= 0)
			continue;
		atomic_fetch_add(&dns.asked, 1);
		pthread_mutex_lock(&dns.mutex);
		if (lines[0].revents)
			answer_udp();
		if (lines[1].revents)
			answer_tcp();
		pthread_mutex_unlock(&dns.mutex);
	}
	return NULL;
}

static int start_name_server(void **state)
{
	struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t size = sizeof at;
	(void)state;
	dns.listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	dns.fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (bind(dns.listener, (struct sockaddr *)&at, size) < 0 || listen(dns.listener, 5) < 0 ||
	    getsockname(dns.listener, (struct sockaddr *)&at, &size) < 0 ||
	    bind(dns.fd, (struct sockaddr *)&at, size) < 0)
		return -1;
	snprintf(dns.where, sizeof dns.where, "127.0.0.1:%d", ntohs(at.sin_port));
	return pthread_create(&dns.thread, NULL, serve, NULL);
}

static void set_zone(const char *const *lines)
{
	size_t i;
	pthread_mutex_lock(&dns.mutex);
	for (i = 0; lines[i]; i++)
		snprintf(dns.zone[i], sizeof dns.zone[i], "%s", lines[i]);
	dns.zone[i][0] = '\0';
	pthread_mutex_unlock(&dns.mutex);
}

#define ZONE(...) set_zone((const char *const[]){__VA_ARGS__, NULL})

static int stop_name_server(void **state)
{
	(void)state;
	atomic_store(&dns.over, true);
	pthread_join(dns.thread, NULL);
	return close(dns.listener) | close(dns.fd);
}

/* ---- helpers ---- */

static struct resolve_setup domain(const char *name)
{
	return (struct resolve_setup){.domain = name, .name_server = dns.where};
}

static char *as_text(const struct candidates *c)
{
	char *all = must_strdup("");
	for (size_t i = 0; i < c->count; i++) {
		const struct candidate *one = &c->list[i];
		char *longer = text_new("%s%s%s:%d%s", all, i ? " " : "", one->address, one->port,
		                        one->direct_tls ? "+tls" : "");
		free(all);
		all = longer;
	}
	return all;
}

static void assert_finds(const struct resolve_setup *setup, const char *expected)
{
	struct err e = {0};
	struct candidates c = {.count = 0};
	if (!resolve(setup, mono_ms() + 10000, &c, &e))
		print_error("%d %s\n", e.status, e.text);
	assert_int_equal(e.status, 0);
	AUTO(auto_free) char *text = as_text(&c);
	assert_string_equal(text, expected);
}

static void assert_refuses_in(const struct resolve_setup *setup, int ms, int status,
                              const char *because)
{
	struct err e = {0};
	struct candidates c = {.count = 12345};
	int64_t began = mono_ms();
	assert_false(resolve(setup, began + ms, &c, &e));
	assert_int_equal(c.count, 12345);
	if (e.status != status || !strstr(e.text, because))
		print_error("%d %s\n", e.status, e.text);
	assert_int_equal(e.status, status);
	assert_non_null(strstr(e.text, because));
	assert_true(mono_ms() - began < (ms > 0 ? ms : 0) + 500);
}

static void assert_refuses(const struct resolve_setup *setup, int status, const char *because)
{
	assert_refuses_in(setup, 10000, status, because);
}

/* ---- SRV records ---- */

static void test_priorities_of_both_sets(void **state)
{
	(void)state;
	ZONE("_xmpp-client._tcp.x.test SRV 10 0 5222 a.x.test",
	     "_xmpp-client._tcp.x.test SRV 5 0 5269 b.x.test",
	     "_xmpps-client._tcp.x.test SRV 7 0 443 c.x.test",
	     "_xmpps-client._tcp.x.test SRV 65535 65535 5223 a.x.test", "a.x.test A 127.0.0.1",
	     "b.x.test A 127.0.0.2", "c.x.test A 127.0.0.3", "x.test A 127.0.0.9");
	struct resolve_setup setup = domain("x.test");
	assert_finds(&setup, "127.0.0.2:5269 127.0.0.3:443+tls 127.0.0.1:5222 127.0.0.1:5223+tls");
	setup.direct_tls = true;
	assert_finds(&setup, "127.0.0.3:443+tls 127.0.0.1:5223+tls");
	setup.direct_tls = false;
	setup.loopback_only = true;
	assert_finds(&setup, "127.0.0.2:5269 127.0.0.1:5222");
	setup.loopback_only = false;
	setup.domain = "X.Test.";
	assert_finds(&setup, "127.0.0.2:5269 127.0.0.3:443+tls 127.0.0.1:5222 127.0.0.1:5223+tls");
}

static int times_first(const struct resolve_setup *setup, int times, const char *address)
{
	int count = 0;
	for (int i = 0; i < times; i++) {
		struct err e = {0};
		struct candidates c = {.count = 0};
		assert_true(resolve(setup, mono_ms() + 10000, &c, &e));
		assert_int_equal(c.count, 3);
		count += strcmp(c.list[0].address, address) == 0;
	}
	return count;
}

/* Of 400, the expected number give or take five times the standard deviation. */
static void test_weights(void **state)
{
	(void)state;
	ZONE("_xmpp-client._tcp.x.test SRV 1 60 5222 a.x.test",
	     "_xmpp-client._tcp.x.test SRV 1 20 5222 b.x.test",
	     "_xmpps-client._tcp.x.test SRV 1 20 5223 c.x.test", "a.x.test A 127.0.0.1",
	     "b.x.test A 127.0.0.2", "c.x.test A 127.0.0.3");
	struct resolve_setup setup = domain("x.test");
	int a = times_first(&setup, 400, "127.0.0.1");
	assert_in_range(a, 191, 289);
	int b = times_first(&setup, 400, "127.0.0.3");
	assert_in_range(b, 40, 120);
}

static void test_weight_zero(void **state)
{
	(void)state;
	ZONE("_xmpp-client._tcp.x.test SRV 1 0 5222 a.x.test",
	     "_xmpp-client._tcp.x.test SRV 1 65535 5222 b.x.test",
	     "_xmpp-client._tcp.x.test SRV 2 65535 5222 c.x.test", "a.x.test A 127.0.0.1",
	     "b.x.test A 127.0.0.2", "c.x.test A 127.0.0.3");
	struct resolve_setup setup = domain("x.test");
	assert_true(times_first(&setup, 50, "127.0.0.2") >= 49);
	ZONE("_xmpp-client._tcp.x.test SRV 1 0 5222 a.x.test",
	     "_xmpp-client._tcp.x.test SRV 1 0 5222 b.x.test",
	     "_xmpp-client._tcp.x.test SRV 1 0 5222 c.x.test", "a.x.test A 127.0.0.1",
	     "b.x.test A 127.0.0.2", "c.x.test A 127.0.0.3");
	assert_int_equal(times_first(&setup, 2, "127.0.0.9"), 0); /* RFC 2782: any order will do */
}

static void test_decidedly_not_there(void **state)
{
	(void)state;
	struct resolve_setup setup = domain("x.test");
	ZONE("_xmpp-client._tcp.x.test SRV 0 0 0 .", "_xmpps-client._tcp.x.test SRV 0 0 0 .",
	     "x.test A 127.0.0.9");
	assert_refuses(&setup, EX_UNAVAILABLE, "x.test has no XMPP service");
	ZONE("_xmpp-client._tcp.x.test SRV 0 0 0 .", "x.test A 127.0.0.9");
	assert_refuses(&setup, EX_UNAVAILABLE, "x.test has no XMPP service");
	ZONE("_xmpp-client._tcp.x.test SRV 0 0 0 .",
	     "_xmpps-client._tcp.x.test SRV 0 0 5223 a.x.test", "a.x.test A 127.0.0.1");
	assert_finds(&setup, "127.0.0.1:5223+tls");
	ZONE("_xmpps-client._tcp.x.test SRV 0 0 0 .",
	     "_xmpp-client._tcp.x.test SRV 0 0 5222 a.x.test", "a.x.test A 127.0.0.1");
	assert_finds(&setup, "127.0.0.1:5222");
	setup.direct_tls = true;
	assert_refuses(&setup, EX_UNAVAILABLE, "x.test has no XMPP service");
	setup.direct_tls = false;
	/* no direct TLS there, and nothing said of the rest */
	ZONE("_xmpps-client._tcp.x.test SRV 0 0 0 .", "x.test A 127.0.0.9");
	assert_finds(&setup, "127.0.0.9:5222");
}

static void test_without_records(void **state)
{
	(void)state;
	struct resolve_setup setup = domain("x.test");
	ZONE("x.test A 127.0.0.9");
	assert_finds(&setup, "127.0.0.9:5222");
	ZONE("_xmpp-client._tcp.x.test A 127.0.0.1", "x.test A 127.0.0.9"); /* none of that type */
	assert_finds(&setup, "127.0.0.9:5222");
	ZONE("_xmpp-client._tcp.x.test SRV !SERVFAIL", "x.test A 127.0.0.9");
	assert_finds(&setup, "127.0.0.9:5222");
	ZONE("_xmpp-client._tcp.x.test SRV !REFUSED", "_xmpps-client._tcp.x.test SRV !REFUSED",
	     "x.test AAAA ::1");
	assert_finds(&setup, "::1:5222");
	setup.direct_tls = true;
	ZONE("x.test A 127.0.0.9");
	assert_finds(&setup, "127.0.0.9:5223+tls");
}

static void test_one_set_fails(void **state)
{
	(void)state;
	struct resolve_setup setup = domain("x.test");
	ZONE("_xmpps-client._tcp.x.test SRV !SERVFAIL",
	     "_xmpp-client._tcp.x.test SRV 0 0 5222 a.x.test", "a.x.test A 127.0.0.1");
	assert_finds(&setup, "127.0.0.1:5222");
	ZONE("_xmpps-client._tcp.x.test SRV 0 0 5223 a.x.test",
	     "_xmpp-client._tcp.x.test SRV !REFUSED", "a.x.test A 127.0.0.1");
	assert_finds(&setup, "127.0.0.1:5223+tls");
}

/* RFC 6120 section 3.2.1: what the records say holds, even if it is of no use */
static void test_records_that_lead_nowhere(void **state)
{
	(void)state;
	struct resolve_setup setup = domain("x.test");
	ZONE("_xmpp-client._tcp.x.test SRV 0 0 5222 gone.x.test", "x.test A 127.0.0.9");
	assert_refuses(&setup, EX_NOHOST, "gone.x.test, said to be the server of x.test");
	ZONE("_xmpp-client._tcp.x.test SRV 0 0 5222 bare.x.test", "bare.x.test SRV 0 0 1 a.test");
	assert_refuses(&setup, EX_NOHOST, "no address");
	ZONE("_xmpp-client._tcp.x.test SRV 0 0 5222 gone.x.test",
	     "_xmpp-client._tcp.x.test SRV 1 0 5222 a.x.test", "a.x.test A 127.0.0.1");
	assert_finds(&setup, "127.0.0.1:5222");
	ZONE("_xmpp-client._tcp.x.test SRV 0 0 5222 gone.x.test",
	     "_xmpp-client._tcp.x.test SRV 1 0 5222 ill.x.test", "ill.x.test A !SERVFAIL",
	     "ill.x.test AAAA !SERVFAIL");
	assert_refuses(&setup, EX_TEMPFAIL, "ill.x.test");
	ZONE("_xmpp-client._tcp.x.test SRV 0 0 0 a.x.test", "a.x.test A 127.0.0.1",
	     "x.test A 127.0.0.9"); /* there is no port 0 */
	assert_finds(&setup, "127.0.0.9:5222");
}

static void test_the_same_twice(void **state)
{
	(void)state;
	ZONE("_xmpp-client._tcp.x.test SRV 1 0 5222 a.x.test",
	     "_xmpp-client._tcp.x.test SRV 2 0 5222 a.x.test",
	     "_xmpp-client._tcp.x.test SRV 3 0 5222 b.x.test",
	     "_xmpps-client._tcp.x.test SRV 4 0 5222 b.x.test", "a.x.test A 127.0.0.1",
	     "a.x.test A 127.0.0.1", "b.x.test A 127.0.0.1");
	struct resolve_setup setup = domain("x.test");
	assert_finds(&setup, "127.0.0.1:5222 127.0.0.1:5222+tls");
}

/* More than one answer by UDP holds. */
static void test_many(void **state)
{
	(void)state;
	static char lines[40][100];
	const char *zone[41] = {NULL};
	for (size_t i = 0; i < 30; i++)
		snprintf(lines[i], 100, "_xmpp-client._tcp.x.test SRV 1 1 %zu a.x.test", 6000 + i);
	for (size_t i = 30; i < 40; i++)
		snprintf(lines[i], 100, "a.x.test A 127.0.1.%zu", i);
	for (size_t i = 0; i < 40; i++)
		zone[i] = lines[i];
	set_zone(zone);
	struct resolve_setup setup = domain("x.test");
	struct err e = {0};
	struct candidates c = {.count = 0};
	assert_true(resolve(&setup, mono_ms() + 10000, &c, &e));
	assert_int_equal(c.count, MOST_CANDIDATES);
}

/* ---- addresses ---- */

static void test_families_in_turn(void **state)
{
	(void)state;
	struct err e = {0};
	struct candidates c = {.count = 0};
	struct resolve_setup setup = domain("x.test");
	ZONE("x.test A 127.0.0.1", "x.test A 127.0.0.2", "x.test A 127.0.0.3", "x.test AAAA ::1",
	     "x.test A 127.0.0.4", "x.test AAAA fd00::2");
	assert_true(resolve(&setup, mono_ms() + 10000, &c, &e));
	assert_int_equal(c.count, 6);
	for (size_t i = 0; i + 1 < 4; i++)
		assert_int_not_equal(c.list[i].where.ss_family, c.list[i + 1].where.ss_family);
	assert_int_equal(c.list[5].where.ss_family, AF_INET);
}

static void test_no_such_name(void **state)
{
	(void)state;
	struct resolve_setup setup = domain("nowhere.test");
	ZONE("x.test A 127.0.0.9");
	assert_refuses(&setup, EX_NOHOST, "cannot find the host nowhere.test: there is no such");
	setup.connect = "nowhere.test:5222";
	assert_refuses(&setup, EX_NOHOST, "cannot find the host nowhere.test: there is no such");
	setup.connect = NULL;
	ZONE("nowhere.test SRV 0 0 1 a.test");
	assert_refuses(&setup, EX_NOHOST, "no address");
}

static void test_odd_names(void **state)
{
	(void)state;
	static char long_name[1024];
	ZONE("x.test A 127.0.0.9");
	struct resolve_setup setup = domain("b\xc3\xbc"
	                                    "cher.test");
	assert_refuses(&setup, EX_NOHOST, "xn--");
	memset(long_name, 'a', 1023);
	setup.domain = long_name;
	assert_refuses(&setup, EX_NOHOST, "no host has a name as long as");
	long_name[250] = '\0'; /* a label of more than 63 */
	assert_refuses(&setup, EX_NOHOST, "there is no such name");
	setup.domain = "a..b";
	assert_refuses(&setup, EX_NOHOST, "there is no such name");
	setup.domain = "";
	assert_refuses(&setup, EX_NOHOST, "");
	setup.domain = "x y.test";
	assert_refuses(&setup, EX_NOHOST, "there is no such name");
}

/* ---- name servers that fail ---- */

static void test_servers_fail(void **state)
{
	(void)state;
	struct resolve_setup setup = domain("x.test");
	ZONE("x.test A !SERVFAIL", "x.test AAAA !SERVFAIL");
	assert_refuses(&setup, EX_TEMPFAIL, "x.test");
	ZONE("x.test A !REFUSED", "x.test AAAA !REFUSED");
	assert_refuses(&setup, EX_TEMPFAIL, "x.test");
	setup.name_server = "127.0.0.1:1"; /* nobody there */
	assert_refuses(&setup, EX_TEMPFAIL, "x.test");
	setup.name_server = "not an address";
	assert_refuses(&setup, EX_OSERR, "cannot set up the resolver");
}

static void test_deadline(void **state)
{
	(void)state;
	struct resolve_setup setup = domain("x.test");
	ZONE("_xmpp-client._tcp.x.test SRV !DROP", "_xmpps-client._tcp.x.test SRV !DROP",
	     "x.test A !DROP", "x.test AAAA !DROP");
	assert_refuses_in(&setup, 600, EX_TEMPFAIL, "do not answer in time");
	assert_refuses_in(&setup, 0, EX_TEMPFAIL, "do not answer in time");
	assert_refuses_in(&setup, -5000, EX_TEMPFAIL, "do not answer in time");
	setup.connect = "x.test";
	assert_refuses_in(&setup, 600, EX_TEMPFAIL, "do not answer in time");
}

static void assert_finds_in(const struct resolve_setup *setup, int ms, const char *expected)
{
	struct err e = {0};
	struct candidates c = {.count = 0};
	int64_t began = mono_ms();
	assert_true(resolve(setup, began + ms, &c, &e));
	AUTO(auto_free) char *text = as_text(&c);
	assert_string_equal(text, expected);
	assert_true(mono_ms() - began < ms + 500);
}

static void test_what_is_known_in_time(void **state)
{
	(void)state;
	struct resolve_setup setup = domain("x.test");
	ZONE("_xmpp-client._tcp.x.test SRV !DROP", "_xmpps-client._tcp.x.test SRV !DROP",
	     "x.test A 127.0.0.9");
	assert_finds_in(&setup, 1000, "127.0.0.9:5222");
	ZONE("_xmpp-client._tcp.x.test SRV 0 0 5222 a.x.test",
	     "_xmpps-client._tcp.x.test SRV !DROP", "a.x.test A 127.0.0.1");
	assert_finds_in(&setup, 1000, "127.0.0.1:5222");
	ZONE("_xmpp-client._tcp.x.test SRV 0 0 5222 slow.x.test",
	     "_xmpp-client._tcp.x.test SRV 1 0 5222 a.x.test", "a.x.test A 127.0.0.1",
	     "slow.x.test A !DROP", "slow.x.test AAAA !DROP");
	assert_finds_in(&setup, 1000, "127.0.0.1:5222");
	/* some middleboxes swallow questions for AAAA */
	ZONE("x.test A 127.0.0.9", "x.test AAAA !DROP");
	assert_finds_in(&setup, 1000, "127.0.0.9:5222");
}

static void test_a_slow_target_is_not_waited_for(void **state)
{
	(void)state;
	struct resolve_setup setup = domain("x.test");
	struct err e = {0};
	struct candidates c;
	int64_t began = mono_ms();
	ZONE("_xmpp-client._tcp.x.test SRV 0 0 5222 slow.x.test",
	     "_xmpp-client._tcp.x.test SRV 1 0 5222 a.x.test", "a.x.test A 127.0.0.1",
	     "slow.x.test A !DROP", "slow.x.test AAAA !DROP");
	assert_true(resolve(&setup, began + 60000, &c, &e));
	assert_in_range(mono_ms() - began, 2500, 4000);
}

static void test_junk(void **state)
{
	(void)state;
	struct resolve_setup setup = domain("x.test");
	ZONE("_xmpp-client._tcp.x.test SRV !JUNK", "_xmpps-client._tcp.x.test SRV !CUT",
	     "x.test A 127.0.0.9");
	assert_finds_in(&setup, 1000, "127.0.0.9:5222");
	ZONE("x.test A !JUNK", "x.test AAAA !JUNK");
	assert_refuses_in(&setup, 600, EX_TEMPFAIL, "x.test");
	ZONE("x.test A !CUT", "x.test AAAA !CUT");
	assert_refuses_in(&setup, 600, EX_TEMPFAIL, "x.test");
}

/* In a child: a signal cannot be taken back. */
static void test_stopped(void **state)
{
	(void)state;
	int status = 0;
	struct resolve_setup setup = domain("x.test");
	ZONE("_xmpp-client._tcp.x.test SRV !DROP", "_xmpps-client._tcp.x.test SRV !DROP");
	int64_t began = mono_ms();
	pid_t child = fork();
	if (child == 0) {
		struct err e = {0};
		struct candidates c;
		stop_catch_signals(false);
		resolve(&setup, mono_ms() + 20000, &c, &e);
		_exit(e.status == EX_TEMPFAIL && strstr(e.text, "interrupted") ? 7 : 1);
	}
	usleep(300000);
	kill(child, SIGTERM);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 7);
	assert_true(mono_ms() - began < 2000);
}

/* ---- what needs no name server ---- */

static void test_addresses_and_localhost(void **state)
{
	(void)state;
	static const struct {
		const char *domain, *expected;
	} cases[] = {
		{"127.0.0.1", "127.0.0.1:5222"},
		{"192.0.2.7", "192.0.2.7:5222"},
		{"[::1]", "::1:5222"},
		{"::1", "::1:5222"},
		{"[2001:db8::1]", "2001:db8::1:5222"},
		{"[fe80::1%lo]", "fe80::1%lo:5222"},
	};
	struct resolve_setup setup = domain("");
	ZONE("x.test A 127.0.0.9");
	int before = atomic_load(&dns.asked);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		setup.domain = cases[i].domain;
		assert_finds(&setup, cases[i].expected);
	}
	for (int upper = 0; upper < 2; upper++) {
		struct err e = {0};
		struct candidates c = {.count = 0};
		setup.domain = upper ? "LocalHost" : "localhost";
		setup.loopback_only = true;
		assert_true(resolve(&setup, mono_ms() + 10000, &c, &e));
		assert_true(c.count > 0);
		assert_int_equal(c.list[0].port, 5222);
	}
	assert_int_equal(atomic_load(&dns.asked), before);
}

static void test_connect(void **state)
{
	(void)state;
	static const struct {
		const char *connect, *expected;
	} cases[] = {
		{"127.0.0.1", "127.0.0.1:5222"},        {"127.0.0.1:1", "127.0.0.1:1"},
		{"127.0.0.1:65535", "127.0.0.1:65535"}, {"[::1]", "::1:5222"},
		{"[::1]:15222", "::1:15222"},           {"[fe80::1%lo]:80", "fe80::1%lo:80"},
		{"a.x.test", "127.0.0.1:5222"},         {"a.x.test:443", "127.0.0.1:443"},
		{"[a.x.test]:443", "127.0.0.1:443"},
	};
	struct resolve_setup setup = domain("x.test");
	ZONE("_xmpp-client._tcp.a.x.test SRV 0 0 1 b.x.test", "a.x.test A 127.0.0.1");
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		setup.connect = cases[i].connect;
		assert_finds(&setup, cases[i].expected);
	}
	setup.direct_tls = true;
	setup.connect = "127.0.0.1";
	assert_finds(&setup, "127.0.0.1:5223+tls");
	setup.connect = "a.x.test:443";
	assert_finds(&setup, "127.0.0.1:443+tls");
}

/* What people type may be short, as for any program; a domain of a JID is what it is. */
static void test_search_list(void **state)
{
	(void)state;
	struct resolve_setup setup = domain("a");
	ZONE("a.x.test A 127.0.0.1");
	setenv("LOCALDOMAIN", "x.test", 1);
	setup.connect = "a:443";
	assert_finds(&setup, "127.0.0.1:443");
	setup.connect = NULL;
	assert_refuses(&setup, EX_NOHOST, "there is no such name");
	unsetenv("LOCALDOMAIN");
}

static void test_connect_refused(void **state)
{
	(void)state;
	static const struct {
		const char *connect, *because;
	} cases[] = {
		{"", "no host name"},
		{":5222", "no host name"},
		{"[]", "no host name"},
		{"[]:5222", "no host name"},
		{"a.x.test:", "from 1 to 65535"},
		{"a.x.test:0", "from 1 to 65535"},
		{"a.x.test:65536", "from 1 to 65535"},
		{"a.x.test:100000000000000000000", "from 1 to 65535"},
		{"a.x.test:-1", "from 1 to 65535"},
		{"a.x.test:+5222", "from 1 to 65535"},
		{"a.x.test: 5222", "from 1 to 65535"},
		{"a.x.test:5222x", "from 1 to 65535"},
		{"a.x.test:xmpp-client", "from 1 to 65535"},
		{"[::1]5222", "from 1 to 65535"},
		{"[::1]:", "from 1 to 65535"},
		{"::1", "write an IPv6 address as in [::1]:5222"},
		{"fe80::1:5222", "write an IPv6 address as in [::1]:5222"},
		{"[::1", "write an IPv6 address as in [::1]:5222"},
		{"[", "write an IPv6 address as in [::1]:5222"},
	};
	struct resolve_setup setup = domain("x.test");
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		setup.connect = cases[i].connect;
		assert_refuses(&setup, EX_USAGE, cases[i].because);
	}
	static char long_host[400];
	memset(long_host, 'a', 300);
	setup.connect = long_host;
	assert_refuses(&setup, EX_USAGE, "no host name");
}

static void test_loopback_only(void **state)
{
	(void)state;
	static const char *const elsewhere[] = {"192.0.2.1", "[2001:db8::1]", "0.0.0.0",
	                                        "[::]",      "1.127.0.1",     "[::ffff:127.0.0.1]"};
	struct resolve_setup setup = domain("x.test");
	setup.loopback_only = true;
	for (size_t i = 0; i < sizeof elsewhere / sizeof *elsewhere; i++) {
		setup.connect = elsewhere[i];
		assert_refuses(&setup, EX_USAGE, "is not one");
	}
	setup.connect = "127.1.2.3";
	assert_finds(&setup, "127.1.2.3:5222");
	setup.connect = "[::1]:5";
	assert_finds(&setup, "::1:5");
	setup.connect = NULL;
	ZONE("x.test A 127.0.0.1", "x.test A 192.0.2.1");
	assert_refuses(&setup, EX_USAGE, "192.0.2.1 is not one");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_priorities_of_both_sets),
		cmocka_unit_test(test_weights),
		cmocka_unit_test(test_weight_zero),
		cmocka_unit_test(test_decidedly_not_there),
		cmocka_unit_test(test_without_records),
		cmocka_unit_test(test_one_set_fails),
		cmocka_unit_test(test_records_that_lead_nowhere),
		cmocka_unit_test(test_the_same_twice),
		cmocka_unit_test(test_many),
		cmocka_unit_test(test_families_in_turn),
		cmocka_unit_test(test_no_such_name),
		cmocka_unit_test(test_odd_names),
		cmocka_unit_test(test_servers_fail),
		cmocka_unit_test(test_deadline),
		cmocka_unit_test(test_what_is_known_in_time),
		cmocka_unit_test(test_a_slow_target_is_not_waited_for),
		cmocka_unit_test(test_junk),
		cmocka_unit_test(test_stopped),
		cmocka_unit_test(test_addresses_and_localhost),
		cmocka_unit_test(test_connect),
		cmocka_unit_test(test_search_list),
		cmocka_unit_test(test_connect_refused),
		cmocka_unit_test(test_loopback_only),
	};
	return cmocka_run_group_tests(tests, start_name_server, stop_name_server);
}
