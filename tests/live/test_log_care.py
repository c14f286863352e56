#!/usr/bin/python3
"""What looks after the file, beside a recorder that is at work; and the configuration that it is started with."""

import json
import os
import signal
import sqlite3
import unittest

import server as servers
from recorder import RecorderTest
from scene import BINARY, SILENCE, Run, Scene, start_server
from talker import Talker


def setUpModule():
	global server
	server = start_server(servers.Prosody)


class Care(RecorderTest):
	def setUp(self):
		name = self._testMethodName
		server.befriend(name, ["talker_" + name])
		self.scene = Scene(server, name)
		self.contact = self.enterContext(Talker(server, "talker_" + name))
		self.config = self.scene.folder + "/config.ini"

	def ask(self, command, *words):
		return Run(self.scene.start([BINARY, command, *words, "--db", self.scene.db]))

	def configure(self, *lines):
		"""The account and how to sign in stand in a section of its own."""
		with open(os.open(self.config, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as f:
			f.write("\n".join(["timeout = %s" % SILENCE, "db = " + self.scene.db, *lines, "[account someone.else@example.org]",
				"connect = 127.0.0.1:1", "[account %s]" % self.scene.jid, "connect = %s:%d" % (server.host, server.port),
				"ca-file = " + server.ca_file, "password-file = " + self.scene.password_file, ""]))

	def record_configured(self):
		return self.record(self.scene, words=[BINARY, "log", "--config", self.config, "--account", self.scene.jid])

	def test_status(self):
		recorder = self.record(self.scene)
		recorder.await_watching()
		done = self.ask("status", "--json")
		self.assertEqual((done.status, done.err), (0, ""))
		told = json.loads(done.out)
		self.assertEqual((told["alive"], told["answers"], told["pid"], told["account"], told["state"]),
			(True, True, recorder.pid, self.scene.jid, "watching"))
		self.assertTrue(told["since"] <= told["connected_since"] <= told["last_commit"], told)
		self.assertEqual((told["queued"], told["trouble"], told["gaps_today"]), (0, None, 0))
		people = self.ask("status").out
		self.assertRegex(people, r"(?m)^recorder +running, process %d, since " % recorder.pid)
		self.assertRegex(people, r"(?m)^state +watching, connected since ")
		self.stop(recorder)
		done = self.ask("status", "--json")
		self.assertEqual((done.status, json.loads(done.out)["alive"]), (1, False))

	def test_doctor(self):
		recorder = self.record(self.scene)
		recorder.await_watching()
		done = self.ask("doctor", "--locks", "--json")
		self.assertEqual((done.status, done.err), (0, ""))
		checks = [(c["check"], c["verdict"], c["says"]) for c in json.loads(done.out)["checks"]]
		self.assertIn(("recorder", "ok", "process %d (unseen) records" % recorder.pid), checks)
		self.assertIn(("locks", "ok", "DMS: process %d (unseen)" % recorder.pid), checks)
		self.assertEqual([c for c in checks if c[0] in ("rule", "integrity", "references", "facts") and c[1] != "ok"], [])
		recorder.await_sql("SELECT 1 FROM stanza WHERE status = '0'", "the greeting")
		self.contact.talk(1, 20)        # and it was not disturbed: closing the file's descriptors elsewhere takes no lock of it
		recorder.await_sql("SELECT 1 FROM stanza WHERE status = '20'", "the last word")
		self.stop(recorder)
		self.expect_said(self.scene, self.contact.jid, 20)

	def test_backup(self):
		recorder = self.record(self.scene)
		recorder.await_watching()
		recorder.await_sql("SELECT 1 FROM stanza WHERE status = '0'", "the greeting")
		self.contact.talk(1, 400, rate=200)
		counts = []
		for n in range(3):
			copy = "%s/copy%d.db" % (self.scene.folder, n)
			done = self.ask("backup", copy)
			self.assertEqual((done.status, done.out), (0, ""), str(done))
			with sqlite3.connect(copy) as c:
				said = [int(s) for s, in c.execute("SELECT status FROM stanza WHERE kind = 'presence' AND status GLOB '[1-9]*' ORDER BY id")]
				self.assertEqual(said, list(range(1, len(said) + 1)), "as of one moment")
				self.assertEqual(c.execute("SELECT count(*) FROM resumption").fetchall(), [(0,)])
				counts.append(len(said))
		self.assertEqual(counts, sorted(counts))
		recorder.await_sql("SELECT 1 FROM stanza WHERE status = '400'", "the last word")
		self.stop(recorder)
		self.expect_said(self.scene, self.contact.jid, 400)

	def test_configured(self):
		self.configure("status = of the file", "resource = configured")
		recorder = self.record_configured()
		recorder.await_watching()
		self.assertEqual(self.scene.sql("SELECT resource FROM watch"), [{"resource": "configured"}])
		self.stop(recorder)

	def test_reload(self):
		"""A file that is wrong is told, and changes nothing; what needs a restart is named."""
		self.configure("resource = configured")
		recorder = self.record_configured()
		recorder.await_watching()
		recorder.await_sql("SELECT 1 FROM stanza WHERE status = '0'", "the greeting")
		self.configure("resource = configured", "every = soon")
		recorder.send_signal(signal.SIGHUP)
		recorder.await_line(lambda line: "config.ini:4: every soon" in line, "err")
		self.configure("resource = another", "every = 120")
		recorder.send_signal(signal.SIGHUP)
		recorder.await_line(lambda line: "resource" in line and "every soon" not in line, "err")
		self.contact.talk(1, 20)
		recorder.await_sql("SELECT 1 FROM stanza WHERE status = '20'", "the last word")
		self.assertEqual(self.scene.sql("SELECT count(*) AS n FROM watch"), [{"n": 1}])
		self.stop(recorder)


if __name__ == "__main__":
	unittest.main()
