/* A command line as words, without a shell. Pure; knows nothing of what is run. */
#ifndef WORDS_H
#define WORDS_H

#include "base.h"

struct words {
	char **list; /* at least one, then NULL: an argv */
	char *text;  /* what they point into */
};

/* Splits as the shell does for plain words, '…', "…" and backslashes. Nothing is expanded: what
 * only a shell would understand (an unquoted | & ; < > ( ) * ? [ ~, or $ and ` outside '…') is
 * refused, since handing it on as it stands would surprise.
 * EX_CONFIG: that, an open quote, or no word at all. */
bool words_read(struct words *out, const char *command, struct err *e);

/* Takes zeroed ones. */
void words_free(struct words *words);

#endif
