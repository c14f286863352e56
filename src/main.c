#include "cmd.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <langinfo.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* Which commands take an option: help, usage and parsing come from these two tables. */
enum {
	READ = 1, /* report, history */
	LIST = 2, /* report, scan */
	SIGN = 4, /* scan: signs in */
};

static const struct cmd {
	const char *name, *operand, *says;
	int takes;
	bool (*run)(const struct options *o, int *status, struct err *e);
} commands[] = {
	{"scan", NULL, "sign in, listen, ask, print the invisible contacts, leave", LIST | SIGN,
         cmd_scan},
	{"report", NULL, "print the invisible contacts from the file, with their recent history",
         READ | LIST, cmd_report},
	{"history", "CONTACT", "print everything heard from one contact, by resource", READ,
         cmd_history},
};

enum { ANY = READ | LIST | SIGN };

static const struct option_row {
	const char *name, *argument, *says;
	char letter;
	int takes;
} option_table[] = {
	{"account", "JID", "your account, or UNSEEN_ACCOUNT", 0, ANY},
	{"db", "FILE", "the record (~/.local/share/unseen/presence.db)", 0, ANY},
	{"format", "FORMAT", "table, tsv, csv, json or ndjson", 0, ANY},
	{"json", NULL, "the same as --format json", 0, ANY},
	{"color", "WHEN", "auto, always or never", 0, ANY},
	{"utc", NULL, "times in UTC instead of local time", 0, ANY},
	{"all", NULL, "every contact, not only the invisible", 0, LIST},
	{"exit-code", NULL, "exit with 1 when someone is invisible", 0, LIST},
	{"passive", NULL, "ask nobody anything", 0, SIGN},
	{"wait", "S", "longest wait for late presence (10)", 0, SIGN},
	{"timeout", "S", "longest wait for an answer (5); for signing in, 6 times that", 0, SIGN},
	{"resource", "NAME", "our own resource (unseen- and a random number)", 0, SIGN},
	{"show", "SHOW", "of our own presence: away, chat, dnd or xa", 0, SIGN},
	{"status", "TEXT", "of our own presence", 0, SIGN},
	{"connect", "HOST[:PORT]", "the server, instead of asking DNS", 0, SIGN},
	{"ca-file", "FILE", "trust this CA too (PEM)", 0, SIGN},
	{"pin", "sha256:KEY", "the server must have this key: SHA-256 of its SPKI", 0, SIGN},
	{"direct-tls", NULL, "TLS from the first byte, no STARTTLS", 0, SIGN},
	{"allow-plain", NULL, "let the server see the password, inside TLS (SASL PLAIN)", 0, SIGN},
	{"allow-downgrade", NULL, "accept a weaker sign-in than last time", 0, SIGN},
	{"insecure-plaintext", NULL, "no TLS; for a server on this machine only", 0, SIGN},
	{"trace", "FILE", "write the stream there (-: standard error), without secrets or messages",
         0, SIGN},
	{"password-command", "CMD", "its first line of output is the password", 0, SIGN},
	{"password-file", "FILE", "holds the password; nobody else may read it", 0, SIGN},
	{"password-fd", "N", "the password is read from this descriptor", 0, SIGN},
	{"verbose", NULL, "say more on standard error", 'v', ANY},
	{"quiet", NULL, "say nothing but errors on standard error", 'q', ANY},
	{"help", NULL, "this help", 'h', ANY},
	{"version", NULL, "the version", 'V', ANY},
};
enum { OPTIONS = sizeof option_table / sizeof *option_table };
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
	for (const struct option_row *r = option_table; r < option_table + OPTIONS; r++) {
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

/* ---- reading the command line ----------------------------------------------------------------- */

static bool seconds(const char *option, const char *text, double low, int *out_ms, struct err *e)
{
	char *end;
	double s = strtod(text, &end);
	if (end == text || *end || !(s >= low && s <= 86400))
		return fail(e, EX_USAGE, "--%s %s: it takes seconds, %g to 86400", option, text,
		            low);
	*out_ms = (int)(s * 1000);
	return true;
}

static bool one_of(const char *option, const char *text, const char *const *words, struct err *e)
{
	for (const char *const *w = words; *w; w++)
		if (strcmp(text, *w) == 0)
			return true;
	return fail(e, EX_USAGE, "--%s %s: not one of the words it takes; see --help", option,
	            text);
}

static bool descriptor(const char *text, int *out, struct err *e)
{
	char *end;
	long n = strtol(text, &end, 10);
	if (end == text || *end || n < 0 || n > 1023)
		return fail(e, EX_USAGE,
		            "--password-fd %s: it takes the number of an open descriptor", text);
	*out = (int)n;
	return true;
}

static bool take_color(struct options *o, const char *text, struct err *e)
{
	static const char *const words[] = {"auto", "always", "never", NULL};
	if (!one_of("color", text, words, e))
		return false;
	if (strcmp(text, "auto") != 0)
		o->look.color = strcmp(text, "always") == 0;
	return true;
}

static bool take_option(struct options *o, const char *name, const char *text, struct err *e)
{
	static const char *const shows[] = {"away", "chat", "dnd", "xa", NULL};
	const struct {
		const char *name;
		const char **text;
		bool *flag;
	} plain[] = {
		{"account", &o->account, NULL},
		{"db", &o->db, NULL},
		{"resource", &o->resource, NULL},
		{"status", &o->status, NULL},
		{"connect", &o->connect, NULL},
		{"ca-file", &o->ca_file, NULL},
		{"trace", &o->trace, NULL},
		{"password-command", &o->password_command, NULL},
		{"password-file", &o->password_file, NULL},
		{"utc", NULL, &o->utc},
		{"all", NULL, &o->all},
		{"exit-code", NULL, &o->exit_code},
		{"passive", NULL, &o->passive},
		{"pin", &o->pin, NULL},
		{"direct-tls", NULL, &o->direct_tls},
		{"allow-plain", NULL, &o->allow_plain},
		{"allow-downgrade", NULL, &o->allow_downgrade},
		{"insecure-plaintext", NULL, &o->plaintext},
	};
	for (size_t i = 0; i < sizeof plain / sizeof *plain; i++) {
		if (strcmp(name, plain[i].name) != 0)
			continue;
		if (plain[i].flag)
			*plain[i].flag = true;
		else if (!*text)
			return fail(e, EX_USAGE, "--%s: it is empty", name);
		else
			*plain[i].text = text;
		return true;
	}
	if (strcmp(name, "json") == 0)
		o->format = FORMAT_JSON;
	else if (strcmp(name, "verbose") == 0)
		o->verbose++;
	else if (strcmp(name, "quiet") == 0)
		o->verbose = -1;
	else if (strcmp(name, "format") == 0)
		return format_read(&o->format, text) ||
		       fail(e, EX_USAGE, "--format %s: it is table, tsv, csv, json or ndjson",
		            text);
	else if (strcmp(name, "color") == 0)
		return take_color(o, text, e);
	else if (strcmp(name, "show") == 0)
		return o->show = text, one_of("show", text, shows, e);
	else if (strcmp(name, "wait") == 0)
		return seconds(name, text, 0, &o->wait_ms, e);
	else if (strcmp(name, "timeout") == 0)
		return seconds(name, text, 0.1, &o->timeout_ms, e);
	else if (strcmp(name, "password-fd") == 0)
		return descriptor(text, &o->password_fd, e);
	return true;
}

/* The word with the option that getopt_long() does not know: it tells the letter only. */
static const char *culprit(char **argv)
{
	for (char **word = argv + 1; optopt && *word; word++)
		if ((*word)[0] == '-' && (*word)[1] != '-' && strchr(*word + 1, optopt))
			return *word;
	return argv[optind - 1];
}

/* The options of a command; *asked is 'h' or 'V' when help or the version is wanted. */
static bool read_options(int argc, char **argv, const struct cmd *cmd, struct options *o,
                         int *asked, struct err *e)
{
	struct option longs[OPTIONS + 1] = {{NULL, 0, NULL, 0}};
	int n = 0, found, index;
	for (const struct option_row *r = option_table; r < option_table + OPTIONS; r++)
		if (r->takes & cmd->takes)
			longs[n++] = (struct option){r->name, r->argument != NULL, NULL, r->letter};
	opterr = 0;
	while (index = -1, (found = getopt_long(argc, argv, ":vqhV", longs, &index)) != -1) {
		if (found == 'h' || found == 'V') {
			*asked = found;
			return true;
		}
		if (found == ':')
			return fail(e, EX_USAGE, "%s: it takes a value; see unseen %s --help",
			            argv[optind - 1], cmd->name);
		if (found == '?')
			return fail(e, EX_USAGE, "%s: no such option; see unseen %s --help",
			            culprit(argv), cmd->name);
		const char *name = found == 'v'   ? "verbose"
		                   : found == 'q' ? "quiet"
		                                  : longs[index].name;
		if (!take_option(o, name, optarg, e))
			return false;
	}
	o->operands = argv + optind;
	int wanted = cmd->operand ? 1 : 0, given = argc - optind;
	if (given > wanted)
		return fail(e, EX_USAGE, "'%s' is too much; see unseen %s --help",
		            argv[optind + wanted], cmd->name);
	if (given < wanted)
		return fail(e, EX_USAGE, "which %s? See unseen %s --help", cmd->operand, cmd->name);
	return true;
}

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

/* ---- what the options are without options ------------------------------------------------------ */

static bool shows_utf8(void)
{
	return strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}

static void look_of_stdout(struct look *look)
{
	const char *term = getenv("TERM"), *no_color = getenv("NO_COLOR"),
		   *columns = getenv("COLUMNS");
	struct winsize size;
	look->utf8 = shows_utf8();
	if (!isatty(STDOUT_FILENO))
		return;
	look->color = !(no_color && *no_color) && term && strcmp(term, "dumb") != 0;
	if (columns)
		look->width = atoi(columns);
	else if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0)
		look->width = size.ws_col;
}

/* ${XDG_DATA_HOME:-~/.local/share}/unseen/presence.db; NULL when there is no home. */
static char *default_db(void)
{
	const char *data = getenv("XDG_DATA_HOME"), *home = getenv("HOME");
	if (data && data[0] == '/')
		return text_new("%s/unseen/presence.db", data);
	if (home && home[0] == '/')
		return text_new("%s/.local/share/unseen/presence.db", home);
	return NULL;
}

/* ---- running --------------------------------------------------------------------------------- */

static bool run(int argc, char **argv, int *status, struct err *e)
{
	AUTO(auto_free) char *db = default_db();
	int asked = 0;
	struct options o = {
		.account = getenv("UNSEEN_ACCOUNT"),
		.db = db,
		.password_fd = -1,
		.wait_ms = 10000,
		.timeout_ms = 5000,
	};
	if (o.account && !*o.account)
		o.account = NULL;
	look_of_stdout(&o.look);
	const struct cmd *cmd = find_command(argv[0], e);
	if (!cmd || !read_options(argc, argv, cmd, &o, &asked, e))
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
		AUTO(auto_free) char *line = text_safe(e.text, strlen(e.text), shows_utf8());
		fprintf(stderr, "unseen: %s\n", line);
		status = e.status;
	}
	return status;
}
