#!/usr/bin/python3
"""An account on Prosody whose contacts live on ejabberd: what leaks is what the contact's server leaks."""

import socket
import time
import unittest

import server as servers
from cast import Cast
from scene import Scene, SceneTest, start_server

DEAD = "zoe@dead.example"       # nobody knows the name
TARPIT = "yan@tarpit.example"   # takes connections and says nothing


def setUpModule():
	global home, away, cast
	tarpit = unittest.enterModuleContext(socket.create_server(("127.0.0.1", 0)))
	here, there = servers.free_port(), servers.free_port()
	home = start_server(servers.Prosody, domain="localhost", s2s_port=here,
		others={"ejabberd.example": there, "tarpit.example": tarpit.getsockname()[1]})
	away = start_server(servers.Ejabberd, domain="ejabberd.example", s2s_port=there, others={"localhost": here},
		ca=home.folder)
	cast = unittest.enterModuleContext(Cast())


class Remote(SceneTest):
	@classmethod
	def setUpClass(cls):
		cls.scene = scene = Scene(home, "watcher")
		connected = "vis np unav x126 held mute blocker gone".split()
		for user in connected + ["never"]:
			home.set_roster("watcher", [(away.jid(user), "both", user)])
			away.set_roster(user, [(scene.jid, "both", "watcher")])
		home.set_roster("watcher", [(jid, "both", "") for jid in (DEAD, TARPIT, home.jid("near"))])
		home.set_roster("near", [(scene.jid, "both", "watcher")])
		cast.connect(home, "near", "phone").available()
		c = {user: cast.connect(away, user, "phone", held=user == "held", mute=user == "mute") for user in connected}
		assert c["x126"].deny_presence_x126()
		for user in c.keys() - {"np"}:
			c[user].available()
		for user in "unav", "held", "mute":
			c[user].unavailable()
		c["held"].drop()
		c["blocker"].block(scene.jid)
		c["gone"].leave()
		started = time.monotonic()
		cls.judged = scene.scan()
		cls.took = time.monotonic() - started

	def test_complete(self):
		self.expect_exit(self.judged, 0)
		self.assertIs(self.judged.json["complete"], True)

	def test_visible(self):
		self.expect(away.jid("vis"), "visible")
		self.expect("near", "visible")

	def test_hidden(self):
		for user in "np", "unav", "x126":
			self.expect(away.jid(user), "invisible", "proof", "phone")
		for user in "held", "mute":
			self.expect(away.jid(user), "invisible", "session", "phone")

	def test_offline(self):
		self.expect(away.jid("gone"), "offline")
		self.expect(away.jid("never"), "offline")

	def test_blocks_us(self):
		self.expect(away.jid("blocker"), "unknown")

	def test_domains_that_do_not_answer(self):
		self.expect(DEAD, "unknown")
		self.expect(TARPIT, "unknown")
		self.assertLess(self.took, 30, "they delay nobody else")


if __name__ == "__main__":
	unittest.main()
