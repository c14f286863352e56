/* Configuration files (config.c): what is told of them is text, in the order of the lines, and what is
 * refused is refused with its line. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <unistr.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define HOLDS(what)                                                                                \
	do {                                                                                       \
		if (!(what)) {                                                                     \
			fprintf(stderr, "%s:%d: %s\n", __func__, __LINE__, #what);                 \
			abort();                                                                   \
		}                                                                                  \
	} while (0)

struct seen {
	int line, stop_after;
};

static void assert_text(const char *text)
{
	HOLDS(!u8_check((const uint8_t *)text, strlen(text)));
	for (; *text; text++)
		HOLDS(*text == '\t' || *text == '\r' || (unsigned char)*text >= ' ');
}

static bool take(void *to, const struct config_item *item, struct err *e)
{
	struct seen *seen = to;
	HOLDS(item->line >= seen->line && item->line > 0);
	seen->line = item->line;
	if (item->account)
		assert_text(item->account);
	if (item->key) {
		assert_text(item->key);
		assert_text(item->value);
		HOLDS(strlen(item->key) + strlen(item->value) < 200);
	} else {
		HOLDS(item->account && *item->account);
	}
	return seen->stop_after-- > 0 || fail(e, EX_USAGE, "enough");
}

static void read_all(const char *path, int stop_after)
{
	struct seen seen = {0, stop_after};
	struct err e = {0};
	if (config_read(path, take, &seen, &e))
		return;
	HOLDS(e.status == EX_CONFIG);
	HOLDS(strncmp(e.text, path, strlen(path)) == 0);
	if (seen.stop_after < 0) {
		AUTO(auto_free) char *said = text_new("%s:%d: enough", path, seen.line);
		HOLDS(strcmp(e.text, said) == 0);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	AUTO(auto_close) int fd = memfd_create("config", MFD_CLOEXEC);
	HOLDS(fd >= 0 && fchmod(fd, 0600) == 0 && write(fd, data, size) == (ssize_t)size);
	AUTO(auto_free) char *path = text_new("/proc/self/fd/%d", fd);
	read_all(path, 1000000);
	read_all(path, size ? data[0] % 4 : 0);
	return 0;
}
