/* Command lines (words.c): the words are there, and quoted they are read again as they are. */
#include "words.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define HOLDS(what)                                                                                \
	do {                                                                                       \
		if (!(what)) {                                                                     \
			fprintf(stderr, "%s:%d: %s\n", __func__, __LINE__, #what);                 \
			abort();                                                                   \
		}                                                                                  \
	} while (0)

/* Every word in '…', a quote within it as '\''. */
static char *quoted(const struct words *words, size_t room)
{
	char *text = must_calloc(room, 1), *to = text;
	for (char **word = words->list; *word; word++) {
		to = stpcpy(to, " '");
		for (const char *at = *word; *at; at++)
			if (*at == '\'')
				to = stpcpy(to, "'\\''");
			else
				*to++ = *at;
		to = stpcpy(to, "'");
	}
	HOLDS((size_t)(to - text) < room);
	return text;
}

static void assert_same(const struct words *one, const struct words *other)
{
	size_t i = 0;
	for (; one->list[i] && other->list[i]; i++)
		HOLDS(strcmp(one->list[i], other->list[i]) == 0);
	HOLDS(!one->list[i] && !other->list[i]);
}

/* Where nothing has a meaning, blanks alone part the words. */
static void assert_parted(const struct words *words, const char *line)
{
	static const char blank[] = " \t\n";
	size_t i = 0;
	for (const char *at = line + strspn(line, blank); *at; at += strspn(at, blank)) {
		size_t length = strcspn(at, blank);
		HOLDS(words->list[i] && strlen(words->list[i]) == length);
		HOLDS(memcmp(words->list[i++], at, length) == 0);
		at += length;
	}
	HOLDS(!words->list[i]);
}

static void try_words(const char *line)
{
	struct err e = {0};
	AUTO(words_free) struct words words = {0}, again = {0};
	size_t length = strlen(line), sum = 0;
	bool plain = !line[strcspn(line, "\\'\"$`|&;<>()*?[~")];
	if (!words_read(&words, line, &e)) {
		HOLDS(e.status == EX_CONFIG && e.text[0] && !words.list && !words.text);
		HOLDS(!plain || strspn(line, " \t\n") == length);
		return;
	}
	HOLDS(words.list[0]);
	for (char **word = words.list; *word; word++)
		sum += strlen(*word) + 1;
	HOLDS(sum <= length + 1);
	AUTO(auto_free) char *text = quoted(&words, 6 * length + 16);
	HOLDS(words_read(&again, text, &e));
	assert_same(&words, &again);
	if (plain)
		assert_parted(&words, line);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *line = must_calloc(size + 1, 1); /* not NULL, even for nothing */
	if (size)
		memcpy(line, data, size);
	line = must_realloc(line, strlen(line) + 1);
	try_words(line);
	free(line);
	return 0;
}
