#include "senders.h"

#include "base.h"

#include <stdlib.h>
#include <string.h>

#define SLOTS 8192 /* a power of two; a JID has one place, and who comes later has it */
#define LONGEST 255

struct senders {
	struct sender {
		char *jid;
		int64_t id;
	} slot[SLOTS];
};

struct senders *senders_new(void)
{
	return must_calloc(1, sizeof(struct senders));
}

void senders_free(struct senders **senders)
{
	struct senders *s = *senders;
	if (!s)
		return;
	for (size_t i = 0; i < SLOTS; i++)
		free(s->slot[i].jid);
	free(s);
	*senders = NULL;
}

/* FNV-1a. Whoever makes JIDs that meet in one place has them looked up, no more. */
static size_t place(const char *jid)
{
	uint32_t hash = 2166136261u;
	for (; *jid; jid++)
		hash = (hash ^ (unsigned char)*jid) * 16777619u;
	return hash % SLOTS;
}

int64_t senders_get(const struct senders *s, const char *jid)
{
	const struct sender *slot = &s->slot[place(jid)];
	return slot->jid && strcmp(slot->jid, jid) == 0 ? slot->id : 0;
}

void senders_put(struct senders *s, const char *jid, int64_t id)
{
	struct sender *slot = &s->slot[place(jid)];
	if (strlen(jid) > LONGEST)
		return;
	free(slot->jid);
	slot->jid = must_strdup(jid);
	slot->id = id;
}
