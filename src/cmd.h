/* The commands: what each takes, and what all share. */
#ifndef CMD_H
#define CMD_H

#include "base.h"
#include "session.h"
#include "store.h"
#include "table.h"

struct settings;

/* Every option there is; which of them a command takes, its row in the table of options.c says. */
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
	int wait_ms, timeout_ms, every_ms;
	bool passive, all, exit_code, keep_session, locks;
	const char *config;
	char *const *operands;     /* what is left, NULL-terminated */
	struct settings *settings; /* where they come from, and their memory; of options.c */
};

/* A command prints its answer and sets *status (0 when it does not); false: it could not. */
bool cmd_scan(const struct options *o, int *status, struct err *e);
bool cmd_log(const struct options *o, int *status, struct err *e);
bool cmd_report(const struct options *o, int *status, struct err *e);
bool cmd_history(const struct options *o, int *status, struct err *e);
bool cmd_why(const struct options *o, int *status, struct err *e);
bool cmd_gaps(const struct options *o, int *status, struct err *e);
bool cmd_backup(const struct options *o, int *status, struct err *e);
bool cmd_doctor(const struct options *o, int *status, struct err *e);
bool cmd_status(const struct options *o, int *status, struct err *e);

/* Shared by them, in cmd.c. */

/* The account a reading command is about: the one that was named, or the only one of the file.
 * EX_USAGE with the list when there are several; EX_NOINPUT when the file has none, or not that one.
 * Fresh memory. */
bool cmd_account(struct store *store, const char *named, char **out, struct err *e);

/* EX_NOINPUT unless the record has heard of that bare JID, as a contact of the account or otherwise. */
bool cmd_contact_known(struct store *store, const char *account, const char *contact,
                       struct err *e);

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

/* Fails unless a usable account is named. */
bool cmd_needs_account(const struct options *o, struct err *e);

/* The password, from where the options say; to be given to secret_free(). */
bool cmd_password(const struct options *o, char **out, struct err *e);

/* The trace that is wanted; *out stays when none is. */
bool cmd_trace(const struct options *o, struct trace **out, struct err *e);

/* What the options say of signing in. Borrows all texts. */
struct session_setup cmd_session_setup(const struct options *o, const char *password);

/* What is said on standard error, in cmd_say.c: "unseen: …", made safe for a terminal. With -q only
 * errors are. In front of a line that goes to the journal stands "<4>" or so (sd-daemon(3)). */
enum say { SAY_ERROR = 3, SAY_WARNING = 4, SAY_NOTICE = 5, SAY_INFO = 6 }; /* as syslog(3) */
void cmd_say(const struct options *o, enum say level, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* The same for who runs for months: a line that was said less than 30 s ago, and nothing since, is
 * held back; what is said next begins with "… (repeated 4 times)". `said` belongs to the caller, is
 * all zero at the beginning, and goes to cmd_say_end(), which tells what is still held back. */
struct said {
	char *text;
	enum say level;
	int64_t at; /* mono_ms() */
	int held;
};
void cmd_say_again(const struct options *o, struct said *said, enum say level, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));
void cmd_say_end(const struct options *o, struct said *said);

/* One line, whatever -q says; main() has no options when it fails. */
void cmd_say_line(enum say level, bool utf8, const char *text);

#endif
