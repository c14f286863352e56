#include "options.h"

#include <errno.h>
#include <fcntl.h>
#include <langinfo.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const struct cmd commands[] = {
	{"scan", NULL, "sign in, listen, ask, print the invisible contacts, leave",
         TAKES_FILE | TAKES_FORM | TAKES_LIST | TAKES_SIGN, cmd_scan},
	{"log", NULL, "stay connected and record, until told to stop",
         TAKES_FILE | TAKES_FORM | TAKES_SIGN | TAKES_STAY, cmd_log},
	{"report", NULL, "print the invisible contacts from the file, with their recent history",
         TAKES_FILE | TAKES_FORM | TAKES_LIST, cmd_report},
	{"history", "CONTACT", "print everything heard from one contact, by resource",
         TAKES_FILE | TAKES_FORM, cmd_history},
	{"why", "CONTACT", "print what the verdict on a contact rests on, stanza by stanza",
         TAKES_FILE | TAKES_FORM, cmd_why},
	{"gaps", NULL, "print when nobody was listening", TAKES_FILE | TAKES_FORM, cmd_gaps},
	{"status", NULL, "tell whether a recorder runs, and how it is; 1: none does",
         TAKES_FILE | TAKES_FORM, cmd_status},
	{"doctor", NULL, "examine the file and what it lies on",
         TAKES_FILE | TAKES_FORM | TAKES_LOCKS, cmd_doctor},
	{"backup", "FILE", "copy the file as it is now, also beside a recorder", TAKES_FILE,
         cmd_backup},
};
enum { COMMANDS = sizeof commands / sizeof *commands };

/* ---- help ------------------------------------------------------------------------------------ */

static void help(FILE *out, const struct cmd *cmd)
{
	if (!cmd) {
		fprintf(out,
		        "unseen: names the XMPP contacts who look offline although they are "
		        "connected\n\n"
		        "  unseen scan --account me@example.org    who is hiding right now\n"
		        "  unseen report                           the same, from the record\n\n"
		        "usage: unseen COMMAND [OPTION…]\n\n");
		for (const struct cmd *c = commands; c < commands + COMMANDS; c++)
			fprintf(out, "  %-8s %-8s %s\n", c->name, c->operand ? c->operand : "",
			        c->says);
		fprintf(out, "\nunseen COMMAND --help lists the options of a command.\n");
		return;
	}
	fprintf(out, "unseen %s: %s\n\nusage: unseen %s [OPTION…]%s%s\n\n", cmd->name, cmd->says,
	        cmd->name, cmd->operand ? " " : "", cmd->operand ? cmd->operand : "");
	for (const struct option_row *r = option_table; r->name; r++) {
		char letter[5] = "";
		char argument[16] = "";
		if (!(r->takes & cmd->takes))
			continue;
		if (r->letter)
			snprintf(letter, sizeof letter, "-%c,", r->letter);
		if (r->argument)
			snprintf(argument, sizeof argument, " %s", r->argument);
		fprintf(out, "  %-3s --%-18s%-12s %s\n", letter, r->name, argument, r->says);
	}
}

/* ---- running --------------------------------------------------------------------------------- */

static const struct cmd *find_command(const char *name, struct err *e)
{
	const struct cmd *near = NULL;
	for (const struct cmd *c = commands; c < commands + COMMANDS; c++) {
		if (strcmp(name, c->name) == 0)
			return c;
		if (strncmp(name, c->name, 2) == 0)
			near = c;
	}
	if (near)
		fail(e, EX_USAGE, "there is no command %s; did you mean %s? See unseen --help",
		     name, near->name);
	else
		fail(e, EX_USAGE, "there is no command %s; see unseen --help", name);
	return NULL;
}

static bool run(int argc, char **argv, int *status, struct err *e)
{
	AUTO(options_free) struct options o = {0};
	int asked;
	const struct cmd *cmd = find_command(argv[0], e);
	if (!cmd || !options_read(&o, argc, argv, cmd, &asked, e))
		return false;
	if (asked == 'h')
		help(stdout, cmd);
	else if (asked == 'V')
		printf("unseen %s\n", UNSEEN_VERSION);
	else if (!o.db)
		return fail(e, EX_USAGE, "no home folder is known: name the record with --db FILE");
	else
		return cmd->run(&o, status, e);
	return true;
}

/* A file that is opened while 0, 1 or 2 are closed would become one of them, and get our output. */
static void fill_standard_descriptors(void)
{
	int fd;
	do
		fd = open("/dev/null", O_RDONLY);
	while (fd >= 0 && fd <= STDERR_FILENO);
	close(fd);
}

int main(int argc, char **argv)
{
	struct err e = {.status = EX_SOFTWARE};
	int status = 0;
	bool ok = true;
	fill_standard_descriptors();
	setlocale(LC_CTYPE, "");
	bool shows_utf8 = strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
	const char *first = argc > 1 ? argv[1] : NULL;
	bool wants_help = first && (!strcmp(first, "--help") || !strcmp(first, "-h") ||
	                            !strcmp(first, "help"));
	if (first && (!strcmp(first, "--version") || !strcmp(first, "-V"))) {
		printf("unseen %s\n", UNSEEN_VERSION);
	} else if (!first || (wants_help && argc == 2)) {
		help(first ? stdout : stderr, NULL);
		status = first ? 0 : EX_USAGE;
	} else if (wants_help) {
		const struct cmd *cmd = find_command(argv[2], &e);
		ok = cmd != NULL;
		if (ok)
			help(stdout, cmd);
	} else {
		ok = run(argc - 1, argv + 1, &status, &e);
	}
	if (ok && fflush(stdout) != 0)
		ok = fail(&e, EX_IOERR, "cannot write the answer: %s", strerror(errno));
	if (!ok) {
		cmd_say_line(SAY_ERROR, shows_utf8, e.text);
		status = e.status;
	}
	return status;
}
