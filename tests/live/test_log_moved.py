#!/usr/bin/python3
"""The file is taken away under the recorder."""

import os
import signal
import stat
import subprocess
import unittest

import server as servers
from recorder import RecorderTest, await_true
from scene import Scene, start_server
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
		self.contact.talk(21, 140, 10)      # meanwhile
		self.recorder.await_line(lambda line: self.scene.db in line, "err", said)
		self.contact.finish()
		self.talk(141, 160)
		await_true(lambda: os.path.exists(self.scene.db) and os.stat(self.scene.db).st_ino != os.fstat(old).st_ino, "a new file",
			alive=self.recorder)
		self.await_word(160)
		self.stop(self.recorder)
		self.expect_sound(self.scene)
		self.assertEqual(stat.S_IMODE(os.stat(self.scene.db).st_mode), 0o600)
		self.assertEqual(len(self.scene.sql("SELECT contact FROM contact_status")), 2, "the whole roster")
		self.began = self.scene.sql("SELECT max(began) / 1000.0 AS began FROM watch")[0]["began"]
		said = [int(n) for n in self.said(self.scene, self.contact.jid)]
		last = [n for n in said if n > 20]
		self.assertEqual(last, list(range(last[0], 161)), "from the snapshot on, none missing and none twice")
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
		self.assertEqual([n for n in range(161) if n not in old and n not in new and not ended[0]["at"] - 1
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
		self.contact.talk(21, 140, 10)
		self.recorder.await_line(lambda line: self.scene.db in line, "err", said)
		self.contact.finish()
		if self.recorder.child.poll() is None:
			self.recorder.send_signal(signal.SIGTERM)
		self.assertIn(self.recorder.wait(), (0, 65, 74), str(self.recorder))
		with open(self.scene.db) as f:
			self.assertEqual(f.read(), "no database at all\n" * 300)


if __name__ == "__main__":
	unittest.main()
