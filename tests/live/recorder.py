"""`unseen log` under test: started, killed, stopped, listened to; and what must hold of the file it leaves.

	recorder = Recorder(scene)
	recorder.await_watching()
	recorder.kill()
"""

import json
import os
import signal
import sqlite3
import subprocess
import tempfile
import threading
import time
import socket

import server as servers
from scene import BINARY, SILENCE, SceneTest, moment

PATIENCE = 60       # seconds until something that must come is a failure
STOPS_IN = 15       # seconds for an exit of which 3 are promised: this machine may be busy
IMPATIENT = os.environ.get("UNSEEN_IMPATIENT", os.path.join(os.path.dirname(BINARY), "tests/unseen-impatient"))
LONG = bool(os.environ.get("UNSEEN_LONG"))      # the long forms; scripts/check --all


class Late(AssertionError):
	"""Something that was to happen did not."""


def await_true(look, what, timeout=PATIENCE, alive=None):
	"""Until look() is true; returns that. For what nobody tells us of: the file. alive: a recorder that must not end."""
	deadline = time.monotonic() + timeout
	while not (seen := look()):
		if alive and alive.child.poll() is not None:
			raise Late("the recorder ended while we waited for %s\n%s" % (what, alive))
		if time.monotonic() > deadline:
			raise Late("waited %d s for %s%s" % (timeout, what, "\n%s" % alive if alive else ""))
		time.sleep(0.02)
	return seen


def peek(db, query):
	"""The rows of a file that may not be there yet, or be anything but ready."""
	try:
		with_file = sqlite3.connect("file:%s?mode=ro" % db, uri=True, timeout=1)
		try:
			return with_file.execute(query).fetchall()
		finally:
			with_file.close()
	except sqlite3.Error:
		return []


class Notified:
	"""A NOTIFY_SOCKET (sd_notify(3)), and what was said there."""

	def __init__(self):
		self._folder = tempfile.TemporaryDirectory(prefix="unseen-notify-")
		self.path = self._folder.name + "/socket"
		self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
		self._socket.bind(self.path)
		self.said = []
		self._news = threading.Condition()
		threading.Thread(target=self._listen, daemon=True).start()

	def _listen(self):
		while True:
			try:
				data = self._socket.recv(65536)
			except OSError:
				return
			with self._news:
				self.said += [(time.monotonic(), line) for line in data.decode().splitlines()]
				self._news.notify_all()

	def await_line(self, wanted, since=0, timeout=PATIENCE):
		"""The first line of which wanted(line) is true."""
		deadline = time.monotonic() + timeout
		with self._news:
			while True:
				for _, line in self.said[since:]:
					if wanted(line):
						return line
				left = deadline - time.monotonic()
				if left <= 0:
					raise Late("not among %r" % [line for _, line in self.said])
				self._news.wait(left)

	def close(self):
		self._socket.close()
		self._folder.cleanup()


class Recorder:
	"""One run of `unseen log`."""

	def __init__(self, scene, *options, before=(), env={}, where=None, db=None, silence=SILENCE, impatient=False,
			words=None):
		"""before: words in front of the program, such as strace's. impatient: it pings after half a second in which it
		heard nothing, and waits 3 s for the answer. words: instead of all the scene would have it told."""
		self.scene = scene
		self.db = db or scene.db
		self._lives = self.lives()
		self.lines = {"out": [], "err": []}
		self._news = threading.Condition()
		self._traced = bool(before)
		words = words or scene.sign_in_words("log", *options, where=where, db=db, silence=silence)
		words = [*before, IMPATIENT if impatient else words[0], *words[1:]]
		caller = os.getpid()
		self.child = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
			text=True, errors="replace", start_new_session=True, env={**scene.environment(), **env},
			preexec_fn=lambda: servers.die_with_caller(caller))
		self._readers = [threading.Thread(target=self._read, args=(name,), daemon=True) for name in self.lines]
		for reader in self._readers:
			reader.start()

	def _read(self, name):
		for line in getattr(self.child, "std" + name):
			with self._news:
				self.lines[name].append(line.rstrip("\n"))
				self._news.notify_all()

	@property
	def pid(self):
		"""Of the program itself, not of what runs it."""
		if not self._traced:
			return self.child.pid

		def children():
			if self.child.poll() is not None:
				raise ProcessLookupError("%s has ended" % self.child.pid)
			return subprocess.run(["pgrep", "-P", str(self.child.pid)], capture_output=True, text=True).stdout.split()
		return int(await_true(children, "the traced program")[0])

	@property
	def err(self):
		return "\n".join(self.lines["err"])

	@property
	def out(self):
		return "\n".join(self.lines["out"])

	def __str__(self):
		return "exit %s\nstdout: %s\nstderr: %s" % (self.child.poll(), self.out, self.err)

	# waiting

	def await_line(self, wanted, where="out", since=0, timeout=PATIENCE):
		"""The first line that it prints of which wanted(line) is true."""
		deadline = time.monotonic() + timeout
		with self._news:
			while True:
				for line in self.lines[where][since:]:
					if wanted(line):
						return line
				left = deadline - time.monotonic()
				if left <= 0:
					raise Late("no such line on std%s\n%s" % (where, self))
				self._news.wait(min(left, 0.5))

	def lives(self):
		"""How often a watch began or went on, in this file."""
		rows = peek(self.db, "SELECT count(*) FROM clock WHERE what IN ('began', 'resumed')")
		return rows[0][0] if rows else 0

	def await_watching(self, timeout=PATIENCE):
		"""It is signed in, or has resumed, since it was started, or since this was asked for last."""
		self._lives = await_true(lambda: (n := self.lives()) > self._lives and n, "a watch", timeout, self)

	def await_sql(self, query, what, timeout=PATIENCE):
		"""Until the query gives a row with something in it; returns the first value."""
		def look():
			rows = peek(self.db, query)
			return rows and rows[0][0]
		return await_true(look, what, timeout, self)

	# ending

	def send_signal(self, number):
		"""Not before it listens: in the first moments of any program a signal ends it."""
		bit = 1 << (number - 1)

		def listens():
			with open("/proc/%d/status" % self.pid) as f:
				masks = [int(line.split()[1], 16) for line in f if line.startswith(("SigCgt", "SigBlk"))]
			return any(mask & bit for mask in masks)
		if number not in (signal.SIGKILL, signal.SIGSTOP, signal.SIGCONT):
			await_true(listens, "it to listen to signals", alive=self)
		os.kill(self.pid, number)

	def kill(self):
		"""As if the machine had lost its power, but for the disk."""
		os.killpg(self.child.pid, signal.SIGKILL)
		return self.wait()

	def wait(self, timeout=PATIENCE):
		try:
			self.child.wait(timeout)
		except subprocess.TimeoutExpired:
			os.killpg(self.child.pid, signal.SIGKILL)
			self.child.wait()
			raise Late("it did not end in %d s\n%s" % (timeout, self)) from None
		for reader in self._readers:
			reader.join(10)
		for pipe in self.child.stdout, self.child.stderr:
			pipe.close()
		return self.child.returncode

	def stop(self, number=signal.SIGTERM, timeout=STOPS_IN):
		"""Returns the exit status."""
		self.send_signal(number)
		return self.wait(timeout)

	def discard(self):
		self.wait() if self.child.poll() is not None else self.kill()


class RecorderTest(SceneTest):
	"""What must hold of a recorder's file. A test's recorders do not outlive it."""

	def record(self, scene, *options, **more):
		recorder = Recorder(scene, *options, **more)
		self.addCleanup(recorder.discard)
		return recorder

	def stop(self, recorder, number=signal.SIGTERM):
		self.assertEqual(recorder.stop(number), 0, str(recorder))

	def expect_sound(self, scene):
		self.assertEqual(scene.sql("PRAGMA integrity_check"), [{"integrity_check": "ok"}])
		self.assertEqual(scene.sql("PRAGMA foreign_key_check"), [])

	def said(self, scene, contact):
		"""The statuses heard of one contact, in order."""
		return [row["status"] for row in scene.sql("SELECT status FROM presence_log WHERE contact = '%s' AND type IS NULL "
			"ORDER BY id" % contact)]

	def expect_said(self, scene, contact, last, watches=1):
		"""In one watch: 0, which is the greeting, then each number once and in order."""
		self.expect_sound(scene)
		said = [int(n) for n in self.said(scene, contact)]
		missing, twice = set(range(1, last + 1)) - set(said), sorted(n for n in set(said) if said.count(n) > 1)
		about = "%d rows; missing %s; twice %s; %s" % (len(said), spans(missing), spans(twice),
			scene.sql("SELECT id, began, heard_until, ended, reason FROM watch"))
		self.assertEqual(said, sorted(said), "the order; " + about)
		self.assertEqual([n for n in said if n], list(range(1, last + 1)), about)
		self.assertEqual(scene.sql("SELECT count(*) AS n FROM watch")[0]["n"], watches, about)

	def expect_said_or_gap(self, scene, contact, last, slack=1):
		"""Of all that the contact said every number is there, or was said while nobody listened, and the file says so.
		slack: seconds that a word may be under way."""
		self.expect_sound(scene)
		said = [int(n) for n in self.said(scene, contact.jid)]
		self.assertEqual(said[-1], last)
		deaf = [(moment(g["began"]), moment(g["ended"])) for g in scene.sql("SELECT * FROM gaps WHERE ended IS NOT NULL")]
		deaf.append((0, moment(scene.sql("SELECT strftime('%Y-%m-%dT%H:%M:%fZ', min(began) / 1000.0, 'unixepoch') AS began "
			"FROM watch")[0]["began"])))
		lost = [n for n in range(1, last + 1) if n not in said
			and not any(began - slack <= contact.times[n] <= ended + slack for began, ended in deaf)]
		self.assertEqual(spans(lost), "none", "lost, and no gap tells; gaps: %s" % scene.sql("SELECT * FROM gaps"))
		per_watch = scene.sql("SELECT watch, status FROM presence_log WHERE contact = '%s' AND type IS NULL ORDER BY id" %
			contact.jid)
		self.assertEqual(len(per_watch), len({(r["watch"], r["status"]) for r in per_watch}), "twice in one watch")

	def expect_no_gap(self, scene):
		"""None that is over: the last stop leaves one that is not."""
		self.assertEqual(scene.sql("SELECT * FROM gaps WHERE ended IS NOT NULL"), [])

	def expect_history(self, scene):
		"""Of each resource: interval after interval, from the first heard of it on, with neither hole nor overlap, up to
		the last moment of which anything is known, or on into the unknown."""
		rows = scene.sql("SELECT contact, resource, began, ended, state FROM resource_history "
			"ORDER BY contact, resource, began, coalesce(ended, 'z')")
		as_of = moment(scene.sql("SELECT max(as_of) AS as_of FROM contact_status")[0]["as_of"])
		by_resource = {}
		for row in rows:
			by_resource.setdefault((row["contact"], row["resource"]), []).append(row)
		for who, intervals in by_resource.items():
			about = "%s: %s" % (who, json.dumps(intervals[-40:], indent=0))
			for earlier, later in zip(intervals, intervals[1:]):
				self.assertEqual(earlier["ended"], later["began"], about)
			for one in intervals:
				self.assertIn(one["state"], ("shown", "hidden", "offline", "unknown"), about)
				self.assertTrue(one["ended"] is None or one["began"] <= one["ended"], about)
			self.assertIsNone(intervals[-1]["ended"], about)
			known = sum((moment(one["ended"]) if one["ended"] else as_of) - moment(one["began"]) for one in intervals)
			self.assertAlmostEqual(known, as_of - moment(intervals[0]["began"]), 3, about)
		return by_resource


def spans(numbers):
	"""1-3, 7"""
	numbers, said = sorted(numbers), []
	for n in numbers:
		if said and said[-1][1] == n - 1:
			said[-1][1] = n
		else:
			said.append([n, n])
	return ", ".join("%d" % a if a == b else "%d-%d" % (a, b) for a, b in said) or "none"
