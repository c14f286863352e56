/* Where a server is: a domain to the addresses to try, by DNS (RFC 6120 section 3.2, XEP-0368) and
 * /etc/hosts. Sole user of c-ares. Connects to nothing but name servers. */
#ifndef RESOLVE_H
#define RESOLVE_H

#include "dial.h"

struct resolve_setup {
	const char *domain;  /* of the account; ASCII, A-labels where it is not (xn--…) */
	const char *connect; /* NULL, or where else: HOST, HOST:PORT, [IPV6] or [IPV6]:PORT */
	bool direct_tls; /* nothing but TLS from the first byte; the port is 5223 if none is named */
	bool loopback_only;      /* nothing but this machine, and no direct TLS */
	const char *name_server; /* HOST[:PORT], numeric; NULL: those of the system */
};

/* The addresses, best first: by priority and weight of the SRV records for STARTTLS and for direct
 * TLS together (RFC 2782), those of one target with IPv6 and IPv4 in turn (RFC 8305). Without SRV
 * records, or when nobody answers for them, the domain itself on port 5222. A `connect`, an address
 * and localhost have no SRV records. Never longer than the deadline (of mono_ms()): half of what is
 * left is for the SRV records, and what is known then is taken.
 * EX_USAGE: `connect` is not of that form, or loopback_only and an address is not of this machine.
 * EX_NOHOST: no such name, or it has no address. EX_UNAVAILABLE: the domain says it has no service
 * (SRV target "."). EX_TEMPFAIL: the name servers do not answer, or stop_asked(). */
bool resolve(const struct resolve_setup *setup, int64_t deadline, struct candidates *out,
             struct err *e);

#endif
