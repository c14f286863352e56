#include "dial.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define ATTEMPT_MS 5000

static void auto_freeaddrinfo(struct addrinfo **list)
{
	if (*list)
		freeaddrinfo(*list);
}

static bool split(const char *where, char host[256], char port[8], struct err *e)
{
	const char *end, *colon;
	size_t length;
	if (*where == '[') {
		end = strchr(where, ']');
		length = end ? (size_t)(end - where) - 1 : 0;
		colon = end && end[1] ? end + 1 : NULL;
		where++;
	} else {
		colon = strchr(where, ':');
		length = colon ? (size_t)(colon - where) : strlen(where);
	}
	snprintf(port, 8, "5222");
	if (colon) {
		char *rest;
		long number = colon[0] == ':' ? strtol(colon + 1, &rest, 10) : 0;
		if (number < 1 || number > 65535 || *rest)
			return fail(e, EX_USAGE,
			            "--connect %s: the port is a number from 1 to 65535, as in "
			            "host:5222 or [::1]:5222",
			            where);
		snprintf(port, 8, "%ld", number);
	}
	if (length == 0 || length > 255)
		return fail(e, EX_USAGE, "--connect %s: no host name there", where);
	memcpy(host, where, length);
	host[length] = '\0';
	return true;
}

static bool is_loopback(const struct sockaddr *a)
{
	if (a->sa_family == AF_INET)
		return ntohl(((const struct sockaddr_in *)a)->sin_addr.s_addr) >> 24 == 127;
	return a->sa_family == AF_INET6 &&
	       IN6_IS_ADDR_LOOPBACK(&((const struct sockaddr_in6 *)a)->sin6_addr);
}

/* 0, or the errno that kept it from connecting. */
static int try_address(const struct addrinfo *a)
{
	AUTO(auto_close)
	int fd = socket(a->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	int error = 0;
	socklen_t size = sizeof error;
	if (fd < 0)
		return errno;
	if (connect(fd, a->ai_addr, a->ai_addrlen) == 0)
		return 0;
	if (errno != EINPROGRESS)
		return errno;
	struct pollfd p = {.fd = fd, .events = POLLOUT};
	int n = poll(&p, 1, ATTEMPT_MS);
	if (n <= 0)
		return n == 0 ? ETIMEDOUT : errno;
	return getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) < 0 ? errno : error;
}

bool dial(const char *where, bool loopback_only, struct dialled *out, struct err *e)
{
	char host[256], port[8];
	const struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICSERV};
	AUTO(auto_freeaddrinfo) struct addrinfo *list = NULL;
	int why = 0;
	if (!split(where, host, port, e))
		return false;
	int code = getaddrinfo(host, port, &hints, &list);
	if (code != 0)
		return fail(e, EX_NOHOST,
		            "cannot find the host %s: %s; check the name, or name the server "
		            "with --connect HOST:PORT",
		            host, code == EAI_SYSTEM ? strerror(errno) : gai_strerror(code));
	for (struct addrinfo *a = list; loopback_only && a; a = a->ai_next)
		if (!is_loopback(a->ai_addr))
			return fail(
				e, EX_USAGE,
				"--insecure-plaintext is for a server on this machine only, and "
				"%s is not one: leave it out",
				host);
	for (struct addrinfo *a = list; a; a = a->ai_next) {
		why = try_address(a);
		if (why != 0)
			continue;
		getnameinfo(a->ai_addr, a->ai_addrlen, out->address, sizeof out->address, NULL, 0,
		            NI_NUMERICHOST);
		out->port = (unsigned short)strtoul(port, NULL, 10);
		return true;
	}
	return fail(e, EX_UNAVAILABLE,
	            "cannot connect to %s port %s: %s; is the server up, and the port "
	            "right?",
	            host, port, strerror(why));
}
