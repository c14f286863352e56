#include "sasl_parts.h"

#include <stdlib.h>
#include <string.h>

/* Strongest first. A binding shows that nobody sits between two TLS sessions; no hash makes up for
 * that. */
static const struct mechanism mechanisms[] = {
	{"SCRAM-SHA-512-PLUS", "SHA512", true},
	{"SCRAM-SHA-256-PLUS", "SHA256", true},
	{"SCRAM-SHA-1-PLUS", "SHA1", true},
	{"SCRAM-SHA-512", "SHA512", false},
	{"SCRAM-SHA-256", "SHA256", false},
	{"SCRAM-SHA-1", "SHA1", false},
	{"PLAIN", NULL, false},
};
#define MECHANISMS (sizeof mechanisms / sizeof *mechanisms)

static bool listed(const char *const *names, const char *name)
{
	for (; names && *names; names++)
		if (strcmp(*names, name) == 0)
			return true;
	return false;
}

static bool ends_in_plus(const char *name)
{
	size_t length = strlen(name);
	return length > 5 && strcmp(name + length - 5, "-PLUS") == 0;
}

static bool any_plus(const char *const *names)
{
	for (; names && *names; names++)
		if (ends_in_plus(*names))
			return true;
	return false;
}

/* Lower is stronger. A name that another version of this program may have left on record counts as
 * the weakest of its kind, so that no SCRAM ever gives way to PLAIN. */
static size_t rank(const char *name)
{
	for (size_t i = 0; i < MECHANISMS; i++)
		if (strcmp(mechanisms[i].name, name) == 0)
			return i;
	if (strncmp(name, "SCRAM-", 6) != 0)
		return MECHANISMS;
	return rank(ends_in_plus(name) ? "SCRAM-SHA-1-PLUS" : "SCRAM-SHA-1");
}

static bool usable(const struct mechanism *m, const struct sasl_setup *setup)
{
	if (!m->hash)
		return setup->tls_verified && setup->allow_plain;
	return !m->plus || (setup->binding && listed(setup->binding_types, "tls-exporter"));
}

static char *joined(const char *const *names)
{
	char *all = must_strdup("");
	for (size_t i = 0; i < 12 && names[i]; i++) {
		char *longer = text_new("%s%s%.24s", all, i ? ", " : "", names[i]);
		free(all);
		all = longer;
	}
	return all;
}

static bool nothing_usable(const struct sasl_setup *setup, const char *const *offered,
                           struct err *e)
{
	AUTO(auto_free) char *all = joined(offered);
	if (!*offered)
		return fail(e, EX_PROTOCOL, "the server offers no way of signing in");
	if (!listed(offered, "PLAIN"))
		return fail(e, EX_PROTOCOL,
		            "the server offers no way of signing in with a password that this "
		            "program knows; it offers %s",
		            all);
	return fail(e, EX_PROTOCOL,
	            "of the ways of signing in that the server offers (%s) we can use PLAIN "
	            "alone, which hands over the password itself: not sent, since %s",
	            all,
	            setup->tls_verified
	                    ? "that is not allowed; if it is how this server is, --allow-plain"
	                    : "the line is not verified TLS");
}

const struct mechanism *sasl_pick(const struct sasl_setup *setup, const char *const *offered,
                                  struct err *e)
{
	size_t i = 0;
	while (i < MECHANISMS &&
	       (!listed(offered, mechanisms[i].name) || !usable(&mechanisms[i], setup)))
		i++;
	if (i == MECHANISMS) {
		nothing_usable(setup, offered, e);
		return NULL;
	}
	if (setup->last_mechanism && rank(setup->last_mechanism) < i && !setup->allow_downgrade) {
		fail(e, EX_PROTOCOL,
		     "last time the sign-in went by %.24s, now the server allows %s at most: "
		     "somebody may be in between; nothing was sent. If its operator changed that, "
		     "--allow-downgrade once",
		     setup->last_mechanism, mechanisms[i].name);
		return NULL;
	}
	return &mechanisms[i];
}

const char *sasl_flag(const struct mechanism *m, const struct sasl_setup *setup,
                      const char *const *offered)
{
	if (m->plus)
		return "p=tls-exporter";
	return setup->binding && !any_plus(offered) ? "y" : "n";
}

/* ---- what the server says when it refuses ---------------------------------------------------- */

static const struct refusal {
	const char *condition;
	int status;
	const char *meaning;
} refusals[] = {
	{"not-authorized", EX_NOPERM, "check the account and the password"},
	{"credentials-expired", EX_NOPERM, "the password has expired: set a new one"},
	{"account-disabled", EX_NOPERM, "the account is disabled: ask the server's operator"},
	{"temporary-auth-failure", EX_TEMPFAIL, "it cannot check passwords just now: try later"},
	{"encryption-required", EX_PROTOCOL, "it wants TLS first"},
	{"mechanism-too-weak", EX_PROTOCOL, "it offered a mechanism it does not accept"},
	{"invalid-mechanism", EX_PROTOCOL, "it offered a mechanism it does not have"},
};

static const struct refusal *find_refusal(const char *condition)
{
	static const struct refusal other = {NULL, EX_PROTOCOL, "no reason that we know"};
	for (size_t i = 0; condition && i < sizeof refusals / sizeof *refusals; i++)
		if (strcmp(refusals[i].condition, condition) == 0)
			return &refusals[i];
	return &other;
}

bool sasl_refused(const struct mechanism *m, const char *user, const char *condition,
                  const char *text, struct err *e)
{
	const struct refusal *r = find_refusal(condition);
	bool bound = m->plus && r == refusals;
	return fail(e, r->status,
	            "the server refuses the sign-in of %.100s by %s: %.40s%s%.200s%s; %s%s", user,
	            m->name, condition ? condition : "unnamed", text ? " (\"" : "",
	            text ? text : "", text ? "\")" : "", r->meaning,
	            bound ? "; somebody between us and the server would look the same" : "");
}
