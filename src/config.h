/* The configuration file: tells what stands in it, line by line. Knows INI, knows no option. */
#ifndef CONFIG_H
#define CONFIG_H

#include "base.h"

/* One thing that the file says: the beginning of a section (key NULL), or a key with its value (not
 * NULL, blanks around it gone; may be empty). All of it is valid during the call only. */
struct config_item {
	int line;            /* from 1 */
	const char *account; /* of the section [account JID]; NULL before any */
	const char *key, *value;
};

/* Reads the file from top to bottom and calls take(to, item, e) for each item. false from it ends the
 * reading: its text is put behind "FILE:LINE: ", its status becomes EX_CONFIG.
 *
 * Lines are `key = value` (or `key: value`), comments after # or ; at the beginning of a line and
 * after blank and ; within one, and sections [account JID]. Blanks at the beginning of a line mean
 * nothing. 197 bytes a line, and 1 MiB in all, are the limit.
 *
 * EX_NOINPUT: no such file, or not to be read. EX_NOPERM: others may write it, or it is neither ours
 * nor root's (it may name a program to run). EX_CONFIG: what stands in it is no UTF-8 or no such line. */
bool config_read(const char *path,
                 bool (*take)(void *to, const struct config_item *item, struct err *e), void *to,
                 struct err *e);

#endif
