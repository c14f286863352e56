#!/usr/bin/python3
"""Whom scan believes: certificates, keys, what proves a server in SASL, what XML may do, whose stanza it is, and where the
password may be seen. Each case has a twin that is in order, or would fail when the protection were not there."""

import asyncio
import base64
import concurrent.futures
import copy
import hashlib
import hmac
import json
import os
import pathlib
import re
import ssl
import subprocess
import sys
import tempfile
import threading
import unittest
import warnings
from xml.sax.saxutils import escape

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "cli"))
from program import BINARY, CANNOT_CREATE, CRASHES, PROTOCOL, REFUSED, TRY_LATER, UNAVAILABLE, USAGE, Done, run, start
from scripted import (ACCOUNT, BIND, DISCO_INFO, DISCO_ITEMS, DOMAIN, Scripted, authority, item, like_ejabberd, mechanisms, name,
	presence, question, result, stream_error)
from test_signin import ANN, BOB, PASSWORD, SASL_PLAIN, SignInTest, saying_presence

SANITIZED = b"__asan_init" in pathlib.Path(BINARY).read_bytes()
FOLLY = "--allow-plain"
SASL = "urn:ietf:params:xml:ns:xmpp-sasl"
BINDINGS = "<sasl-channel-binding xmlns='urn:xmpp:sasl-cb:0'><channel-binding type='tls-exporter'/></sasl-channel-binding>"


# ---- what the server does ------------------------------------------------------------------------


def openssl(folder, *words):
	done = subprocess.run(["openssl", *words], cwd=folder, stdin=subprocess.DEVNULL, capture_output=True)
	if done.returncode:
		raise AssertionError("openssl %s: %s" % (" ".join(words), done.stderr.decode()))
	return done.stdout


EC = "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:prime256v1"
RSA = "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"
RSA_1024 = "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:1024"
CA = "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign\n"


def make_leaf(san="DNS:" + DOMAIN, cn="x", key=EC, digest="sha256", more="basicConstraints=critical,CA:FALSE\n", issuer=None,
		days="30", start=None, sign=True, chain=()):
	"""A folder with leaf.pem and leaf.key. issuer: the folder of another such leaf that signs it; start: valid from then on
	(YYYYMMDD); sign: False for its own signature; chain: folders of what is sent along."""
	folder = tempfile.mkdtemp(dir=authority())
	signer = [issuer + "/leaf.pem", issuer + "/leaf.key"] if issuer else [authority() + "/ca.pem", authority() + "/ca.key"]
	with open(folder + "/extensions", "w") as f:
		f.write(more + ("subjectAltName=" + san + "\n" if san else ""))
	openssl(folder, "genpkey", *key, "-out", "leaf.key")
	openssl(folder, "req", "-new", "-key", "leaf.key", "-subj", "/CN=" + cn, "-out", "leaf.csr")
	ask = ["x509", "-req", "-in", "leaf.csr", "-out", "leaf.pem", "-extfile", "extensions", "-days", days, "-" + digest]
	if start:
		with open(folder + "/ca.cnf", "w") as f:
			f.write("[ca]\ndefault_ca=a\n[a]\nnew_certs_dir=.\ndatabase=index\nrand_serial=yes\npolicy=p\ndefault_md=sha256\n[p]\nCN=supplied\n")
		open(folder + "/index", "w").close()
		openssl(folder, "ca", "-batch", "-config", "ca.cnf", "-in", "leaf.csr", "-out", "leaf.pem", "-cert", signer[0], "-keyfile", signer[1],
			"-extfile", "extensions", "-startdate", start + "000000Z", "-enddate", "20991231000000Z", "-notext")
	elif sign:
		openssl(folder, *ask, "-CA", signer[0], "-CAkey", signer[1], "-set_serial", "7")
	else:
		openssl(folder, *ask, "-signkey", "leaf.key")
	with open(folder + "/leaf.pem", "a") as f:
		f.writelines(pathlib.Path(other, "leaf.pem").read_text() for other in chain)
	return folder


def served(folder, version=None, alpn=None):
	"""A TLS context that shows this leaf and minds nothing about it."""
	context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
	context.set_ciphers("ALL:@SECLEVEL=0")
	context.load_cert_chain(folder + "/leaf.pem", folder + "/leaf.key")
	if version:
		with warnings.catch_warnings():
			warnings.simplefilter("ignore", DeprecationWarning)
			context.minimum_version = context.maximum_version = version
	if alpn:
		context.set_alpn_protocols([alpn])
	return context


def key_of(folder):
	"""The SHA-256 of the public key (SPKI), bytes."""
	public = subprocess.run(["openssl", "pkey", "-pubout", "-outform", "DER", "-in", folder + "/leaf.key"], capture_output=True, check=True).stdout
	return hashlib.sha256(public).digest()


def certificate_of(folder):
	return hashlib.sha256(openssl(folder, "x509", "-in", "leaf.pem", "-outform", "DER")).hexdigest()


async def settle(line, roster=()):
	"""All that comes after <success/>."""
	await line.header()
	await line.greet(BIND % "")
	iq = await line.expect("iq", "set")
	await line.send(result(iq, BIND % "<jid>%s/%s</jid>" % (ACCOUNT, escape(iq.find(".//{*}resource").text))))
	await line.send(result(await line.expect("iq", "get"), "<query xmlns='jabber:iq:roster'>%s</query>" % "".join(roster)))
	await line.expect("presence")


def b64(text):
	return base64.b64encode(text if isinstance(text, bytes) else text.encode()).decode()


class Scram:
	"""The server's side of RFC 5802."""

	def __init__(self, auth, password=PASSWORD, rounds=4096):
		self.secrets = [auth.text]
		self.hash = auth.get("mechanism").removeprefix("SCRAM-").removesuffix("-PLUS").replace("-", "").lower()
		self.rounds, self.salt = rounds, b"a salt like others"
		self.password = password
		first = base64.b64decode(auth.text).decode()
		self.header, self.client_first = re.fullmatch(r"([nyp][^,]*,[^,]*,)(.*)", first).groups()
		self.client_nonce = re.search(r"r=([^,]+)", self.client_first)[1]
		self.nonce = self.client_nonce + "of-the-server"
		self.server_first = "r=%s,s=%s,i=%d" % (self.nonce, b64(self.salt), rounds)
		self.secrets += [self.client_nonce, self.nonce, b64(self.salt), b64(self.server_first), self.server_first]

	def mac(self, key, text):
		return hmac.new(key, text.encode(), self.hash).digest()

	def judge(self, response):
		"""(whether the password is proved, our signature)"""
		final = base64.b64decode(response.text).decode()
		without, proof = final.rsplit(",p=", 1)
		self.header = self.binding(without)
		said = ",".join([self.client_first, self.server_first, without])
		salted = hashlib.pbkdf2_hmac(self.hash, self.password.encode(), self.salt, self.rounds)
		client = self.mac(salted, "Client Key")
		expected = bytes(a ^ b for a, b in zip(client, self.mac(hashlib.new(self.hash, client).digest(), said)))
		proved = base64.b64decode(proof) == expected and without == "c=%s,r=%s" % (b64(self.header), self.nonce)
		signature = b64(self.mac(self.mac(salted, "Server Key"), said))
		self.secrets += [response.text, proof, signature, b64("v=" + signature)]
		return proved, signature

	def binding(self, without):
		"""The header again, and behind it what of the TLS session it is bound to: this server cannot tell whether that is
		true (Python does not export keying material), but that there are 32 bytes of it it can."""
		said = base64.b64decode(re.search("c=([^,]*)", without)[1])
		header = self.header if isinstance(self.header, bytes) else self.header.encode()
		if header.startswith(b"p=tls-exporter,") and said.startswith(header) and len(said) == len(header) + 32:
			return said
		return header


def sasl(element, text="", child=""):
	return "<%s xmlns='%s'>%s%s</%s>" % (element, SASL, text, child, element)


async def play_scram(line, auth, first=None, last=None, password=PASSWORD):
	"""The right way, but for what first(scram) says instead of the challenge, and last(scram, signature) instead of the end."""
	line.server.scram = scram = Scram(auth, password)
	await line.send(first(scram) if first else sasl("challenge", b64(scram.server_first)))
	response = await line.expect("response")
	proved, signature = scram.judge(response)
	line.server.proved = proved
	await line.send(last(scram, signature) if last else sasl("success", b64("v=" + signature)))
	return True


def signing_in(offer=("SCRAM-SHA-256",), play=play_scram, roster=(), then=None, **how):
	"""A script: whoever passes play(line, auth) is led on, deserved or not."""
	async def script(line):
		await line.sign_in(until="tls")
		await line.greet(mechanisms(*offer), *[BINDINGS] * any(name.endswith("-PLUS") for name in offer))
		auth = await line.expect("auth")
		line.server.mechanism = auth.get("mechanism")
		if auth.get("mechanism") == "PLAIN":
			await line.send(sasl("success"))
		else:
			await play(line, auth, **how)
		await settle(line, roster)
		line.server.settled = True
		if then:
			await then(line)
		await line.converse()
	return script


class TrustTest(SignInTest):
	def words(self, server, *options, db=None, account=ACCOUNT):
		"""PLAIN is allowed where a test says so."""
		words = super().words(server, *options, db=db, account=account)
		words.remove(FOLLY)
		return words + [FOLLY] * (FOLLY in options)

	def fresh(self):
		"""Nothing is on record, to begin another subtest with."""
		for path in self.place.iterdir():
			path.unlink()

	def distrust(self, folder, reason, script, *options, **tls):
		done = self.scan(script, *options, context=served(folder, **tls))
		self.expect_failure(done, PROTOCOL, DOMAIN)
		self.assertRegex(done.err.lower().replace("-", " "), reason)
		self.expect_untold()

	def each(self, cases, check):
		"""check(test, case) of every case, side by side, each with a place of its own."""
		def one(case):
			twin = copy.copy(self)
			twin.place = pathlib.Path(tempfile.mkdtemp(dir=self.place))
			twin.db = twin.place / "presence.db"
			try:
				check(twin, case)
			except Exception as problem:
				return problem
		with concurrent.futures.ThreadPoolExecutor(6) as pool:
			for case, problem in zip(cases, pool.map(one, cases)):
				with self.subTest(str(case)[:80]):
					if problem:
						raise problem

	def expect_led_on(self, yes=True):
		self.assertEqual(getattr(self.server, "settled", False), yes)


# ---- 1. certificates -----------------------------------------------------------------------------


NUL_NAME = (DOMAIN + "\0.evil.example").encode()
NUL_SAN = "DER:" + ":".join("%02x" % b for b in bytes([0x30, len(NUL_NAME) + 2, 0x82, len(NUL_NAME)]) + NUL_NAME)


class Certificates(TrustTest):
	def refused(self):
		"""What is shown, by what is wrong with it, and a word of the reason."""
		no_authority = make_leaf()
		constrained = make_leaf(san=None, cn="for others", more=CA + "nameConstraints=critical,permitted;DNS:other.example\n")
		old = make_leaf(san=None, cn="old CA", more=CA, days="-1")
		short = make_leaf(san=None, cn="short", more=CA.replace("TRUE", "TRUE,pathlen:0"))
		of_rsa = make_leaf(san=None, cn="of RSA", more=CA, key=RSA)
		below = make_leaf(san=None, cn="below", more=CA, issuer=short)
		return {
			"not yet valid": (make_leaf(start="20900101"), "not yet valid"),
			"partial wildcard": (make_leaf(san="DNS:scrip*.example"), "hostname mismatch"),
			"wildcard of everything": (make_leaf(san="DNS:*"), "hostname mismatch"),
			"wildcard one level too high": (make_leaf(san="DNS:*.example"), "hostname mismatch"),
			"two wildcards": (make_leaf(san="DNS:*.*"), "hostname mismatch"),
			"the name is but the CN, the SAN says other": (make_leaf(san="DNS:other.example", cn=DOMAIN), "hostname mismatch"),
			"NUL in the name": (make_leaf(san=NUL_SAN), "hostname mismatch"),
			"the name is an e-mail address": (make_leaf(san="email:me@" + DOMAIN), "hostname mismatch"),
			"the name is a URI": (make_leaf(san="URI:xmpp:" + DOMAIN), "hostname mismatch"),
			"the address instead of the name": (make_leaf(san="IP:127.0.0.1"), "hostname mismatch"),
			"the name of the host instead of the domain": (make_leaf(san="DNS:localhost"), "hostname mismatch"),
			"a look-alike": (make_leaf(san="DNS:xn--scrpted-b4a.example"), "hostname mismatch"),
			"for clients only": (make_leaf(more="extendedKeyUsage=clientAuth\n"), "purpose"),
			"an unknown critical extension": (make_leaf(more="1.2.3.4=critical,ASN1:NULL\n"), "critical extension"),
			"signed by what is no CA": (make_leaf(issuer=no_authority, chain=[no_authority]), "invalid ca|issuer"),
			"signed by a CA for others": (make_leaf(issuer=constrained, chain=[constrained]), "subtree"),
			"signed by a CA that has expired": (make_leaf(issuer=old, chain=[old]), "expired"),
			"signed by a CA too deep": (make_leaf(issuer=below, chain=[below, short]), "path length"),
			"signed with SHA-1": (make_leaf(digest="sha1"), "digest algorithm too weak|md too weak"),
			"signed with MD5": (make_leaf(digest="md5", issuer=of_rsa, chain=[of_rsa]), "md too weak|digest algorithm too weak|unsupported"),
			"a key of 1024 bits": (make_leaf(key=RSA_1024), "key too (weak|small)"),
			"its own CA, unknown": (make_leaf(sign=False, more=CA), "self.signed"),
		}

	def test_refused(self):
		shown = self.refused()
		self.each(shown, lambda test, wrong: test.distrust(*shown[wrong], signing_in()))

	def test_accepted(self):
		"""Made in the same way, with nothing wrong."""
		between = make_leaf(san=None, cn="between", more=CA)
		for folder in make_leaf(), make_leaf(issuer=between, chain=[between]), make_leaf(san="DNS:other.example,DNS:" + DOMAIN.upper()):
			self.expect(self.scan(signing_in(), context=served(folder)))
			self.expect_led_on()

	def test_versions(self):
		folder = make_leaf()
		for version, spoken in (ssl.TLSVersion.TLSv1_2, "TLSv1.2"), (ssl.TLSVersion.TLSv1_3, "TLSv1.3"):
			with self.subTest(spoken):
				self.fresh()
				self.expect(self.scan(signing_in(), context=served(folder, version)))
				self.assertEqual(self.sql("SELECT tls FROM sign_in"), [{"tls": spoken}])
		for version in ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1:
			with self.subTest(version):
				self.fresh()
				done = self.scan(signing_in(), context=served(folder, version))
				self.assertIn(done.status, (PROTOCOL, UNAVAILABLE), str(done))     # some servers just hang up on us
				self.expect_failure(done, done.status, DOMAIN, "TLS")
				self.expect_untold()


def direct(script):
	"""TLS first."""
	async def play(line):
		await line.secure()
		line.server.alpn = line.writer.get_extra_info("ssl_object").selected_alpn_protocol()
		context, line.server.context = line.server.context, None
		try:
			await script(line)
		finally:
			line.server.context = context
	return play


async def plain_in_tls(line):
	await line.header()
	await line.greet(mechanisms("SCRAM-SHA-256"))
	await play_scram(line, await line.expect("auth"))
	await settle(line)
	line.server.settled = True
	await line.converse()


class DirectTls(TrustTest):
	def test_works(self):
		self.expect(self.scan(direct(plain_in_tls), "--direct-tls", context=served(make_leaf(), alpn="xmpp-client")))
		self.expect_led_on()
		self.assertEqual(self.server.alpn, "xmpp-client")
		self.assertNotIn(b"starttls", self.server.heard)

	def test_bad_certificate(self):
		for folder, reason in (make_leaf(san="DNS:other.example"), "hostname mismatch"), (make_leaf(sign=False), "self.signed"), \
				(make_leaf(days="-1"), "expired"):
			with self.subTest(reason):
				self.distrust(folder, reason, direct(plain_in_tls), "--direct-tls", alpn="xmpp-client")

	def test_no_tls_there(self):
		async def script(line):
			await line.greet(mechanisms("PLAIN"))
			await line.silence()
		done = self.scan(script, "--direct-tls", FOLLY)
		self.expect_failure(done, PROTOCOL, DOMAIN, "TLS")
		self.expect_untold()
		self.assertNotIn(b"stream:stream", self.server.heard)


# ---- 2. keys -------------------------------------------------------------------------------------


class Keys(TrustTest):
	@classmethod
	def setUpClass(cls):
		cls.leaf, cls.other = make_leaf(), make_leaf()
		cls.key = key_of(cls.leaf)

	def test_right_pin(self):
		for pin in self.key.hex(), self.key.hex().upper(), b64(self.key), "sha256:" + self.key.hex(), "sha256:" + b64(self.key):
			with self.subTest(pin):
				self.expect(self.scan(signing_in(), "--pin", pin, context=served(self.leaf)))
				self.expect_led_on()

	def test_wrong_pin(self):
		"""A certificate that is in order in every other way."""
		slash = b64(b"\xff" * 32)     # base64 may begin with what stands behind "sha256"
		for pin in "sha256:" + key_of(self.other).hex(), b64(key_of(self.other)), "0" * 64, certificate_of(self.leaf), \
				slash, "sha256:" + slash, "sha256//" + slash:
			with self.subTest(pin):
				self.expect_failure(self.scan(signing_in(), "--pin", pin, context=served(self.leaf)), PROTOCOL, DOMAIN, "pin", self.key.hex())
				self.expect_untold()

	def test_pin_is_no_certificate(self):
		self.expect_failure(self.scan(signing_in(), "--pin", self.key.hex(), context=served(make_leaf(sign=False))), PROTOCOL, DOMAIN)
		self.expect_untold()

	def test_malformed_pin(self):
		"""Such a pin is nobody's key: never taken for none."""
		for pin in "", "sha256:", "sha256", "x", self.key.hex()[:-1], self.key.hex() + "0", "sha1:" + self.key.hex(), b64(self.key)[:-1], \
				"g" * 64, "*", "=" * 44, "sha256:" + "A" * 100000:
			with self.subTest(pin[:80]):
				done = self.scan(signing_in(), "--pin", pin, context=served(self.leaf))
				self.assertIn(done.status, (USAGE, PROTOCOL), str(done))
				self.expect_failure(done, done.status, "pin")
				self.expect_untold()

	def test_what_is_recorded(self):
		self.expect(self.scan(signing_in(["SCRAM-SHA-512"]), context=served(self.leaf)))
		self.assertEqual(self.sql("SELECT mechanism, tls, certificate, key FROM sign_in"), [{"mechanism": "SCRAM-SHA-512", "tls": "TLSv1.3",
			"certificate": certificate_of(self.leaf), "key": self.key.hex()}])

	def test_changed_key(self):
		for folder, warned in (self.leaf, False), (self.leaf, False), (self.other, True), (self.other, False):
			done = self.expect(self.scan(signing_in(), context=served(folder)))
			if warned:
				self.expect_line(done, "warning", DOMAIN, key_of(folder).hex())
			else:
				self.assertEqual(done.err, "")

	def test_changed_key_when_the_account_is_typed_otherwise(self):
		"""The account is the same, whatever letters the user types."""
		self.expect(self.scan(signing_in(), context=served(self.leaf)))
		done = self.expect(self.scan(signing_in(), account="ME@Scripted.Example", context=served(self.other)))
		self.expect_line(done, "warning", key_of(self.other).hex())


# ---- 3. SASL -------------------------------------------------------------------------------------


class Sasl(TrustTest):
	def refused(self, *said, status=PROTOCOL, auths=1, seconds=3, **how):
		done = self.scan(signing_in(**how))
		self.expect_failure(done, status, ACCOUNT, *said)
		self.expect_led_on(False)
		self.assertEqual(self.server.heard.count(b"<auth"), auths)
		self.assertNotIn(SASL_PLAIN.encode(), self.server.heard)
		self.assertLess(done.seconds, seconds)
		return done

	def answered(self):
		return self.server.heard.count(b"<response")

	def test_works(self):
		for mechanism in "SCRAM-SHA-1", "SCRAM-SHA-256", "SCRAM-SHA-512":
			with self.subTest(mechanism):
				self.fresh()
				self.expect(self.scan(signing_in([mechanism])))
				self.assertTrue(self.server.proved)
				self.expect_led_on()
				self.assertEqual(self.sql("SELECT mechanism FROM sign_in"), [{"mechanism": mechanism}])

	def test_signature_in_a_challenge(self):
		"""The other way of saying it (RFC 6120, 6.3.10)."""
		async def play(line, auth):
			scram = Scram(auth)
			await line.send(sasl("challenge", b64(scram.server_first)))
			proved, signature = scram.judge(await line.expect("response"))
			await line.send(sasl("challenge", b64("v=" + signature)))
			await line.expect("response")
			await line.send(sasl("success"))
		self.expect(self.scan(signing_in(play=play)))
		self.expect_led_on()

	def test_wrong_end(self):
		ends = {
			"one bit": lambda s, v: sasl("success", b64("v=" + b64(bytes([base64.b64decode(v)[0] ^ 1]) + base64.b64decode(v)[1:]))),
			"too short": lambda s, v: sasl("success", b64("v=" + v[:-4])),
			"one letter": lambda s, v: sasl("success", b64("v=" + v[:1])),
			"empty": lambda s, v: sasl("success", b64("v=")),
			"too long": lambda s, v: sasl("success", b64("v=" + v + "AAAA")),
			"no v=": lambda s, v: sasl("success", b64(v)),
			"nothing": lambda s, v: sasl("success"),
			"=": lambda s, v: sasl("success", "="),
			"not base64": lambda s, v: sasl("success", "v=" + v),
			"an extension instead": lambda s, v: sasl("success", b64("x=" + v)),
			"in an element": lambda s, v: sasl("success", child="<x xmlns='urn:x'>%s</x>" % b64("v=" + v)),
			"in another namespace": lambda s, v: "<success xmlns='urn:x'>%s</success>" % b64("v=" + v),
			"NUL behind it": lambda s, v: sasl("success", b64("v=" + v + "\0")),
		}
		def check(test, wrong):
			test.refused(last=ends[wrong])
			test.assertEqual(test.answered(), 1)
		self.each(ends, check)

	def test_server_that_knows_another_password(self):
		"""As one would that does not know ours; the proof does not tell it."""
		self.refused("password", password="wrong")
		self.assertFalse(self.server.proved)

	def test_wrong_challenge(self):
		def says(pattern):
			return lambda s: sasl("challenge", b64(pattern.format(n=s.nonce, own=s.client_nonce, s=b64(s.salt))))
		challenges = {
			"a nonce that is not ours": says("r=AAAA{n},s={s},i=4096"),
			"a nonce that is ours alone": says("r={own},s={s},i=4096"),
			"no nonce": says("s={s},i=4096"),
			"an empty nonce": says("r=,s={s},i=4096"),
			"a nonce in other letters": lambda s: sasl("challenge", b64("r=%s,s=%s,i=4096" % (s.nonce.swapcase(), b64(s.salt)))),
			"no salt": says("r={n},i=4096"),
			"an empty salt": says("r={n},s=,i=4096"),
			"a salt that is not base64": says("r={n},s=***,i=4096"),
			"one round": says("r={n},s={s},i=1"),
			"no rounds": says("r={n},s={s},i=0"),
			"fewer than RFC 5802 allows": says("r={n},s={s},i=4095"),
			"2^32 - 1 rounds": says("r={n},s={s},i=4294967295"),
			"2^32 + 4096 rounds": says("r={n},s={s},i=4294971392"),
			"2^64 + 4096 rounds": says("r={n},s={s},i=18446744073709555712"),
			"-1 rounds": says("r={n},s={s},i=-1"),
			"4096x": says("r={n},s={s},i=4096x"),
			"rounds nobody names": says("r={n},s={s}"),
			"a mandatory extension": says("m=x,r={n},s={s},i=4096"),
			"another order": says("s={s},r={n},i=4096"),
			"not base64": lambda s: sasl("challenge", "%%%%"),
			"half of base64": lambda s: sasl("challenge", b64(s.server_first)[:-1]),
			"bytes": lambda s: sasl("challenge", b64(bytes(range(256)))),
			"nothing": lambda s: sasl("challenge"),
			"40,000 bytes": lambda s: sasl("challenge", b64("r=%s%s,s=%s,i=4096" % (s.nonce, "x" * 30000, b64(s.salt)))),
			"done at once": lambda s: sasl("success"),
			"done at once, with a signature": lambda s: sasl("success", b64("v=" + b64(b"x" * 32))),
			"the end first": lambda s: sasl("challenge", b64("v=" + b64(b"x" * 32))),
		}
		def check(test, wrong):
			test.refused(first=challenges[wrong])
			test.assertEqual(test.answered(), 0, "no proof is given to one who can use it")
		self.each(challenges, check)

	def test_answer_that_is_none(self):
		"""What is no answer to a sign-in is as good as none, at the latest when the time is over."""
		for wrong in presence(BOB), "<message from='%s'/>" % BOB, sasl("challenge", "x" * 1000000), "<presence>" + sasl("success") + "</presence>":
			with self.subTest(wrong[:40]):
				done = self.scan(signing_in(first=lambda s: wrong))
				self.assertIn(done.status, (PROTOCOL, TRY_LATER), str(done))
				self.expect_failure(done, done.status)
				self.expect_led_on(False)
				self.assertEqual((self.server.heard.count(b"<auth"), self.answered()), (1, 0))

	def test_done_at_once_and_led_on(self):
		"""A server that needs no password at all gets nothing of us, not even the next stream."""
		async def play(line, auth):
			await line.send(sasl("success"))
		self.refused("password", play=play)
		self.assertEqual(self.server.heard.count(b"<stream:stream"), 2)

	def test_challenges_without_end(self):
		async def play(line, auth):
			for _ in range(100):
				await line.send(sasl("challenge", b64(Scram(auth).server_first)))
				await line.expect("response")
		self.refused(play=play)
		self.assertEqual(self.answered(), 1)

	def test_error_in_the_final_message(self):
		for last in lambda s, v: sasl("challenge", b64("e=invalid-proof")), lambda s, v: sasl("success", b64("e=invalid-proof")):
			self.refused("invalid-proof", status=REFUSED, last=last)

	def test_refused_after_a_right_proof(self):
		"""One attempt: no other mechanism, and no PLAIN, allowed or not."""
		offer = "SCRAM-SHA-512", "SCRAM-SHA-256", "SCRAM-SHA-1", "PLAIN"
		for options in [], [FOLLY]:
			done = self.scan(signing_in(offer, last=lambda s, v: sasl("failure", child="<not-authorized/>")), *options)
			self.expect_failure(done, REFUSED, ACCOUNT, "password")
			self.assertTrue(self.server.proved)
			self.assertEqual(self.server.heard.count(b"<auth"), 1)
			self.assertNotIn(b"PLAIN", self.server.heard)

	def test_failure_with_a_text(self):
		"""Of any length and in any letters: one line that can be read."""
		for n in range(4):
			text = "<text xml:lang='de'>%s</text>" % ("x" * n + "\u20ac" * 500)
			self.refused(status=REFUSED, last=lambda s, v: sasl("failure", child="<not-authorized/>" + text))
		for text in "\u009b31m\u202e", "a&#13;&#10;unseen: b", "x" * 30000:
			with self.subTest(text[:20]):
				self.refused(status=REFUSED, last=lambda s, v: sasl("failure", child="<not-authorized/><text>%s</text>" % text))

	def test_failure_with_a_strange_condition(self):
		for n in range(4):
			self.refused(last=lambda s, v: sasl("failure", child="<%s/>" % ("x" * n + "\u00e9" * 300)))

	def test_strongest_is_chosen(self):
		for offer, best in ((["SCRAM-SHA-1", "PLAIN"], "SCRAM-SHA-1"), (["PLAIN", "SCRAM-SHA-1"], "SCRAM-SHA-1"),
				(["PLAIN", "SCRAM-SHA-1", "SCRAM-SHA-256", "X-NEW"], "SCRAM-SHA-256"), (["PLAIN", "scram-sha-512", "SCRAM-SHA-1"], "SCRAM-SHA-1")):
			with self.subTest(offer):
				self.fresh()
				self.expect(self.scan(signing_in(offer), FOLLY))
				self.assertEqual(self.server.mechanism, best)

	def test_plain(self):
		self.expect_failure(self.scan(signing_in(["PLAIN"])), PROTOCOL, ACCOUNT, "PLAIN", FOLLY)
		self.expect_untold()
		self.expect(self.scan(signing_in(["PLAIN"]), FOLLY))
		self.assertIn(SASL_PLAIN.encode(), self.server.heard)
		self.expect_led_on()

	def test_weaker_than_last_time(self):
		"""However the account is typed."""
		def check(test, case):
			before, now, account = case
			test.expect(test.scan(signing_in([before])))
			done = test.expect(test.scan(signing_in([now]), FOLLY, account=account), PROTOCOL)
			test.expect_line(done, before, now, "--allow-downgrade")
			test.expect_untold()
			test.expect(test.scan(signing_in([now]), FOLLY, "--allow-downgrade", account=account))
			test.expect_led_on()
			test.expect(test.scan(signing_in([before])))
			test.expect_led_on()
		self.each([(*pair, account) for account in (ACCOUNT, "ME@Scripted.Example") for pair in
			(("SCRAM-SHA-256", "SCRAM-SHA-1"), ("SCRAM-SHA-1", "PLAIN"), ("SCRAM-SHA-512", "PLAIN"))], check)


# ---- 4. XML, and whose stanza it is --------------------------------------------------------------


LAUGHS = "<!DOCTYPE x [<!ENTITY a0 'ha'>%s]>" % "".join("<!ENTITY a%d '%s'>" % (n, "&a%d;" % (n - 1) * 10) for n in range(1, 12))
HEADER = "<stream:stream xmlns='jabber:client' version='1.0' xmlns:stream='http://etherx.jabber.org/streams' from='%s'>" % DOMAIN


class Xml(TrustTest):
	def limited(self):
		"""Memory for what is in order, not for what is sent here; a sanitizer needs more than that for itself."""
		return {} if SANITIZED else {"before": ["prlimit", "--as=%d" % (150 << 20)]}

	def test_before_the_stream(self):
		def check(test, text):
			async def script(line):
				await line.header()
				await line.send((text + HEADER).encode("latin-1"))
				await line.send("<stream:features>%s</stream:features>" % mechanisms("PLAIN"))
				await line.silence()
			done = test.scan(script, FOLLY, **test.limited())
			test.expect_failure(done, PROTOCOL)     # not TRY_LATER, at the deadline
			test.expect_untold()
		self.each([head + before for head in ("", "<?xml version='1.0'?>") for before in ("<!DOCTYPE stream>", LAUGHS, LAUGHS + "<x>&a11;</x>",
			"<?evil x?>", "<!-- hello -->", "\0", "\xff", "<x/>", "<html>", "<!DOCTYPE x SYSTEM 'http://127.0.0.1:1/'>", "<x " + "a" * 100000)], check)

	def scan_broken(self, evil, *options, reason="not-xml"):
		"""Heard before: kept; said after: not heard; the scan is incomplete."""
		self.fresh()
		async def tell(line):
			await line.send(presence(BOB + "/before"))
			for part in [evil] if isinstance(evil, (str, bytes)) else evil:
				await line.send(part)
			await line.send(presence(ANN + "/after"))
			await line.silence()
		done = self.expect(self.scan(signing_in(roster=[item(ANN), item(BOB)], then=tell), "--json", "--wait", "5", "--timeout", "5", *options,
			**self.limited()), TRY_LATER)
		self.expect_line(done, "incomplete", reason)
		self.assertEqual(self.verdicts(done)[BOB], "visible")
		self.assertNotEqual(self.verdicts(done)[ANN], "visible")
		self.assertEqual(self.sql("SELECT reason FROM gaps"), [{"reason": reason}])
		self.assertEqual(self.sql("PRAGMA integrity_check"), [{"integrity_check": "ok"}])
		return done

	def test_within_the_stream(self):
		inside = "<presence from='%s/x'><status>%%s</status></presence>" % ANN
		self.each(["<!DOCTYPE x>", LAUGHS, "<?evil x?>", "<!-- a -->", "<?xml version='1.0'?>", "</stream:stream", "text</x>", "\0", "&#0;",
			b"\xff", b"\xc0\xaf", b"\xed\xa0\x80", "\ufffe", "\x01", "&a11;", "&amp", "<presence from='a' from='b'/>", "<presence \0/>",
			inside % "<!-- a -->", inside % "<?a b?>", inside % "&lol;", inside % "<!DOCTYPE x>", inside % "\0", inside % "</stream:stream>",
			(inside % "E").encode().replace(b"E", b"\xe9"), "<presence from='%s/x' xmlns:a='a\x1fb'/>" % ANN],
			lambda test, evil: test.scan_broken(evil))

	def test_endless_attribute(self):
		self.scan_broken(["<presence from='%s/x' a='" % ANN] + ["x" * 65536] * 320)

	def test_endless_name(self):
		self.scan_broken(["<"] + ["x" * 65536] * 320)

	def test_endless_text(self):
		self.scan_broken(["<presence from='%s/x'><status>" % ANN] + ["x" * 65536] * 320)

	def test_endless_attributes(self):
		self.scan_broken(["<presence from='%s/x'" % ANN] + ["".join(" a%d='%d'" % (n, n) for n in range(k, k + 5000)) for k in range(0, 1000000, 5000)])

	def test_endless_children(self):
		self.scan_broken(["<presence from='%s/x'>" % ANN] + ["<x/>" * 16384] * 320)

	def test_endless_depth(self):
		self.scan_broken(["<presence from='%s/x'>" % ANN] + ["<x>" * 16384] * 320)

	def test_half(self):
		"""Presence has not gone quiet while a stanza is under way, be it ever so slow."""
		async def script(line):
			await line.sign_in(until="roster")
			await line.send(result(line.roster_question, "<query xmlns='jabber:iq:roster'>%s</query>" % item(BOB)) + "<presen")
			await line.expect("presence")
			for part in "ce from='%s/slow'" % BOB, "><show>away", "</show></presence>":
				await asyncio.sleep(0.7)
				await line.send(part)
			await line.converse()
		done = self.expect(self.scan(script, "--json", "--passive", "--timeout", "10", FOLLY))
		self.assertEqual(self.verdicts(done)[BOB], "visible")

	def test_endless_end(self):
		"""A tag that is never closed, of which nothing more comes: the line is idle, and the scan ends."""
		async def tell(line):
			await line.send(presence(BOB + "/before") + "<presence from='%s/x' a='" % ANN)
			await line.converse()
		done = self.scan(signing_in(roster=[item(BOB)], then=tell), "--json")
		self.assertNotIn(done.status, CRASHES)
		self.assertEqual(self.verdicts(done)[BOB], "visible")
		self.assertLess(done.seconds, 10)

	def heavy(self, evil):
		"""The next one is recorded; returns the ms between the two."""
		self.fresh()
		async def tell(line):
			await line.send(presence(BOB + "/before"))
			await line.send(evil)
			await line.send(presence(BOB + "/after"))
		done = self.expect(self.scan(signing_in(roster=[item(ANN), item(BOB)], then=tell), "--json", "--wait", "10", **self.limited()))
		self.assertIs(json.loads(done.text)["complete"], True)
		rows = self.sql("SELECT s.at, r.name FROM stanza AS s JOIN resource AS r ON r.id = s.sender WHERE s.kind = 'presence' ORDER BY s.id")
		at = {row["name"]: row["at"] for row in rows}
		self.assertIn("after", at, rows)
		return at["after"] - at["before"]

	def test_heavy(self):
		for kind, evil in ("deep", "<x>" * 100000 + "</x>" * 100000), ("wide", "<x/>" * 20000), \
				("texts", "<x/>y" * 20000), ("namespaces", "".join("<x xmlns:a%d='u%d'>" % (n, n) for n in range(10000)) + "</x>" * 10000), \
				("prefixes", "".join("<x xmlns='urn:%d'/>" % n for n in range(20000))), ("entities", "<status>%s</status>" % ("&lt;" * 200000)):
			with self.subTest(kind):
				took = self.heavy("<presence from='%s/heavy'>%s</presence>" % (ANN, evil))
				if os.environ.get("SHOW"):
					print("%s: the next presence %d ms after" % (kind, took))
				self.assertLess(took, 3000)

	def test_stream_error_and_more(self):
		"""All in one write: what was heard before is kept, and the scan is incomplete, whatever follows the end."""
		for more in "", "</stream:stream>", "</wrong>", "<stream:features/>", presence(ANN + "/after"), "\0", "<stream:error/>":
			with self.subTest(more):
				self.fresh()
				async def tell(line):
					await line.send(presence(BOB + "/before") + stream_error("system-shutdown") + more)
					await line.silence()
				done = self.expect(self.scan(signing_in(roster=[item(ANN), item(BOB)], then=tell), "--json"), TRY_LATER)
				self.expect_line(done, "incomplete", "system-shutdown")
				self.assertEqual(self.verdicts(done)[BOB], "visible")
				self.assertNotEqual(self.verdicts(done)[ANN], "visible")

	def test_stream_error_in_strange_letters(self):
		"""A condition of any length and in any letters."""
		for n in range(4):
			with self.subTest(n):
				self.fresh()
				async def tell(line):
					await line.send(stream_error("x" * n + "\u00e9" * 500))
					await line.silence()
				done = self.expect(self.scan(signing_in(roster=[item(ANN)], then=tell), "--json"), TRY_LATER)
				self.expect_line(done, "incomplete")
				reason = self.sql("SELECT hex(reason) AS h FROM watch")[0]["h"]
				bytes.fromhex(reason).decode()

	# whose stanza it is

	def hear(self, *said, answer=like_ejabberd(), roster=(ANN, BOB)):
		"""Told all of this, and asked for something at the end so that all was read."""
		async def tell(line):
			await line.send("".join(said))
		done = self.expect(self.scan(signing_in(roster=[item(c) for c in roster], then=tell), "--json", "--all"))
		self.assertIs(json.loads(done.text)["complete"], True)
		return done

	def replies(self, id):
		"""The types of the answers we gave."""
		tags = re.findall(r"<iq\b[^>]*>", self.server.heard.decode())
		return [re.search(r"""\btype=["'](\w+)""", tag)[1] for tag in tags if re.search(r"""\bid=["']%s["']""" % id, tag)]

	def test_presence_of_no_account(self):
		"""In other namespaces, and inside of others: never presence."""
		forged = "<presence xmlns='jabber:client' from='%s/forged'/>" % ANN
		done = self.hear("<presence xmlns='urn:x' from='%s/forged'/>" % ANN,
			"<presence xmlns='jabber:server' from='%s/forged'/>" % ANN,
			"<presence xmlns='' from='%s/forged'/>" % ANN,
			"<x:presence xmlns:x='urn:x' from='%s/forged'/>" % ANN,
			"<stream:presence from='%s/forged'/>" % ANN,
			"<Presence from='%s/forged'/>" % ANN,
			"<other xmlns='urn:x'>%s</other>" % forged,
			"<message from='%s/r'><forwarded xmlns='urn:xmpp:forward:0'>%s</forwarded></message>" % (BOB, forged),
			"<message from='%s'><received xmlns='urn:xmpp:carbons:2'><forwarded xmlns='urn:xmpp:forward:0'>%s</forwarded></received></message>" % (ACCOUNT, forged),
			"<message from='%s'><sent xmlns='urn:xmpp:carbons:2'><forwarded xmlns='urn:xmpp:forward:0'>%s</forwarded></sent></message>" % (ACCOUNT, forged),
			"<message from='%s'>%s</message>" % (ANN, forged),
			"<iq type='set' id='i' from='%s'>%s</iq>" % (ANN, forged),
			"<presence from='%s/real'>%s<x xmlns='urn:x'>%s</x></presence>" % (BOB, forged, forged),
			"<presence from='%s/cut'><status>&lt;/status>&lt;/presence>%s</status></presence>" % (BOB, escape(forged)))
		heard = self.sql("SELECT j.bare, r.name FROM stanza AS s JOIN resource AS r ON r.id = s.sender JOIN jid AS j ON j.id = r.jid WHERE s.kind = 'presence' ORDER BY s.id")
		self.assertEqual([(row["bare"], row["name"]) for row in heard], [(BOB, "real"), (BOB, "cut")])
		self.assertEqual(self.verdicts(done), {ANN: "offline", BOB: "visible"})

	def test_prefixed_presence(self):
		"""The namespace is what counts, not how it is written (and its sender is the attribute without a prefix)."""
		done = self.hear("<c:presence xmlns:c='jabber:client' from='%s/r' c:from='%s/forged'/>" % (BOB, ANN))
		self.assertEqual(self.verdicts(done), {ANN: "offline", BOB: "visible"})

	def test_subscription_requests(self):
		"""Are recorded, and nothing is said to them."""
		done = self.hear(*["<presence from='%s' type='%s'/>" % (who, type) for who in ("mallory@evil.example", ANN)
			for type in ("subscribe", "subscribed", "unsubscribe", "unsubscribed", "probe")])
		self.assertEqual(self.sql("SELECT count(*) AS n FROM stanza WHERE kind = 'presence' AND type IS NOT NULL"), [{"n": 10}])
		sent = re.findall(r"<presence\b[^>]*>", self.server.heard.decode())
		self.assertEqual([tag for tag in sent if " to=" in tag or "subscri" in tag], [])
		self.assertEqual(len(sent), 2, sent)
		self.assertNotIn("mallory@evil.example", self.verdicts(done))

	def test_requests(self):
		"""Answered once each; to own server and account only by more than a refusal."""
		ping, info = "<ping xmlns='urn:xmpp:ping'/>", "<query xmlns='%s'/>" % DISCO_INFO
		push = "<query xmlns='jabber:iq:roster'>%s</query>" % item("planted@evil.example")
		cases = []
		for sender in DOMAIN, ACCOUNT:
			cases += [(sender, "get", ping, "result"), (sender, "get", info, "result"), (sender, "set", ping, "error"), (sender, "set", info, "error"),
				(sender, "get", "<query xmlns='%s'/>" % DISCO_ITEMS, "error"), (sender, "get", "<q xmlns='urn:x'/>", "error"), (sender, "set", "<q xmlns='urn:x'/>", "error")]
		for sender in BOB + "/r", BOB, "mallory@evil.example", "evil.example", DOMAIN + ".evil.example", DOMAIN + "/r", ACCOUNT + "/other", "x" + ACCOUNT, ACCOUNT.upper():
			for type in "get", "set":
				cases += [(sender, type, payload, "error") for payload in (ping, info, "<query xmlns='jabber:iq:last'/>", "<query xmlns='jabber:iq:version'/>", "", push,
					"<x xmlns='urn:x'>%s</x>" % ping)]
		cases += [(sender, "set", push, "error") for sender in ("", DOMAIN, "/")]
		done = self.hear(*["<iq type='%s' id='case-%d' from='%s'>%s</iq>" % (type, n, sender, payload) for n, (sender, type, payload, _) in enumerate(cases)])
		for n, (sender, type, payload, expected) in enumerate(cases):
			with self.subTest(sender=sender, type=type, payload=payload):
				self.assertEqual(self.replies("case-%d" % n), [expected])
		self.assertNotIn("planted@evil.example", self.verdicts(done))
		self.assertEqual(self.sql("SELECT count(*) AS n FROM jid WHERE bare = 'planted@evil.example'"), [{"n": 0}])
		for refusal in re.findall(r"<iq\b[^>]*type=.error.[^>]*>.*?</iq>", self.server.heard.decode()):
			self.assertIn("service-unavailable", refusal)
		said = self.server.heard.decode()
		self.assertNotIn(PASSWORD, said)

	def forging(self, forge, *connected):
		"""The answer to disco#items of ann is what forge(iq) says; the verdict on her."""
		self.fresh()
		honest = like_ejabberd(*connected)
		def answer(iq):
			channel, to = question(iq)
			return forge(iq) if to == ANN and channel == DISCO_ITEMS else honest(iq)
		async def converse(line):
			await line.converse(answer)
		done = self.expect(self.scan(signing_in(roster=[item(ANN), item(BOB)], then=converse), "--json", "--all", "--timeout", "3"))
		listed = self.sql("SELECT count(*) AS n FROM resource WHERE name = 'phone'")[0]["n"]
		return self.verdicts(done)[ANN], listed

	LISTED = "<query xmlns='%s'><item jid='%s/phone'/></query>" % (DISCO_ITEMS, ANN)

	def test_true_reply(self):
		"""Or the next ones are blind."""
		self.assertEqual(self.forging(lambda iq: result(iq, self.LISTED), ANN + "/phone"), ("invisible", 1))

	def test_forged_replies(self):
		forgeries = {"from " + sender: "<iq type='result' id='%%s' from='%s'>%s</iq>" % (sender, self.LISTED) for sender in
			("mallory@evil.example", BOB, ANN + "/phone", ANN + "/", DOMAIN, ACCOUNT, ANN.upper(), ANN + ".evil.example", "x" + ANN, "")}
		forgeries["from nobody"] = "<iq type='result' id='%%s'>%s</iq>" % self.LISTED
		forgeries["no id"] = "<iq type='result' from='%s'>%s</iq><!%%s" % (ANN, self.LISTED)
		forgeries["no id"] = forgeries["no id"].replace("<!%s", "<x xmlns='urn:x' id='%s'/>")
		forgeries["another id"] = "<iq type='result' id='%%sx' from='%s'>%s</iq>" % (ANN, self.LISTED)
		forgeries["an empty id"] = "<x xmlns='urn:x' id='%%s'/><iq type='result' id='' from='%s'>%s</iq>" % (ANN, self.LISTED)
		forgeries["a message"] = "<message type='result' id='%%s' from='%s'>%s</message>" % (ANN, self.LISTED)
		forgeries["a presence"] = "<presence type='result' id='%%s' from='mallory@evil.example/x'>%s</presence>" % self.LISTED
		forgeries["another namespace"] = "<iq xmlns='urn:x' type='result' id='%%s' from='%s'>%s</iq>" % (ANN, self.LISTED)
		forgeries["a request"] = "<iq type='get' id='%%s' from='%s'>%s</iq>" % (ANN, self.LISTED)
		forgeries["the sender in a namespace"] = "<iq xmlns:x='urn:x' type='result' id='%%s' x:from='%s' from='%s'>%s</iq>" % (ANN, BOB, self.LISTED)
		def check(test, forgery):
			forge = lambda iq: forgeries[forgery] % iq.get("id") + result(iq, "<query xmlns='%s'/>" % DISCO_ITEMS)
			test.assertEqual(test.forging(forge), ("offline", 0))
		self.each(forgeries, check)

	def test_second_reply(self):
		"""The first holds."""
		none = "<query xmlns='%s'/>" % DISCO_ITEMS
		self.assertEqual(self.forging(lambda iq: result(iq, none) + result(iq, self.LISTED)), ("offline", 0))
		self.assertEqual(self.forging(lambda iq: result(iq, self.LISTED) + result(iq, none), ANN + "/phone"), ("invisible", 1))

	def test_late_reply(self):
		"""After its timeout it is no answer any more."""
		async def tell(line):
			late, honest = None, like_ejabberd()
			while (element := await line.element()) is not None:
				if question(element) == (DISCO_ITEMS, ANN):
					late = late or element
				elif question(element):
					await line.send(honest(element))
				elif late is not None and name(element) == "presence":
					await line.send(result(late, self.LISTED))
			self.assertIsNotNone(late)
			await line.send("</stream:stream>")
		done = self.expect(self.scan(signing_in(roster=[item(ANN)], then=tell), "--json", "--all"))
		self.assertNotEqual(self.verdicts(done)[ANN], "invisible")
		self.assertEqual(self.sql("SELECT count(*) AS n FROM resource WHERE name = 'phone'"), [{"n": 0}])
		self.assertEqual(self.sql("SELECT count(*) > 0 AS n FROM stanza WHERE kind = 'timeout'"), [{"n": 1}])

	def test_ids_cannot_be_guessed(self):
		self.hear()
		ids = re.findall(r"<iq\b[^>]*\bid=[\"']([^\"']+)", "".join(re.findall(r"<iq\b[^>]*\bto=[^>]*>", self.server.heard.decode())))
		self.assertGreater(len(ids), 2)
		self.assertEqual(len(ids), len(set(ids)))
		self.assertTrue(all(len(id) >= 16 for id in ids), ids)
		self.assertEqual(len({id[:8] for id in ids}), len(ids), ids)


# ---- 5. secrets ----------------------------------------------------------------------------------


class Secrets(TrustTest):
	forbidden = [PASSWORD.encode(), b64(PASSWORD).encode(), SASL_PLAIN.encode(), b64(PASSWORD).rstrip("=").encode()]
	mechanisms = ["PLAIN"] + ["SCRAM-%s%s" % (hash, plus) for hash in ("SHA-1", "SHA-256", "SHA-512") for plus in ("", "-PLUS")]

	def expect_none(self, where, data, more=()):
		for secret in self.forbidden + [text.encode() for text in more]:
			self.assertNotIn(secret, data, where)

	def expect_traced(self, trace, mechanism):
		"""Or the trace is empty, and tells nothing for that reason."""
		self.assertRegex(trace, rb"-> +<auth mechanism=\"%s\" \(\d+ bytes removed\)>\(\d+ bytes removed\)</auth>\n" % mechanism.encode())

	def sources(self):
		kept = self.folder() / "password"
		kept.write_text(PASSWORD + "\n")
		kept.chmod(0o600)
		self.child = self.folder()
		command = self.folder() / "command"
		command.write_text("#!/bin/sh\ncd %s && for who in $$ $PPID; do for what in cmdline environ; do cat /proc/$who/$what >$who.$what.$$; done; done\n"
			"cat %s\n" % (self.child, kept))
		command.chmod(0o700)
		return {"environment": ([], {"UNSEEN_PASSWORD": PASSWORD}), "file": (["--password-file", kept], {}),
			"command": (["--password-command", command], {"UNSEEN_PASSWORD": PASSWORD})}

	def seen(self, child):
		return {entry: pathlib.Path("/proc/%d/%s" % (child.pid, entry)).read_bytes() for entry in ("cmdline", "environ", "comm", "status", "limits")}

	def files(self, place=None):
		return {str(path): path.read_bytes() for path in (place or self.place).rglob("*") if path.is_file()}

	def test_nowhere(self):
		sources = self.sources()
		self.each([(mechanism, source) for mechanism in self.mechanisms for source in sources],
			lambda test, case: test.watch_it(case[0], case[1], *sources[case[1]]))
		children = self.files(self.child)
		self.assertEqual(len(children), 4 * len(self.mechanisms))
		self.assertTrue(all(children.values()))
		for where, data in children.items():
			self.expect_none(where, data)

	def watch_it(self, mechanism, source, options, env):
		trace = "-" if source == "command" else self.place / "trace"
		go_on = threading.Event()
		async def hold(line):
			line.reached("held")
			while not go_on.is_set():
				await asyncio.sleep(0.01)
			await line.send(presence(BOB + "/desk"))
		with Scripted(signing_in([mechanism], roster=[item(BOB)], then=hold)) as server:
			child = start(*self.words(server, "-v", "-v", FOLLY, "--trace", trace, *options), env=env)
			server.wait("held")
			try:
				proc, during = self.seen(child), self.files()
			finally:
				go_on.set()
			done = Done(child)
		self.assertEqual(server.mechanism, mechanism)
		self.expect(done)
		secrets = server.scram.secrets if mechanism != "PLAIN" else []
		self.assertTrue(proc["cmdline"] and proc["environ"] and during)
		self.assertRegex(proc["limits"].decode(), r"Max core file size +0 +0 ")
		for where, data in {**proc, **during, **self.files(), "stdout": done.out, "stderr": done.err.encode()}.items():
			self.expect_none(where, data, secrets)
		dump = subprocess.run(["sqlite3", self.db, ".dump"], capture_output=True, check=True).stdout
		self.expect_none("dump", dump, secrets)
		self.assertIn(mechanism.encode(), dump)
		self.expect_traced(done.err.encode() if trace == "-" else trace.read_bytes(), mechanism)
		if secrets:
			self.assertTrue(server.proved)

	def test_nowhere_when_it_fails(self):
		for offer, options in (["PLAIN"], [FOLLY]), (["SCRAM-SHA-256"], []):
			async def script(line):
				await line.sign_in(until="tls")
				await line.greet(mechanisms(*offer))
				auth = await line.expect("auth")
				await line.send(sasl("challenge", b64("x" * 30)) * (offer != ["PLAIN"]) + sasl("failure", child="<not-authorized/>"))
				await line.converse()
			trace = self.folder() / "trace"
			done = self.scan(script, "-v", "-v", "--trace", trace, *options)
			self.expect_failure(done, done.status)
			self.assertIn(done.status, (REFUSED, PROTOCOL))
			self.expect_none("stderr", done.err.encode(), [b64("x" * 30)])
			self.expect_none("trace", trace.read_bytes(), [b64("x" * 30)])
			self.expect_traced(trace.read_bytes(), offer[0])

	def test_messages_are_not_traced(self):
		trace = self.folder() / "trace"
		async def tell(line):
			await line.send("<message from='%s/r'><body>dear diary</body><x xmlns='urn:x' y='dear diary'/></message>" % BOB)
		self.expect(self.scan(signing_in(roster=[item(BOB)], then=tell), "--trace", trace))
		self.assertNotIn(b"diary", trace.read_bytes())
		self.assertIn(b"<body>(10 bytes removed)</body>", trace.read_bytes())

	def test_trace_that_cannot_be(self):
		"""Said before anybody is asked anything, and nothing is left behind."""
		place = self.folder()
		readable, link, fifo = place / "readable", place / "link", place / "fifo"
		readable.touch(0o644)
		readable.chmod(0o644)
		link.symlink_to(place / "elsewhere")
		os.mkfifo(fifo, 0o600)
		for trace, status, said in (readable, REFUSED, "0644"), (link, CANNOT_CREATE, "link"), (fifo, CANNOT_CREATE, "trace"), \
				(place, CANNOT_CREATE, "directory"), (place / "no" / "such", CANNOT_CREATE, "No such"), (self.db, USAGE, "record"):
			with self.subTest(trace):
				self.expect_failure(self.scan(signing_in(), "--trace", trace), status, str(trace), said)
				self.assertEqual(self.server.connections, 0)
		self.assertEqual(readable.read_bytes(), b"")
		self.assertFalse((place / "elsewhere").exists())

	def test_full_disk_ends_the_trace_alone(self):
		with open("/dev/full", "w") as full:
			done = self.expect(self.scan(signing_in(roster=[item(BOB)], then=saying_presence(BOB + "/desk")), "--json", "--trace", "-", stderr=full))
		self.assertEqual(self.verdicts(done), {BOB: "visible"})

	def test_small_disk_is_told_of(self):
		trace = self.folder() / "trace"
		limit = ["sh", "-c", "trap '' XFSZ; exec prlimit --fsize=1000000 \"$@\"", "sh"]
		async def tell(line):
			await line.send(("<message from='%s/r'>%s</message>" % (BOB, "<x/>" * 300)) * 300)
		done = self.expect(self.scan(signing_in(roster=[item(BOB)], then=tell), "--trace", trace, "--wait", "5", before=limit))
		self.expect_line(done, "the trace ends early: File too large")
		self.assertLessEqual(trace.stat().st_size, 1000000)

	def test_the_blind_eye(self):
		"""The check above does see."""
		with self.assertRaises(AssertionError):
			self.expect_none("here", b"x" + SASL_PLAIN.encode())


if __name__ == "__main__":
	unittest.main()
