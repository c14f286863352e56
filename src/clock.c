#include "clock.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/timerfd.h>
#include <unistd.h>

#define MOVED_MS 2000 /* less is the clocks being kept in step */

/* A timer that never ends, but is cancelled when UTC is set. */
static void arm(struct clock *c)
{
	const struct itimerspec never = {.it_value = {.tv_sec = (time_t)1 << 33}};
	timerfd_settime(c->fd, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &never, NULL);
}

void clock_open(struct clock *c)
{
	c->fd = timerfd_create(CLOCK_REALTIME, TFD_CLOEXEC | TFD_NONBLOCK);
	c->utc = now_ms() - boot_ms();
	c->slept = boot_ms() - mono_ms();
	arm(c);
}

void clock_close(struct clock *c)
{
	auto_close(&c->fd);
	c->fd = -1;
}

static int64_t moved(int64_t *kept, int64_t now)
{
	int64_t by = now - *kept;
	if (llabs(by) < MOVED_MS)
		return 0;
	*kept = now;
	return by;
}

void clock_look(struct clock *c, int64_t *set, int64_t *slept)
{
	uint64_t ends;
	if (read(c->fd, &ends, sizeof ends) < 0)
		arm(c);
	*set = moved(&c->utc, now_ms() - boot_ms());
	*slept = moved(&c->slept, boot_ms() - mono_ms());
}

void clock_boot_id(char *out, size_t size)
{
	AUTO(auto_close)
	int fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, out, size - 1);
	out[n < 0 ? 0 : n] = '\0';
	out[strcspn(out, "\n")] = '\0';
}
