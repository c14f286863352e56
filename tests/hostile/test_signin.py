#!/usr/bin/python3
"""scan against servers that are slow, broken, strict or wicked: each ends in one line and a status, in time, with nothing
told to whom nothing should be told, and nothing lost of what was heard."""

import asyncio
import concurrent.futures
import contextlib
import json
import os
import pathlib
import re
import select
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import time
import unittest
import warnings

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "cli"))
from program import (CRASHES, HOME, INTERRUPTED, IO_ERROR, NO_HOST, PROTOCOL, REFUSED, TRY_LATER, UNAVAILABLE, USAGE, Done,
	ProgramTest, run, start)
from scripted import (ACCOUNT, DISCO_ITEMS, DOMAIN, PROCEED, STAGES, STANZAS, Scripted, authority, certificate, item, like_ejabberd,
	mechanisms, presence, question, refusal, result, stream_error)

PASSWORD = "correct horse"
SASL_PLAIN = "AG1lAGNvcnJlY3QgaG9yc2U="    # \0me\0correct horse
DEADLINE = 3        # of a sign-in, with --timeout 0.5
ANN, BOB = "ann@" + DOMAIN, "bob@" + DOMAIN
CLOSED = ["sh", "-c", 'exec "$0" "$@" >&-']


def until(stage, then, **how):
	"""A script: sign-in goes on up to that stage; then(line) is what happens there."""
	async def script(line):
		await line.sign_in(until=stage, **how)
		await then(line)
	return script


async def silence(line):
	await line.silence()


async def hang_up(line):
	pass


def saying(*texts):
	async def say(line):
		await line.send("".join(texts))
		await line.silence()
	return say


def saying_presence(*senders):
	async def say(line):
		await line.send("".join(map(presence, senders)))
	return say


def roster_of(*contacts, then=None, answer=like_ejabberd()):
	"""A script: everything is as it should be, with this roster. then(line): what happens when we are signed in."""
	async def script(line):
		await line.sign_in(roster=[c if c.startswith("<") else item(c) for c in contacts])
		if then:
			await then(line)
		await line.converse(answer)
	return script


class SignInTest(ProgramTest):
	def setUp(self):
		self.place = self.folder()
		self.db = self.place / "presence.db"

	def words(self, server, *options, db=None, account=ACCOUNT):
		return ["scan", "--account", account, "--connect", server.where, "--ca-file", authority() + "/ca.pem",
			"--allow-plain", "--timeout", "0.5", "--wait", "0.2", "--db", db or self.db, *options]

	def scan(self, script, *options, account=ACCOUNT, db=None, context="trusted", env={}, **more):
		"""Against a server that plays this script; the server is self.server afterwards."""
		with Scripted(script, context=context) as self.server:
			return run(*self.words(self.server, *options, db=db, account=account), env={"UNSEEN_PASSWORD": PASSWORD, **env}, **more)

	def expect_nothing_left(self):
		self.assertEqual([path.name for path in self.place.iterdir()], [])

	def expect_failure(self, done, status, *said):
		"""And no file is left, for nothing was recorded."""
		super().expect_failure(done, status, *said)
		self.expect_nothing_left()
		return done

	def expect_untold(self):
		"""The server was told no password, nor anything that a password is for."""
		self.assertNotIn(b"<auth", self.server.heard)
		self.assertNotIn(SASL_PLAIN.encode(), self.server.heard)

	def sql(self, query):
		done = subprocess.run(["sqlite3", "-json", self.db, query], capture_output=True, text=True)
		self.assertEqual((done.returncode, done.stderr), (0, ""))
		return json.loads(done.stdout or "[]")

	def verdicts(self, done):
		return {c["contact"]: c["verdict"] for c in json.loads(done.text)["contacts"]}


class Well(SignInTest):
	"""The scripted server itself: if it were wrong, every failure below would be its own."""

	def test_scan(self):
		done = self.scan(roster_of(ANN, BOB, then=saying_presence(BOB + "/desk"), answer=like_ejabberd(ANN + "/phone")), "--json", "--timeout", "10")
		self.expect(done)
		self.assertEqual(done.err, "")
		self.assertEqual(self.verdicts(done), {ANN: "invisible", BOB: "visible"})
		self.assertIs(json.loads(done.text)["complete"], True)
		self.assertIn(b"<auth", self.server.heard)
		self.assertIn(SASL_PLAIN.encode(), self.server.heard)
		self.assertEqual(self.sql("SELECT reason FROM gaps"), [{"reason": "done"}])
		self.assertEqual([path.name for path in self.place.iterdir()], ["presence.db"])


# ---- nobody there -------------------------------------------------------------------------------


class NobodyThere(SignInTest):
	def scan_at(self, *options, account=ACCOUNT):
		return run("scan", "--account", account, "--timeout", "0.5", "--db", self.db, *options, env={"UNSEEN_PASSWORD": PASSWORD})

	def test_connection_refused(self):
		with socket.create_server(("127.0.0.1", 0)) as taken:
			port = taken.getsockname()[1]
		done = self.scan_at("--connect", "127.0.0.1:%d" % port)
		self.expect_failure(done, UNAVAILABLE, "127.0.0.1", str(port), "Connection refused", "?")
		self.assertLess(done.seconds, 2)

	def test_unknown_host(self):
		self.expect_failure(self.scan_at("--connect", "no-such-host.invalid"), NO_HOST, "no-such-host.invalid", "--connect")

	def test_unknown_domain(self):
		self.expect_failure(self.scan_at(account="me@no-such-host.invalid"), NO_HOST, "no-such-host.invalid", "--connect")

	@contextlib.contextmanager
	def full(self):
		"""A port on which nobody is let in, nor sent away: the queue of those who wait is full."""
		with socket.create_server(("127.0.0.1", 0), backlog=0) as server, contextlib.ExitStack() as waiting:
			while True:
				one = waiting.enter_context(socket.socket())
				one.setblocking(False)
				one.connect_ex(server.getsockname())
				if not select.select([], [one], [], 0.2)[1]:
					break
			yield "127.0.0.1:%d" % server.getsockname()[1]

	def test_connection_that_is_never_taken(self):
		with self.full() as where:
			done = self.scan_at("--connect", where)
		self.assertLess(done.seconds, 6)
		self.assertIn(done.status, (UNAVAILABLE, TRY_LATER), str(done))
		super().expect_failure(done, done.status)
		self.assertNotIn("Interrupted system call", done.err, "that is no reason to give to a user")

	def test_interrupted_while_connecting(self):
		with self.full() as where:
			child = start("scan", "--account", ACCOUNT, "--connect", where, "--db", self.db, env={"UNSEEN_PASSWORD": PASSWORD})
			wait_for_dialling(child)
			child.send_signal(signal.SIGINT)
			done = Done(child)
		self.assertLess(done.seconds, 2)
		self.expect_failure(done, INTERRUPTED)


def held_by(child):
	"""What its descriptors lead to; some come and go while one looks."""
	held = set()
	for path in pathlib.Path("/proc/%d/fd" % child.pid).iterdir():
		with contextlib.suppress(FileNotFoundError):
			held.add(os.readlink(path))
	return held


def wait_for_dialling(child):
	"""Until it has a socket that waits for its connection (proc(5): state 02, SYN_SENT)."""
	deadline = time.monotonic() + 10
	while time.monotonic() < deadline and child.poll() is None:
		held = held_by(child)
		for row in pathlib.Path("/proc/net/tcp").read_text().splitlines()[1:]:
			cells = row.split()
			if cells[3] == "02" and "socket:[%s]" % cells[9] in held:
				return
		os.sched_yield()
	raise AssertionError("it does not connect")


# ---- one who says nothing -----------------------------------------------------------------------


class Silent(SignInTest):
	"""At every stage of signing in. All at once, since each takes its whole deadline."""

	stages = STAGES[:-1]

	@classmethod
	def setUpClass(cls):
		cls.done, cls.left = {}, {}
		with concurrent.futures.ThreadPoolExecutor(len(cls.stages)) as pool:
			for stage, (done, left) in zip(cls.stages, pool.map(cls.play, cls.stages)):
				cls.done[stage], cls.left[stage] = done, left

	@classmethod
	def play(cls, stage):
		place = tempfile.mkdtemp(dir=HOME)
		with Scripted(until(stage, silence)) as server:
			done = run("scan", "--account", ACCOUNT, "--connect", server.where, "--ca-file", server.ca, "--allow-plain", "--timeout", "0.5",
				"--db", place + "/presence.db", env={"UNSEEN_PASSWORD": PASSWORD})
			server.wait("silence")
		return done, os.listdir(place)

	def test_ends_at_its_deadline(self):
		for stage, done in self.done.items():
			with self.subTest(stage):
				super().expect_failure(done, TRY_LATER, DOMAIN, "3 s", "--timeout")
				self.assertGreaterEqual(done.seconds, DEADLINE - 0.1)
				self.assertLess(done.seconds, DEADLINE + 3)

	def test_leaves_nothing_behind(self):
		self.assertEqual(self.left, {stage: [] for stage in self.stages})

	def test_interrupted(self):
		for stage in self.stages:
			with self.subTest(stage), Scripted(until(stage, silence)) as server:
				child = start(*self.words(server, "--timeout", "30"), env={"UNSEEN_PASSWORD": PASSWORD})
				server.wait("silence")
				child.send_signal(signal.SIGINT)
				done = Done(child)
				self.expect_failure(done, INTERRUPTED, "interrupted")
				self.assertLess(done.seconds, 2)

	def test_terminated(self):
		for stage in "proceed", "roster":
			with self.subTest(stage), Scripted(until(stage, silence)) as server:
				child = start(*self.words(server, "--timeout", "30"), env={"UNSEEN_PASSWORD": PASSWORD})
				server.wait("silence")
				child.send_signal(signal.SIGTERM)
				done = Done(child)
				self.assertLess(done.seconds, 2)
				self.expect_line(done)
				self.expect_nothing_left()

	def test_dribble(self):
		"""A byte now and then is no answer either."""
		async def drip(line):
			await line.header()
			with contextlib.suppress(ConnectionError):
				for byte in b"<?xml version='1.0'?><stream:stream xmlns='jabber:client'" + b" " * 1000:
					await line.send(bytes([byte]))
					with contextlib.suppress(TimeoutError, asyncio.TimeoutError):
						await asyncio.wait_for(line.reader.read(1), 0.05)
		done = self.scan(drip, "--timeout", "0.2")
		self.expect_failure(done, TRY_LATER, DOMAIN)
		self.assertLess(done.seconds, DEADLINE + 3)


# ---- one who hangs up ---------------------------------------------------------------------------


class HangsUp(SignInTest):
	def test_at_every_stage(self):
		for stage in STAGES[:-1]:
			with self.subTest(stage):
				done = self.scan(until(stage, hang_up))
				self.expect_failure(done, UNAVAILABLE, DOMAIN, "closed the connection")
				self.assertLess(done.seconds, DEADLINE)

	def test_in_the_middle_of_the_roster(self):
		"""Half a roster is none: nothing of it is kept."""
		async def script(line):
			await line.sign_in("roster")
			await line.send("<iq type='result' id='%s'><query xmlns='jabber:iq:roster'>%s"
				% (line.roster_question.get("id"), item(ANN) + item(BOB)))
			await hang_up(line)
		self.expect_failure(self.scan(script), UNAVAILABLE, DOMAIN)
		self.expect_nothing_left()

	def test_before_a_word(self):
		async def script(line):
			pass
		self.expect_failure(self.scan(script), UNAVAILABLE, DOMAIN)


# ---- TLS ----------------------------------------------------------------------------------------


class Tls(SignInTest):
	def test_not_offered(self):
		async def script(line):
			await line.header()
			await line.greet(mechanisms("PLAIN", "SCRAM-SHA-1"))
			await line.silence()
		self.expect_failure(self.scan(script), PROTOCOL, "no TLS", DOMAIN)
		self.expect_untold()

	def test_refused(self):
		async def script(line):
			await line.header()
			await line.greet("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>")
			await line.expect("starttls")
			await line.send("<failure xmlns='urn:ietf:params:xml:ns:xmpp-tls'/></stream:stream>")
		self.expect_failure(self.scan(script), PROTOCOL, DOMAIN, "TLS")
		self.expect_untold()

	def test_nonsense_instead(self):
		async def nonsense(line):
			await line.send("HTTP/1.1 400 Bad Request\r\n\r\n")
			await line.silence()
		done = self.scan(until("proceed", nonsense))
		self.expect_failure(done, PROTOCOL, DOMAIN, "TLS")
		self.assertLess(done.seconds, DEADLINE)
		self.expect_untold()

	def test_too_old(self):
		context = certificate()
		context.set_ciphers("ALL:@SECLEVEL=0")
		with warnings.catch_warnings():
			warnings.simplefilter("ignore", DeprecationWarning)
			context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_1
		done = self.scan(until("tls", silence), context=context)
		self.assertIn(done.status, (PROTOCOL, UNAVAILABLE))     # some servers just hang up on us
		self.expect_failure(done, done.status, DOMAIN, "TLS")
		self.expect_untold()

	def test_more_than_asked_for_behind_proceed(self):
		"""What comes in the clear behind <proceed/> was not said by whom TLS proves: all, or some of it, or another one."""
		for more in "<stream:features>%s</stream:features>" % mechanisms("PLAIN"), "<stream:fea", "x", "\0", " ", PROCEED, "</stream:stream>":
			async def script(line):
				await line.header()
				await line.greet("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>")
				await line.expect("starttls")
				await line.send(PROCEED + more)
				await line.silence()
			with self.subTest(more):
				self.expect_failure(self.scan(script), PROTOCOL, DOMAIN, "before TLS")
				self.expect_untold()

	def expect_distrust(self, context, reason, *options):
		"""The reason, in the words of OpenSSL."""
		done = self.scan(until("roster", silence), *options, context=context)
		self.expect_failure(done, PROTOCOL, DOMAIN, "--ca-file")
		self.assertRegex(re.sub("[_-]", " ", done.err.lower()), reason)
		self.assertLess(done.seconds, DEADLINE)
		self.expect_untold()

	def test_unknown_authority(self):
		stranger = tempfile.mkdtemp(dir=authority())
		self.expect_distrust(certificate(ca=stranger), "unable to get (local )?issuer cert")

	def test_no_authority_named(self):
		self.expect_distrust("trusted", "unable to get (local )?issuer cert", "--ca-file", "/etc/ssl/certs/ca-certificates.crt")

	def test_self_signed(self):
		self.expect_distrust(certificate(how="self-signed"), "self signed cert")

	def test_other_name(self):
		self.expect_distrust(certificate(["other.example"]), "hostname mismatch")

	def test_name_that_only_begins_or_ends_alike(self):
		for name in "*.example", "x" + DOMAIN, DOMAIN + ".evil.example", "*." + DOMAIN:
			with self.subTest(name):
				self.expect_distrust(certificate([name]), "hostname mismatch")

	def test_expired(self):
		self.expect_distrust(certificate(how="expired"), "cert[a-z]* has expired")

	def test_trusted(self):
		"""Or the checks above are blind."""
		self.scan(until("roster", hang_up))
		self.assertIn(b"<auth", self.server.heard)


class Plaintext(SignInTest):
	def test_password_is_not_handed_over_in_the_clear(self):
		"""Allowed or not, PLAIN is for verified TLS; that a scan works without is a scene on a real server."""
		self.expect_failure(self.scan(roster_of(ANN), "--insecure-plaintext", context=None), PROTOCOL, "PLAIN", "TLS")
		self.expect_untold()

	def test_elsewhere(self):
		"""Refused, and not tried: these addresses answer nobody (RFC 5737, 3849)."""
		for where in "192.0.2.1:5222", "[2001:db8::1]:5222", "0.0.0.0:5222", "127.0.0.1.example.invalid":
			with self.subTest(where):
				done = run("scan", "--account", ACCOUNT, "--connect", where, "--insecure-plaintext", "--db", self.db,
					env={"UNSEEN_PASSWORD": PASSWORD})
				self.assertLess(done.seconds, 2)
				self.expect_failure(done, NO_HOST if "invalid" in where else USAGE, where.rpartition(":")[0].strip("[]") or where)

	def test_own_address_in_the_network(self):
		"""Our own, but not a loopback one: anybody could have it tomorrow."""
		with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
			try:
				s.connect(("192.0.2.1", 9))     # sends nothing
			except OSError as e:
				self.skipTest("this machine has no address in a network: %s" % e)
			address = s.getsockname()[0]
		with socket.create_server((address, 0)) as server:
			where = "%s:%d" % server.getsockname()
			done = run(*self.words_at(where), "--insecure-plaintext", env={"UNSEEN_PASSWORD": PASSWORD})
			self.expect_failure(done, USAGE, address)
			self.assertEqual(select.select([server], [], [], 0)[0], [], "nobody connected")

	def words_at(self, where):
		return ["scan", "--account", ACCOUNT, "--connect", where, "--db", self.db]

	def test_only_when_asked_for(self):
		"""A server on this machine is no exception."""
		async def script(line):
			await line.header()
			await line.greet(mechanisms("PLAIN"))
			await line.silence()
		self.expect_failure(self.scan(script, context=None), PROTOCOL, "no TLS")
		self.expect_untold()


# ---- a name with two addresses ------------------------------------------------------------------


class TwoAddresses(SignInTest):
	"""::1 comes first, and is not what it should be; 127.0.0.1 is in order."""

	def scan_both(self, script, context="trusted", *options):
		hosts = self.folder() / "hosts"
		hosts.write_text("127.0.0.1 both.test\n::1 both.test\n")
		inside = ["unshare", "--mount", "sh", "-c", 'mount --bind "$0" /etc/hosts && exec "$@"', str(hosts)]
		if subprocess.run([*inside, "true"], capture_output=True).returncode:
			self.skipTest("no other /etc/hosts can be mounted here")
		with Scripted(roster_of(ANN)) as self.second:
			try:
				first = Scripted(script, context, ("::1", self.second.port)).__enter__()
			except OSError as e:
				self.skipTest("no listener on ::1: %s" % e)
			try:
				words = self.words(self.second, *options)
				words[words.index(self.second.where)] = "both.test:%d" % self.second.port
				done = run(*words, env={"UNSEEN_PASSWORD": PASSWORD}, before=inside)
			finally:
				first.__exit__(None)
		self.assertGreater(first.connections, 0, "it was not first")
		return done

	def nonsense(self, bytes):
		async def talk(line):
			await line.reader.read(1)       # the handshake has begun
			await line.send(bytes)
			await line.silence()
		return talk

	def test_the_next_is_tried(self):
		for what, script in {"hangs up at once": until("header", hang_up), "hangs up instead of features": until("features", hang_up),
				"hangs up in the handshake": until("proceed", hang_up), "speaks no TLS": until("proceed", self.nonsense("HTTP/1.1 400\r\n\r\n")),
				"speaks broken TLS": until("proceed", self.nonsense(b"\x16\x03\x03\x00\x04\x02\x00\x00\x00")),
				"hangs up inside TLS": until("tls", hang_up)}.items():
			with self.subTest(what):
				self.expect(self.scan_both(script))

	def expect_no_other(self, script, status, context="trusted", *options):
		done = self.scan_both(script, context, *options)
		self.expect_failure(done, status)
		self.assertEqual(self.second.connections, 0)
		self.assertEqual(self.second.heard, b"")

	def test_not_when_its_certificate_was_refused(self):
		self.expect_no_other(until("roster", silence), PROTOCOL, certificate(["other.example"]))
		self.expect_no_other(until("roster", silence), PROTOCOL, certificate(how="expired"))

	def test_not_when_its_key_was_refused(self):
		self.expect_no_other(until("roster", silence), PROTOCOL, "trusted", "--pin", "0" * 64)

	def test_not_once_it_was_told_who_we_are(self):
		for stage in "auth", "success", "bind":
			with self.subTest(stage):
				self.expect_no_other(until(stage, hang_up), UNAVAILABLE)

	def test_not_when_it_answers(self):
		self.expect_no_other(until("auth", saying("<failure xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><not-authorized/></failure>")), REFUSED)
		self.expect_no_other(until("auth", silence, offer=mechanisms("X-UNKNOWN")), PROTOCOL)

	def test_deadline_of_all(self):
		"""The time is for all of them together."""
		done = self.scan_both(until("proceed", silence))
		self.expect_failure(done, TRY_LATER, "3 s")


# ---- one who refuses ----------------------------------------------------------------------------


class Refuses(SignInTest):
	def sasl(self, condition):
		return saying("<failure xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><%s/></failure>" % condition)

	def test_password(self):
		done = self.scan(until("auth", self.sasl("not-authorized")))
		self.expect_failure(done, REFUSED, ACCOUNT, "password")
		self.assertLess(done.seconds, DEADLINE)
		self.assertNotIn(PASSWORD, done.err)

	def test_every_mechanism(self):
		"""The password is refused however it is put."""
		async def refuse(line):
			while True:
				await line.send("<failure xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><not-authorized/></failure>")
				if await line.element() is None:
					return
		done = self.scan(until("auth", refuse, offer=mechanisms("SCRAM-SHA-256", "SCRAM-SHA-1", "PLAIN")))
		self.expect_failure(done, REFUSED, ACCOUNT, "password")

	def test_unknown_mechanisms(self):
		for offer in mechanisms("X-UNKNOWN", "GSSAPI"), mechanisms(), mechanisms("ANONYMOUS"):
			with self.subTest(offer):
				done = self.scan(until("auth", silence, offer=offer))
				self.expect_failure(done, PROTOCOL, DOMAIN)
				self.assertLess(done.seconds, DEADLINE)
				self.expect_untold()

	def test_nothing_offered(self):
		done = self.scan(until("auth", silence, offer="<nothing xmlns='urn:x'/>"))
		self.expect_failure(done, PROTOCOL, DOMAIN)
		self.expect_untold()

	def test_stream_errors(self):
		for condition, status in ("host-unknown", NO_HOST), ("conflict", TRY_LATER), ("policy-violation", PROTOCOL), \
				("see-other-host", PROTOCOL), ("not-authorized", PROTOCOL), ("undefined-condition", PROTOCOL), ("of-tomorrow", PROTOCOL):
			for stage in "auth", "roster":
				with self.subTest(condition, stage=stage):
					done = self.scan(until(stage, saying(stream_error(condition), "</stream:stream>")))
					known = condition not in ("undefined-condition", "of-tomorrow")
					self.expect_failure(done, status, condition)
					self.assertLess(done.seconds, DEADLINE)

	def test_sent_elsewhere(self):
		"""Nobody goes where an unproved server sends them."""
		async def elsewhere(line):
			pass
		with Scripted(elsewhere) as other:
			async def script(line):
				await line.header()
				await line.greet()
				await line.send(stream_error("see-other-host", other.where) + "</stream:stream>")
			self.expect_failure(self.scan(script), PROTOCOL, "see-other-host")
			self.assertEqual(other.connections, 0)

	def test_foreign_jid(self):
		for bound in ("you@%s/r" % DOMAIN, "me@other.example/r", ACCOUNT, ACCOUNT + "/", DOMAIN + "/me", "/", "me/r",
				ACCOUNT + "x/r", "x" * 3000 + "/r", "you@evil.example\u009b31m/r"):
			with self.subTest(bound[:40]):
				self.expect_failure(self.scan(until("roster", silence, bound=bound)), PROTOCOL, ACCOUNT)

	def test_own_jid_in_other_letters(self):
		"""The server decides how it is written."""
		done = self.scan(roster_of(ANN), "--json", account="ME@Scripted.Example")
		self.expect(done)
		self.assertEqual(json.loads(done.text)["account"], ACCOUNT)

	def test_long_resource(self):
		async def script(line):
			await line.sign_in(roster=[item(ANN)], bound="%s/%s" % (ACCOUNT, "r" * 1023))
			await line.converse()
		self.expect(self.scan(script))

	def test_bind(self):
		async def refuse(line):
			await line.send("<iq type='error' id='_xmpp_bind1'><error type='cancel'><conflict xmlns='%s'/></error></iq>" % STANZAS)
			await line.silence()
		done = self.scan(until("bind", refuse))
		self.assertIn(done.status, (PROTOCOL, TRY_LATER, UNAVAILABLE), str(done))
		self.expect_failure(done, done.status, DOMAIN)

	def test_nothing_to_bind_with(self):
		async def offer_nothing(line):
			await line.greet("<nothing xmlns='urn:x'/>")
			await line.silence()
		done = self.scan(until("success", offer_nothing))
		self.assertNotIn(done.status, CRASHES, str(done))
		self.expect_failure(done, PROTOCOL, DOMAIN)

	def test_roster(self):
		async def refuse(line):
			await line.send(refusal(line.roster_question, "forbidden"))
			await line.silence()
		self.expect_failure(self.scan(until("roster", refuse)), PROTOCOL, "roster", ACCOUNT)

	def test_roster_of_someone_else(self):
		async def forge(line):
			await line.send("<iq type='result' id=%s from='mallory@evil.example'><query xmlns='jabber:iq:roster'>%s</query></iq>"
				% (repr(line.roster_question.get("id")), item("planted@evil.example")))
			await line.silence()
		self.expect_failure(self.scan(until("roster", forge), "--timeout", "0.2"), TRY_LATER)


# ---- in the middle of a scan --------------------------------------------------------------------


class CutShort(SignInTest):
	"""The line goes when Bob was seen and Ann is being asked."""

	async def see_bob(self, line):
		await line.sign_in(roster=[item(ANN), item(BOB)])
		await line.send(presence(BOB + "/desk"))
		answer = like_ejabberd(ANN + "/phone")
		while True:
			iq = await line.element()
			if question(iq) and question(iq)[0] == DISCO_ITEMS:
				return
			await line.send(answer(iq))

	def expect_incomplete(self, end, reason):
		async def script(line):
			await self.see_bob(line)
			await end(line)
		for format in "--json", "--format=table", "--exit-code":
			with self.subTest(format):
				self.db.unlink(missing_ok=True)
				done = self.expect(self.scan(script, "--all", format), TRY_LATER)
				self.expect_line(done, "incomplete", reason)
				if format == "--json":
					self.assertEqual(self.verdicts(done), {ANN: "unknown", BOB: "visible"})
					self.assertIs(json.loads(done.text)["complete"], False)
				else:
					self.assertIn("0 invisible, 1 visible, 0 offline, 1 unknown", done.text)
					self.assertIn("incomplete", done.text)
					self.assertRegex(done.text, r"(?m)^%s +visible" % BOB)
				self.assertEqual(self.sql("SELECT account, ended, reason FROM gaps"), [{"account": ACCOUNT, "ended": None, "reason": reason}])
				self.assertEqual(self.sql("SELECT count(*) AS n FROM presence_log WHERE contact = '%s'" % BOB), [{"n": 1}])
				self.assertEqual([path.name for path in self.place.iterdir()], ["presence.db"])

	def test_server_hangs_up(self):
		self.expect_incomplete(hang_up, "lost")

	def test_server_is_stopped(self):
		self.expect_incomplete(saying(stream_error("system-shutdown"), "</stream:stream>"), "system-shutdown")

	def test_someone_else_takes_the_resource(self):
		self.expect_incomplete(saying(stream_error("conflict"), "</stream:stream>"), "conflict")

	def test_server_says_goodbye(self):
		async def goodbye(line):
			await line.send("</stream:stream>")
		self.expect_incomplete(goodbye, "closed")

	def test_server_talks_nonsense_and_hangs_up(self):
		async def nonsense(line):
			await line.send("<presence from='%s/x'><status>&nbsp;</wrong>" % ANN)
		self.expect_incomplete(nonsense, "not-xml")

	def test_server_talks_nonsense_and_stays(self):
		"""From there on we are deaf: what is not heard is not an answer, and the scan was not complete."""
		async def script(line):
			await self.see_bob(line)
			await line.send("<presence from='%s/x'><status>&nbsp;</wrong>" % ANN)
			await line.silence()
		done = self.scan(script, "--json", "--all")
		self.assertEqual(self.verdicts(done), {ANN: "unknown", BOB: "visible"})
		self.assertIs(json.loads(done.text)["complete"], False)
		self.expect(done, TRY_LATER)

	def test_server_falls_silent(self):
		"""Questions nobody answers have their timeouts: that is an outcome, and nobody is called anything for it."""
		async def script(line):
			await self.see_bob(line)
			await line.silence()
		done = self.scan(script, "--json", "--all")
		self.expect(done)
		self.assertEqual(self.verdicts(done), {ANN: "unknown", BOB: "visible"})
		self.assertLess(done.seconds, 8)

	def test_next_scan_closes_the_gap(self):
		async def cut(line):
			await self.see_bob(line)
		self.expect(self.scan(cut), TRY_LATER)
		self.expect(self.scan(roster_of(ANN, BOB)))
		gaps = self.sql("SELECT reason, ended FROM gaps ORDER BY began")
		self.assertEqual([gap["reason"] for gap in gaps], ["lost", "done"])
		self.assertIsNotNone(gaps[0]["ended"])
		self.assertIsNone(gaps[1]["ended"])

	def test_interrupted(self):
		async def script(line):
			await self.see_bob(line)
			line.reached("asked")
			await line.converse(lambda _: None)
		with Scripted(script) as server:
			child = start(*self.words(server, "--timeout", "30", "--json", "--all"), env={"UNSEEN_PASSWORD": PASSWORD})
			server.wait("asked")
			child.send_signal(signal.SIGINT)
			done = self.expect(Done(child), INTERRUPTED)
		self.assertLess(done.seconds, 3)
		self.assertEqual(self.verdicts(done), {ANN: "unknown", BOB: "visible"})
		self.assertEqual(self.sql("SELECT reason FROM gaps"), [{"reason": "interrupted"}])
		self.assertIn(b"unavailable", server.heard)


class NowhereToPutIt(SignInTest):
	"""The record or the answer cannot be written while everything else is well."""

	script = staticmethod(roster_of(ANN, then=saying_presence(BOB + "/desk"), answer=like_ejabberd(ANN + "/phone")))

	def expect_recorded(self):
		self.assertEqual(self.sql("SELECT contact FROM invisible"), [{"contact": ANN}])
		self.assertEqual(self.sql("SELECT reason FROM gaps"), [{"reason": "done"}])

	def test_full_device(self):
		for format in "table", "csv", "json":
			with self.subTest(format), open("/dev/full", "w") as full:
				self.db.unlink(missing_ok=True)
				ProgramTest.expect_failure(self, self.scan(self.script, "--format", format, stdout=full), IO_ERROR, "cannot write")
				self.expect_recorded()

	def test_closed_output(self):
		"""No file of ours may take the place of standard output."""
		ProgramTest.expect_failure(self, self.scan(self.script, before=CLOSED), IO_ERROR, "cannot write")
		self.expect_recorded()

	def test_reader_who_left(self):
		reader, writer = os.pipe()
		os.close(reader)
		done = self.scan(self.script, stdout=writer)
		os.close(writer)
		self.assertIn(done.status, (IO_ERROR, -signal.SIGPIPE), str(done))
		self.expect_recorded()

	def test_full_disk(self):
		"""What was committed before the disk was full is there, and can be read."""
		disk, left = self.place / "disk", self.place / "left"
		disk.mkdir()
		left.mkdir()
		if subprocess.run(["unshare", "--mount", "mount", "-t", "tmpfs", "tmpfs", str(disk)], capture_output=True).returncode:
			self.skipTest("no file system can be mounted here")

		async def flood(line):
			for n in range(100000):
				await line.send("".join(presence("%s/%d-%d" % (BOB, n, i), status="x" * 200) for i in range(20)))
		script = 'mount -t tmpfs -o size=2m tmpfs "$0" || exit 99\n"$@"; s=$?; cp -a "$0/." %s; exit $s' % left
		done = self.scan(roster_of(BOB, then=flood), "--wait", "60", db=disk / "presence.db", before=["unshare", "--mount", "sh", "-c", script, str(disk)])
		ProgramTest.expect_failure(self, done, IO_ERROR, "make room", "what was committed is safe")
		self.db = left / "presence.db"
		done = subprocess.run(["sqlite3", self.db, "PRAGMA integrity_check; SELECT count(*) > 100 FROM presence_log;"],
			capture_output=True, text=True)
		self.assertEqual((done.stdout, done.stderr), ("ok\n1\n", ""))
		self.expect(run("report", "--db", self.db))
		self.assertFalse((left / "presence.db.lock").exists())


# ---- what a roster and a presence can hold ------------------------------------------------------


class Strange(SignInTest):
	def scan_everything(self, script):
		"""It ends well, the record is sound, and all formats can be printed."""
		done = self.expect(self.scan(script, "--json"))
		self.assertEqual(done.err, "")
		self.assertEqual(self.sql("PRAGMA integrity_check"), [{"integrity_check": "ok"}])
		self.assertEqual(self.sql("PRAGMA foreign_key_check"), [])
		for format in "table", "tsv", "csv", "ndjson":
			printed = self.expect(run("report", "--all", "--db", self.db, "--format", format))
			self.assertTrue(all(line.isprintable() for line in printed.text.replace("\t", "").replace("\r\n", "\n").split("\n")), str(printed))
		return done

	def test_empty_roster(self):
		done = self.expect(self.scan(roster_of()))
		self.assertIn("the roster is empty", done.text)
		self.assertEqual(done.err, "")

	def test_roster_without_a_query(self):
		async def tell(line):
			await line.send(result(line.roster_question))
			await line.expect("presence")
			await line.converse()
		self.expect(self.scan(until("roster", tell)))

	def test_roster_of_strange_jids(self):
		long = "l" * 1500 + "@" + "d" * 1500 + ".example"
		done = self.scan_everything(roster_of(ANN, "<item subscription='both'/>", item(""), item("gateway.example"), item(BOB + "/resource"),
			item(long), item("@nobody.example"), item("nodomain@"), item("@"), item("two@at@x.example"), item(" blank @x.example"),
			item("c1\u009b@x.example"), item(ACCOUNT), item(DOMAIN), item("odd@x.example", subscription="of-tomorrow"),
			item("gone@x.example", subscription="remove"), "<item xmlns='urn:x' jid='foreign@x.example'/>", "<other jid='other@x.example'/>"))
		people = self.verdicts(done)
		for jid in ANN, BOB, "gateway.example", DOMAIN, long:
			self.assertIn(jid, people)
		for jid in ACCOUNT, BOB + "/resource", "gone@x.example", "other@x.example":
			self.assertNotIn(jid, people)
		self.assertNotIn("invisible", people.values())

	def test_roster_item_without_a_bare_jid(self):
		"""A contact has a name, or is none."""
		done = self.scan_everything(roster_of(ANN, item("/only"), item("")))
		self.assertEqual(list(self.verdicts(done)), [ANN])

	def test_roster_that_says_everything_twice(self):
		done = self.scan_everything(roster_of(*[item(ANN, name="%d" % i) for i in range(100)]))
		self.assertEqual(list(self.verdicts(done)), [ANN])
		self.assertEqual(json.loads(done.text)["contacts"][0]["name"], "99")

	def test_presence_of_strange_senders(self):
		senders = ("", "/", "@", "/r", "x@/r", "@x/r", BOB + "/", BOB + "/a/b@c", DOMAIN, DOMAIN + "/r", ACCOUNT, ACCOUNT + "/desk",
			BOB + "/" + "r" * 3000, "c1\u009b@x.example/\u202er", BOB + "/\t\n", "stranger@x.example/r")
		types = None, "unavailable", "invisible", "error", "subscribe", "of-tomorrow", ""

		async def tell(line):
			await line.send("<presence/><presence type='unavailable'/>")
			for sender in senders:
				await line.send("".join(presence(sender, type) for type in types))
		self.scan_everything(roster_of(ANN, BOB, then=tell))

	def test_presence_with_strange_contents(self):
		delays = "2026-11-22T10:00:00Z", "292277026596-12-04T15:30:08Z", "-1", "", "x" * 10000, "2026-02-31T25:61:61+99:99"
		inside = ["<show>%s</show>" % t for t in ("", "away", "of-tomorrow", "x" * 70000, "\u009b31m")]
		inside += ["<status>%s</status>" % t for t in ("", "\u009b31m&#13;&#10;&#9;", "x" * 70000, "&lt;script&gt;", "&#x202e;", "<b>child</b>")]
		inside += ["<priority>%s</priority>" % t for t in ("", "999999999999999999999", "-129", "1.5", "abc", "<x/>")]
		inside += ["<delay xmlns='urn:xmpp:delay' stamp='%s'/>" % t for t in delays] + ["<delay xmlns='urn:xmpp:delay'/>"]
		inside += ["<c xmlns='http://jabber.org/protocol/caps' node='%s'/>" % t for t in ("", "\u009b", "'); DROP TABLE stanza;--".replace("'", "&apos;"))]
		inside += ["<show/>" * 1000, "text between", "<status xmlns='urn:x'>foreign</status>", "<x xmlns='urn:x' y:from='z' xmlns:y='urn:y'/>",
			"<![CDATA[<presence from='%s/forged'/>]]>" % ANN]

		async def tell(line):
			for n, content in enumerate(inside):
				await line.send("<presence from='%s/%d'>%s</presence>" % (BOB, n, content))
		done = self.scan_everything(roster_of(ANN, BOB, then=tell))
		self.assertEqual(self.sql("SELECT count(*) AS n FROM presence_log"), [{"n": len(inside)}])
		self.assertEqual(self.verdicts(done), {ANN: "offline", BOB: "visible"})

	def test_who_sent_it_is_what_the_server_says(self):
		"""An attribute in a name space of one's own is not the sender (RFC 6120, 8.1.2.1)."""
		async def tell(line):
			for n in range(8):      # whichever comes first in libstrophe's order
				await line.send("<presence from='%s/%d' xmlns:x='urn:x%d' x:from='%s/forged' x:type='unavailable'/>" % (BOB, n, n, ANN))
				await line.send("<presence xmlns:x='urn:x%d' x:from='%s/forged' from='%s/%d'/>" % (n, ANN, BOB, n))
		done = self.scan_everything(roster_of(ANN, BOB, then=tell))
		self.assertEqual(self.sql("SELECT DISTINCT contact FROM presence_log"), [{"contact": BOB}])
		self.assertEqual(self.verdicts(done)[BOB], "visible")

	def test_other_stanzas(self):
		"""Questions to us are refused, unknown things let pass, replies to nothing are nothing."""
		async def tell(line):
			await line.send("<message from='%s/r'><body>secret body</body></message><iq type='result' id='x' from='%s/r'/>" % (BOB, ANN)
				+ "<iq type='get' id='q1' from='%s/r'><query xmlns='jabber:iq:version'/></iq>" % BOB
				+ "<iq type='get' id='q2' from='%s'><ping xmlns='urn:xmpp:ping'/></iq>" % DOMAIN
				+ "<iq type='set' from='%s/r'/><iq from='%s/r'/><message/><other xmlns='urn:x'/>" % (BOB, BOB)
				+ "<iq type='set' id='q4' from='mallory@evil.example'><query xmlns='jabber:iq:roster'>%s</query></iq>" % item("planted@evil.example")
				+ "<iq type='set' id='q5' from='%s'><query xmlns='jabber:iq:roster'>%s</query></iq>" % (ACCOUNT, item("pushed@x.example")))
		done = self.scan_everything(roster_of(ANN, BOB, then=tell))
		people = self.verdicts(done)
		self.assertIn("pushed@x.example", people)
		self.assertNotIn("planted@evil.example", people)
		self.assertEqual(people[ANN], "offline")
		self.assertNotIn(b"secret body", self.db.read_bytes())
		for id, type in ("q1", "error"), ("q2", "result"), ("q4", "error"), ("q5", "result"):
			self.expect_reply(id, type)

	def expect_reply(self, id, type):
		tags = re.findall(r"<iq[^>]*>", self.server.heard.decode())
		self.assertTrue([tag for tag in tags if '"%s"' % id in tag and '"%s"' % type in tag], "no %s to %s: %s" % (type, id, tags))

	def test_requests_that_name_no_sender(self):
		"""Then it is our own server that asks (RFC 6120, 8.1.2.1), and roster pushes look like that (RFC 6121, 2.1.6)."""
		for id, request in ("ping", "<iq type='get' id='ping'><ping xmlns='urn:xmpp:ping'/></iq>"), \
				("push", "<iq type='set' id='push'><query xmlns='jabber:iq:roster'>%s</query></iq>" % item("pushed@x.example")), \
				("other", "<iq type='get' id='other'><query xmlns='jabber:iq:version'/></iq>"):
			with self.subTest(id):
				async def tell(line):
					await line.send(request)
				self.db.unlink(missing_ok=True)
				people = self.verdicts(self.scan_everything(roster_of(ANN, then=tell)))
				self.expect_reply(id, "error" if id == "other" else "result")
				self.assertEqual("pushed@x.example" in people, id == "push")

	def test_nothing_but_a_name(self):
		"""<iq/>: no type, no sender, no id."""
		async def tell(line):
			await line.send("<iq/><iq type='get'/><iq type='set'/><iq type='of-tomorrow'/><iq type='result'/><iq type='error'/><message/>")
		self.scan_everything(roster_of(ANN, then=tell))

	def test_answers_with_strange_contents(self):
		def answer(iq):
			channel, to = question(iq)
			if "@" not in to:
				return like_ejabberd()(iq)
			if channel == DISCO_ITEMS:
				return result(iq, "<query xmlns='%s'><item/><item jid=''/><item jid='/'/><item jid='%s/\u009b31m'/><item jid='mallory@evil.example/r'/>"
					"<item jid='%s/%s'/><item jid='%s'/></query>" % (DISCO_ITEMS, ANN, ANN, "r" * 3000, ANN))
			return result(iq, "<query xmlns='jabber:iq:last' seconds='99999999999999999999'>%s</query>" % ("x" * 10000))
		done = self.scan_everything(roster_of(ANN, answer=answer))
		self.assertNotIn("mallory@evil.example", self.verdicts(done))

	def test_deep_nesting(self):
		"""2,000 levels are no reason to fall over."""
		async def tell(line):
			await line.send("<presence from='%s/deep'>%s%s</presence>" % (BOB, "<x>" * 2000, "</x>" * 2000))
			await line.send(presence(BOB + "/desk"))
		done = self.scan_everything(roster_of(ANN, BOB, then=tell))
		self.assertEqual(self.verdicts(done)[BOB], "visible")


if __name__ == "__main__":
	unittest.main()
