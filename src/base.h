/* Failure, cleanup and time: what every module needs. Knows nothing of XMPP, SQL or terminals. */
#ifndef BASE_H
#define BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sysexits.h>

/* What went wrong: an exit status of <sysexits.h> and one line saying what, why and what to do.
 * A function that can fail takes a `struct err *` last, never NULL, and writes its other results
 * only when it succeeds. Nobody but main() prints the line. */
enum retry { RETRY, RETRY_SLOWLY, RETRY_NEVER };
struct err {
	int status;
	enum retry retry; /* for who might try again: whether to */
	char text[600];
};

/* Fills *e (to be retried), and returns false, so that a failing function ends in `return fail(e, …)`.
 * The text may contain anything: main() escapes it before it reaches a terminal. */
bool fail(struct err *e, int status, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

#ifdef __clang_analyzer__ /* looks into one file at a time: what fails, fails */
#define fail(...)                                                                                  \
	__extension__({                                                                            \
		(void)fail(__VA_ARGS__);                                                           \
		false;                                                                             \
	})
#endif

/* Calls the destructor when the variable leaves its scope; destructors take NULL contents. */
#define AUTO(destructor) __attribute__((cleanup(destructor)))

void auto_free(void *pointer_to_pointer); /* free() */
void auto_close(int *fd);                 /* close() unless negative */

/* Milliseconds since 1970-01-01T00:00:00Z; what the record is dated with. */
int64_t now_ms(void);

/* Milliseconds of the monotonic clock; what deadlines are reckoned with. */
int64_t mono_ms(void);

/* The same, running on while the machine sleeps. */
int64_t boot_ms(void);

/* sprintf into fresh memory. The caller frees; never NULL (out of memory ends the process, 71). */
char *text_new(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* malloc-family calls that end the process with EX_OSERR instead of returning NULL. */
void *must_calloc(size_t count, size_t size);
void *must_realloc(void *old, size_t size);
char *must_strdup(const char *s);

#endif
