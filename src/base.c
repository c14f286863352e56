#include "base.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#undef fail

bool fail(struct err *e, int status, const char *fmt, ...)
{
	va_list ap;
	e->status = status;
	e->retry = RETRY;
	va_start(ap, fmt);
	vsnprintf(e->text, sizeof e->text, fmt, ap);
	va_end(ap);
	return false;
}

void auto_free(void *pointer_to_pointer)
{
	free(*(void **)pointer_to_pointer);
}

void auto_close(int *fd)
{
	if (*fd >= 0)
		close(*fd);
}

static int64_t clock_ms(clockid_t clock)
{
	struct timespec t;
	clock_gettime(clock, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

int64_t now_ms(void)
{
	return clock_ms(CLOCK_REALTIME);
}

int64_t mono_ms(void)
{
	return clock_ms(CLOCK_MONOTONIC);
}

int64_t boot_ms(void)
{
	return clock_ms(CLOCK_BOOTTIME);
}

/* stdio may need memory it cannot get: write(2) the line, and leave the file to SQLite's journal. */
static _Noreturn void out_of_memory(void)
{
	static const char line[] = "unseen: out of memory; what was committed is safe\n";
	ssize_t ignored = write(STDERR_FILENO, line, sizeof line - 1);
	(void)ignored;
	_exit(EX_OSERR);
}

void *must_calloc(size_t count, size_t size)
{
	void *p = calloc(count, size);
	if (!p)
		out_of_memory();
	return p;
}

void *must_realloc(void *old, size_t size)
{
	void *p = realloc(old, size);
	if (!p)
		out_of_memory();
	return p;
}

char *must_strdup(const char *s)
{
	char *copy = strdup(s);
	if (!copy)
		out_of_memory();
	return copy;
}

char *text_new(const char *fmt, ...)
{
	va_list ap;
	char *text = NULL;
	va_start(ap, fmt);
	int n = vasprintf(&text, fmt, ap);
	va_end(ap);
	if (n < 0)
		out_of_memory();
	return text;
}
