#include "cmd.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define QUIET_MS 30000

/* Standard error is the journal's own stream: systemd.exec(5), JOURNAL_STREAM. */
static bool to_journal(void)
{
	unsigned long long device, inode;
	char more;
	struct stat st;
	const char *stream = getenv("JOURNAL_STREAM");
	return stream && sscanf(stream, "%llu:%llu%c", &device, &inode, &more) == 2 &&
	       fstat(STDERR_FILENO, &st) == 0 && st.st_dev == device && st.st_ino == inode;
}

void cmd_say_line(enum say level, bool utf8, const char *text)
{
	AUTO(auto_free) char *safe = text_safe(text, strlen(text), utf8);
	if (to_journal())
		fprintf(stderr, "<%d>unseen: %s\n", (int)level, safe);
	else
		fprintf(stderr, "unseen: %s\n", safe);
}

static bool is_quiet(const struct options *o, enum say level)
{
	return o->verbose < 0 && level != SAY_ERROR;
}

void cmd_say(const struct options *o, enum say level, const char *fmt, ...)
{
	AUTO(auto_free) char *text = NULL;
	va_list ap;
	va_start(ap, fmt);
	int n = vasprintf(&text, fmt, ap);
	va_end(ap);
	if (n >= 0 && !is_quiet(o, level))
		cmd_say_line(level, o->look.utf8, text);
}

/* The last line again, with how often it was held back. */
static void say_held(struct said *said, bool utf8)
{
	AUTO(auto_free)
	char *text = text_new("%s (repeated %d time%s)", said->text, said->held,
	                      said->held == 1 ? "" : "s");
	cmd_say_line(said->level, utf8, text);
	said->held = 0;
}

void cmd_say_again(const struct options *o, struct said *said, enum say level, const char *fmt, ...)
{
	AUTO(auto_free) char *text = NULL;
	va_list ap;
	int64_t now = mono_ms();
	va_start(ap, fmt);
	int n = vasprintf(&text, fmt, ap);
	va_end(ap);
	if (n < 0 || is_quiet(o, level))
		return;
	bool same = said->text && said->level == level && strcmp(said->text, text) == 0;
	if (same && now - said->at < QUIET_MS) {
		said->held++;
		return;
	}
	bool held = said->held > 0;
	if (held)
		say_held(said, o->look.utf8);
	if (!same || !held)
		cmd_say_line(level, o->look.utf8, text);
	free(said->text);
	*said = (struct said){text, level, now, 0};
	text = NULL;
}

void cmd_say_end(const struct options *o, struct said *said)
{
	if (said->held > 0)
		say_held(said, o->look.utf8);
	free(said->text);
	*said = (struct said){0};
}
