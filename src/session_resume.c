#include "session_parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Stream management (XEP-0198): the server counts with us, keeps for a while what we have not
 * acknowledged, and tells it on the next line. Ours is written from scratch, because libstrophe's
 * counts die with the process: here they are in the file, in the transaction of the stanzas. */
#define NS_SM "urn:xmpp:sm:3"

static xmpp_stanza_t *element(struct session *s, const char *name)
{
	return session_element(s, name, NS_SM, NULL);
}

static void set_number(xmpp_stanza_t *x, const char *name, uint32_t value)
{
	char text[16];
	snprintf(text, sizeof text, "%u", value);
	xmpp_stanza_set_attribute(x, name, text);
}

bool session_offers_resumption(struct session *s, xmpp_stanza_t *features)
{
	s->sm.offered = s->setup.keeps && xmpp_stanza_get_child_by_ns(features, NS_SM);
	return s->sm.offered;
}

/* ---- taking up a watch ------------------------------------------------------------------------ */

bool session_ask_to_resume(struct session *s)
{
	if (!s->sm.offered || !s->sm.last.id)
		return false;
	xmpp_stanza_t *resume = element(s, "resume");
	xmpp_stanza_set_attribute(resume, "previd", s->sm.last.id);
	set_number(resume, "h", s->sm.last.handled);
	session_send(s, resume);
	s->stage = RESUMING;
	return true;
}

/* Until the server has our presence it tells us nobody's, and keeps none for us: a watch that was cut before
 * that has heard nothing since, and ends where it was heard last. Of ours the server counts the roster
 * question, then the presence. */
static bool never_began(struct session *s)
{
	s->record = s->sm.earlier;
	return record_cut(&s->record, "killed", &s->trouble) &&
	       record_end(&s->record, "lost", &s->trouble) &&
	       record_commit(&s->record, &s->trouble) &&
	       fail(&s->trouble, EX_TEMPFAIL,
	            "the line was cut before the server of %s knew that we listen", s->domain);
}

/* We are who we were, and the server knows us so: roster, presence and the rest go on. */
static bool resumed(struct session *s)
{
	const struct record_resumption *last = &s->sm.last;
	snprintf(s->account, sizeof s->account, "%s", last->account);
	snprintf(s->resource, sizeof s->resource, "%s", last->resource);
	snprintf(s->sm.id, sizeof s->sm.id, "%s", last->id);
	s->sm.on = s->sm.telling = true;
	s->sm.handled = s->sm.noted = last->handled;
	s->settled = last->settled;
	guard_own(s->guard, s->account);
	s->record = s->sm.earlier;
	/* a recorder that died could not write down that it did */
	if (!record_cut(&s->record, "killed", &s->trouble) ||
	    !record_resumed(&s->record, &s->trouble) ||
	    !record_drop_questions(&s->record, &s->trouble) ||
	    !record_clock(&s->record, "resumed", NO_NUMBER, &s->trouble))
		return false;
	s->record.heard = now_ms();
	session_watch(s);
	session_ping(s); /* its answer comes after all that was kept for us */
	return true;
}

bool session_on_resume(struct session *s, xmpp_stanza_t *answer, bool *refused)
{
	const char *h = xmpp_stanza_get_attribute(answer, "h");
	*refused = strcmp(xmpp_stanza_get_name(answer), "resumed") != 0;
	if (*refused)
		return true;
	return h && strtoul(h, NULL, 10) >= 2 ? resumed(s) : never_began(s);
}

/* ---- a stream that can be resumed -------------------------------------------------------------- */

bool session_ask_to_enable(struct session *s)
{
	if (!s->sm.offered)
		return false;
	xmpp_stanza_t *enable = element(s, "enable");
	xmpp_stanza_set_attribute(enable, "resume", "true");
	session_send(s, enable);
	s->stage = ENABLING;
	return true;
}

void session_on_enabled(struct session *s, xmpp_stanza_t *answer)
{
	const char *id = xmpp_stanza_get_id(answer);
	const char *resume = xmpp_stanza_get_attribute(answer, "resume");
	s->sm.on = strcmp(xmpp_stanza_get_name(answer), "enabled") == 0;
	bool can = s->sm.on && id && strlen(id) < sizeof s->sm.id && resume &&
	           (strcmp(resume, "true") == 0 || strcmp(resume, "1") == 0);
	snprintf(s->sm.id, sizeof s->sm.id, "%s", can ? id : "");
}

bool session_is_resumable(const struct session *s)
{
	return s->sm.id[0] && s->record.watch;
}

/* ---- counting --------------------------------------------------------------------------------- */

bool session_counts(struct session *s, const struct guard_element *x)
{
	if (x->stanza.kind) {
		s->sm.handled += s->sm.on; /* modulo 2^32 */
		return false;
	}
	if (strcmp(x->ns, NS_SM) != 0)
		return false;
	s->sm.ack_due = s->sm.ack_due || (s->sm.on && strcmp(x->name, "r") == 0);
	return true;
}

bool session_commit(struct session *s, struct err *e)
{
	if (session_is_resumable(s) && (s->sm.handled != s->sm.noted || !s->sm.written)) {
		if (!record_resumption(&s->record, s->sm.id, s->sm.handled, e))
			return false;
		s->sm.noted = s->sm.handled;
		s->sm.written = true;
	}
	if (!record_commit(&s->record, e))
		return false;
	if (!s->sm.ack_due || store_is_behind(s->record.store))
		return true;
	xmpp_stanza_t *ack = element(s, "a");
	set_number(ack, "h", s->sm.handled);
	session_send(s, ack);
	s->sm.ack_due = false;
	return true;
}
