/* sasl: the choice of mechanism, and what the server is believed. The server is gsasl's own. */
#include "sasl_parts.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>
#undef fail /* ours is a function */
#include <gsasl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- helpers ---- */

#define LIST(...) ((const char *const[]){__VA_ARGS__, NULL})

static const unsigned char binding[SASL_BINDING_SIZE] = "0123456789abcdef0123456789abcde";
static const unsigned char other_binding[SASL_BINDING_SIZE] = "another session's exporter bytes";
static const char *const exporter[] = {"tls-server-end-point", "tls-exporter", NULL};
static const char *const all[] = {"PLAIN",         "DIGEST-MD5",     "SCRAM-SHA-1",
                                  "SCRAM-SHA-256", "SCRAM-SHA3-512", NULL};
static const char *const all_plus[] = {"SCRAM-SHA-1-PLUS",
                                       "SCRAM-SHA-256-PLUS",
                                       "SCRAM-SHA-256",
                                       "SCRAM-SHA-1",
                                       "PLAIN",
                                       "SCRAM-SHA3-512-PLUS",
                                       NULL};

static struct sasl_setup romeo(void)
{
	return (struct sasl_setup){.user = "romeo", .password = "pencil", .tls_verified = true};
}

static struct sasl *sign_in(const struct sasl_setup *setup, const char *const *offered)
{
	struct err e = {0};
	struct sasl *s = NULL;
	if (!sasl_new(&s, setup, offered, &e))
		print_error("%d %s\n", e.status, e.text);
	assert_non_null(s);
	return s;
}

static void assert_error(const struct err *e, int status, const char *because)
{
	if (e->status != status || !strstr(e->text, because))
		print_error("%d %s\n", e->status, e->text);
	assert_int_equal(e->status, status);
	assert_non_null(strstr(e->text, because));
	assert_null(strstr(e->text, "pencil"));
}

static void assert_picks(const struct sasl_setup *setup, const char *const *offered,
                         const char *name)
{
	AUTO(sasl_free) struct sasl *s = sign_in(setup, offered);
	assert_string_equal(sasl_mechanism(s), name);
}

static void assert_refuses(const struct sasl_setup *setup, const char *const *offered, int status,
                           const char *because)
{
	struct err e = {0};
	struct sasl *s = (struct sasl *)&e; /* must stay as it is */
	assert_false(sasl_new(&s, setup, offered, &e));
	assert_ptr_equal(s, &e);
	assert_error(&e, status, because);
}

static char *decoded(const char *base64)
{
	char *out = NULL, *text;
	size_t length = 0;
	assert_int_equal(gsasl_base64_from(base64, strlen(base64), &out, &length), GSASL_OK);
	text = must_calloc(1, length + 1);
	memcpy(text, out, length);
	free(out);
	return text;
}

static char *encoded(const char *text)
{
	char *out = NULL;
	assert_int_equal(gsasl_base64_to(text, strlen(text), &out, NULL), GSASL_OK);
	return out;
}

/* client-first-message */
static char *first_of(struct sasl *s)
{
	struct err e = {0};
	const char *base64 = NULL;
	assert_true(sasl_first(s, &base64, &e));
	return decoded(base64);
}

/* ---- the server ---- */

struct server {
	const char *user, *password, *rounds; /* what it knows */
	const unsigned char *binding;
	Gsasl *library;
	Gsasl_session *session;
};

static int know(Gsasl *library, Gsasl_session *session, Gsasl_property property)
{
	const struct server *server = gsasl_callback_hook_get(library);
	const char *user = gsasl_property_fast(session, GSASL_AUTHID);
	if (property == GSASL_PASSWORD && user && strcmp(user, server->user) == 0)
		return gsasl_property_set(session, property, server->password);
	if (property == GSASL_SCRAM_ITER)
		return gsasl_property_set(session, property, server->rounds);
	return GSASL_NO_CALLBACK;
}

static void serve(struct server *server, const char *mechanism)
{
	char *base64 = NULL;
	assert_int_equal(gsasl_init(&server->library), GSASL_OK);
	gsasl_callback_hook_set(server->library, server);
	gsasl_callback_set(server->library, know);
	assert_int_equal(gsasl_server_start(server->library, mechanism, &server->session),
	                 GSASL_OK);
	if (!server->binding)
		return;
	gsasl_base64_to((const char *)server->binding, SASL_BINDING_SIZE, &base64, NULL);
	gsasl_property_set(server->session, GSASL_CB_TLS_EXPORTER, base64);
	free(base64);
}

static void dismiss(struct server *server)
{
	gsasl_finish(server->session);
	gsasl_done(server->library);
}

/* Both sides up to the server's last word: *verdict is gsasl's, the result what the server says. */
static char *converse(struct sasl *s, struct server *server, int *verdict)
{
	struct err e = {0};
	const char *out = NULL;
	char *challenge = NULL, *last = NULL;
	assert_true(sasl_first(s, &out, &e));
	*verdict = gsasl_step64(server->session, out, &challenge);
	if (*verdict != GSASL_NEEDS_MORE)
		return NULL;
	if (!sasl_challenge(s, challenge, &out, &e))
		print_error("%d %s\n", e.status, e.text);
	else
		*verdict = gsasl_step64(server->session, out, &last);
	assert_int_equal(e.status, 0);
	free(challenge);
	return last;
}

static void assert_signs_in(const struct sasl_setup *setup, const char *const *offered,
                            struct server server)
{
	AUTO(sasl_free) struct sasl *s = sign_in(setup, offered);
	struct err e = {0};
	int verdict = -1;
	serve(&server, sasl_mechanism(s));
	AUTO(auto_free) char *last = converse(s, &server, &verdict);
	assert_int_equal(verdict, GSASL_OK);
	if (!sasl_success(s, last, &e))
		print_error("%d %s\n", e.status, e.text);
	assert_int_equal(e.status, 0);
	dismiss(&server);
}

/* ---- which mechanism ---- */

static void test_strongest_first(void **state)
{
	(void)state;
	struct sasl_setup setup = romeo();
	assert_picks(&setup, all, "SCRAM-SHA-256");
	assert_picks(&setup, LIST("DIGEST-MD5", "SCRAM-SHA-1", "PLAIN"), "SCRAM-SHA-1");
	assert_picks(&setup, all_plus, "SCRAM-SHA-256");
	setup.binding = binding;
	setup.binding_types = exporter;
	assert_picks(&setup, all_plus, "SCRAM-SHA-256-PLUS");
	assert_picks(&setup, LIST("SCRAM-SHA-256", "SCRAM-SHA-1-PLUS"), "SCRAM-SHA-1-PLUS");
	assert_picks(&setup, all, "SCRAM-SHA-256");
	assert_picks(&setup, LIST("SCRAM-SHA-512-PLUS", "SCRAM-SHA-1-PLUS", "SCRAM-SHA-256-PLUS"),
	             "SCRAM-SHA-512-PLUS");
	assert_picks(&setup, LIST("SCRAM-SHA-1", "SCRAM-SHA-512", "SCRAM-SHA-256"),
	             "SCRAM-SHA-512");
}

/* XEP-0440; ejabberd 23.01 offers -PLUS, says nothing of kinds, and knows tls-unique only */
static void test_binding_needs_our_kind(void **state)
{
	(void)state;
	struct sasl_setup setup = romeo();
	setup.binding = binding;
	assert_picks(&setup, all_plus, "SCRAM-SHA-256");
	setup.binding_types = LIST("tls-unique", "tls-server-end-point");
	assert_picks(&setup, all_plus, "SCRAM-SHA-256");
	setup.binding_types = LIST("tls-unique", "tls-exporter");
	assert_picks(&setup, all_plus, "SCRAM-SHA-256-PLUS");
	assert_refuses(&setup, LIST("SCRAM-SHA3-512-PLUS"), EX_PROTOCOL, "SCRAM-SHA3-512-PLUS");
	setup.binding = NULL;
	assert_picks(&setup, all_plus, "SCRAM-SHA-256");
	assert_refuses(&setup, LIST("SCRAM-SHA-256-PLUS"), EX_PROTOCOL, "SCRAM-SHA-256-PLUS");
}

static void test_plain(void **state)
{
	(void)state;
	struct sasl_setup setup = romeo();
	assert_refuses(&setup, LIST("PLAIN", "X-OTHER"), EX_PROTOCOL, "--allow-plain");
	setup.allow_plain = true;
	assert_picks(&setup, LIST("PLAIN", "X-OTHER"), "PLAIN");
	assert_picks(&setup, LIST("PLAIN", "SCRAM-SHA-1"), "SCRAM-SHA-1");
	setup.tls_verified = false;
	assert_refuses(&setup, LIST("PLAIN"), EX_PROTOCOL, "not verified TLS");
	assert_picks(&setup, LIST("PLAIN", "SCRAM-SHA-1"), "SCRAM-SHA-1");
}

static void test_nothing_offered(void **state)
{
	(void)state;
	struct sasl_setup setup = romeo();
	assert_refuses(&setup, (const char *const[]){NULL}, EX_PROTOCOL, "no way of signing in");
	assert_refuses(&setup, LIST("DIGEST-MD5", "EXTERNAL"), EX_PROTOCOL, "DIGEST-MD5, EXTERNAL");
	assert_refuses(&setup, LIST("scram-sha-1", "SCRAM-SHA-1 ", "SCRAM-SHA-1-PLUSH", ""),
	               EX_PROTOCOL, "no way of signing in");
}

static void test_long_list_is_cut(void **state)
{
	const char *many[101] = {NULL};
	(void)state;
	struct sasl_setup setup = romeo();
	for (int i = 0; i < 100; i++)
		many[i] = "X-A-NAME-FAR-LONGER-THAN-THE-TWENTY-CHARACTERS-OF-RFC-4422";
	assert_refuses(&setup, many, EX_PROTOCOL, "X-A-NAME-FAR-LONGER-THAN, X-A");
}

static void test_downgrade(void **state)
{
	(void)state;
	static const struct {
		const char *last, *now;
		bool refused;
	} cases[] = {
		{"SCRAM-SHA-256-PLUS", "SCRAM-SHA-256", true},
		{"SCRAM-SHA-256-PLUS", "SCRAM-SHA-1-PLUS", true},
		{"SCRAM-SHA-256", "SCRAM-SHA-1", true},
		{"SCRAM-SHA-512", "SCRAM-SHA-256", true},
		{"SCRAM-SHA-512-PLUS", "SCRAM-SHA-512", true},
		{"SCRAM-SHA-1", "PLAIN", true},
		{"SCRAM-SHA3-512", "PLAIN", true},
		{"SCRAM-SHA3-512-PLUS", "SCRAM-SHA-256", true},
		{"SCRAM-SHA-1", "SCRAM-SHA-1", false},
		{"SCRAM-SHA-1", "SCRAM-SHA-256", false},
		{"SCRAM-SHA3-512", "SCRAM-SHA-256", false},
		{"SCRAM-SHA-256", "SCRAM-SHA-1-PLUS", false},
		{"PLAIN", "PLAIN", false},
		{"DIGEST-MD5", "PLAIN", false},
		{"", "PLAIN", false},
		{NULL, "PLAIN", false},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct sasl_setup setup = romeo();
		setup.binding = binding;
		setup.binding_types = exporter;
		setup.allow_plain = true;
		setup.last_mechanism = cases[i].last;
		if (cases[i].refused)
			assert_refuses(&setup, LIST(cases[i].now), EX_PROTOCOL, cases[i].last);
		setup.allow_downgrade = cases[i].refused;
		assert_picks(&setup, LIST(cases[i].now), cases[i].now);
	}
}

/* ---- the first message ---- */

static void assert_first(const struct sasl_setup *setup, const char *const *offered,
                         const char *beginning)
{
	AUTO(sasl_free) struct sasl *s = sign_in(setup, offered);
	AUTO(auto_free) char *text = first_of(s);
	if (strncmp(text, beginning, strlen(beginning)) != 0)
		print_error("%s\n", text);
	assert_int_equal(strncmp(text, beginning, strlen(beginning)), 0);
}

static void test_flag(void **state)
{
	(void)state;
	struct sasl_setup setup = romeo();
	assert_first(&setup, all, "n,,n=romeo,r=");
	assert_first(&setup, all_plus, "n,,n=romeo,r=");
	setup.binding = binding;
	assert_first(&setup, all, "y,,n=romeo,r=");
	/* it can, but not with what we have: 'y' would be taken for an attack */
	assert_first(&setup, all_plus, "n,,n=romeo,r=");
	assert_first(&setup, LIST("SCRAM-SHA3-512-PLUS", "SCRAM-SHA-1"), "n,,n=romeo,r=");
	setup.binding_types = exporter;
	assert_first(&setup, all, "y,,n=romeo,r=");
	assert_first(&setup, all_plus, "p=tls-exporter,,n=romeo,r=");
}

static void test_names(void **state)
{
	(void)state;
	struct sasl_setup setup = romeo();
	setup.user = "a,r=b=c";
	assert_first(&setup, all, "n,,n=a=2Cr=3Db=3Dc,r=");
	setup.user = "jos\xc3\xa9";
	assert_first(&setup, all, "n,,n=jos\xc3\xa9,r=");
	setup.user = "I\xc2\xadX"; /* a soft hyphen goes */
	assert_first(&setup, all, "n,,n=IX,r=");
	setup.user = "a\x7f";
	assert_refuses(&setup, all, EX_CONFIG, "account's name");
	setup.user = "";
	assert_refuses(&setup, all, EX_CONFIG, "account's name");
}

static void test_nonces_differ(void **state)
{
	(void)state;
	struct sasl_setup setup = romeo();
	AUTO(sasl_free) struct sasl *one = sign_in(&setup, all);
	AUTO(sasl_free) struct sasl *two = sign_in(&setup, all);
	AUTO(auto_free) char *first = first_of(one);
	AUTO(auto_free) char *second = first_of(two);
	assert_string_not_equal(first, second);
	assert_true(strlen(strstr(first, ",r=") + 3) >= 20);
}

static void test_plain_message(void **state)
{
	(void)state;
	struct err e = {0};
	const char *base64 = NULL;
	char *raw = NULL;
	size_t length = 0;
	struct sasl_setup setup = romeo();
	setup.allow_plain = true;
	AUTO(sasl_free) struct sasl *s = sign_in(&setup, LIST("PLAIN"));
	assert_true(sasl_first(s, &base64, &e));
	assert_int_equal(gsasl_base64_from(base64, strlen(base64), &raw, &length), GSASL_OK);
	assert_int_equal(length, 13);
	assert_memory_equal(raw, "\0romeo\0pencil", 13);
	free(raw);
	assert_true(sasl_success(s, NULL, &e));
}

static void test_plain_is_over_at_once(void **state)
{
	(void)state;
	const char *out = NULL;
	struct sasl_setup setup = romeo();
	setup.allow_plain = true;
	for (int turn = 0; turn < 2; turn++) {
		struct err e = {0};
		AUTO(sasl_free) struct sasl *s = sign_in(&setup, LIST("PLAIN"));
		assert_true(sasl_first(s, &out, &e));
		assert_false(turn ? sasl_challenge(s, "", &out, &e)
		                  : sasl_success(s, "dj1hYmNk", &e));
		assert_error(&e, EX_PROTOCOL, turn ? "over" : "after the sign-in's end");
	}
}

/* ---- the arithmetic ---- */

#define NONCE_5802 "fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j"
#define NONCE_7677 "rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0"

/* The examples of RFC 5802 and RFC 7677; the others were reckoned with Python's hashlib. */
static void test_examples(void **state)
{
	(void)state;
	static const struct {
		struct mechanism mechanism;
		const char *password, *salt, *said, *proof, *signature;
	} cases[] = {
		{{"SCRAM-SHA-1", "SHA1", false},
	         "pencil",
	         "QSXCR+Q6sek8bf92",
	         "n=user,r=fyko+d2lbbFgONRv9qkxdawL,r=" NONCE_5802
	         ",s=QSXCR+Q6sek8bf92,i=4096,c=biws,r=" NONCE_5802,
	         "v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=",
	         "rmF9pqV8S7suAoZWja4dJRkFsKQ="},
		{{"SCRAM-SHA-256", "SHA256", false},
	         "pencil",
	         "W22ZaJ0SNY7soEsUEjb6gQ==",
	         "n=user,r=rOprNGfwEbeRWgbNEkqO,r=" NONCE_7677
	         ",s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096,c=biws,r=" NONCE_7677,
	         "dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=",
	         "6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="},
		{{"SCRAM-SHA-256", "SHA256", false},
	         "\xf0\x9f\x98\x80 sesame",
	         "W22ZaJ0SNY7soEsUEjb6gQ==",
	         "n=user,r=rOprNGfwEbeRWgbNEkqO,r=" NONCE_7677
	         ",s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096,c=biws,r=" NONCE_7677,
	         "W8vTJ+1oGxs8Is60LcjIOUploRxxegZqVYWSRs3onqo=",
	         "NSH0OMrm59iDnASW99jrK/L/C3w2wViR+CGRYSmU/TQ="},
		{{"SCRAM-SHA-512", "SHA512", false},
	         "pencil",
	         "W22ZaJ0SNY7soEsUEjb6gQ==",
	         "n=user,r=rOprNGfwEbeRWgbNEkqO,r=" NONCE_7677
	         ",s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096,c=biws,r=" NONCE_7677,
	         "gMGXRcevScNtxZ6/"
	         "8lQYpGtnsNAc3mGcmNomv+xnoOMw+3R2xNJdMNnzMlTN8PPC6wdp6dybEmDYXYTxwnYPJQ==",
	         "ZQnYEgWQMFmmsM8aQMF0nDDCy/"
	         "AgCzkwk8CmMZYcMg0vSVlKDanekLtifDSeVGT4+5ZxXnJq199RVG2rR7N7Zw=="},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct err e = {0};
		struct server_first f = {.rounds = 4096};
		char *proof = NULL, *signature = NULL;
		assert_int_equal(gsasl_base64_from(cases[i].salt, strlen(cases[i].salt), &f.salt,
		                                   &f.salt_length),
		                 GSASL_OK);
		assert_true(sasl_sign(&cases[i].mechanism, cases[i].password, &f, cases[i].said,
		                      &proof, &signature, &e));
		assert_string_equal(proof, cases[i].proof);
		assert_string_equal(signature, cases[i].signature);
		free(proof);
		free(signature);
		server_first_clear(&f);
	}
}

/* ---- whole sign-ins ---- */

static void test_signs_in(void **state)
{
	(void)state;
	struct server server = {.user = "romeo", .password = "pencil", .rounds = "4096"};
	struct sasl_setup setup = romeo();
	assert_signs_in(&setup, LIST("SCRAM-SHA-1"), server);
	assert_signs_in(&setup, LIST("SCRAM-SHA-256"), server);
	setup.binding = binding; /* 'y' */
	assert_signs_in(&setup, LIST("SCRAM-SHA-256"), server);
	setup.binding_types = exporter;
	server.binding = binding;
	assert_signs_in(&setup, LIST("SCRAM-SHA-1-PLUS"), server);
	assert_signs_in(&setup, LIST("SCRAM-SHA-256-PLUS", "SCRAM-SHA-256"), server);
	server.rounds = "100000";
	assert_signs_in(&setup, LIST("SCRAM-SHA-256-PLUS"), server);
}

static void test_odd_names_and_passwords(void **state)
{
	(void)state;
	static const struct {
		const char *user, *password, *prepared; /* as a server has it that prepared it */
	} cases[] = {
		{"a,b=c", "x,y=z", "x,y=z"},
		{"=2C", "=2C=3D", "=2C=3D"},
		{"jos\xc3\xa9", "caf\xc3\xa9", "caf\xc3\xa9"},
		{"romeo", "cafe\xcc\x81", "caf\xc3\xa9"}, /* composed */
		{"romeo", "I\xc2\xadX", "IX"},            /* RFC 4013 section 3 */
		{"romeo", "\xe2\x85\xa8", "IX"},          /* likewise: the one character IX */
		{"romeo", "z\xc2\xa0z", "z z"},           /* no-break space */
		{"romeo", "\xd0\xbf\xd0\xb0\xd1\x80\xd0\xbe\xd0\xbb\xd1\x8c",
	         "\xd0\xbf\xd0\xb0\xd1\x80\xd0\xbe\xd0\xbb\xd1\x8c"},
		{"romeo", " pen cil ", " pen cil "},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct sasl_setup setup = {.user = cases[i].user, .password = cases[i].password};
		struct server server = {
			.user = cases[i].user, .password = cases[i].prepared, .rounds = "4096"};
		assert_signs_in(&setup, LIST("SCRAM-SHA-1"), server);
		assert_signs_in(&setup, LIST("SCRAM-SHA-256"), server);
	}
}

static void test_impossible_passwords(void **state)
{
	(void)state;
	struct sasl_setup setup = romeo();
	static const char *const bad[] = {"a\x07", "a\x7f", "\xff\xfe", "1\xd8\xa7",
	                                  "\xee\x80\x80"};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		setup.password = bad[i];
		assert_refuses(&setup, all, EX_CONFIG, "the password has characters");
	}
	setup.password = "";
	assert_refuses(&setup, all, EX_CONFIG, "the password is empty");
	setup.password = "\xc2\xad";
	assert_refuses(&setup, all, EX_CONFIG, "the password is empty");
}

/* The server's own word for a wrong password, and for another TLS session. */
static void assert_server_refuses(const struct sasl_setup *setup, const char *mechanism,
                                  struct server server)
{
	AUTO(sasl_free) struct sasl *s = sign_in(setup, LIST(mechanism));
	struct err e = {0};
	int verdict = -1;
	serve(&server, mechanism);
	free(converse(s, &server, &verdict));
	assert_int_equal(verdict, GSASL_AUTHENTICATION_ERROR);
	assert_false(sasl_failure(s, "not-authorized", NULL, &e));
	assert_error(&e, EX_NOPERM, "romeo");
	dismiss(&server);
}

static void test_server_refuses(void **state)
{
	(void)state;
	struct server server = {.user = "romeo", .password = "pencil", .rounds = "4096"};
	struct sasl_setup setup = romeo();
	setup.password = "pencils";
	assert_server_refuses(&setup, "SCRAM-SHA-1", server);
	assert_server_refuses(&setup, "SCRAM-SHA-256", server);
	setup.password = "pencil";
	setup.binding = binding;
	setup.binding_types = exporter;
	server.binding = other_binding;
	assert_server_refuses(&setup, "SCRAM-SHA-256-PLUS", server);
}

/* A server that can bind, whose -PLUS somebody struck off the list: 'y' tells it. */
static void test_stripped_plus(void **state)
{
	(void)state;
	struct server server = {
		.user = "romeo", .password = "pencil", .rounds = "4096", .binding = binding};
	struct sasl_setup setup = romeo();
	int verdict = -1;
	setup.binding = other_binding;
	setup.binding_types = exporter;
	AUTO(sasl_free) struct sasl *s = sign_in(&setup, LIST("SCRAM-SHA-256"));
	serve(&server, "SCRAM-SHA-256");
	assert_null(converse(s, &server, &verdict));
	assert_int_equal(verdict, GSASL_AUTHENTICATION_ERROR);
	dismiss(&server);
}

/* ---- a server that lies ---- */

/* RFC 5802's shape with what the case wants; %s is our nonce. */
static bool challenge_with(const char *format, struct err *e)
{
	struct sasl_setup setup = romeo();
	const char *answer = (const char *)e; /* must stay as it is */
	AUTO(sasl_free) struct sasl *s = sign_in(&setup, LIST("SCRAM-SHA-256"));
	AUTO(auto_free) char *first = first_of(s);
	AUTO(auto_free) char *text = NULL;
	const char *at = strstr(format, "%s");
	text = at ? text_new("%.*s%s%s", (int)(at - format), format, strstr(first, ",r=") + 3,
	                     at + 2)
	          : must_strdup(format);
	AUTO(auto_free) char *base64 = encoded(text);
	if (sasl_challenge(s, base64, &answer, e))
		return true;
	assert_ptr_equal(answer, e);
	return false;
}

#define SALT "s=W22ZaJ0SNY7soEsUEjb6gQ=="

static void test_sound_challenges(void **state)
{
	(void)state;
	static const char *const sound[] = {
		"r=%sx," SALT ",i=4096",
		"r=%s+/~!@#," SALT ",i=10000,x=an extension,h=another",
		"r=%sx,s=MTIzNDU2Nzg=,i=4096",
	};
	for (size_t i = 0; i < sizeof sound / sizeof *sound; i++) {
		struct err e = {0};
		if (!challenge_with(sound[i], &e))
			print_error("%s: %s\n", sound[i], e.text);
		assert_int_equal(e.status, 0);
	}
}

static void test_refused_challenges(void **state)
{
	(void)state;
	static const struct {
		const char *text, *because;
	} cases[] = {
		{"r=%sx," SALT ",i=4294967295", "4294967295 rounds"},
		{"r=%sx," SALT ",i=2000001", "rounds"},
		{"r=%sx," SALT ",i=1", "1 rounds"},
		{"r=%sx," SALT ",i=4095", "4095 rounds"},
		{"r=%sx," SALT ",i=0", "rounds"},
		{"r=%sx," SALT ",i=18446744073709555712", "rounds"}, /* 4096 modulo 2 to the 64 */
		{"r=%sx," SALT ",i=4294971392", "rounds"},           /* modulo 2 to the 32 */
		{"r=%sx," SALT ",i=99999999999999999999999999999999999999999", "rounds"},
		{"r=%sx," SALT ",i=-4096", "no number"},
		{"r=%sx," SALT ",i=+4096", "no number"},
		{"r=%sx," SALT ",i= 4096", "no number"},
		{"r=%sx," SALT ",i=4096x", "no number"},
		{"r=%sx," SALT ",i=0x2000", "no number"},
		{"r=%sx," SALT ",i=", "no number"},
		{"r=%sx," SALT ",i", "lacks its part i="},
		{"r=%sx," SALT ",", "lacks its part i="},
		{"r=%sx," SALT, "lacks its part i="},
		{"r=%sx,i=4096", "lacks its part s="},
		{"r=%sx,i=4096," SALT, "lacks its part s="},
		{"r=%sx,s=,i=4096", "of 0 bytes"},
		{"r=%sx,s=QQ==,i=4096", "of 1 bytes"},
		{"r=%sx,s=MTIzNDU2Nw==,i=4096", "of 7 bytes"},
		{"r=%sx,s=!!!!,i=4096", "salt in the server's challenge is not base64"},
		{"r=%sx,s=W22ZaJ0SNY7soEsUEjb6gQ,i=4096", "salt in the server's challenge is not"},
		{"r=%s," SALT ",i=4096", "impossible nonce"},
		{"r=%s x," SALT ",i=4096", "impossible nonce"},
		{"r=%s\xc3\xa9," SALT ",i=4096", "impossible nonce"},
		{"r=x%s," SALT ",i=4096", "begin with ours"},
		{"r=fyko+d2lbbFgONRv9qkxdawL," SALT ",i=4096", "begin with ours"},
		{"r=," SALT ",i=4096", "begin with ours"},
		{SALT ",i=4096", "lacks its part r="},
		{"m=ext,r=%sx," SALT ",i=4096", "extension"},
		{"r=%sx,m=ext," SALT ",i=4096", "extension"},
		{"e=other-error", "lacks its part r="},
		{"v=rmF9pqV8S7suAoZWja4dJRkFsKQ=", "lacks its part r="},
		{"hello", "lacks its part r="},
		{"", "lacks its part r="},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct err e = {0};
		int64_t began = mono_ms();
		assert_false(challenge_with(cases[i].text, &e));
		if (!strstr(e.text, cases[i].because))
			print_error("%s: %s\n", cases[i].text, e.text);
		assert_error(&e, EX_PROTOCOL, cases[i].because);
		assert_true(mono_ms() - began < 1000); /* before any key derivation */
	}
}

static void test_challenges_of_odd_size(void **state)
{
	(void)state;
	static char nonce[9000], salt[9000];
	struct err e = {0};
	memset(nonce, 'n', 1100);
	AUTO(auto_free) char *long_nonce = text_new("r=%%s%s," SALT ",i=4096", nonce);
	assert_false(challenge_with(long_nonce, &e));
	assert_error(&e, EX_PROTOCOL, "impossible nonce");
	memset(salt, 'A', 4000);
	AUTO(auto_free) char *long_salt = text_new("r=%%sx,s=%s,i=4096", salt);
	assert_false(challenge_with(long_salt, &e));
	assert_error(&e, EX_PROTOCOL, "of 3000 bytes");
	memset(salt, 'A', 8000);
	AUTO(auto_free) char *longest = text_new("r=%%sx,s=%s,i=4096", salt);
	assert_false(challenge_with(longest, &e));
	assert_error(&e, EX_PROTOCOL, "too long");
}

static void test_challenges_that_are_not_base64(void **state)
{
	(void)state;
	static const struct {
		const char *base64, *because;
	} cases[] = {
		{"%%%%", "not base64"},       {"cj1", "not base64"},
		{"cj1h\ncj1h", "not base64"}, {" cj1h", "not base64"},
		{"cj1hLHM9==", "not base64"}, {"cj1h=", "not base64"},
		{"cg==cg==", "not base64"},   {"\xc3\xa9\xc3\xa9", "not base64"},
		{"cj0AYWJj", "NUL"},          {"AA==", "NUL"},
		{"=", "lacks its part r="},   {"", "lacks its part r="},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct err e = {0};
		const char *out = NULL;
		struct sasl_setup setup = romeo();
		AUTO(sasl_free) struct sasl *s = sign_in(&setup, LIST("SCRAM-SHA-1"));
		free(first_of(s));
		assert_false(sasl_challenge(s, cases[i].base64, &out, &e));
		assert_error(&e, EX_PROTOCOL, cases[i].because);
		/* and it stays over */
		assert_false(sasl_challenge(s, "cj1h", &out, &e));
		assert_false(sasl_success(s, NULL, &e));
		assert_error(&e, EX_PROTOCOL, "before it has proved");
	}
}

/* Up to where the server's signature comes. */
static struct sasl *up_to_proof(char **signature)
{
	struct server server = {.user = "romeo", .password = "pencil", .rounds = "4096"};
	struct sasl_setup setup = romeo();
	struct sasl *s = sign_in(&setup, LIST("SCRAM-SHA-256"));
	int verdict = -1;
	serve(&server, "SCRAM-SHA-256");
	*signature = converse(s, &server, &verdict);
	assert_int_equal(verdict, GSASL_OK);
	dismiss(&server);
	return s;
}

static void test_success_needs_proof(void **state)
{
	(void)state;
	static const struct {
		const char *text, *because;
		int status;
	} cases[] = {
		{NULL, "before it has proved", EX_PROTOCOL},
		{"", "before it has proved", EX_PROTOCOL},
		{"v=", "wrong", EX_PROTOCOL},
		{"v=rmF9pqV8S7suAoZWja4dJRkFsKQ=", "wrong", EX_PROTOCOL},
		{"v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=", "wrong", EX_PROTOCOL},
		{"v", "wrong", EX_PROTOCOL},
		{"hello there", "wrong", EX_PROTOCOL},
		{"e=invalid-proof", "invalid-proof", EX_NOPERM},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		for (int by_challenge = 0; by_challenge < 2; by_challenge++) {
			struct err e = {0};
			const char *out = NULL;
			AUTO(auto_free) char *signature = NULL;
			AUTO(sasl_free) struct sasl *s = up_to_proof(&signature);
			AUTO(auto_free)
			char *base64 = cases[i].text ? encoded(cases[i].text) : NULL;
			if (by_challenge && !base64)
				continue;
			assert_false(by_challenge ? sasl_challenge(s, base64, &out, &e)
			                          : sasl_success(s, base64, &e));
			if (!by_challenge || *base64)
				assert_error(&e, cases[i].status, cases[i].because);
			/* the right one comes too late */
			assert_false(sasl_success(s, signature, &e));
		}
}

static void test_garbage_for_proof(void **state)
{
	(void)state;
	static const char *const cases[] = {"=", "djo", "dj0A", "!!!!"};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct err e = {0};
		AUTO(auto_free) char *signature = NULL;
		AUTO(sasl_free) struct sasl *s = up_to_proof(&signature);
		assert_false(sasl_success(s, cases[i], &e));
		assert_int_equal(e.status, EX_PROTOCOL);
	}
}

static void test_signature_cut_or_changed(void **state)
{
	(void)state;
	for (size_t at = 0; at < 46; at++) {
		struct err e = {0};
		AUTO(auto_free) char *signature = NULL;
		AUTO(sasl_free) struct sasl *s = up_to_proof(&signature);
		AUTO(auto_free) char *text = decoded(signature);
		assert_int_equal(strlen(text), 46);
		text[at] = text[at] == 'A' ? 'B' : 'A';
		AUTO(auto_free) char *changed = encoded(text);
		assert_false(sasl_success(s, changed, &e));
		assert_int_equal(e.status, EX_PROTOCOL);
	}
}

/* RFC 5802 section 7: extensions may follow it, nothing else */
static void test_what_follows_the_signature(void **state)
{
	(void)state;
	static const struct {
		const char *rest;
		bool proves;
	} cases[] = {{"", true}, {",x=y", true}, {"=", false}, {"A", false}, {" ", false}};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct err e = {0};
		AUTO(auto_free) char *signature = NULL;
		AUTO(sasl_free) struct sasl *s = up_to_proof(&signature);
		AUTO(auto_free) char *text = decoded(signature);
		AUTO(auto_free) char *longer = text_new("%s%s", text, cases[i].rest);
		AUTO(auto_free) char *base64 = encoded(longer);
		assert_int_equal(sasl_success(s, base64, &e), cases[i].proves);
	}
}

/* RFC 4422 section 4: not every server can send something with its success */
static void test_proof_in_a_challenge(void **state)
{
	(void)state;
	struct err e = {0};
	const char *out = NULL;
	AUTO(auto_free) char *signature = NULL;
	AUTO(sasl_free) struct sasl *s = up_to_proof(&signature);
	assert_true(sasl_challenge(s, signature, &out, &e));
	assert_string_equal(out, "");
	assert_true(sasl_success(s, NULL, &e));

	AUTO(auto_free) char *again = NULL;
	AUTO(sasl_free) struct sasl *t = up_to_proof(&again);
	assert_true(sasl_challenge(t, again, &out, &e));
	assert_false(sasl_challenge(t, again, &out, &e));
	assert_error(&e, EX_PROTOCOL, "over");

	AUTO(auto_free) char *twice = NULL;
	AUTO(sasl_free) struct sasl *u = up_to_proof(&twice);
	assert_true(sasl_challenge(u, twice, &out, &e));
	assert_false(sasl_success(u, twice, &e));
	assert_error(&e, EX_PROTOCOL, "after the sign-in's end");
}

/* F7: success out of the blue */
static void test_success_without_challenge(void **state)
{
	(void)state;
	struct err e = {0};
	struct sasl_setup setup = romeo();
	AUTO(sasl_free) struct sasl *s = sign_in(&setup, LIST("SCRAM-SHA-256"));
	free(first_of(s));
	assert_false(sasl_success(s, NULL, &e));
	assert_error(&e, EX_PROTOCOL, "before it has proved");

	AUTO(sasl_free) struct sasl *t = sign_in(&setup, LIST("SCRAM-SHA-256"));
	free(first_of(t));
	assert_false(sasl_success(t, "dj1ybUY5cHFWOFM3c3VBb1pXamE0ZEpSa0ZzS1E9", &e));
	assert_error(&e, EX_PROTOCOL, "before it has proved");
}

/* One that does not know the password cannot tell our proof from a wrong one, nor make its own. */
static void test_impostor(void **state)
{
	(void)state;
	struct server impostor = {.user = "romeo", .password = "guess", .rounds = "4096"};
	struct sasl_setup setup = romeo();
	struct err e = {0};
	int verdict = -1;
	AUTO(sasl_free) struct sasl *s = sign_in(&setup, LIST("SCRAM-SHA-256"));
	serve(&impostor, "SCRAM-SHA-256");
	free(converse(s, &impostor, &verdict));
	assert_int_equal(verdict, GSASL_AUTHENTICATION_ERROR);
	assert_false(sasl_success(s, "dj1BQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE9",
	                          &e));
	assert_error(&e, EX_PROTOCOL, "wrong");
	dismiss(&impostor);
}

/* ---- what is left ---- */

static void test_failures(void **state)
{
	(void)state;
	static const struct {
		const char *condition;
		int status;
	} cases[] = {
		{"not-authorized", EX_NOPERM},
		{"credentials-expired", EX_NOPERM},
		{"account-disabled", EX_NOPERM},
		{"temporary-auth-failure", EX_TEMPFAIL},
		{"aborted", EX_PROTOCOL},
		{"encryption-required", EX_PROTOCOL},
		{"incorrect-encoding", EX_PROTOCOL},
		{"invalid-authzid", EX_PROTOCOL},
		{"invalid-mechanism", EX_PROTOCOL},
		{"malformed-request", EX_PROTOCOL},
		{"mechanism-too-weak", EX_PROTOCOL},
		{"no-such-condition", EX_PROTOCOL},
		{"", EX_PROTOCOL},
	};
	struct sasl_setup setup = romeo();
	AUTO(sasl_free) struct sasl *s = sign_in(&setup, all);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct err e = {0};
		assert_false(sasl_failure(s, cases[i].condition, NULL, &e));
		assert_error(&e, cases[i].status, cases[i].condition);
		assert_null(strstr(e.text, "\""));
	}
	struct err e = {0};
	assert_false(sasl_failure(s, NULL, "no reason \"given\"", &e));
	assert_error(&e, EX_PROTOCOL, "(\"no reason \"given\"\")");
}

static void test_failure_under_binding(void **state)
{
	(void)state;
	struct err e = {0};
	static char text[5000];
	struct sasl_setup setup = romeo();
	setup.binding = binding;
	setup.binding_types = exporter;
	AUTO(sasl_free) struct sasl *s = sign_in(&setup, all_plus);
	memset(text, 'x', sizeof text - 1);
	assert_false(sasl_failure(s, "not-authorized", text, &e));
	assert_error(&e, EX_NOPERM, "somebody between us and the server");
}

static void test_free_takes_null(void **state)
{
	(void)state;
	struct sasl *s = NULL;
	sasl_free(&s);
	struct sasl_setup setup = romeo();
	s = sign_in(&setup, all);
	sasl_free(&s);
	assert_null(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_strongest_first),
		cmocka_unit_test(test_binding_needs_our_kind),
		cmocka_unit_test(test_plain),
		cmocka_unit_test(test_nothing_offered),
		cmocka_unit_test(test_long_list_is_cut),
		cmocka_unit_test(test_downgrade),
		cmocka_unit_test(test_flag),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_nonces_differ),
		cmocka_unit_test(test_plain_message),
		cmocka_unit_test(test_plain_is_over_at_once),
		cmocka_unit_test(test_examples),
		cmocka_unit_test(test_signs_in),
		cmocka_unit_test(test_odd_names_and_passwords),
		cmocka_unit_test(test_impossible_passwords),
		cmocka_unit_test(test_server_refuses),
		cmocka_unit_test(test_stripped_plus),
		cmocka_unit_test(test_sound_challenges),
		cmocka_unit_test(test_refused_challenges),
		cmocka_unit_test(test_challenges_of_odd_size),
		cmocka_unit_test(test_challenges_that_are_not_base64),
		cmocka_unit_test(test_success_needs_proof),
		cmocka_unit_test(test_garbage_for_proof),
		cmocka_unit_test(test_signature_cut_or_changed),
		cmocka_unit_test(test_what_follows_the_signature),
		cmocka_unit_test(test_proof_in_a_challenge),
		cmocka_unit_test(test_success_without_challenge),
		cmocka_unit_test(test_impostor),
		cmocka_unit_test(test_failures),
		cmocka_unit_test(test_failure_under_binding),
		cmocka_unit_test(test_free_takes_null),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
