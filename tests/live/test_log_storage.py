#!/usr/bin/python3
"""A disk that is full, a reader that never ends, a writer that does not let go, and people who look at any moment."""

import contextlib
import os
import signal
import sqlite3
import subprocess
import threading
import time
import unittest

import server as servers
from recorder import LONG, RecorderTest, await_true
from scene import Scene, start_server
from talker import Talker

HELD = 60 if LONG else 10       # seconds that a writer holds the file


def setUpModule():
	global server
	server = start_server(servers.Prosody, kept=100000)


class StorageTest(RecorderTest):
	def setUp(self):
		self.name = self._testMethodName
		server.befriend(self.name, ["talker_" + self.name])
		self.scene = Scene(server, self.name)
		self.contact = self.enterContext(Talker(server, "talker_" + self.name))

	def start(self, *options):
		mark = self.contact.mark()
		self.recorder = self.record(self.scene, *options)
		self.contact.await_presence(self.scene.jid, mark)

	def await_word(self, n):
		self.recorder.await_sql("SELECT 1 FROM stanza WHERE status = '%d'" % n, "word %d" % n)

	def end(self, last):
		self.await_word(last)
		self.stop(self.recorder)
		self.expect_said(self.scene, self.contact.jid, last)
		self.expect_no_gap(self.scene)
		self.expect_history(self.scene)

	def status(self):
		return self.scene.command("status")


class Disk(StorageTest):
	SMALL, LARGE = 1400, 100000      # KiB

	@contextlib.contextmanager
	def small_disk(self):
		place = self.scene.folder + "/disk"
		os.mkdir(place)
		done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=%dk,mode=700" % self.SMALL, "tmpfs", place],
			capture_output=True, text=True)
		if done.returncode:
			self.skipTest("cannot mount: " + done.stderr)
		try:
			yield place
		finally:
			subprocess.run(["umount", "-l", place], check=True)

	def test_full_then_enlarged(self):
		place = self.enterContext(self.small_disk())
		self.scene.db = place + "/presence.db"
		self.start()
		self.contact.talk(1, 900, 300, ballast=3000)
		trouble = self.recorder.await_line(lambda line: "full" in line, "err")
		self.contact.finish()
		self.assertEqual(os.statvfs(place).f_bavail, 0, "or nothing was played")
		said = self.status()
		self.expect_exit(said, 0)
		self.assertRegex(said.out, "(?i)full|behind|wait|degraded")
		self.assertEqual([line for line in self.recorder.lines["err"] if "full" in line], [trouble], "said once")
		self.assertIsNone(self.recorder.child.poll(), str(self.recorder))
		subprocess.run(["mount", "-o", "remount,size=%dk" % self.LARGE, place], check=True)
		self.end(900)

	def test_stopped_while_full(self):
		"""What is not in the file when it ends was not acknowledged: the server still has it."""
		place = self.enterContext(self.small_disk())
		self.scene.db = place + "/presence.db"
		self.start("--keep-session")
		self.contact.talk(1, 900, 300, ballast=3000)
		self.recorder.await_line(lambda line: "full" in line, "err")
		self.recorder.kill()
		self.contact.finish()
		subprocess.run(["mount", "-o", "remount,size=%dk" % self.LARGE, place], check=True)
		self.recorder = self.record(self.scene)
		self.end(900)


class Others(StorageTest):
	def test_a_reader_for_the_whole_run(self):
		self.start()
		self.await_word(0)
		reader = sqlite3.connect("file:%s?mode=ro" % self.scene.db, uri=True, isolation_level=None)
		self.addCleanup(reader.close)
		reader.execute("BEGIN")
		before = reader.execute("SELECT count(*) FROM stanza").fetchall()
		self.contact.talk(1, 900)
		self.contact.finish()
		self.await_word(900)
		self.assertEqual(reader.execute("SELECT count(*) FROM stanza").fetchall(), before, "it did hold on")
		self.end(900)

	def test_a_writer_that_does_not_let_go(self):
		self.start()
		self.contact.talk(1, 300 + 60 * HELD, 60)
		self.await_word(100)
		with contextlib.closing(sqlite3.connect(self.scene.db, isolation_level=None)) as writer:
			writer.execute("BEGIN IMMEDIATE")
			began = time.monotonic()
			known = self.recorder.await_sql("SELECT max(id) FROM stanza", "a row")
			self.recorder.await_line(lambda line: "lock" in line or "busy" in line or "another" in line, "err")
			said = self.status()
			self.expect_exit(said, 0)
			self.assertRegex(said.out, "(?i)lock|behind|wait|degraded")
			while time.monotonic() < began + HELD:
				self.assertIsNone(self.recorder.child.poll(), str(self.recorder))
				time.sleep(0.2)
			self.assertEqual(writer.execute("SELECT max(id) FROM stanza").fetchall(), [(known,)], "it did hold on")
			writer.execute("ROLLBACK")
		self.contact.finish()
		self.end(300 + 60 * HELD)

	def test_stopped_while_another_writes(self):
		self.start("--keep-session")
		self.contact.talk(1, 600)
		self.await_word(100)
		with contextlib.closing(sqlite3.connect(self.scene.db, isolation_level=None)) as writer:
			writer.execute("BEGIN IMMEDIATE")
			self.contact.await_said(300)
			self.recorder.send_signal(signal.SIGTERM)
			self.recorder.wait(30)
			writer.execute("ROLLBACK")
		self.contact.finish()
		self.recorder = self.record(self.scene)
		self.end(600)


class People(StorageTest):
	"""The stock sqlite3, as anyone calls it: without .timeout it does not wait at all."""

	def look(self, words, wrong, allowed, over):
		while not over.is_set():
			done = subprocess.run([*words, self.scene.db, "SELECT count(*) FROM contact_status"], capture_output=True, text=True)
			self.looks += 1
			if (done.returncode or done.stderr) and not any(text in done.stderr for text in allowed):
				wrong.append(done.stderr)

	@contextlib.contextmanager
	def people(self, *ways, allowed=()):
		self.looks, wrong, over = 0, [], threading.Event()
		threads = [threading.Thread(target=self.look, args=(words, wrong, allowed, over)) for words in ways]
		for thread in threads:
			thread.start()
		try:
			yield
		finally:
			over.set()
			for thread in threads:
				thread.join()
		self.assertEqual(wrong, [], "of %d looks" % self.looks)
		self.assertGreater(self.looks, 50)

	def run_of(self, first, last):
		self.start()
		self.contact.talk(first, last)
		self.contact.finish()
		self.await_word(last)
		self.stop(self.recorder)

	def test_starting_running_stopping(self):
		"""Two who only read. (Of two who may write, the one who leaves last tidies up and locks out the other: a thing
		between them.)"""
		self.run_of(1, 10)
		with self.people(["sqlite3", "-readonly"], ["sqlite3", "-readonly"]):
			for n in range(4):
				self.run_of(100 * n + 1, 100 * n + 100)
		self.expect_sound(self.scene)

	def test_one_who_might_write(self):
		self.run_of(1, 10)
		with self.people(["sqlite3"]):
			for n in range(4):
				self.run_of(100 * n + 1, 100 * n + 100)
		self.expect_sound(self.scene)

	def test_the_very_first_run(self):
		with self.people(["sqlite3", "-readonly"], ["sqlite3", "-readonly"],
				allowed=("unable to open database file", "no such table: contact_status")):
			self.run_of(1, 100)
		self.expect_sound(self.scene)


if __name__ == "__main__":
	unittest.main()
