#include "text.h"
#include "trace_parts.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* ---- the file -------------------------------------------------------------------------------- */

static bool check_file(int fd, const char *path, struct err *e)
{
	struct stat st;
	if (fstat(fd, &st) < 0)
		return fail(e, EX_CANTCREAT, "cannot look at the trace file %s: %s", path,
		            strerror(errno));
	if (!S_ISREG(st.st_mode))
		return fail(e, EX_CANTCREAT,
		            "the trace file %s is no regular file; name one, or - for standard "
		            "error",
		            path);
	if (st.st_uid != geteuid())
		return fail(e, EX_NOPERM, "the trace file %s belongs to user %u; name another",
		            path, st.st_uid);
	if (st.st_mode & 077)
		return fail(e, EX_NOPERM,
		            "others can read the trace file %s (mode %04o); make it 0600, or "
		            "name another",
		            path, st.st_mode & 07777);
	return true;
}

/* Not through a link that somebody has laid; O_NONBLOCK: not into a FIFO that nobody reads. */
static bool open_file(const char *path, int *out, struct err *e)
{
	int flags = O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY;
	AUTO(auto_close) int fd = open(path, flags, 0600);
	if (fd < 0)
		return fail(e, EX_CANTCREAT, "cannot open the trace file %s: %s", path,
		            errno == ELOOP ? "it is a link" : strerror(errno));
	if (!check_file(fd, path, e))
		return false;
	*out = fd;
	fd = -1;
	return true;
}

static void give_up(struct trace *t)
{
	snprintf(t->trouble, sizeof t->trouble, "the trace ends early: %s", strerror(errno));
	fclose(t->file);
	t->file = NULL;
}

static void put(struct trace *t, const char *text, size_t length)
{
	if (t->file && fwrite(text, 1, length, t->file) < length)
		give_up(t);
}

/* What came is there to be read at once. */
static void push(struct trace *t)
{
	if (t->file && fflush(t->file) != 0)
		give_up(t);
}

/* ---- lines ----------------------------------------------------------------------------------- */

void row_add(struct row *row, const char *at, size_t length)
{
	size_t room = sizeof row->at - row->length;
	if (length > room)
		length = room;
	memcpy(row->at + row->length, at, length);
	row->length += length;
}

void row_text(struct row *row, const char *text)
{
	row_add(row, text, strlen(text));
}

void row_count(struct row *row, uint64_t bytes, const char *what)
{
	char text[60];
	snprintf(text, sizeof text, "(%llu byte%s %s)", (unsigned long long)bytes,
	         bytes == 1 ? "" : "s", what);
	row_text(row, text);
}

void row_cut(struct row *row, const struct cut *cut)
{
	struct slice shown = cut_slice(cut, 0);
	row_add(row, shown.at, shown.length);
	if (shown.length < cut->length) {
		row_text(row, "... ");
		row_count(row, cut->length - shown.length, "not shown");
	}
}

void row_put(struct trace *t, const struct side *side, size_t depth, const struct row *row)
{
	AUTO(auto_free) char *safe = text_safe(row->at, row->length, t->utf8);
	int64_t now = now_ms();
	time_t seconds = (time_t)(now / 1000);
	char stamp[32], head[160];
	struct tm tm;
	strftime(stamp, sizeof stamp, "%FT%T", gmtime_r(&seconds, &tm));
	snprintf(head, sizeof head, "%s.%03dZ %s %*s", stamp, (int)(now % 1000),
	         side ? side->arrow : "--", 2 * (int)depth, "");
	put(t, head, strlen(head));
	put(t, safe, strlen(safe));
	put(t, "\n", 1);
}

void cut_add(struct cut *cut, char c)
{
	if (cut->length <= SHOWN)
		cut->at[cut->length] = c;
	cut->length++;
	cut->solid |= c != ' ' && c != '\t' && c != '\r' && c != '\n';
}

void cut_clear(struct cut *cut)
{
	cut->length = 0;
	cut->solid = false;
}

struct slice cut_slice(const struct cut *cut, size_t from)
{
	size_t n = cut->length;
	if (n > SHOWN)
		for (n = SHOWN; n > SHOWN - 3 && ((unsigned char)cut->at[n] & 0xc0) == 0x80;)
			n--;
	return (struct slice){cut->at + from, n - from};
}

/* ---- the two directions ----------------------------------------------------------------------- */

static void feed(struct trace *t, struct side *side, struct side *other, const char *bytes,
                 size_t length)
{
	read_settle(t, other); /* lines are in the order of their times */
	for (size_t i = 0; i < length; i++)
		read_byte(t, side, bytes[i]);
	if (side->where == TEXT && side->depth <= 1)
		read_settle(t, side);
	push(t);
}

void trace_in(struct trace *t, const char *bytes, size_t length)
{
	if (t && t->file)
		feed(t, &t->in, &t->out, bytes, length);
}

void trace_out(struct trace *t, const char *bytes, size_t length)
{
	if (t && t->file)
		feed(t, &t->out, &t->in, bytes, length);
}

static void begin(struct side *side, const char *arrow)
{
	memset(side, 0, sizeof *side);
	side->arrow = arrow;
}

/* The stream is over, perhaps in the middle. */
static void end(struct trace *t, struct side *side)
{
	struct row row = {.length = 0};
	bool whole = side->where == BLIND || (side->where == TEXT && side->depth <= 1);
	read_settle(t, side);
	row_text(&row, "(it breaks off)");
	if (!whole)
		row_put(t, side, side->depth, &row);
	begin(side, side->arrow);
}

__attribute__((format(printf, 2, 0))) static void note(struct trace *t, const char *fmt, va_list ap)
{
	struct row row = {.length = 0};
	char text[400];
	if (vsnprintf(text, sizeof text, fmt, ap) < 0)
		return;
	row_text(&row, text);
	row_put(t, NULL, 0, &row);
	push(t);
}

void trace_note(struct trace *t, const char *fmt, ...)
{
	va_list ap;
	if (!t || !t->file)
		return;
	read_settle(t, &t->in);
	read_settle(t, &t->out);
	va_start(ap, fmt);
	note(t, fmt, ap);
	va_end(ap);
}

void trace_restart(struct trace *t, const char *fmt, ...)
{
	va_list ap;
	if (!t || !t->file)
		return;
	end(t, &t->in);
	end(t, &t->out);
	va_start(ap, fmt);
	note(t, fmt, ap);
	va_end(ap);
}

/* ---- its life -------------------------------------------------------------------------------- */

bool trace_new(struct trace **out, const char *path, bool utf8, struct err *e)
{
	AUTO(auto_close) int fd = -1;
	if (strcmp(path, "-") == 0)
		fd = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 0);
	else if (!open_file(path, &fd, e))
		return false;
	FILE *file = fdopen(fd, "a");
	if (!file)
		return fail(e, EX_CANTCREAT, "cannot write a trace: %s", strerror(errno));
	fd = -1;
	struct trace *t = must_calloc(1, sizeof *t);
	t->file = file;
	t->utf8 = utf8;
	begin(&t->in, "<-");
	begin(&t->out, "->");
	*out = t;
	return true;
}

void trace_free(struct trace **trace)
{
	struct trace *t = *trace;
	if (!t)
		return;
	end(t, &t->in);
	end(t, &t->out);
	if (t->file)
		fclose(t->file);
	free(t);
	*trace = NULL;
}

const char *trace_trouble(struct trace *t)
{
	if (!t || t->file || t->told)
		return NULL;
	t->told = true;
	return t->trouble;
}
