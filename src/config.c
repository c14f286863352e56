#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <ini.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <unistr.h>

enum {
	MOST_BYTES = 1 << 20,
	MOST_IN_LINE = 197, /* of the 200 that the stock library has room for */
};

struct reading {
	const char *path;
	const char *at; /* what is not read yet */
	char *section;  /* the account of the section, or NULL */
	int line;
	bool (*take)(void *to, const struct config_item *item, struct err *e);
	void *to;
	bool failed;
	struct err *e;
};

static bool wrong(struct reading *r, const char *what)
{
	r->failed = true;
	return fail(r->e, EX_CONFIG, "%s:%d: %s", r->path, r->line, what);
}

static bool pass_on(struct reading *r, const char *key, const char *value)
{
	const struct config_item item = {r->line, r->section, key, value};
	struct err why = {.status = EX_CONFIG};
	return r->take(r->to, &item, &why) || wrong(r, why.text);
}

/* [account JID]. The library would cut it to 49 bytes, and does not tell of a section without keys. */
static bool begin_section(struct reading *r, const char *line, size_t length)
{
	static const char word[] = "[account";
	const char *end = memchr(line, ']', length);
	const char *name = line + strlen(word);
	if (!end)
		return wrong(r, "the section's ] is missing");
	if (strncmp(line, word, strlen(word)) != 0 || !strchr(" \t]", *name))
		return wrong(r, "no such section: it is [account me@example.org]");
	name += strspn(name, " \t");
	while (end > name && strchr(" \t", end[-1]))
		end--;
	if (end <= name)
		return wrong(r, "the section names no account: it is [account me@example.org]");
	free(r->section);
	r->section = text_new("%.*s", (int)(end - name), name);
	return pass_on(r, NULL, NULL);
}

/* fgets() on what is in memory. Blanks in front go: the library takes them for more of the value
 * above. */
static char *next_line(char *line, int room, void *reading)
{
	struct reading *r = reading;
	size_t length = strcspn(r->at, "\n");
	if (r->failed || !*r->at)
		return NULL;
	r->line++;
	const char *begin = r->at + strspn(r->at, " \t\r");
	const char *end = r->at + length;
	r->at = *end ? end + 1 : end;
	if (begin > end)
		begin = end;
	length = (size_t)(end - begin);
	if (length > MOST_IN_LINE || length + 2 > (size_t)room) {
		wrong(r, "the line is too long, 197 bytes are the limit; put a long command into "
		         "a script");
		return NULL;
	}
	if (*begin == '[' && !begin_section(r, begin, length))
		return NULL;
	memcpy(line, begin, length);
	memcpy(line + length, "\n", 2);
	return line;
}

/* 0 tells the library that the line was wrong; next_line() ends it all. */
static int found(void *reading, const char *section, const char *key, const char *value)
{
	struct reading *r = reading;
	(void)section;
	return r->failed || pass_on(r, key, value);
}

/* ---- the file --------------------------------------------------------------------------------- */

static bool may_be_trusted(const char *path, int fd, struct err *e)
{
	struct stat st;
	if (fstat(fd, &st) < 0)
		return fail(e, EX_NOINPUT, "cannot read %s: %s", path, strerror(errno));
	if (S_ISCHR(st.st_mode)) /* /dev/null: no configuration */
		return true;
	if (!S_ISREG(st.st_mode))
		return fail(e, EX_CONFIG, "%s is no regular file; name another with --config",
		            path);
	if (st.st_uid != geteuid() && st.st_uid != 0)
		return fail(e, EX_NOPERM,
		            "%s belongs to another user (%ld), who could name a program for us to "
		            "run; make it yours",
		            path, (long)st.st_uid);
	if (st.st_mode & 022)
		return fail(e, EX_NOPERM,
		            "others may write %s (mode %04o), and name a program for us to run: "
		            "chmod go-w %s",
		            path, st.st_mode & 07777, path);
	return true;
}

static bool read_whole(const char *path, int fd, char **out, size_t *length, struct err *e)
{
	AUTO(auto_free) char *text = must_calloc(1, MOST_BYTES + 2);
	size_t n = 0;
	for (;;) {
		ssize_t got = read(fd, text + n, MOST_BYTES + 1 - n);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return fail(e, EX_NOINPUT, "cannot read %s: %s", path, strerror(errno));
		n += (size_t)got;
		if (n > MOST_BYTES)
			return fail(e, EX_CONFIG, "%s is larger than 1 MiB: no configuration",
			            path);
		if (got == 0)
			break;
	}
	*length = n;
	*out = text;
	text = NULL;
	return true;
}

/* UTF-8 without control characters; where it is not, its line is told. */
static bool is_text(struct reading *r, size_t length)
{
	const uint8_t *bytes = (const uint8_t *)r->at, *bad = u8_check(bytes, length);
	const char *why = "no UTF-8 text; save it as UTF-8";
	for (size_t i = 0; i < length && !(bad && bytes + i >= bad); i++)
		if ((bytes[i] < ' ' && !strchr("\t\r\n", bytes[i])) || !bytes[i] ||
		    bytes[i] == 0x7f) {
			bad = bytes + i;
			why = "a control character; take it out";
		}
	if (!bad)
		return true;
	r->line = 1;
	for (const uint8_t *at = bytes; at < bad; at++)
		r->line += *at == '\n';
	return wrong(r, why);
}

bool config_read(const char *path,
                 bool (*take)(void *to, const struct config_item *item, struct err *e), void *to,
                 struct err *e)
{
	AUTO(auto_free) char *text = NULL;
	struct reading r = {.path = path, .take = take, .to = to, .e = e};
	size_t length = 0;
	AUTO(auto_close) int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0)
		return fail(e, EX_NOINPUT,
		            "cannot read the configuration %s: %s; name another with --config",
		            path, strerror(errno));
	if (!may_be_trusted(path, fd, e) || !read_whole(path, fd, &text, &length, e))
		return false;
	r.at = text;
	if (!is_text(&r, length))
		return false;
	if (strncmp(r.at, "\xef\xbb\xbf", 3) == 0) /* some editors begin UTF-8 so */
		r.at += 3;
	int line = ini_parse_stream(next_line, &r, found, &r);
	free(r.section);
	if (!r.failed && line < 0)
		return fail(e, EX_OSERR, "cannot read %s: out of memory", path);
	r.line = r.failed ? r.line : line;
	return !r.failed && (line == 0 || wrong(&r, "neither a comment nor 'key = value'"));
}
