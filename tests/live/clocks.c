/* Preloaded into a program: its clocks as a test wants them. The file $CLOCKS holds two 64-bit numbers, in ns: how far
 * UTC is ahead of the true one, and how long the machine is to have slept (CLOCK_BOOTTIME runs on, CLOCK_MONOTONIC does not). */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static const volatile int64_t *ahead(void)
{
	static const int64_t none[2];
	static const volatile int64_t *mapped;
	const char *path = getenv("CLOCKS");
	if (mapped)
		return mapped;
	int fd = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
	void *p = fd < 0 ? MAP_FAILED : mmap(NULL, sizeof none, PROT_READ, MAP_SHARED, fd, 0);
	if (fd >= 0)
		close(fd);
	mapped = p == MAP_FAILED ? none : p;
	return mapped;
}

static int64_t moved_by(clockid_t id)
{
	if (id == CLOCK_REALTIME || id == CLOCK_REALTIME_COARSE)
		return ahead()[0];
	return id == CLOCK_BOOTTIME ? ahead()[1] : 0;
}

int clock_gettime(clockid_t id, struct timespec *t)
{
	int result = (int)syscall(SYS_clock_gettime, id, t);
	if (result == 0) {
		int64_t ns = t->tv_sec * 1000000000 + t->tv_nsec + moved_by(id);
		t->tv_sec = ns / 1000000000;
		t->tv_nsec = ns % 1000000000;
	}
	return result;
}

int gettimeofday(struct timeval *restrict t, void *restrict zone)
{
	struct timespec ts;
	(void)zone;
	clock_gettime(CLOCK_REALTIME, &ts);
	t->tv_sec = ts.tv_sec;
	t->tv_usec = ts.tv_nsec / 1000;
	return 0;
}

time_t time(time_t *t)
{
	struct timespec ts;
	clock_gettime(CLOCK_REALTIME, &ts);
	if (t)
		*t = ts.tv_sec;
	return ts.tv_sec;
}
