#!/usr/bin/python3
"""The recorder dies at the n-th system call that writes, for every n, or a system call fails: strace plays both. Then it
is started again. With UNSEEN_LONG every n; otherwise some."""

import os
import random
import shutil
import signal
import subprocess
import unittest

import server as servers
from recorder import LONG, Late, RecorderTest, await_true, peek
from scene import Scene, start_server
from talker import Talker

WORDS = 40          # that the contact says in each run
SAMPLES = 3         # of each call, unless LONG
CALLS = "pwrite64", "fdatasync", "sendto", "write"
MORE_CALLS = "ftruncate", "openat", "unlink"
NO_LEAKS = {"ASAN_OPTIONS": "detect_leaks=0"}       # who is traced cannot look for leaks
STRACE = "strace", "-f", "-qq"       # --seccomp-bpf would be faster, and then strace 6.1 sends no signal


def setUpModule():
	global server
	if not shutil.which("strace"):
		raise unittest.SkipTest("strace is not installed")
	server = start_server(servers.Prosody, kept=100000, hibernation=120)
	if subprocess.run([*STRACE, "-o", "/dev/null", "true"], capture_output=True).returncode:
		raise unittest.SkipTest("strace may not trace here")


class CrashTest(RecorderTest):
	@classmethod
	def setUpClass(cls):
		cls.user = cls.__name__.lower()
		server.befriend(cls.user, ["talker_" + cls.user])
		cls.contact = cls.enterClassContext(Talker(server, "talker_" + cls.user))

	def setUp(self):
		self.fresh()

	def fresh(self):
		"""A new file; the contact goes on counting."""
		self.scene = Scene(server, self.user)
		self.base = self.contact.said

	def recorded(self, n):
		return bool(peek(self.scene.db, "SELECT 1 FROM stanza WHERE status = '%d'" % n))

	def expect_all(self):
		"""In the first watch each word once and in order; a later one begins with the last word."""
		self.expect_sound(self.scene)
		rows = self.scene.sql("SELECT watch, status FROM presence_log WHERE contact = '%s' AND type IS NULL ORDER BY id" %
			self.contact.jid)
		watches = [row["id"] for row in self.scene.sql("SELECT id FROM watch ORDER BY id")]
		full = [w for w in watches if len([r for r in rows if r["watch"] == w]) > 1]
		self.assertEqual(len(full), 1, "the words are in one watch: %s" % rows)
		last = self.contact.said
		for watch in watches:
			said = [int(r["status"]) for r in rows if r["watch"] == watch]
			wanted = list(range(self.base, last + 1)) if watch == full[0] else [last if watch > full[0] else self.base]
			if said or watch >= full[0]:
				self.assertEqual(said, wanted, rows)
		self.expect_history(self.scene)


class Killed(CrashTest):
	def run_until_killed(self, call, n):
		"""Returns whether it was."""
		self.fresh()
		mark, base, contact = self.contact.mark(), self.base, self.contact
		traced = self.record(self.scene, env=NO_LEAKS, before=[*STRACE, "-o", "/dev/null", "-e", "trace=" + call, "-e",
			"inject=%s:signal=KILL:when=%d" % (call, n)])

		def dead():
			return traced.child.poll() is not None

		def seen():
			try:
				contact.await_presence(self.scene.jid, mark, timeout=0.01)
			except servers.Failed:
				return False
			return True
		await_true(lambda: dead() or seen(), "the recorder to come or to die")
		recorder = traced
		if dead():
			mark = contact.mark()
			recorder = self.record(self.scene)
			contact.await_presence(self.scene.jid, mark)
		contact.talk(base + 1, base + WORDS)
		await_true(lambda: dead() or self.recorded(base + WORDS), "the last word or the end")
		if dead() and recorder is traced:
			recorder = self.record(self.scene)
		contact.finish()
		recorder.await_sql("SELECT 1 FROM stanza WHERE status = '%d'" % (base + WORDS), "the last word")
		try:
			recorder.send_signal(signal.SIGTERM)
		except (ProcessLookupError, FileNotFoundError, Late):
			pass        # killed just now
		killed = recorder.wait() == -signal.SIGKILL or recorder is not traced
		if recorder is traced and killed:       # on its way out
			recorder = self.record(self.scene)
			recorder.await_watching()
			self.stop(recorder)
		self.assertEqual(recorder.child.returncode, 0, str(recorder))
		self.expect_all()
		return killed

	def count(self, call):
		"""How many of these calls a run makes."""
		self.fresh()
		self.calls = self.scene.folder + "/calls"
		mark = self.contact.mark()
		recorder = self.record(self.scene, env=NO_LEAKS, before=[*STRACE, "-o", self.calls, "-e", "trace=" + call])
		self.contact.await_presence(self.scene.jid, mark)
		self.contact.talk(self.base + 1, self.base + WORDS)
		self.contact.finish()
		recorder.await_sql("SELECT 1 FROM stanza WHERE status = '%d'" % self.contact.said, "the last word")
		self.stop(recorder)
		with open(self.calls) as f:
			return sum(call + "(" in line for line in f)

	def at_some(self, call):
		calls = self.count(call)
		self.assertGreater(calls, SAMPLES)
		dice = random.Random()
		for n in sorted(dice.sample(range(1, calls * 3 // 4), SAMPLES)):      # runs differ a little in length
			with self.subTest(call=call, n=n):
				self.assertTrue(self.run_until_killed(call, n), "it was not killed")

	def at_every(self, call):
		n, missed = 1, 0
		while missed < 3:       # runs differ a little in length
			with self.subTest(call=call, n=n):
				missed = 0 if self.run_until_killed(call, n) else missed + 1
			n += 1
		self.assertGreater(n - 1 - missed, 0, "the test is blind")
		print("%s: killed at each of %d" % (call, n - 1 - missed), flush=True)


for call in CALLS + (MORE_CALLS if LONG else ()):
	def test(self, call=call):
		(self.at_every if LONG else self.at_some)(call)
	setattr(Killed, "test_at_" + call, test)


class Failing(CrashTest):
	"""A call fails: the recorder says so once, goes on, and nothing is lost of what came meanwhile."""

	def fail_calls(self, call, error, when):
		mark = self.contact.mark()
		recorder = self.record(self.scene)
		self.contact.await_presence(self.scene.jid, mark)
		await_true(lambda: self.recorded(self.base), "the greeting")
		said = len(recorder.lines["err"])
		strace = subprocess.Popen([*STRACE[:-1], "-o", self.scene.folder + "/calls", "-p", str(recorder.pid), "-e", "trace=" + call,
			"-e", "inject=%s:error=%s:when=%s" % (call, error, when)], stderr=subprocess.PIPE, text=True)
		try:
			self.assertIn("attached", strace.stderr.readline())
			self.contact.talk(self.base + 1, self.base + WORDS, 60)
			self.contact.finish()
			recorder.await_sql("SELECT 1 FROM stanza WHERE status = '%d'" % self.contact.said, "the last word")
		finally:
			strace.terminate()
			strace.communicate()
		with open(self.scene.folder + "/calls") as f:
			self.assertIn("INJECTED", f.read(), "or nothing was played")
		self.stop(recorder)
		self.expect_all()
		self.expect_no_gap(self.scene)
		return recorder.lines["err"][said:]

	def test_sync_fails_once(self):
		said = self.fail_calls("fdatasync", "EIO", "2")
		self.assertEqual(len([line for line in said if "I/O" in line or "disk" in line]), 1, said)

	def test_sync_fails_for_a_while(self):
		said = self.fail_calls("fdatasync", "EIO", "2..5")
		self.assertEqual(len([line for line in said if "I/O" in line or "disk" in line]), 1, said)

	def test_write_fails_once(self):
		self.fail_calls("pwrite64", "EIO", "2")

	def test_write_fails_for_a_while(self):
		self.fail_calls("pwrite64", "EIO", "5..7")

	def test_no_space_for_a_while(self):
		said = self.fail_calls("pwrite64", "ENOSPC", "3..5")
		self.assertEqual(len([line for line in said if "full" in line]), 1, said)


if __name__ == "__main__":
	unittest.main()
