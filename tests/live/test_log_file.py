#!/usr/bin/python3
"""The file is taken away under the recorder; there is one recorder of a file; and what others do beside it."""

import os
import re
import shutil
import signal
import stat
import subprocess
import unittest

import server as servers
from cast import Cast
from recorder import Late, Recorder, RecorderTest, await_true, peek
from scene import Run, Scene, start_server
from talker import Talker


def setUpModule():
	global server
	server = start_server(servers.Prosody, kept=100000)


class FileTest(RecorderTest):
	def setUp(self):
		self.name = self._testMethodName
		server.befriend(self.name, ["talker_" + self.name, "friend_" + self.name])
		self.scene = Scene(server, self.name)
		self.contact = self.enterContext(Talker(server, "talker_" + self.name))

	def start(self, *options):
		mark = self.contact.mark()
		self.recorder = self.record(self.scene, *options)
		self.contact.await_presence(self.scene.jid, mark)
		self.await_word(0)

	def talk(self, first, last):
		self.contact.talk(first, last)
		self.contact.finish()

	def await_word(self, n):
		self.recorder.await_sql("SELECT 1 FROM stanza WHERE status = '%d'" % n, "word %d" % n)

	@property
	def sign_ins(self):
		return len(re.findall(r"Authenticated as %s@" % self.name, server.log))


class TakenAway(FileTest):
	def take_away(self, take):
		"""What stands at the path afterwards has all that is known from then on, from a snapshot of everybody."""
		self.start()
		self.talk(1, 20)
		self.await_word(20)
		old = os.open(self.scene.db, os.O_RDONLY)       # so that its number is not given to another
		self.addCleanup(os.close, old)
		said = len(self.recorder.lines["err"])
		take()
		self.contact.talk(21, 200, 10)      # meanwhile
		self.recorder.await_line(lambda line: self.scene.db in line, "err", said)
		self.contact.finish()
		self.talk(201, 220)
		await_true(lambda: os.path.exists(self.scene.db) and os.stat(self.scene.db).st_ino != os.fstat(old).st_ino, "a new file",
			alive=self.recorder)
		self.await_word(220)
		self.stop(self.recorder)
		self.expect_sound(self.scene)
		self.assertEqual(stat.S_IMODE(os.stat(self.scene.db).st_mode), 0o600)
		self.assertEqual(len(self.scene.sql("SELECT contact FROM contact_status")), 2, "the whole roster")
		self.began = self.scene.sql("SELECT max(began) / 1000.0 AS began FROM watch")[0]["began"]
		said = [int(n) for n in self.said(self.scene, self.contact.jid)]
		last = [n for n in said if n > 20]
		self.assertEqual(last, list(range(last[0], 221)), "from the snapshot on, none missing and none twice")
		return said

	def test_moved(self):
		away = self.scene.db + ".away"

		def move():
			for end in "", "-wal", "-shm":
				if os.path.exists(self.scene.db + end):
					os.rename(self.scene.db + end, away + end)
		new = self.take_away(move)
		self.scene.db = away
		self.expect_sound(self.scene)
		old = [int(n) for n in self.said(self.scene, self.contact.jid)]
		self.assertEqual(old, list(range(len(old))), "nothing of it is lost")
		self.assertGreater(len(old), 21)
		ended = self.scene.sql("SELECT heard_until / 1000.0 AS at, reason FROM watch")
		self.assertEqual([row["reason"] for row in ended], ["file-moved"])
		self.assertEqual([n for n in range(221) if n not in old and n not in new and not ended[0]["at"] - 1
			<= self.contact.times[n] <= self.began + 1], [], "neither in a file nor between the two watches")

	def test_moved_alone(self):
		"""As one does who knows nothing of -wal and -shm."""
		self.take_away(lambda: os.rename(self.scene.db, self.scene.db + ".away"))

	def test_removed(self):
		self.take_away(lambda: os.unlink(self.scene.db))

	def test_replaced(self):
		copy = self.scene.folder + "/copy.db"

		def replace():
			subprocess.run(["sqlite3", self.scene.db, "VACUUM INTO '%s'" % copy], check=True)
			os.chmod(copy, 0o600)
			os.rename(copy, self.scene.db)
		said = self.take_away(replace)
		self.assertEqual(said[:21], list(range(21)), "the copy is gone on with")

	def test_replaced_by_what_is_not_ours(self):
		"""Not written to; said; nothing is lost of what the server still has when it is put right."""
		self.start("--keep-session")
		self.talk(1, 20)
		self.await_word(20)
		said = len(self.recorder.lines["err"])
		with open(self.scene.db + ".other", "w") as f:
			f.write("no database at all\n" * 300)
		os.chmod(self.scene.db + ".other", 0o600)
		os.rename(self.scene.db + ".other", self.scene.db)
		self.contact.talk(21, 200, 10)
		self.recorder.await_line(lambda line: self.scene.db in line, "err", said)
		self.contact.finish()
		if self.recorder.child.poll() is None:
			self.recorder.send_signal(signal.SIGTERM)
		self.assertIn(self.recorder.wait(), (0, 65, 74), str(self.recorder))
		with open(self.scene.db) as f:
			self.assertEqual(f.read(), "no database at all\n" * 300)


class OnlyOne(FileTest):
	def test_two_at_once(self):
		for _ in range(5):
			two = [self.record(self.scene) for _ in range(2)]
			loser = await_true(lambda: [r for r in two if r.child.poll() is not None], "one to give way")[0]
			winner = two[1 - two.index(loser)]
			self.assertEqual(loser.wait(), 75, str(loser))
			self.assertRegex(loser.err, r"\b%d\b" % winner.pid)
			self.assertEqual(len(loser.lines["err"]), 1, str(loser))
			winner.await_watching()
			self.stop(winner)
		self.assertEqual(self.sign_ins, 5)

	def test_free_at_once_when_killed(self):
		self.start()
		self.recorder.kill()
		lock = self.scene.db + ".lock"
		self.assertTrue(os.path.exists(lock))
		again = self.record(self.scene)
		again.await_watching()
		self.stop(again)

	def test_modes(self):
		old = os.umask(0)
		try:
			self.start()
		finally:
			os.umask(old)
		names = [name for name in os.listdir(self.scene.folder) if name.startswith("presence.db")]
		self.assertIn("presence.db.sock", names)
		for name in names:
			path = self.scene.folder + "/" + name
			self.assertEqual(stat.S_IMODE(os.stat(path).st_mode), 0o600, name)
		self.stop(self.recorder)
		self.assertNotIn("presence.db.sock", os.listdir(self.scene.folder))


class Beside(FileTest):
	"""scan and status, while a recorder runs."""

	def test_scan_does_not_sign_in(self):
		cast = self.enterContext(Cast())
		friend = cast.connect(server, "friend_" + self.name, "desk")
		friend.available()
		self.start()
		self.recorder.await_sql("SELECT 1 FROM presence_log WHERE contact = '%s'" % friend.jid, "the friend")
		friend.unavailable()
		before = self.sign_ins
		scan = self.scene.scan()
		self.expect_exit(scan, 0)
		self.assertEqual(scan.err, "")
		self.assertEqual(self.sign_ins, before)
		self.assertEqual({who.split("_")[0]: said["verdict"] for who, said in scan.contacts.items()},
			{"talker": "visible", "friend": "invisible"})
		self.assertIs(scan.json["complete"], True)
		report = self.scene.command("report", "--json")
		self.expect_exit(report, 0)
		self.assertEqual(report.json["contacts"], scan.json["contacts"])
		self.assertRegex(self.scene.start_scan().communicate()[0], r"(?m)^friend_.*\bdesk\b")
		self.assertEqual(self.sign_ins, before)
		self.stop(self.recorder)
		self.expect_exit(self.scene.scan(), 0)
		self.assertEqual(self.sign_ins, before + 1, "or the checks above are blind")

	def test_several_scans_at_once(self):
		self.start()
		scans = [self.scene.start_scan("--json") for _ in range(4)]
		for scan in map(Run, scans):
			self.expect_exit(scan, 0)
			self.assertEqual(scan.contacts[self.contact.jid]["verdict"], "visible")
		self.assertEqual(self.sign_ins, 1)
		self.stop(self.recorder)

	def test_without_the_socket(self):
		self.start()
		os.unlink(self.scene.db + ".sock")
		scan = self.scene.scan()
		self.expect_exit(scan, 75)
		self.assertRegex(scan.err, r"\b%d\b" % self.recorder.pid)
		self.assertEqual(self.sign_ins, 1)
		self.stop(self.recorder)

	def test_a_recorder_that_hangs(self):
		"""Who asks it does not hang with it."""
		self.start()
		self.recorder.send_signal(signal.SIGSTOP)
		try:
			scan = self.scene.scan()
		finally:
			self.recorder.send_signal(signal.SIGCONT)
		self.expect_exit(scan, 75)
		self.stop(self.recorder)

	def test_a_socket_left_behind(self):
		"""By one that was killed: nobody listens there."""
		self.start()
		self.recorder.kill()
		self.assertTrue(os.path.exists(self.scene.db + ".sock"))
		scan = self.scene.scan()
		self.expect_exit(scan, 0)
		self.assertEqual(scan.contacts[self.contact.jid]["verdict"], "visible")
		self.start()
		self.stop(self.recorder)

	def test_status(self):
		self.start()
		self.talk(1, 5)
		self.await_word(5)
		status = self.scene.command("status")
		self.expect_exit(status, 0)
		self.assertIn(self.scene.jid, status.out)
		self.stop(self.recorder)


if __name__ == "__main__":
	unittest.main()
