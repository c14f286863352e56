#!/usr/bin/python3
"""The clock is set, and the machine sleeps, under the recorder: clocks.c plays both."""

import os
import struct
import subprocess
import tempfile
import unittest

import server as servers
from recorder import RecorderTest, await_true
from scene import Scene, moment, start_server
from talker import Talker

HERE = os.path.dirname(os.path.abspath(__file__))
HOUR = 3600 * 1000


def setUpModule():
	global server, library
	server = start_server(servers.Prosody, kept=100000)
	folder = unittest.enterModuleContext(tempfile.TemporaryDirectory())
	library = folder + "/clocks.so"
	subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", library, HERE + "/clocks.c"], check=True)


class Clock(RecorderTest):
	def setUp(self):
		name = self._testMethodName
		server.befriend(name, ["talker_" + name])
		self.scene = Scene(server, name)
		self.clocks = self.scene.folder + "/clocks"
		self.set(0, 0)
		self.contact = self.enterContext(Talker(server, "talker_" + name))
		self.recorder = self.record(self.scene, env={"LD_PRELOAD": library, "CLOCKS": self.clocks,
			"ASAN_OPTIONS": "verify_asan_link_order=0"})
		self.contact.await_presence(self.scene.jid)
		self.talk(1, 10)

	def set(self, utc, slept):
		"""Milliseconds."""
		mode = "r+b" if os.path.exists(self.clocks) else "wb"
		with open(self.clocks, mode, buffering=0) as f:
			f.write(struct.pack("=qq", utc * 1000000, slept * 1000000))

	def talk(self, first, last):
		self.contact.talk(first, last)
		self.contact.finish()
		self.recorder.await_sql("SELECT 1 FROM stanza WHERE status = '%d'" % last, "the last word")

	def rows(self, what):
		return self.scene.sql("SELECT id, what, at, mono, boot, moved FROM clock WHERE what = '%s'" % what)

	def end(self):
		self.talk(11, 20)
		self.stop(self.recorder)
		self.expect_said(self.scene, self.contact.jid, 20)

	def jump(self, by):
		self.set(by, 0)
		self.recorder.await_sql("SELECT 1 FROM clock WHERE what = 'jump'", "a jump of the clock")
		self.end()
		rows = self.rows("jump")
		self.assertEqual(len(rows), 1, rows)
		self.assertAlmostEqual(rows[0]["moved"], by, delta=2000)
		self.assertEqual(self.rows("suspend"), [])

	def test_set_forward(self):
		self.jump(HOUR)
		self.expect_history(self.scene)

	def test_set_back(self):
		self.jump(-HOUR)

	def test_slept(self):
		self.set(HOUR, HOUR)    # UTC goes on too
		self.recorder.await_sql("SELECT 1 FROM clock WHERE what = 'suspend'", "a suspension")
		self.end()
		rows = self.rows("suspend")
		self.assertEqual(len(rows), 1, rows)
		self.assertAlmostEqual(rows[0]["moved"], HOUR, delta=2000)
		self.assertEqual(self.rows("jump"), [])
		self.assertEqual(self.scene.sql("SELECT reason FROM cut"), [{"reason": "suspend"}])
		self.expect_history(self.scene)

	def test_nothing_happens(self):
		self.end()
		self.assertEqual([row["what"] for row in self.scene.sql("SELECT what FROM clock ORDER BY id")], ["began"])


if __name__ == "__main__":
	unittest.main()
