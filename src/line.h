/* The line to the server: socket, TLS, and the pipe to libstrophe's side. Sole owner of OpenSSL;
 * knows no XMPP. Nothing here blocks but line_turn(), and that no longer than it is told to. */
#ifndef LINE_H
#define LINE_H

#include "base.h"
#include "trace.h"

struct line;

struct line_setup {
	const int *
		wakers; /* descriptors that end a wait when there is something to read; up to a -1 */
	const char *domain;  /* whose certificate it must be, and what SNI names (RFC 6125) */
	const char *ca_file; /* trusted beside the system's; NULL: none */
	const char *pin; /* the key it must have: base64 or hex SHA-256 of its SPKI; NULL: any */
	struct trace *trace; /* is shown all that passes in the clear; NULL: nobody is */
};

/* What TLS came to; empty texts before. */
struct line_tls {
	char version[16];     /* TLSv1.3 */
	char certificate[65]; /* SHA-256 of the certificate, hex */
	char key[65];         /* SHA-256 of its subject public key info, hex */
	bool refused;         /* by us: the certificate, or the key */
	bool has_binding;     /* tls-exporter channel binding (RFC 9266) */
	unsigned char binding[32];
};

enum line_news {
	LINE_QUIET,  /* nothing, or only what went out */
	LINE_BYTES,  /* bytes came */
	LINE_SECURE, /* the handshake is done, the certificate verified */
	LINE_CLOSED, /* the server closed the stream of bytes */
};

/* A line that is not connected yet. The settings' texts and the trace are borrowed.
 * EX_NOINPUT, EX_CONFIG: the CA file cannot be read, or is none. EX_USAGE: the pin. EX_OSERR. */
bool line_new(struct line **out, const struct line_setup *setup, struct err *e);

/* Takes over the socket that libstrophe has connected: `fd` stays libstrophe's, but leads to us from
 * now on, and we hold the real one. With direct_tls the handshake begins. EX_OSERR. */
bool line_take_over(struct line *line, int fd, bool direct_tls, struct err *e);
void line_free(struct line **line); /* takes NULL; closes the real socket */

/* Begins the handshake; LINE_SECURE or a failure tells of its end (line_turn). Bytes that the server
 * sent before, unasked, are a failure: nobody may slip commands in before TLS (RFC 6120 5.4.3.3). */
bool line_start_tls(struct line *line, struct err *e);

/* Waits up to wait_ms for something to happen on the line or to a waker, moves what libstrophe wrote to
 * the server, and reads what came: *bytes and *length, valid until the next call.
 * EX_PROTOCOL: the certificate is not to be trusted, or TLS failed: the text says why. EX_UNAVAILABLE:
 * the connection broke. */
bool line_turn(struct line *line, int wait_ms, enum line_news *news, const char **bytes,
               size_t *length, struct err *e);

/* Hands bytes to libstrophe, as if they came from the server. */
bool line_pass(struct line *line, const char *bytes, size_t length, struct err *e);

const struct line_tls *line_tls(const struct line *line);

#endif
