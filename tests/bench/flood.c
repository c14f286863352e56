#include "flood.h"

#include "base.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROOM 1024 /* no presence is longer */
#define EACH 2    /* resources of a contact, at the most */

#define PICK(words, n) (words)[(n) % (sizeof(words) / sizeof *(words))]

static const char *const domains[] = {FLOOD_DOMAIN,       "jabber.example", "chat.example",
                                      "xmpp.example.org", "im.example.net", "conversations.example",
                                      "talk.example.com"};
static const char *const resources[] = {"Conversations.a9Xc", "gajim.8F2K1QZT", "phone",
                                        "dino.4b1a9c0e",      "laptop",         "Psi+"};
static const char *const shows[] = {"away", "xa", "dnd", "chat"};
static const char *const nodes[] = {"https://conversations.im", "https://gajim.org",
                                    "https://dino.im",          "https://psi-im.org",
                                    "http://pidgin.im/",        "https://monal-im.org/",
                                    "http://www.chatsecure.org"};
static const char *const words[] = {"at the desk",
                                    "in a meeting until",
                                    "gone fishing &amp; back at",
                                    "büro – bitte nicht stören",
                                    "on the train, line",
                                    "lunch",
                                    "&lt;working&gt; from home, day",
                                    "Ich bin dann mal weg",
                                    "reading about",
                                    "call me if it is urgent:"};

struct text {
	char *at;
	unsigned long long state;
};

/* Knuth's MMIX; the high bits are the good ones. */
static unsigned random_of(struct text *t, unsigned below)
{
	t->state = t->state * 6364136223846793005ULL + 1442695040888963407ULL;
	return (unsigned)(t->state >> 33) % below;
}

static bool percent(struct text *t, unsigned chance)
{
	return random_of(t, 100) < chance;
}

#define SAY(t, ...) ((t)->at += sprintf((t)->at, __VA_ARGS__))

/* `count` characters of a hash. */
static void hash(struct text *t, const char *alphabet, unsigned count)
{
	unsigned letters = (unsigned)strlen(alphabet);
	while (count-- > 0)
		*t->at++ = alphabet[random_of(t, letters)];
}

void flood_contact(char *out, size_t i)
{
	snprintf(out, 64, "c%04zu@%s", i, PICK(domains, i));
}

static void caps(struct text *t, size_t contact)
{
	SAY(t, "<c xmlns='http://jabber.org/protocol/caps' hash='sha-1' node='%s' ver='",
	    PICK(nodes, contact));
	hash(t, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", 27);
	SAY(t, "='/>");
}

static void photo(struct text *t)
{
	SAY(t, "<x xmlns='vcard-temp:x:update'><photo>");
	hash(t, "0123456789abcdef", 40);
	SAY(t, "</photo></x>");
}

static void delay(struct text *t, const char *contact)
{
	SAY(t, "<delay xmlns='urn:xmpp:delay' from='%s' stamp='2026-11-%02uT%02u:%02u:%02uZ'/>",
	    contact, 1 + random_of(t, 22), random_of(t, 24), random_of(t, 60), random_of(t, 60));
}

static void status(struct text *t)
{
	SAY(t, "<status>%s %u</status>", PICK(words, random_of(t, 1000)), random_of(t, 1000));
}

static void available(struct text *t, size_t i, const char *contact, const char *resource)
{
	SAY(t, "<presence from='%s/%s' to='" FLOOD_ACCOUNT "'", contact, resource);
	if (percent(t, 50))
		SAY(t, " id='%08x-%u'", random_of(t, 1U << 31), random_of(t, 100000));
	SAY(t, percent(t, 50) ? " xml:lang='en'>" : ">");
	if (percent(t, 60))
		SAY(t, "<show>%s</show>", PICK(shows, random_of(t, 1000)));
	if (percent(t, 70))
		status(t);
	if (percent(t, 85))
		SAY(t, "<priority>%u</priority>", random_of(t, 51));
	if (percent(t, 95))
		caps(t, i);
	if (percent(t, 85))
		photo(t);
	if (percent(t, 35))
		delay(t, contact);
	SAY(t, "</presence>");
}

static void unavailable(struct text *t, const char *contact, const char *resource)
{
	SAY(t, "<presence type='unavailable' from='%s/%s' to='" FLOOD_ACCOUNT "'", contact,
	    resource);
	if (percent(t, 60)) {
		SAY(t, "/>");
		return;
	}
	SAY(t, ">");
	status(t);
	SAY(t, "</presence>");
}

/* Somebody changes show and status, comes, or goes. */
static void presence(struct text *t, size_t contacts, bool *shown)
{
	char contact[64];
	size_t i = random_of(t, (unsigned)contacts), r = i % 2 ? random_of(t, EACH) : 0;
	const char *resource = PICK(resources, i + r);
	bool *is_shown = &shown[i * EACH + r];
	flood_contact(contact, i);
	*is_shown = !*is_shown || !percent(t, 5);
	if (*is_shown)
		available(t, i, contact, resource);
	else
		unavailable(t, contact, resource);
}

struct flood *flood_new(size_t contacts, size_t count, unsigned seed)
{
	struct flood *f = must_calloc(1, sizeof *f);
	bool *shown = must_calloc(contacts * EACH, sizeof *shown);
	struct text t = {.state = seed};
	size_t size = 0;
	f->count = count + 1;
	f->at = must_calloc(f->count + 1, sizeof *f->at);
	for (size_t i = 0; i < f->count; i++) {
		size_t length = f->at[i];
		if (size < length + ROOM) {
			size = 2 * (length + ROOM);
			f->bytes = must_realloc(f->bytes, size);
		}
		t.at = f->bytes + length;
		if (i < count)
			presence(&t, contacts, shown);
		else
			SAY(&t, "<presence from='" FLOOD_MARKER "' to='" FLOOD_ACCOUNT "'/>");
		f->at[i + 1] = (size_t)(t.at - f->bytes);
	}
	free(shown);
	return f;
}
