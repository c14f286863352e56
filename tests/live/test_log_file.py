#!/usr/bin/python3
"""There is one recorder of a file; and what others do beside it."""

import os
import re
import signal
import stat
import unittest

import server as servers
from cast import Cast
from recorder import RecorderTest, await_true
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
