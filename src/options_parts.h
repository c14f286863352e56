/* What the files of the options' room share. */
#ifndef OPTIONS_PARTS_H
#define OPTIONS_PARTS_H

#include "options.h"

/* A value on its way into the options. `shown` is how its name is written: "--wait", or "wait". */
struct value {
	const struct option_row *row;
	const char *shown, *text;
	bool yes; /* of a flag */
};

/* What the options were made of. */
struct settings {
	const struct cmd *cmd;
	int argc;
	char **argv;
	bool db_named; /* on the command line */
	char *default_db, *default_config;
	struct setting *lines, **next_line; /* of the file, in their order */
	struct section *sections, **next_section;
};

const struct option_row *option_find(const char *name); /* NULL: there is none */

/* EX_USAGE when the option does not take that value. The text is borrowed. */
bool option_take(struct options *o, const struct value *v, struct err *e);

/* Reads the file into `to`; one that is not there is empty unless it was named. path may be NULL. */
bool settings_read(struct settings *to, const char *path, bool named, struct err *e);

/* Puts into *o what the file says for that account; for NULL, the one the file names, or the only one
 * that has a section. EX_USAGE: which of several? */
bool settings_apply(const struct settings *from, struct options *o, const char *account,
                    struct err *e);

void settings_free(struct settings *settings);

#endif
