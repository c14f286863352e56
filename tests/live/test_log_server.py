#!/usr/bin/python3
"""A server that is restarted under the recorder, or hangs and comes back."""

import os
import signal
import unittest

import server as servers
from recorder import RecorderTest, await_true
from scene import Scene, moment, start_server
from talker import Talker


class ServerTest(RecorderTest):
	"""kind: of the server; each test has one of its own, since it is to suffer."""

	kind, options = servers.Prosody, {}

	def setUp(self):
		self.server = start = self.enterContext(self.kind(**self.options))
		start.befriend("me", ["ann", "bob"])
		self.scene = Scene(start, "me")

	def restart(self):
		with Talker(self.server, "ann") as ann, Talker(self.server, "bob", "desk"):
			recorder = self.record(self.scene)
			ann.await_presence(self.scene.jid)
			recorder.await_watching()
			ann.talk(1, 30)
			ann.finish()
			recorder.await_sql("SELECT 1 FROM stanza WHERE status = '30'", "the last word")
		# Both have left now, and are not back when the server is.
		self.server.restart()
		recorder.await_watching()
		with Talker(self.server, "ann") as ann:
			ann.talk(31, 60)
			ann.finish()
			recorder.await_sql("SELECT 1 FROM stanza WHERE status = '60'", "the last word")
			as_of = recorder.await_sql("SELECT max(heard_until) FROM watch", "the end")
			self.stop(recorder)
		self.assertTrue(as_of)

	def expect_restarted(self):
		scene = self.scene
		self.expect_sound(scene)
		said = self.said(scene, self.server.jid("ann"))
		self.assertEqual(said, [str(n) for n in [*range(31), 0, *range(31, 61)]])
		watches = scene.sql("SELECT id, began, heard_until, ended, reason FROM watch")
		self.assertEqual(len(watches), 2, watches)
		old, new = watches
		self.assertTrue(old["began"] <= old["heard_until"] <= new["began"], watches)
		self.assertIsNotNone(old["ended"], watches)
		gaps = scene.sql("SELECT * FROM gaps ORDER BY began")
		self.assertEqual(len(gaps), 2, gaps)
		self.assertEqual(round(moment(gaps[0]["began"]) * 1000), old["heard_until"])
		self.assertEqual(round(moment(gaps[0]["ended"]) * 1000), new["began"])
		self.assertIn(gaps[0]["reason"], ("system-shutdown", "lost", "closed", "reset"), gaps)
		self.assertIsNone(gaps[1]["ended"], gaps)
		status = scene.status()
		self.assertEqual(len(status), 2, "the whole roster")
		self.assertEqual(status[self.server.jid("ann")]["verdict"], "visible", "before our own last word")
		self.assertNotEqual(status[self.server.jid("bob")]["verdict"], "visible", "the snapshot is a new one")
		self.expect_history(scene)


class RestartedProsody(ServerTest):
	def test_restart(self):
		self.restart()
		self.expect_restarted()


class RestartedEjabberd(ServerTest):
	kind = servers.Ejabberd

	def test_restart(self):
		self.restart()
		self.expect_restarted()


class Frozen(ServerTest):
	options = {"kept": 100000}

	def test_frozen_longer_than_we_wait_for_a_pong(self):
		"""Who is frozen still takes what is sent, so that only the ping without an answer tells."""
		with Talker(self.server, "ann") as ann:
			recorder = self.record(self.scene, impatient=True)
			ann.await_presence(self.scene.jid)
			ann.talk(1, 100)
			ann.finish()
			recorder.await_sql("SELECT 1 FROM stanza WHERE status = '100'", "the last word")
			os.kill(self.server.child.pid, signal.SIGSTOP)
			try:
				recorder.await_sql("SELECT 1 FROM cut WHERE reason = 'ping-timeout'", "a ping without an answer")
				ann.talk(101, 300)
				ann.await_said(300)
			finally:
				os.kill(self.server.child.pid, signal.SIGCONT)
			ann.finish()
			recorder.await_sql("SELECT 1 FROM stanza WHERE status = '300'", "the last word")
			self.stop(recorder)
			self.expect_said(self.scene, ann.jid, 300)
			self.expect_no_gap(self.scene)
			self.expect_history(self.scene)


if __name__ == "__main__":
	unittest.main()
