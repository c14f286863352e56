/* A libstrophe stanza as plain values. Part of the session's room: knows libstrophe, keeps nothing. */
#ifndef SESSION_READ_H
#define SESSION_READ_H

#include "stanza.h"

#include <strophe.h>

/* Fills everything but xml; the strings are borrowed from `raw`. */
void session_read(xmpp_stanza_t *raw, struct stanza *out);

/* The start tag alone, as an empty element; xmpp_free() it. NULL when memory is out. */
char *session_start_tag(xmpp_stanza_t *raw);

#endif
