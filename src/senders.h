/* Who was heard of late, by number: a memory of bounded size between JIDs and rows of `resource`.
 * Knows no file; what it does not hold must be looked up there. */
#ifndef SENDERS_H
#define SENDERS_H

#include <stdint.h>

struct senders;

struct senders *senders_new(void);
void senders_free(struct senders **senders); /* takes NULL */

/* The number put for this very JID, or 0: not held. */
int64_t senders_get(const struct senders *senders, const char *jid);

/* Copies the JID. It may push out another, and one too long to be a person's is not kept. */
void senders_put(struct senders *senders, const char *jid, int64_t id);

#endif
