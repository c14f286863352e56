#include "words.h"

#include <stdlib.h>
#include <string.h>

void words_free(struct words *words)
{
	free(words->list);
	free(words->text);
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n';
}

/* What a shell would not take as it stands. Handing it on as it stands would surprise. */
static bool needs_shell(char quote, char c)
{
	const char *special = quote == '\'' ? "" : quote ? "$`" : "$`|&;<>()*?[~";
	return strchr(special, c) != NULL;
}

/* POSIX shell, 2.2.1 and 2.2.3: what a backslash takes its meaning from. */
static bool is_escaped(char quote, const char *at)
{
	if (at[0] != '\\' || at[1] == '\0' || quote == '\'')
		return false;
	return !quote || strchr("\"\\$`", at[1]);
}

/* Copies the word at `at` to *to and returns where it ends, NULL when no plain word is there. */
static const char *word_read(const char *at, char **to)
{
	char quote = 0;
	for (; *at && (quote || !is_blank(*at)); at++) {
		bool escaped = is_escaped(quote, at);
		at += escaped;
		if (!escaped && quote && *at == quote)
			quote = 0;
		else if (!escaped && !quote && (*at == '\'' || *at == '"'))
			quote = *at;
		else if (!escaped && needs_shell(quote, *at))
			return NULL;
		else
			*(*to)++ = *at;
	}
	*(*to)++ = '\0';
	return quote ? NULL : at;
}

bool words_read(struct words *out, const char *command, struct err *e)
{
	size_t length = strlen(command), count = 0;
	AUTO(words_free) struct words words = {0};
	/* Two bytes at least to a word: one of its own, and the blank or end behind it. */
	words.list = must_calloc(length / 2 + 2, sizeof *words.list);
	words.text = must_calloc(length + 1, 1);
	char *to = words.text;
	for (const char *at = command;;) {
		while (is_blank(*at))
			at++;
		if (!*at)
			break;
		words.list[count++] = to;
		if (!(at = word_read(at, &to)))
			return fail(e, EX_CONFIG,
			            "a command is run without a shell: close its quotes, escape "
			            "its special characters, or use sh -c '...'");
	}
	if (count == 0)
		return fail(e, EX_CONFIG, "the command is empty; name a program");
	*out = words;
	words = (struct words){0};
	return true;
}
