/* Our clocks against each other: whether UTC was set, whether the machine slept. */
#ifndef CLOCK_H
#define CLOCK_H

#include "base.h"

struct clock {
	int fd;             /* readable when UTC was set; -1: the kernel has no such thing */
	int64_t utc, slept; /* UTC less the boot clock, the boot clock less the monotonic one; ms */
};

void clock_open(struct clock *c);
void clock_close(struct clock *c);

/* By how many ms UTC was moved, and how many the machine slept, since the last call that told: 0 for
 * what is less than 2 s. */
void clock_look(struct clock *c, int64_t *set, int64_t *slept);

/* The kernel's name for the time since the machine was started; "" where it does not tell. */
void clock_boot_id(char *out, size_t size);

#endif
