/* Loaded before a recorder (LD_PRELOAD): where it would wait without a line, time passes at once. All
 * its clocks go on together, so that nothing looks set or asleep; a thousand waits of minutes between
 * two lines take no time. What has come, or comes within 5 ms, is still there first. */
#include <dlfcn.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>
#include <time.h>

#define REAL_MS 5

int __poll_chk(struct pollfd *fds, nfds_t n, int timeout, size_t size);

static int64_t ahead_ms; /* of the clocks of the machine */

int clock_gettime(clockid_t clock, struct timespec *out)
{
	static int (*real)(clockid_t, struct timespec *);
	if (!real)
		real = (int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime");
	int code = real(clock, out);
	if (code != 0 || clock == CLOCK_PROCESS_CPUTIME_ID || clock == CLOCK_THREAD_CPUTIME_ID)
		return code;
	out->tv_sec += ahead_ms / 1000;
	out->tv_nsec += ahead_ms % 1000 * 1000000;
	out->tv_sec += out->tv_nsec / 1000000000;
	out->tv_nsec %= 1000000000;
	return 0;
}

/* Whether a line is among what is waited for: the other side lives in real time. */
static bool has_line(const struct pollfd *fds, nfds_t n)
{
	for (nfds_t i = 0; i < n; i++) {
		struct sockaddr_storage own = {0};
		socklen_t length = sizeof own;
		if (getsockname(fds[i].fd, (struct sockaddr *)&own, &length) == 0 &&
		    own.ss_family == AF_INET)
			return true;
	}
	return false;
}

int poll(struct pollfd *fds, nfds_t n, int timeout)
{
	static int (*real)(struct pollfd *, nfds_t, int);
	if (!real)
		real = (int (*)(struct pollfd *, nfds_t, int))dlsym(RTLD_NEXT, "poll");
	if ((timeout >= 0 && timeout <= REAL_MS) || has_line(fds, n))
		return real(fds, n, timeout);
	int ready = real(fds, n, REAL_MS);
	if (ready == 0 && timeout > REAL_MS)
		ahead_ms += timeout - REAL_MS;
	return ready;
}

/* What poll() is called by under _FORTIFY_SOURCE. */
int __poll_chk(struct pollfd *fds, nfds_t n, int timeout, size_t size)
{
	(void)size;
	return poll(fds, n, timeout);
}
