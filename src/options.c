#include "options_parts.h"

#include <getopt.h>
#include <langinfo.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum {
	FILES = TAKES_FILE,
	FORM = TAKES_FORM,
	LIST = TAKES_LIST,
	SIGN = TAKES_SIGN,
	STAY = TAKES_STAY,
};
#define PUT(kind, member) OPTION_##kind, offsetof(struct options, member), 0, NULL
#define SECONDS(member, low) OPTION_SECONDS, offsetof(struct options, member), low, NULL
#define WORDS(kind, member, words) OPTION_##kind, offsetof(struct options, member), 0, words

static const char *const shows[] = {"away", "chat", "dnd", "xa", NULL};
static const char *const colors[] = {"auto", "always", "never", NULL};

const struct option_row option_table[] = {
	{"account", "JID", "your account, or UNSEEN_ACCOUNT", 0, FILES, PUT(TEXT, account)},
	{"db", "FILE", "the record (~/.local/share/unseen/presence.db)", 0, FILES, PUT(TEXT, db)},
	{"config", "FILE", "the configuration (~/.config/unseen/config.ini)", 0, FILES,
         PUT(TEXT, config)},
	{"format", "FORMAT", "table, tsv, csv, json or ndjson", 0, FORM, PUT(FORMAT, format)},
	{"json", NULL, "the same as --format json", 0, FORM, PUT(JSON, format)},
	{"color", "WHEN", "auto, always or never", 0, FORM, WORDS(COLOR, look.color, colors)},
	{"utc", NULL, "times in UTC instead of local time", 0, FORM, PUT(FLAG, utc)},
	{"all", NULL, "every contact, not only the invisible", 0, LIST, PUT(FLAG, all)},
	{"exit-code", NULL, "exit with 1 when someone is invisible", 0, LIST, PUT(FLAG, exit_code)},
	{"passive", NULL, "ask nobody anything", 0, SIGN, PUT(FLAG, passive)},
	{"every", "S", "ask again who is not shown, after so long (3600)", 0, STAY,
         SECONDS(every_ms, 60)},
	{"keep-session", NULL, "when stopped, leave the session for the next start to go on with",
         0, STAY, PUT(FLAG, keep_session)},
	{"wait", "S", "longest wait for late presence (10)", 0, SIGN, SECONDS(wait_ms, 0)},
	{"timeout", "S", "longest wait for an answer (5); for signing in, 6 times that", 0, SIGN,
         SECONDS(timeout_ms, 0.1)},
	{"resource", "NAME", "our own resource (unseen- and a random number)", 0, SIGN,
         PUT(TEXT, resource)},
	{"show", "SHOW", "of our own presence: away, chat, dnd or xa", 0, SIGN,
         WORDS(WORD, show, shows)},
	{"status", "TEXT", "of our own presence", 0, SIGN, PUT(TEXT, status)},
	{"connect", "HOST[:PORT]", "the server, instead of asking DNS", 0, SIGN,
         PUT(TEXT, connect)},
	{"ca-file", "FILE", "trust this CA too (PEM)", 0, SIGN, PUT(TEXT, ca_file)},
	{"pin", "sha256:KEY", "the server must have this key: SHA-256 of its SPKI", 0, SIGN,
         PUT(TEXT, pin)},
	{"direct-tls", NULL, "TLS from the first byte, no STARTTLS", 0, SIGN,
         PUT(FLAG, direct_tls)},
	{"allow-plain", NULL, "let the server see the password, inside TLS (SASL PLAIN)", 0, SIGN,
         PUT(FLAG, allow_plain)},
	{"allow-downgrade", NULL, "accept a weaker sign-in than last time", 0, SIGN,
         PUT(FLAG, allow_downgrade)},
	{"insecure-plaintext", NULL, "no TLS; for a server on this machine only", 0, SIGN,
         PUT(FLAG, plaintext)},
	{"trace", "FILE", "write the stream there (-: standard error), without secrets or messages",
         0, SIGN, PUT(TEXT, trace)},
	{"password-command", "CMD", "its first line of output is the password", 0, SIGN,
         PUT(TEXT, password_command)},
	{"password-file", "FILE", "holds the password; nobody else may read it", 0, SIGN,
         PUT(TEXT, password_file)},
	{"password-fd", "N", "the password is read from this descriptor", 0, SIGN,
         PUT(DESCRIPTOR, password_fd)},
	{"locks", NULL, "tell who holds the file", 0, TAKES_LOCKS, PUT(FLAG, locks)},
	{"verbose", NULL, "say more on standard error", 'v', FILES, PUT(VERBOSE, verbose)},
	{"quiet", NULL, "say nothing but errors on standard error", 'q', FILES,
         PUT(QUIET, verbose)},
	{"help", NULL, "this help", 'h', FILES, OPTION_ASKS, 0, 0, NULL},
	{"version", NULL, "the version", 'V', FILES, OPTION_ASKS, 0, 0, NULL},
	{.name = NULL},
};
enum { ROWS = sizeof option_table / sizeof *option_table - 1 };

const struct option_row *option_find(const char *name)
{
	for (const struct option_row *r = option_table; r->name; r++)
		if (strcmp(name, r->name) == 0)
			return r;
	return NULL;
}

/* ---- values ---------------------------------------------------------------------------------- */

static bool take_seconds(const struct value *v, int *out_ms, struct err *e)
{
	char *end;
	double s = strtod(v->text, &end);
	if (end == v->text || *end || !(s >= v->row->low && s <= 86400))
		return fail(e, EX_USAGE, "%s %s: it takes seconds, %g to 86400", v->shown, v->text,
		            v->row->low);
	*out_ms = (int)(s * 1000);
	return true;
}

static bool is_one_of(const struct value *v, struct err *e)
{
	char list[100] = "";
	for (const char *const *word = v->row->words; *word; word++) {
		if (strcmp(v->text, *word) == 0)
			return true;
		size_t n = strlen(list);
		snprintf(list + n, sizeof list - n, "%s%s",
		         !n        ? ""
		         : word[1] ? ", "
		                   : " or ",
		         *word);
	}
	return fail(e, EX_USAGE, "%s %s: it is %s", v->shown, v->text, list);
}

static bool take_descriptor(const struct value *v, int *out, struct err *e)
{
	char *end;
	long n = strtol(v->text, &end, 10);
	if (end == v->text || *end || n < 0 || n > 1023)
		return fail(e, EX_USAGE, "%s %s: it takes the number of an open descriptor",
		            v->shown, v->text);
	*out = (int)n;
	return true;
}

bool option_take(struct options *o, const struct value *v, struct err *e)
{
	void *at = (char *)o + v->row->at;
	switch (v->row->kind) {
	case OPTION_TEXT:
		if (!*v->text)
			return fail(e, EX_USAGE, "%s: it is empty", v->shown);
		*(const char **)at = v->text;
		return true;
	case OPTION_WORD:
		*(const char **)at = v->text;
		return is_one_of(v, e);
	case OPTION_COLOR:
		if (strcmp(v->text, "auto") != 0)
			*(bool *)at = strcmp(v->text, "always") == 0;
		return is_one_of(v, e);
	case OPTION_FLAG:
		*(bool *)at = v->yes;
		return true;
	case OPTION_JSON:
		if (v->yes)
			*(enum format *)at = FORMAT_JSON;
		return true;
	case OPTION_FORMAT:
		return format_read(at, v->text) ||
		       fail(e, EX_USAGE, "%s %s: it is table, tsv, csv, json or ndjson", v->shown,
		            v->text);
	case OPTION_SECONDS:
		return take_seconds(v, at, e);
	case OPTION_DESCRIPTOR:
		return take_descriptor(v, at, e);
	case OPTION_VERBOSE:
		*(int *)at = v->yes ? *(int *)at + 1 : 0;
		return true;
	case OPTION_QUIET:
		*(int *)at = v->yes ? -1 : 0;
		return true;
	case OPTION_ASKS:
		return true;
	}
	abort();
}

/* ---- what holds without options --------------------------------------------------------------- */

static void look_of_stdout(struct look *look)
{
	const char *term = getenv("TERM"), *no_color = getenv("NO_COLOR"),
		   *columns = getenv("COLUMNS");
	struct winsize size;
	look->utf8 = strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
	if (!isatty(STDOUT_FILENO))
		return;
	look->color = !(no_color && *no_color) && term && strcmp(term, "dumb") != 0;
	if (columns)
		look->width = atoi(columns);
	else if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0)
		look->width = size.ws_col;
}

/* ${XDG_…_HOME:-~/….}/unseen/FILE; NULL when there is no home. */
static char *in_home(const char *variable, const char *otherwise, const char *file)
{
	const char *base = getenv(variable), *home = getenv("HOME");
	if (base && base[0] == '/')
		return text_new("%s/unseen/%s", base, file);
	if (home && home[0] == '/')
		return text_new("%s/%s/unseen/%s", home, otherwise, file);
	return NULL;
}

static void begin(struct options *o, struct settings *settings)
{
	*o = (struct options){
		.db = settings->default_db,
		.config = settings->default_config,
		.password_fd = -1,
		.wait_ms = 10000,
		.timeout_ms = 5000,
		.every_ms = 3600000,
		.settings = settings,
	};
	look_of_stdout(&o->look);
}

/* ---- the command line ------------------------------------------------------------------------- */

/* The word with the option that getopt_long() does not know: it tells the letter only. */
static const char *culprit(char **argv)
{
	for (char **word = argv + 1; optopt && *word; word++)
		if ((*word)[0] == '-' && (*word)[1] != '-' && strchr(*word + 1, optopt))
			return *word;
	return argv[optind - 1];
}

static bool take_found(struct options *o, const struct option_row *row, const char *text,
                       struct err *e)
{
	AUTO(auto_free) char *shown = text_new("--%s", row->name);
	const struct value v = {row, shown, text, true};
	if (strcmp(row->name, "db") == 0)
		o->settings->db_named = true;
	return option_take(o, &v, e);
}

static bool take_operands(struct options *o, const struct settings *from, struct err *e)
{
	int wanted = from->cmd->operand ? 1 : 0, given = from->argc - optind;
	o->operands = from->argv + optind;
	if (given > wanted)
		return fail(e, EX_USAGE, "'%s' is too much; see unseen %s --help",
		            o->operands[wanted], from->cmd->name);
	if (given < wanted)
		return fail(e, EX_USAGE, "which %s? See unseen %s --help", from->cmd->operand,
		            from->cmd->name);
	return true;
}

static bool read_command_line(struct options *o, const struct settings *from, int *asked,
                              struct err *e)
{
	struct option longs[ROWS + 1] = {{NULL, 0, NULL, 0}};
	const struct option_row *rows[ROWS];
	int n = 0, found, index;
	for (const struct option_row *r = option_table; r->name; r++)
		if (r->takes & from->cmd->takes) {
			rows[n] = r;
			longs[n++] = (struct option){r->name, r->argument != NULL, NULL, r->letter};
		}
	opterr = 0;
	optind = 0; /* from the beginning, however often */
	while (index = -1,
	       (found = getopt_long(from->argc, from->argv, ":vqhV", longs, &index)) != -1) {
		if (found == 'h' || found == 'V') {
			*asked = found;
			return true;
		}
		if (found == ':')
			return fail(e, EX_USAGE, "%s: it takes a value; see unseen %s --help",
			            from->argv[optind - 1], from->cmd->name);
		if (found == '?')
			return fail(e, EX_USAGE, "%s: no such option; see unseen %s --help",
			            culprit(from->argv), from->cmd->name);
		const struct option_row *row = found == 'v'   ? option_find("verbose")
		                               : found == 'q' ? option_find("quiet")
		                                              : rows[index];
		if (!take_found(o, row, optarg, e))
			return false;
	}
	return take_operands(o, from, e);
}

/* ---- all of it -------------------------------------------------------------------------------- */

/* The command line is read twice: for what the file depends on, and to have the last word. */
static bool fill(struct options *o, int *asked, struct err *e)
{
	struct settings *from = o->settings;
	const char *account = getenv("UNSEEN_ACCOUNT");
	struct options first;
	begin(&first, from);
	if (!read_command_line(&first, from, asked, e))
		return false;
	if (*asked)
		return true;
	if (!first.account && account && *account)
		first.account = account;
	begin(o, from);
	o->config = first.config;
	if (!settings_read(from, first.config, first.config != from->default_config, e) ||
	    !settings_apply(from, o, first.account, e))
		return false;
	if (first.account)
		o->account = first.account;
	return read_command_line(o, from, asked, e);
}

bool options_read(struct options *o, int argc, char **argv, const struct cmd *cmd, int *asked,
                  struct err *e)
{
	struct settings *from = must_calloc(1, sizeof *from);
	from->argc = argc;
	from->argv = argv;
	from->cmd = cmd;
	from->default_db = in_home("XDG_DATA_HOME", ".local/share", "presence.db");
	from->default_config = in_home("XDG_CONFIG_HOME", ".config", "config.ini");
	*asked = 0;
	begin(o, from);
	return fill(o, asked, e);
}

bool options_again(struct options *fresh, const struct options *o, struct err *e)
{
	const struct settings *from = o->settings;
	return options_read(fresh, from->argc, from->argv, from->cmd, &(int){0}, e);
}

void options_free(struct options *o)
{
	if (o->settings)
		settings_free(o->settings);
	*o = (struct options){0};
}

static bool same(const struct option_row *r, const struct options *a, const struct options *b)
{
	const char *x = (const char *)a + r->at, *y = (const char *)b + r->at;
	const char *one, *other;
	switch (r->kind) {
	case OPTION_TEXT:
	case OPTION_WORD:
		memcpy(&one, x, sizeof one);
		memcpy(&other, y, sizeof other);
		return one == other || (one && other && strcmp(one, other) == 0);
	case OPTION_FLAG:
	case OPTION_COLOR:
		return *(const bool *)x == *(const bool *)y;
	case OPTION_FORMAT:
		return *(const enum format *)x == *(const enum format *)y;
	case OPTION_SECONDS:
	case OPTION_DESCRIPTOR:
		return *(const int *)x == *(const int *)y;
	case OPTION_JSON:
	case OPTION_VERBOSE:
	case OPTION_QUIET:
	case OPTION_ASKS:
		return true;
	}
	abort();
}

char *options_changed(const struct options *o, const struct options *fresh)
{
	static const char *const taken_over[] = {"show", "status", "every", "passive"};
	char *list = NULL;
	for (const struct option_row *r = option_table; r->name; r++) {
		bool skip = same(r, o, fresh);
		for (size_t i = 0; i < sizeof taken_over / sizeof *taken_over; i++)
			skip = skip || strcmp(r->name, taken_over[i]) == 0;
		if (skip)
			continue;
		char *longer = text_new("%s%s%s", list ? list : "", list ? ", " : "", r->name);
		free(list);
		list = longer;
	}
	return list;
}
