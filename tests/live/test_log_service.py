#!/usr/bin/python3
"""What a service manager, and an administrator, tell a recorder and hear of it."""

import os
import signal
import unittest

import server as servers
from recorder import Notified, RecorderTest
from scene import Scene, start_server
from talker import Talker


def setUpModule():
	global server
	server = start_server(servers.Prosody)


class Service(RecorderTest):
	def setUp(self):
		name = self._testMethodName
		server.befriend(name, ["talker_" + name])
		self.scene = Scene(server, name)
		self.contact = self.enterContext(Talker(server, "talker_" + name))

	def test_notify(self):
		manager = Notified()
		self.addCleanup(manager.close)
		recorder = self.record(self.scene, env={"NOTIFY_SOCKET": manager.path, "WATCHDOG_USEC": "2000000"})
		manager.await_line(lambda line: line == "READY=1")
		self.assertTrue(recorder.lives(), "it is ready when it watches")
		manager.await_line(lambda line: line.startswith("STATUS="))
		for _ in range(4):      # nothing happens meanwhile
			manager.await_line(lambda line: line == "WATCHDOG=1", len(manager.said), timeout=10)
		self.assertNotIn("STOPPING=1", [line for _, line in manager.said])
		self.stop(recorder)
		manager.await_line(lambda line: line == "STOPPING=1")

	def test_no_watchdog_where_none_is_asked_for(self):
		manager = Notified()
		self.addCleanup(manager.close)
		recorder = self.record(self.scene, env={"NOTIFY_SOCKET": manager.path})
		manager.await_line(lambda line: line == "READY=1")
		self.stop(recorder)
		manager.await_line(lambda line: line == "STOPPING=1")
		self.assertNotIn("WATCHDOG=1", [line for _, line in manager.said])

	def test_frozen_recorder_is_not_alive(self):
		"""The watchdog is fed by the loop that records, by nobody else."""
		manager = Notified()
		self.addCleanup(manager.close)
		recorder = self.record(self.scene, env={"NOTIFY_SOCKET": manager.path, "WATCHDOG_USEC": "2000000"})
		manager.await_line(lambda line: line == "WATCHDOG=1")
		recorder.send_signal(signal.SIGSTOP)
		before = len(manager.said)
		with self.assertRaises(AssertionError):
			manager.await_line(lambda line: line == "WATCHDOG=1", before + 1, timeout=4)
		recorder.send_signal(signal.SIGCONT)
		manager.await_line(lambda line: line == "WATCHDOG=1", before + 1)
		self.stop(recorder)

	def test_usr1_says_how_it_is(self):
		recorder = self.record(self.scene)
		self.contact.await_presence(self.scene.jid)
		before = len(recorder.lines["err"])
		recorder.send_signal(signal.SIGUSR1)
		line = recorder.await_line(lambda line: True, "err", before)
		self.assertIn("watching", line)
		recorder.send_signal(signal.SIGUSR1)
		recorder.await_line(lambda line: True, "err", before + 1)
		self.stop(recorder)

	def test_hup_is_no_end(self):
		recorder = self.record(self.scene)
		self.contact.await_presence(self.scene.jid)
		recorder.send_signal(signal.SIGHUP)
		self.contact.talk(1, 20)
		recorder.await_sql("SELECT 1 FROM stanza WHERE status = '20'", "the last word")
		self.stop(recorder)
		self.expect_said(self.scene, self.contact.jid, 20)


if __name__ == "__main__":
	unittest.main()
