#include "versions.h"

#include <ares.h>
#include <expat.h>
#include <gsasl.h>
#include <openssl/crypto.h>
#include <sqlite3.h>
#include <stdio.h>
#include <strophe.h>

#define EXPAT_LEAST 20405 /* before, expat let bytes that are no UTF-8 pass (CVE-2022-25235) */

void versions_read(struct version out[VERSIONS])
{
	XML_Expat_Version expat = XML_ExpatVersionInfo();
	const char *gsasl = gsasl_check_version(NULL);
	int n = 0;
	out[n] = (struct version){.name = "SQLite", .enough = true};
	snprintf(out[n++].is, sizeof out->is, "%s", sqlite3_libversion());
	out[n] = (struct version){
		.name = "expat",
		.enough = expat.major * 10000 + expat.minor * 100 + expat.micro >= EXPAT_LEAST,
		.least = "older than 2.4.5 lets malformed UTF-8 pass: upgrade it"};
	snprintf(out[n++].is, sizeof out->is, "%d.%d.%d", expat.major, expat.minor, expat.micro);
	out[n] = (struct version){.name = "OpenSSL", .enough = true};
	snprintf(out[n++].is, sizeof out->is, "%s", OpenSSL_version(OPENSSL_VERSION_STRING));
	/* it cannot be asked for its own */
	out[n] = (struct version){.name = "libstrophe",
	                          .enough = xmpp_version_check(0, 12),
	                          .least = "not the version this program was built with"};
	snprintf(out[n++].is, sizeof out->is, "%s", STROPHE_VERSION);
	out[n] = (struct version){.name = "c-ares", .enough = true};
	snprintf(out[n++].is, sizeof out->is, "%s", ares_version(NULL));
	out[n] = (struct version){.name = "gsasl", .enough = true};
	snprintf(out[n++].is, sizeof out->is, "%s", gsasl ? gsasl : "?");
}
