/* The commands: what each takes, and what all share. */
#ifndef CMD_H
#define CMD_H

#include "base.h"
#include "store.h"
#include "table.h"

/* Every option there is; which of them a command takes, its row in the table of main.c says. */
struct options {
	const char *account, *db;
	enum format format;
	struct look look; /* of standard output */
	bool utc;
	int verbose; /* -v counts up, -q is -1 */
	const char *resource, *show, *status;
	const char *connect, *ca_file, *pin, *trace;
	bool direct_tls, plaintext, allow_plain, allow_downgrade;
	const char *password_command, *password_file;
	int password_fd;
	int wait_ms, timeout_ms;
	bool passive, all, exit_code;
	char *const *operands; /* what is left, NULL-terminated */
};

/* A command prints its answer and sets *status (0 when it does not); false: it could not. */
bool cmd_scan(const struct options *o, int *status, struct err *e);
bool cmd_report(const struct options *o, int *status, struct err *e);
bool cmd_history(const struct options *o, int *status, struct err *e);

/* Shared by them, in cmd.c. */

/* The account a reading command is about: the one that was named, or the only one of the file.
 * EX_USAGE with the list when there are several; EX_NOINPUT when the file has none, or not that one.
 * Fresh memory. */
bool cmd_account(struct store *store, const char *named, char **out, struct err *e);

/* One answer and the statements that give it: rows for people, the same rows for machines, one JSON
 * object a row, and the object that holds them all (:items). Parameters are :account, :contact, :all
 * and :utc, where a statement has them. */
struct cmd_query {
	enum sql people, machines, objects, whole;
	const char *account, *contact;
};

/* Prints it on standard output in the chosen format. */
bool cmd_print(struct store *store, const struct options *o, const struct cmd_query *what,
               size_t *rows, struct err *e);

/* The answer of scan and report: contacts in the chosen format, and for people the line of account
 * (not an empty list, which would read as "nobody is hidden"). */
struct cmd_answer {
	int64_t invisible; /* how many */
	bool complete;     /* the watch heard and asked all it meant to */
	char as_of[32];    /* when it was last heard; nothing is known after that */
};
bool cmd_print_contacts(struct store *store, const struct options *o, const char *account,
                        struct cmd_answer *out, struct err *e);

/* One line on standard error, made safe for a terminal; nothing with -q. */
void cmd_say(const struct options *o, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#endif
