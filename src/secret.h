/* Where the password comes from. Knows nothing of XMPP; keeps nothing. */
#ifndef SECRET_H
#define SECRET_H

#include "base.h"

/* What the user named, each may be NULL (fd: -1). */
struct secret_source {
	const char *command; /* --password-command: a program and its words, quoted as in the shell
	                      * (words.h), run without one, with our standard input and error; the
	                      * first line of its output */
	const char *file;    /* --password-file: a regular file or FIFO (links are followed) of ours
	                      * or root's; refused when group or world can read it */
	int fd;              /* --password-fd: read to its end, not closed */
	const char *account; /* for the prompt */
};

/* Finds the password, first that is set: $CREDENTIALS_DIRECTORY/xmpp-password (whatever its mode;
 * that is systemd's business), command, file, fd, UNSEEN_PASSWORD (wiped from the environment in
 * any case, and before the command is run), a prompt on the terminal. Set but unusable is an error,
 * never a reason to go on to the next; what comes after the first is ignored.
 * One trailing newline (LF or CRLF) is dropped, and a byte order mark in front: editors add them,
 * and no password may contain one (SASLprep maps it to nothing, RFC 8265 forbids it).
 * Command, file and fd have 30 seconds; the prompt has no limit. *out is fresh memory to be given
 * to secret_free().
 * EX_NOPERM: the file's mode or owner. EX_NOINPUT: no such file. EX_CONFIG: none is set and there
 * is no terminal; the command failed; the 30 seconds are over; a signal's handler ran meanwhile;
 * empty, longer than 1,023 bytes, with a NUL or a line break inside, or not UTF-8. */
bool secret_get(char **out, const struct secret_source *from, struct err *e);

/* Wipes, frees, sets NULL. Takes NULL contents. */
void secret_free(char **secret);

#endif
