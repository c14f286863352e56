#include "session_parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NS_CB "urn:xmpp:sasl-cb:0"
#define BIND_ID "unseen-bind"
#define NAMES_MAX 32 /* of mechanisms or binding types that are looked at */

static bool is(xmpp_stanza_t *x, const char *name, const char *ns)
{
	const char *n = xmpp_stanza_get_name(x), *s = xmpp_stanza_get_ns(x);
	return n && strcmp(n, name) == 0 && (!ns || (s && strcmp(s, ns) == 0));
}

static const char *leaf_text(xmpp_stanza_t *x)
{
	xmpp_stanza_t *child = x ? xmpp_stanza_get_children(x) : NULL;
	return child && xmpp_stanza_is_text(child) ? xmpp_stanza_get_text_ptr(child) : NULL;
}

/* ---- TLS (RFC 6120 5) ------------------------------------------------------------------------- */

static bool ask_for_tls(struct session *s, xmpp_stanza_t *features)
{
	if (!xmpp_stanza_get_child_by_ns(features, XMPP_NS_TLS))
		return fail(&s->trouble, EX_PROTOCOL,
		            "the server of %s offers no TLS; nothing was sent. Is someone in "
		            "between? Try "
		            "another network, or ask its operator",
		            s->domain);
	session_send(s, session_element(s, "starttls", XMPP_NS_TLS, NULL));
	s->stage = SECURING;
	return true;
}

/* Whoever sends more behind <proceed/> is in between, or broken: TLS begins with our word. */
static bool on_proceed(struct session *s, xmpp_stanza_t *answer)
{
	if (!is(answer, "proceed", XMPP_NS_TLS))
		return fail(&s->trouble, EX_PROTOCOL,
		            "the server of %s refuses TLS; nothing was sent", s->domain);
	if (guard_reset(s->guard) > 0)
		return fail(&s->trouble, EX_PROTOCOL,
		            "someone speaks between us and the server of %s before TLS begins; "
		            "nothing was sent",
		            s->domain);
	s->stage = SHAKING;
	return line_start_tls(s->line, &s->trouble);
}

bool session_secured(struct session *s, struct err *e)
{
	const struct line_tls *tls = line_tls(s->line);
	if (s->last_key && strcmp(s->last_key, tls->key) != 0)
		snprintf(s->notice, sizeof s->notice,
		         "the key of %.100s is another than last time: now sha256:%s", s->domain,
		         tls->key);
	s->stage = SECURED;
	if (xmpp_conn_open_stream_default(s->conn) != XMPP_EOK)
		return fail(e, EX_SOFTWARE, "cannot open the stream");
	return true;
}

/* ---- SASL (RFC 6120 6) ------------------------------------------------------------------------ */

/* sasl.c knows no accounts. */
static bool in_name_of_account(struct session *s, bool ok)
{
	struct err said = s->trouble;
	if (ok)
		return true;
	fail(&s->trouble, said.status, "%.100s: %s", s->setup.account, said.text);
	/* what the server counts as a wrong password locks the account in the end */
	s->trouble.retry = said.status == EX_TEMPFAIL ? RETRY : RETRY_SLOWLY;
	return false;
}

/* The texts, or the attribute `type`, of an element's children, up to a NULL. */
static void names_of(xmpp_stanza_t *parent, bool types, const char *out[NAMES_MAX + 1])
{
	int n = 0;
	xmpp_stanza_t *x = parent ? xmpp_stanza_get_children(parent) : NULL;
	for (; x && n < NAMES_MAX; x = xmpp_stanza_get_next(x)) {
		const char *name = types ? xmpp_stanza_get_type(x) : leaf_text(x);
		if (name)
			out[n++] = name;
	}
	out[n] = NULL;
}

static bool begin_sasl(struct session *s, xmpp_stanza_t *features)
{
	const char *offered[NAMES_MAX + 1], *bindings[NAMES_MAX + 1], *first;
	const struct line_tls *tls = line_tls(s->line);
	xmpp_stanza_t *binding = xmpp_stanza_get_child_by_ns(features, NS_CB);
	names_of(xmpp_stanza_get_child_by_ns(features, XMPP_NS_SASL), false, offered);
	names_of(binding, true, bindings);
	const struct sasl_setup setup = {
		.user = s->user,
		.password = s->setup.password,
		.binding = tls->has_binding ? tls->binding : NULL,
		.binding_types = binding ? bindings : NULL,
		.tls_verified = tls->version[0] != '\0',
		.allow_plain = s->setup.allow_plain,
		.last_mechanism = s->last_mechanism,
		.allow_downgrade = s->setup.allow_downgrade,
	};
	if (!sasl_new(&s->sasl, &setup, offered, &s->trouble) ||
	    !sasl_first(s->sasl, &first, &s->trouble))
		return false;
	xmpp_stanza_t *auth = session_element(s, "auth", XMPP_NS_SASL, first);
	xmpp_stanza_set_attribute(auth, "mechanism", sasl_mechanism(s->sasl));
	session_send(s, auth);
	s->stage = SIGNING_IN;
	return true;
}

/* <failure/> holds a condition and perhaps a text (RFC 6120 6.5). */
static bool on_sasl_failure(struct session *s, xmpp_stanza_t *failure)
{
	const char *condition = NULL, *text = NULL;
	xmpp_stanza_t *x = xmpp_stanza_get_children(failure);
	for (; x; x = xmpp_stanza_get_next(x)) {
		const char *name = xmpp_stanza_get_name(x);
		if (name && strcmp(name, "text") == 0)
			text = leaf_text(x);
		else if (name && !condition)
			condition = name;
	}
	return sasl_failure(s->sasl, condition, text, &s->trouble);
}

static bool on_sasl_success(struct session *s, xmpp_stanza_t *success)
{
	if (!sasl_success(s->sasl, leaf_text(success), &s->trouble))
		return false;
	s->mechanism = sasl_mechanism(s->sasl);
	sasl_free(&s->sasl); /* and what it knew of the password */
	s->setup.password = NULL;
	guard_reset(s->guard);
	trace_restart(s->setup.trace, "signed in by %s", s->mechanism);
	s->stage = SIGNED_IN;
	if (xmpp_conn_open_stream_default(s->conn) != XMPP_EOK)
		return fail(&s->trouble, EX_SOFTWARE, "cannot open the stream");
	return true;
}

static bool on_sasl(struct session *s, xmpp_stanza_t *x)
{
	const char *answer, *text = leaf_text(x);
	if (is(x, "challenge", XMPP_NS_SASL)) {
		if (!sasl_challenge(s->sasl, text ? text : "", &answer, &s->trouble))
			return false;
		session_send(s, session_element(s, "response", XMPP_NS_SASL, answer));
		return true;
	}
	if (is(x, "success", XMPP_NS_SASL))
		return on_sasl_success(s, x);
	if (is(x, "failure", XMPP_NS_SASL))
		return on_sasl_failure(s, x);
	return fail(&s->trouble, EX_PROTOCOL, "the server of %s answers the sign-in with nonsense",
	            s->domain);
}

/* ---- binding (RFC 6120 7) --------------------------------------------------------------------- */

/* Servers before RFC 6121 want a session started as well (RFC 3921 3); its answer matters to nobody. */
static void begin_old_session(struct session *s)
{
	if (!s->old_session)
		return;
	xmpp_stanza_t *iq = xmpp_iq_new(s->ctx, "set", "unseen-session");
	xmpp_stanza_t *start = session_element(s, "session", XMPP_NS_SESSION, NULL);
	xmpp_stanza_add_child(iq, start);
	xmpp_stanza_release(start);
	session_send(s, iq);
}

static void begin_binding(struct session *s)
{
	xmpp_stanza_t *iq = xmpp_iq_new(s->ctx, "set", BIND_ID);
	xmpp_stanza_t *bind = session_element(s, "bind", XMPP_NS_BIND, NULL);
	xmpp_stanza_t *resource = session_element(s, "resource", NULL, s->resource);
	xmpp_stanza_add_child(bind, resource);
	xmpp_stanza_add_child(iq, bind);
	xmpp_stanza_release(resource);
	xmpp_stanza_release(bind);
	session_send(s, iq);
	begin_old_session(s);
	s->stage = BINDING;
}

static bool on_signed_in(struct session *s, xmpp_stanza_t *features)
{
	xmpp_stanza_t *session = xmpp_stanza_get_child_by_ns(features, XMPP_NS_SESSION);
	s->old_session = session && !xmpp_stanza_get_child_by_name(session, "optional");
	if (!xmpp_stanza_get_child_by_ns(features, XMPP_NS_BIND))
		return fail(&s->trouble, EX_PROTOCOL,
		            "the server of %s does not let us bind a resource", s->domain);
	session_offers_resumption(s, features);
	if (!session_ask_to_resume(s))
		begin_binding(s);
	return true;
}

static bool on_resume(struct session *s, xmpp_stanza_t *answer)
{
	bool refused;
	if (!session_on_resume(s, answer, &refused))
		return false;
	if (refused)
		begin_binding(s);
	return true;
}

static void ask_roster(struct session *s)
{
	session_ask_roster(s);
	s->stage = ROSTER;
}

/* The server decides how our own JID is written; whose it is, we do. */
static bool take_bound_jid(struct session *s, const char *bound)
{
	size_t bare = bound ? jid_bare_length(bound) : 0;
	if (!bound || strlen(s->setup.account) != bare || bare >= sizeof s->account ||
	    strncasecmp(bound, s->setup.account, bare) != 0 || !bound[bare] || !bound[bare + 1] ||
	    strlen(bound + bare + 1) >= sizeof s->resource)
		return fail(&s->trouble, EX_PROTOCOL,
		            "the server binds %.200s instead of %.200s: not our account",
		            bound ? bound : "nothing", s->setup.account);
	snprintf(s->account, sizeof s->account, "%.*s", (int)bare, bound);
	snprintf(s->resource, sizeof s->resource, "%s", bound + bare + 1);
	return true;
}

static bool on_bound(struct session *s, xmpp_stanza_t *iq)
{
	const char *id = xmpp_stanza_get_id(iq), *type = xmpp_stanza_get_type(iq);
	xmpp_stanza_t *bind = xmpp_stanza_get_child_by_ns(iq, XMPP_NS_BIND);
	if (!id || strcmp(id, BIND_ID) != 0)
		return true;
	if (!type || strcmp(type, "result") != 0 || !bind)
		return fail(&s->trouble, EX_TEMPFAIL,
		            "the server refuses the resource %s; choose another with "
		            "--resource",
		            s->resource);
	if (!take_bound_jid(s, leaf_text(xmpp_stanza_get_child_by_name(bind, "jid"))))
		return false;
	guard_own(s->guard, s->account);
	if (!session_ask_to_enable(s))
		ask_roster(s);
	return true;
}

/* ---- the state machine ------------------------------------------------------------------------ */

static bool on_features(struct session *s, xmpp_stanza_t *features)
{
	switch (s->stage) {
	case OPENED:
		return s->setup.plaintext ? in_name_of_account(s, begin_sasl(s, features))
		                          : ask_for_tls(s, features);
	case SECURED:
		return in_name_of_account(s, begin_sasl(s, features));
	case SIGNED_IN:
		return on_signed_in(s, features);
	case CONNECTING:
	case SECURING:
	case SHAKING:
	case SIGNING_IN:
	case RESUMING:
	case BINDING:
	case ENABLING:
	case ROSTER:
	case WATCHING:
	case DOWN:
		break;
	}
	return fail(&s->trouble, EX_PROTOCOL, "the server of %s offers features out of turn",
	            s->domain);
}

static bool negotiate(struct session *s, xmpp_stanza_t *raw)
{
	if (is(raw, "features", XMPP_NS_STREAMS) || is(raw, "stream:features", NULL))
		return on_features(s, raw);
	if (s->stage == SECURING)
		return on_proceed(s, raw);
	if (s->stage == SIGNING_IN)
		return in_name_of_account(s, on_sasl(s, raw));
	if (s->stage == RESUMING)
		return on_resume(s, raw);
	if (s->stage == BINDING && is(raw, "iq", NULL))
		return on_bound(s, raw);
	if (s->stage == ENABLING) {
		session_on_enabled(s, raw);
		ask_roster(s);
	}
	if (s->stage == WATCHING && is(raw, "iq", NULL))
		session_answer(s, raw);
	return true;
}

int session_negotiate(xmpp_conn_t *conn, xmpp_stanza_t *raw, void *userdata)
{
	struct session *s = userdata;
	(void)conn;
	if (!s->failed)
		session_try(s, negotiate(s, raw));
	return 1;
}
