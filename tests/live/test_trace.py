#!/usr/bin/python3
"""--trace on real servers: it shows what was said, and neither the password nor anything made of it."""

import base64
import re
import unittest

import server as servers
from scene import Scene, SceneTest, start_server

PASSWORD = "correct horse battery"
HIDDEN = re.compile(r"^\S+ (->|<-) +<(auth|challenge|response|success)\b[^>]*>")


def base64_of(text):
	return base64.b64encode(text.encode()).decode().rstrip("=")


class Traced:
	kind = domain = None

	@classmethod
	def setUpClass(cls):
		cls.server = start_server(cls.kind, domain=cls.domain)
		cls.server.register("watcher", PASSWORD)
		cls.server.befriend("watcher", ["ann"])
		cls.scene = Scene(cls.server, "watcher")

	def expect_nothing_told(self, trace):
		for secret in PASSWORD, base64_of(PASSWORD), base64_of("\0watcher\0" + PASSWORD):
			self.assertNotIn(secret, trace)
		told = [line for line in trace.splitlines() if HIDDEN.search(line)]
		self.assertGreaterEqual(len(told), 2, trace)
		for line in told:
			self.assertRegex(line, r"^\S+ (->|<-)   <\w+( mechanism=\"[A-Z0-9-]+\")? \(\d+ bytes removed\)(/|>(\(\d+ bytes removed\)</\w+)?)>$")

	def test_scram(self):
		self.expect_exit(self.scene.scan("-v", "-v", "--trace", self.scene.folder + "/trace"), 0)
		with open(self.scene.folder + "/trace") as f:
			trace = f.read()
		self.expect_nothing_told(trace)
		for line in (r"-- TLSv1\.[23] with \S+, key sha256:\w{64}", r"-> +<auth mechanism=\"SCRAM-SHA-[\w-]+\" ", r"<- +<challenge ", r"-> +<response ",
				r"-- signed in by SCRAM-", r"<- +<item .*ann@%s" % self.domain, r"-> +<presence type=\"unavailable\"/>", r"<- </stream:stream>"):
			self.assertRegex(trace, "(?m)^\\S+ " + line)
		self.assertNotIn("no XML", trace)
		self.assertNotIn("breaks off", trace)

	def test_refused(self):
		scene = Scene(self.server, "watcher")
		scene.write_password(PASSWORD + "!")
		self.expect_exit(scene.scan("--trace", scene.folder + "/trace"), 77)
		with open(scene.folder + "/trace") as f:
			trace = f.read()
		self.expect_nothing_told(trace)
		self.assertRegex(trace, r"(?m)^\S+ <- +<not-authorized/>")


class OnProsody(Traced, SceneTest):
	kind, domain = servers.Prosody, "prosody.example"


class OnEjabberd(Traced, SceneTest):
	kind, domain = servers.Ejabberd, "ejabberd.example"


if __name__ == "__main__":
	unittest.main()
