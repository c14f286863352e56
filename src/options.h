/* The options: one table of them, and how the command line, the environment and the configuration
 * file fill `struct options`. Knows a command by its name and the groups of options it takes. */
#ifndef OPTIONS_H
#define OPTIONS_H

#include "cmd.h"

/* The groups of options. */
enum {
	TAKES_FORM = 1,   /* prints rows */
	TAKES_LIST = 2,   /* of contacts */
	TAKES_SIGN = 4,   /* signs in */
	TAKES_STAY = 8,   /* and stays */
	TAKES_LOCKS = 16, /* looks for who holds the file */
	TAKES_FILE = 32,  /* is about a file; every command */
};

struct cmd {
	const char *name, *operand, *says;
	int takes;
	bool (*run)(const struct options *o, int *status, struct err *e);
};

/* What is done with an option's value. */
enum option_kind {
	OPTION_TEXT,
	OPTION_FLAG,
	OPTION_SECONDS,
	OPTION_WORD, /* one of `words` */
	OPTION_FORMAT,
	OPTION_JSON,
	OPTION_COLOR,
	OPTION_DESCRIPTOR,
	OPTION_VERBOSE,
	OPTION_QUIET,
	OPTION_ASKS, /* for help or the version */
};

struct option_row {
	const char *name, *argument, *says;
	char letter;
	int takes;
	enum option_kind kind;
	size_t at;  /* where in struct options the value is put */
	double low; /* OPTION_SECONDS: the least; 86,400 is the most */
	const char *const *words;
};

/* Help, parsing, the configuration file and its reload come from this table; the last row has no name. */
extern const struct option_row option_table[];

/* Fills *o from, the later beats the earlier: what holds without options, the configuration file
 * (what stands before any section, then the section of the account), UNSEEN_ACCOUNT, the command
 * line. The account is the one that the command line, the environment or the file names, or the only
 * one that has a section. argv[0] is the command; the strings of argv are borrowed and its order may
 * change. *asked is 'h' or 'V' when help or the version is wanted, and nothing else is read then.
 * *o is to be given to options_free(), also after a failure.
 *
 * Of the file everything is checked, whatever the command takes of it. Its keys are the long names
 * of the options, flags are yes, no, true or false; a password may not stand in it.
 *
 * EX_USAGE: a wrong command line; several accounts have a section and none is named (with --db, a
 * command that does not sign in may do without). EX_NOINPUT: no such file as --config names.
 * EX_CONFIG, EX_NOPERM: see config.h. */
bool options_read(struct options *o, int argc, char **argv, const struct cmd *cmd, int *asked,
                  struct err *e);

/* The same again, from the same command line and what the file says now (SIGHUP). *fresh is to be
 * given to options_free(), `o` stays as it is. A running recorder may take over show, status,
 * every_ms, passive and verbose; what else has changed needs a restart, and options_changed() names
 * it. */
bool options_again(struct options *fresh, const struct options *o, struct err *e);

/* The names of the options in which the two differ, without those above that a running recorder
 * takes over: "connect, pin". Fresh memory; NULL when there are none. */
char *options_changed(const struct options *o, const struct options *fresh);

void options_free(struct options *o); /* takes one that is all zero */

#endif
