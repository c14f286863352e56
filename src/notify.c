#include "notify.h"

#include "base.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

void notify_send(const char *state)
{
	const char *name = getenv("NOTIFY_SOCKET");
	struct sockaddr_un to = {.sun_family = AF_UNIX};
	size_t length = name ? strlen(name) : 0;
	if (length < 2 || length >= sizeof to.sun_path || !strchr("/@", *name))
		return;
	AUTO(auto_close) int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return;
	memcpy(to.sun_path, name, length);
	if (*name == '@')
		to.sun_path[0] = '\0';
	sendto(fd, state, strlen(state), MSG_NOSIGNAL, (const struct sockaddr *)&to,
	       (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length));
}

/* A number and nothing else; 0 for what is none. */
static int64_t number(const char *text)
{
	char *end;
	if (!text || *text < '0' || *text > '9')
		return 0;
	long long n = strtoll(text, &end, 10);
	return *end ? 0 : n;
}

int64_t notify_watchdog_ms(void)
{
	const char *pid = getenv("WATCHDOG_PID");
	if (pid && number(pid) != getpid())
		return 0;
	return number(getenv("WATCHDOG_USEC")) / 1000;
}
