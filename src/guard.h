/* A filter on the inbound stream (RFC 6120 4 and 11): splits it into its top-level elements, says
 * who really sent them, bounds them, and rewrites what may be passed on so that it cannot mislead a
 * reader that knows no namespaces. Knows XML; knows neither the line, nor libstrophe, nor the file. */
#ifndef GUARD_H
#define GUARD_H

#include "stanza.h"

struct guard;

/* Per element, its own level being depth 1; children are what has one parent, runs of text too. */
struct guard_bounds {
	size_t depth; /* up to 255 */
	size_t children;
	size_t attributes;
};

/* In bytes on the wire. An element of up to `whole` is kept whole; a bigger one is refused, and so much
 * as `cut` is kept of it and of each of its values; one that goes on beyond `ceiling`, or as a roster
 * beyond `roster`, ends the stream. The parser may need 50 times the ceiling. */
struct guard_limits {
	size_t whole, cut, ceiling, roster;
	struct guard_bounds presence; /* which is not passed on */
	struct guard_bounds passed;   /* messages, IQs and all else */
};

extern const struct guard_limits guard_defaults;

/* A top-level element, or the head of the stream. Everything lives until the callback returns. */
struct guard_element {
	const char *name, *ns; /* without prefix; ns is "" where there is none, or none known */
	/* kind is NULL but for presence, message and iq in jabber:client. The true type, from and id:
	 * attributes without a prefix; "" is not NULL. xml is exactly what came, or its beginning.
	 * condition and text: of an error, and of what reports failure beside stanzas (RFC 6120 4.9,
	 * 6.5; XEP-0198). */
	struct stanza stanza;
	const char *to;
	size_t length;     /* of stanza.xml */
	size_t tag_length; /* of the start tag at its beginning */
	size_t size;       /* of all that came; more than length: xml is cut */
	/* The same element in XML that stands for itself: no prefixes, no attributes in namespaces
	 * but xml:lang. NULL: nothing is to be passed on. */
	const char *safe;
	size_t safe_length;
	/* NULL, or why it is cut and not passed on: too-big, too-deep, too-many-children,
	 * too-many-attributes, too-many-namespaces, bad-name, not-a-stanza; and of the element in
	 * which the stream broke off: not-xml, endless. What could be read is in `stanza` all the
	 * same. */
	const char *refused;
	bool roster;        /* an answer or a push whose items were told; it is not passed on */
	const char **items; /* the full JIDs that an answer to disco#items lists; NULL-terminated */
	size_t item_count;
};

/* Lives until the callback returns. NULL: the item does not say. */
struct guard_item {
	const struct stanza *iq; /* kind, type, from and id only */
	const char *jid, *name, *subscription, *ask;
	const char **groups; /* NULL-terminated, up to 64; NULL: none */
};

/* What the owner of the guard is told, in the order of the stream. A callback that returns false has
 * filled *e and ends the stream. It may call guard_reset() and guard_own(), nothing else. */
struct guard_calls {
	bool (*opened)(void *user, const struct guard_element *head, struct err *e);
	bool (*element)(void *user, const struct guard_element *element, struct err *e);
	/* Comes before the element it is part of. */
	bool (*item)(void *user, const struct guard_item *item, struct err *e);
	bool (*closed)(void *user, struct err *e); /* what follows is not read */
	void (*blank)(void *user); /* white space between elements: the other side lives; or NULL */
};

/* `calls` and `user` are borrowed and must outlive the guard. */
struct guard *guard_new(const struct guard_limits *limits, const struct guard_calls *calls,
                        void *user);
void guard_free(struct guard **guard); /* takes NULL contents */

/* Whose roster is believed: that from nobody and from this bare JID; a whole roster from its domain
 * as well. NULL: from nobody only. */
void guard_own(struct guard *guard, const char *account);

/* The next byte begins a new stream. From within the callback of an element: what is left of the bytes
 * being fed is dropped, for it came before the other side could know (RFC 6120 5.4.3.3). Returns how
 * much that is. */
size_t guard_reset(struct guard *guard);

/* Reads on. How the stream is cut into pieces changes nothing, but perhaps which of two reasons ends
 * it. Fails, for good until guard_reset(), with EX_PROTOCOL when this is no stream of XMPP, or with
 * what a callback filled in. */
bool guard_feed(struct guard *guard, const char *bytes, size_t n, struct err *e);

/* Whether the last byte that was fed is in the middle of something: of an element, or of a tag. */
bool guard_midway(const struct guard *guard);

#endif
