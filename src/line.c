#include "line.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define CHUNK 65536
#define WAKERS_MAX 8

struct line {
	int net;  /* the real socket */
	int pipe; /* our end of the pair whose other end libstrophe takes for its socket */
	struct line_setup setup;
	char pin[65]; /* hex; "": any key */
	bool direct_tls;
	SSL_CTX *ctx;
	SSL *ssl;
	bool shaking;                /* the handshake goes on */
	bool want_write;             /* what TLS or the socket waits for */
	size_t out_length, out_done; /* of `out`, what is still to go to the server */
	struct line_tls tls;
	char in[CHUNK];
	char out[CHUNK];
};

/* ---- taking over ----------------------------------------------------------------------------- */

static bool nonblocking(int fd)
{
	int flags = fcntl(fd, F_GETFL);
	return flags >= 0 && fcntl(fd, F_SETFL, flags | O_NONBLOCK) == 0 &&
	       fcntl(fd, F_SETFD, FD_CLOEXEC) == 0;
}

static const char *tls_error(void)
{
	const char *reason = ERR_reason_error_string(ERR_peek_last_error());
	return reason ? reason : "no reason given";
}

/* The system's CAs, and the user's; TLS 1.2 at least whatever openssl.cnf says. */
static bool make_context(struct line *line, struct err *e)
{
	const char *ca = line->setup.ca_file;
	line->ctx = SSL_CTX_new(TLS_client_method());
	if (!line->ctx || !SSL_CTX_set_min_proto_version(line->ctx, TLS1_2_VERSION) ||
	    !SSL_CTX_set_default_verify_paths(line->ctx))
		return fail(e, EX_OSERR, "cannot set up TLS: %s", tls_error());
	if (ca && access(ca, R_OK) < 0)
		return fail(e, EX_NOINPUT, "cannot read the CA file %s: %s", ca, strerror(errno));
	if (ca && SSL_CTX_load_verify_locations(line->ctx, ca, NULL) != 1)
		return fail(e, EX_CONFIG,
		            "cannot use the CA file %s: %s; it takes PEM certificates", ca,
		            tls_error());
	SSL_CTX_set_verify(line->ctx, SSL_VERIFY_PEER, NULL);
	SSL_CTX_set_session_cache_mode(line->ctx, SSL_SESS_CACHE_OFF);
	return true;
}

static void hex(const unsigned char *bytes, unsigned length, char *out)
{
	for (unsigned i = 0; i < length; i++)
		sprintf(out + 2 * i, "%02x", bytes[i]);
}

/* Base64 or hex, with or without "sha256:" or "sha256//" before it, as hex. */
static bool pin_read(const char *pin, char out[65])
{
	unsigned char bytes[48];
	if (strncmp(pin, "sha256:", 7) == 0)
		pin += 7;
	else if (strncmp(pin, "sha256//", 8) == 0)
		pin += 8;
	size_t length = strlen(pin);
	if (length == 64 && strspn(pin, "0123456789abcdefABCDEF") == 64) {
		for (size_t i = 0; i <= 64; i++)
			out[i] = (char)tolower((unsigned char)pin[i]);
		return true;
	}
	if (length != 44 || EVP_DecodeBlock(bytes, (const unsigned char *)pin, 44) != 33)
		return false;
	hex(bytes, 32, out);
	return true;
}

bool line_new(struct line **out, const struct line_setup *setup, struct err *e)
{
	AUTO(line_free) struct line *line = must_calloc(1, sizeof *line);
	line->net = line->pipe = -1;
	line->setup = *setup;
	if (setup->pin && !pin_read(setup->pin, line->pin))
		return fail(
			e, EX_USAGE,
			"--pin %s: it takes the SHA-256 of the server's public key, as sha256: and "
			"64 hex digits or base64",
			setup->pin);
	if (!make_context(line, e))
		return false;
	*out = line;
	line = NULL;
	return true;
}

/* libstrophe reads and writes its descriptor with recv() and send(), and its TLS can hang for ever, lets
 * no one pin a key before the password is sent, and gives a contact's namespaced attributes for the
 * stanza's own. So its descriptor is turned into one end of a socket pair, under the same number, and
 * every byte between libstrophe and the server passes through us. */
bool line_take_over(struct line *line, int fd, bool direct_tls, struct err *e)
{
	int pair[2];
	line->net = fcntl(fd, F_DUPFD_CLOEXEC, 0);
	if (line->net < 0 || socketpair(AF_UNIX, SOCK_STREAM, 0, pair) < 0)
		return fail(e, EX_OSERR, "cannot set up the connection: %s", strerror(errno));
	line->pipe = pair[0];
	bool ok = dup2(pair[1], fd) == fd && nonblocking(fd) && nonblocking(line->pipe) &&
	          nonblocking(line->net);
	close(pair[1]);
	if (!ok)
		return fail(e, EX_OSERR, "cannot set up the connection: %s", strerror(errno));
	line->direct_tls = direct_tls;
	return !direct_tls || line_start_tls(line, e);
}

void line_free(struct line **line)
{
	struct line *l = *line;
	if (!l)
		return;
	if (l->ssl && !l->shaking)
		SSL_shutdown(l->ssl); /* one close_notify, not awaited */
	SSL_free(l->ssl);
	SSL_CTX_free(l->ctx);
	auto_close(&l->net);
	auto_close(&l->pipe);
	free(l);
	*line = NULL;
}

/* ---- TLS ------------------------------------------------------------------------------------- */

bool line_start_tls(struct line *line, struct err *e)
{
	static const unsigned char alpn[] = "\x0bxmpp-client";
	const char *domain = line->setup.domain;
	line->ssl = SSL_new(line->ctx);
	if (!line->ssl || !SSL_set_fd(line->ssl, line->net) ||
	    !SSL_set_tlsext_host_name(line->ssl, domain) || !SSL_set1_host(line->ssl, domain))
		return fail(e, EX_OSERR, "cannot set up TLS: %s", tls_error());
	SSL_set_hostflags(line->ssl, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
	if (line->direct_tls)
		SSL_set_alpn_protos(line->ssl, alpn, sizeof alpn - 1);
	SSL_set_mode(line->ssl,
	             SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
	SSL_set_connect_state(line->ssl);
	line->shaking = true;
	return true;
}

static void read_certificate(struct line *line, X509 *certificate)
{
	unsigned char print[EVP_MAX_MD_SIZE], *spki = NULL;
	unsigned length = 0;
	X509_digest(certificate, EVP_sha256(), print, &length);
	hex(print, length, line->tls.certificate);
	int size = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate), &spki);
	if (size > 0 && EVP_Digest(spki, (size_t)size, print, &length, EVP_sha256(), NULL))
		hex(print, length, line->tls.key);
	OPENSSL_free(spki);
}

/* Chain and host name are verified by now (SSL_VERIFY_PEER). */
static bool secured(struct line *line, struct err *e)
{
	static const char label[] = "EXPORTER-Channel-Binding"; /* RFC 9266 4 */
	X509 *certificate = SSL_get1_peer_certificate(line->ssl);
	line->shaking = false;
	line->tls.refused = true;
	if (!certificate)
		return fail(e, EX_PROTOCOL, "the server of %s shows no certificate",
		            line->setup.domain);
	read_certificate(line, certificate);
	X509_free(certificate);
	snprintf(line->tls.version, sizeof line->tls.version, "%s", SSL_get_version(line->ssl));
	trace_restart(line->setup.trace, "%s with %s, key sha256:%s", line->tls.version,
	              SSL_get_cipher_name(line->ssl), line->tls.key);
	if (line->pin[0] && strcmp(line->pin, line->tls.key) != 0)
		return fail(e, EX_PROTOCOL,
		            "the key of %s is not the pinned one: it has sha256:%s; nothing was "
		            "sent. If the server has a new key, change --pin",
		            line->setup.domain, line->tls.key);
	line->tls.refused = false;
	/* below TLS 1.3 the exporter is unique only with the extended master secret */
	line->tls.has_binding =
		(SSL_version(line->ssl) >= TLS1_3_VERSION ||
	         SSL_get_extms_support(line->ssl) == 1) &&
		SSL_export_keying_material(line->ssl, line->tls.binding, sizeof line->tls.binding,
	                                   label, sizeof label - 1, (const unsigned char *)"", 0,
	                                   1) == 1;
	return true;
}

static bool handshake_failed(struct line *line, struct err *e)
{
	long verdict = SSL_get_verify_result(line->ssl);
	const char *domain = line->setup.domain;
	line->tls.refused = verdict != X509_V_OK;
	if (verdict != X509_V_OK)
		return fail(e, EX_PROTOCOL,
		            "the certificate shown for %s is not to be trusted: %s; nothing was "
		            "sent. If it is your own server, name its CA with --ca-file",
		            domain, X509_verify_cert_error_string(verdict));
	if (ERR_peek_last_error() == 0 ||
	    ERR_GET_REASON(ERR_peek_last_error()) == SSL_R_UNEXPECTED_EOF_WHILE_READING)
		return fail(e, EX_UNAVAILABLE,
		            "the server of %s closed the connection during the TLS handshake",
		            domain);
	return fail(e, EX_PROTOCOL, "TLS with the server of %s failed: %s; nothing was sent",
	            domain, tls_error());
}

/* One step of the handshake; *news is LINE_SECURE when it was the last. */
static bool shake(struct line *line, enum line_news *news, struct err *e)
{
	ERR_clear_error();
	int done = SSL_do_handshake(line->ssl);
	if (done == 1) {
		*news = LINE_SECURE;
		return secured(line, e);
	}
	int why = SSL_get_error(line->ssl, done);
	line->want_write = why == SSL_ERROR_WANT_WRITE;
	return why == SSL_ERROR_WANT_READ || why == SSL_ERROR_WANT_WRITE ||
	       handshake_failed(line, e);
}

/* ---- moving bytes ---------------------------------------------------------------------------- */

/* All the records that are there as one piece: what reads a tag anew with each piece must not have to do
 * so for each crumb. */
static ssize_t receive_tls(struct line *line)
{
	int had = 0, got;
	do {
		ERR_clear_error();
		got = SSL_read(line->ssl, line->in + had, CHUNK - had);
		had += got > 0 ? got : 0;
	} while (got > 0 && had < CHUNK);
	if (had > 0)
		return had; /* what stopped us, the next one meets again */
	int why = SSL_get_error(line->ssl, got);
	return why == SSL_ERROR_WANT_READ || why == SSL_ERROR_WANT_WRITE ? 0 : -1;
}

/* >0: bytes; 0: not now; -1: the end. */
static ssize_t receive(struct line *line)
{
	if (line->ssl)
		return receive_tls(line);
	ssize_t n = read(line->net, line->in, CHUNK);
	if (n > 0)
		return n;
	return n < 0 && (errno == EAGAIN || errno == EINTR) ? 0 : -1;
}

/* Like receive(). */
static ssize_t transmit(struct line *line, const char *bytes, size_t length)
{
	line->want_write = false;
	if (line->ssl) {
		ERR_clear_error();
		int put = SSL_write(line->ssl, bytes, (int)length);
		if (put > 0)
			return put;
		int why = SSL_get_error(line->ssl, put);
		line->want_write = why == SSL_ERROR_WANT_WRITE;
		return why == SSL_ERROR_WANT_READ || why == SSL_ERROR_WANT_WRITE ? 0 : -1;
	}
	ssize_t n = send(line->net, bytes, length, MSG_NOSIGNAL);
	if (n > 0)
		return n;
	line->want_write = n < 0 && (errno == EAGAIN || errno == EINTR);
	return line->want_write ? 0 : -1;
}

/* Moves what libstrophe wrote to the server without waiting. */
static bool flush(struct line *line, struct err *e)
{
	while (!line->shaking) {
		if (line->out_done == line->out_length) {
			ssize_t n = read(line->pipe, line->out, CHUNK);
			line->out_done = line->out_length = 0;
			if (n <= 0)
				return true;
			line->out_length = (size_t)n;
		}
		ssize_t n = transmit(line, line->out + line->out_done,
		                     line->out_length - line->out_done);
		if (n < 0)
			return fail(e, EX_UNAVAILABLE, "the connection to the server of %s broke",
			            line->setup.domain);
		if (n == 0)
			return true;
		trace_out(line->setup.trace, line->out + line->out_done, (size_t)n);
		line->out_done += (size_t)n;
	}
	return true;
}

static void wait_for_something(struct line *line, int wait_ms)
{
	bool owed = line->out_done < line->out_length;
	struct pollfd p[2 + WAKERS_MAX] = {
		{.fd = line->net, .events = POLLIN},
		/* nothing more is taken from libstrophe while the server does not take what there is */
		{.fd = owed || line->shaking ? -1 : line->pipe, .events = POLLIN},
	};
	nfds_t n = 2;
	for (const int *w = line->setup.wakers; w && *w >= 0 && n < 2 + WAKERS_MAX; w++)
		p[n++] = (struct pollfd){.fd = *w, .events = POLLIN};
	if (line->want_write || owed)
		p[0].events |= POLLOUT;
	if (line->ssl && !line->shaking && SSL_pending(line->ssl) > 0)
		wait_ms = 0;
	poll(p, n, wait_ms);
}

bool line_turn(struct line *line, int wait_ms, enum line_news *news, const char **bytes,
               size_t *length, struct err *e)
{
	*news = LINE_QUIET;
	if (!flush(line, e))
		return false;
	wait_for_something(line, wait_ms);
	if (line->shaking)
		return shake(line, news, e);
	if (!flush(line, e))
		return false;
	ssize_t n = receive(line);
	if (n < 0) {
		trace_note(line->setup.trace, "the server has closed the connection");
		*news = LINE_CLOSED;
	}
	if (n <= 0)
		return true;
	trace_in(line->setup.trace, line->in, (size_t)n);
	*news = LINE_BYTES;
	*bytes = line->in;
	*length = (size_t)n;
	return true;
}

bool line_pass(struct line *line, const char *bytes, size_t length, struct err *e)
{
	while (length > 0) {
		ssize_t n = send(line->pipe, bytes, length, MSG_NOSIGNAL);
		if (n < 0)
			return fail(e, EX_SOFTWARE, "cannot pass on what the server sent: %s",
			            strerror(errno));
		bytes += n;
		length -= (size_t)n;
	}
	return true;
}

const struct line_tls *line_tls(const struct line *line)
{
	return &line->tls;
}
