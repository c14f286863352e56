#include "config.h"
#include "options_parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A line of the file. */
struct setting {
	struct setting *next;
	const struct option_row *row;
	const char *account; /* of the section, which owns it; NULL before any */
	int line;
	char text[];
};

struct section {
	struct section *next;
	int line;
	char account[];
};

/* ---- reading ---------------------------------------------------------------------------------- */

static bool begin_section(struct settings *to, const struct config_item *item, struct err *e)
{
	for (const struct section *s = to->sections; s; s = s->next)
		if (strcasecmp(s->account, item->account) == 0)
			return fail(e, EX_CONFIG,
			            "%s has a section in line %d already; put them together",
			            item->account, s->line);
	struct section *s = must_calloc(1, sizeof *s + strlen(item->account) + 1);
	s->line = item->line;
	memcpy(s->account, item->account, strlen(item->account)); /* its zero is there */
	*to->next_section = s;
	to->next_section = &s->next;
	return true;
}

static const char *current_account(const struct settings *to)
{
	const char *account = NULL;
	for (const struct section *s = to->sections; s; s = s->next)
		account = s->account;
	return account;
}

/* The option that a line sets. */
static bool find_key(const struct config_item *item, const struct option_row **out, struct err *e)
{
	const struct option_row *row = option_find(item->key);
	if (strcmp(item->key, "password") == 0)
		return fail(e, EX_CONFIG,
		            "no password may stand here; name a file that only you can read with "
		            "password-file, or a program that prints it with password-command");
	if (!row || row->kind == OPTION_ASKS || strcmp(item->key, "config") == 0)
		return fail(e, EX_CONFIG,
		            "there is no option '%s'; the long options of unseen log --help are "
		            "the keys",
		            item->key);
	if (item->account && strcmp(item->key, "account") == 0)
		return fail(e, EX_CONFIG,
		            "the section's heading names the account; take 'account' out");
	*out = row;
	return true;
}

static bool read_flag(const char *key, const char *text, bool *out, struct err *e)
{
	*out = strcmp(text, "yes") == 0 || strcmp(text, "true") == 0;
	return *out || strcmp(text, "no") == 0 || strcmp(text, "false") == 0 ||
	       fail(e, EX_CONFIG, "%s = %s: it is yes or no", key, text);
}

static bool take_line(struct options *o, const struct setting *s, struct err *e)
{
	struct value v = {s->row, s->row->name, s->text, true};
	if (!s->row->argument && !read_flag(s->row->name, s->text, &v.yes, e))
		return false;
	return option_take(o, &v, e);
}

static bool take_item(void *to, const struct config_item *item, struct err *e)
{
	struct settings *settings = to;
	struct options ignored = {0};
	const struct option_row *row = NULL;
	if (!item->key)
		return begin_section(settings, item, e);
	if (!find_key(item, &row, e))
		return false;
	const char *account = current_account(settings);
	for (const struct setting *s = settings->lines; s; s = s->next)
		if (s->row == row && s->account == account)
			return fail(e, EX_CONFIG, "%s is set in line %d already; which shall hold?",
			            row->name, s->line);
	struct setting *s = must_calloc(1, sizeof *s + strlen(item->value) + 1);
	s->row = row;
	s->account = account;
	s->line = item->line;
	memcpy(s->text, item->value, strlen(item->value)); /* its zero is there */
	*settings->next_line = s;
	settings->next_line = &s->next;
	return take_line(&ignored, s, e);
}

bool settings_read(struct settings *to, const char *path, bool named, struct err *e)
{
	to->next_line = &to->lines;
	to->next_section = &to->sections;
	if (!path || (!named && access(path, F_OK) < 0))
		return true;
	return config_read(path, take_item, to, e);
}

void settings_free(struct settings *settings)
{
	for (struct setting *s = settings->lines, *next; s; s = next) {
		next = s->next;
		free(s);
	}
	for (struct section *s = settings->sections, *next; s; s = next) {
		next = s->next;
		free(s);
	}
	free(settings->default_db);
	free(settings->default_config);
	free(settings);
}

/* ---- applying --------------------------------------------------------------------------------- */

/* Puts in what stands before any section (account NULL), or in one. */
static bool apply(const struct settings *from, struct options *o, const char *account,
                  struct err *e)
{
	for (const struct setting *s = from->lines; s; s = s->next)
		if (s->account == account && !take_line(o, s, e))
			return false;
	return true;
}

static const struct section *section_of(const struct settings *from, const char *account)
{
	for (const struct section *s = from->sections; s; s = s->next)
		if (strcasecmp(s->account, account) == 0)
			return s;
	return NULL;
}

static bool which_account(const struct settings *from, const char *config, struct err *e)
{
	AUTO(auto_free) char *list = must_strdup("");
	for (const struct section *s = from->sections; s; s = s->next) {
		char *longer = text_new("%s%s%s", list, *list ? ", " : "", s->account);
		free(list);
		list = longer;
	}
	return fail(e, EX_USAGE, "several accounts in %s: choose with --account one of %s", config,
	            list);
}

bool settings_apply(const struct settings *from, struct options *o, const char *account,
                    struct err *e)
{
	if (!apply(from, o, NULL, e))
		return false;
	if (!account)
		account = o->account;
	if (!account && !from->sections)
		return true;
	if (!account && !from->sections->next)
		account = from->sections->account;
	if (!account)
		return (from->db_named && !(from->cmd->takes & TAKES_SIGN)) ||
		       which_account(from, o->config, e);
	const struct section *section = section_of(from, account);
	o->account = account;
	return !section || apply(from, o, section->account, e);
}
