#!/usr/bin/python3
"""Scenes on a real ejabberd. It lists every session of a contact, so one scan into an empty file finds who hides."""

import time
import unittest

import scenes
import server as servers
from cast import Cast
from scene import Scene, SceneTest, moment, start_server

DOMAIN = "ejabberd.example"
IRC = "irc." + DOMAIN


def setUpModule():
	global server, cast
	server = start_server(servers.Ejabberd, domain=DOMAIN, components={IRC: "muc"})
	cast = unittest.enterModuleContext(Cast())


class Hidden(scenes.Hidden, SceneTest):
	"""One roster, one truth, one scan. The contact's name is its habit."""

	hidden = "np unav x18 x126 x126b held noping mute".split()

	@classmethod
	def setUpClass(cls):
		connected = ("vis np unav x18 x18b x126 x126b x186 held heldvis blocker blocker_hidden noping mute two past "
			"past_status past_np dirunav").split()
		server.befriend("watcher", connected + ["never"])
		server.befriend("watcher", ["from_only"], "from")
		server.befriend("watcher", ["none_only"], "none")
		server.set_roster("watcher", [(IRC, "to", "Gateway"), (DOMAIN, "to", "Server"), (scenes.DEAD, "both", "Zoe")])
		cls.scene = scene = Scene(server, "watcher")
		c = {user: cast.connect(server, user, "phone", held=user in ("held", "heldvis"), ping=user != "noping",
			mute=user == "mute") for user in connected + ["from_only", "none_only"]}
		for user in c.keys() - {"np", "x18", "x126", "past_np"}:
			c[user].available()
		for user in "unav", "held", "blocker_hidden", "noping", "mute", "two":
			c[user].unavailable()
		for user in "x18", "x18b":
			c[user].invisible_x18()
		for user in "x126", "x126b":
			assert c[user].deny_presence_x126(), "ejabberd has privacy lists"
			c[user].available()
		assert not c["x186"].invisible_x186(), "ejabberd has no XEP-0186"
		c["held"].drop()
		c["heldvis"].drop()
		for user in "blocker", "blocker_hidden":
			c[user].block(scene.jid)
		cast.connect(server, "two", "tablet").available()
		c["dirunav"].unavailable(to=scene.jid)
		# the server says "last active 0 seconds ago" of these, with the status as text, or none
		c["past_np"].leave()
		c["past_status"].leave("gone fishing")
		c["past"].leave()
		cls.judged = scene.scan()

	def test_type_invisible_later_hides_nothing(self):
		self.expect("x18b", "visible")

	def test_privacy_list(self):
		self.expect("x126", "invisible", "proof", "phone")
		self.expect("x126b", "invisible", "proof", "phone")

	def test_never_connected(self):
		self.expect("never", "offline")

	def test_left_a_second_ago(self):
		self.expect("past", "offline")
		self.expect("past_status", "offline")
		self.expect("past_np", "offline")

	def test_line_lost_session_held(self):
		self.expect("held", "invisible", "session", "phone")

	def test_line_lost_session_held_but_shown(self):
		self.expect("heldvis", "visible")

	def test_never_answers(self):
		self.expect("mute", "invisible", "session", "phone")
		self.assertNotIn("answer", [sign for sign, _ in self.signs("mute")])

	def test_one_shown_one_hidden(self):
		self.expect("two", "visible")
		self.assertIn(("tablet", True), [(r["resource"], r["shown"])
			for r in self.judged.contacts[server.jid("two")]["resources"]])


class Twice(SceneTest):
	"""The same file again, after people came, hid and left."""

	@classmethod
	def setUpClass(cls):
		server.befriend("gus", ["pair", "swap", "was_hidden", "was_shown"])
		cls.scene = scene = Scene(server, "gus")
		c = {user: cast.connect(server, user, "phone") for user in ("pair", "swap", "was_hidden", "was_shown")}
		for user in "pair", "swap", "was_shown":
			c[user].available()
		cast.connect(server, "pair", "tablet").available()
		cls.first = scene.scan()
		c["pair"].unavailable()
		c["swap"].leave()
		cast.connect(server, "swap", "tablet")      # hidden, on a resource never on record
		c["was_hidden"].leave()
		c["was_shown"].unavailable()
		cls.judged = scene.scan()

	def test_first(self):
		self.expect_exit(self.first, 0)
		verdicts = {c["contact"].split("@")[0]: c["verdict"] for c in self.first.json["contacts"]}
		self.assertEqual(verdicts, {"pair": "visible", "swap": "visible", "was_hidden": "invisible", "was_shown": "visible"})

	def test_one_shown_one_hidden(self):
		self.expect("pair", "visible")
		shown = {r["resource"]: r["shown"] for r in self.judged.contacts[server.jid("pair")]["resources"]}
		self.assertEqual(shown, {"phone": False, "tablet": True})

	def test_hidden_on_another_resource(self):
		self.expect("swap", "invisible", "proof", "tablet")

	def test_was_hidden_and_left(self):
		self.expect("was_hidden", "offline")

	def test_was_shown_and_hides(self):
		self.expect("was_shown", "invisible", "proof", "phone")


class During(scenes.During, SceneTest):
	def setUp(self):
		self.server, self.cast = server, cast

	def test_second_of_leaving_is_no_sign(self):
		"""Until the second is over in which somebody said a clean goodbye, ejabberd says "last active 0 seconds ago", as
		of a session. These leave unheard, one after the other, while three scans go on that began at different parts of a
		second: who was gone when asked is not called invisible."""
		users = ["g%d" % i for i in range(50)]
		watching = []
		for watcher in "dan1", "dan2", "dan3":
			server.befriend(watcher, users)
			watching.append(Scene(server, watcher))
		contacts = cast.connect_all(server, [(user, "phone", {}) for user in users])
		for contact in contacts:
			contact.deny_presence_x126()
			contact.available()
		scans, left = [], {}
		for i, contact in enumerate(contacts):
			if i in (0, 3, 6):
				scans.append(watching[len(scans)].start_scan("--json"))
			contact.leave()
			left[contact.jid] = time.time()
			if len(scans) == len(watching) and all(scan.poll() is not None for scan in scans):
				break
		for self.scene, scan in zip(watching, scans):
			self.judged = self.scene.judge(scan)
			self.expect_exit(self.judged, 0)
			for jid, when in left.items():
				said = self.judged.contacts[jid]
				if said["verdict"] == "invisible":
					self.assertLess(min(moment(s["at"]) for s in said["signs"]), when + 0.1, said)

	def test_hidden_one_leaves_when_asked(self):
		"""Listed, then gone while the question was on its way."""
		server.befriend("dick", ["lee"])
		self.scene = scene = Scene(server, "dick")
		lee = cast.connect(server, "lee", "phone", mute=True)
		child = scene.start_scan("--json")
		lee.await_question(scene.jid)
		lee.leave()
		self.judged = scene.judge(child)
		self.expect_exit(self.judged, 0)
		self.assertNotIn("answer", [sign for sign, _ in self.signs("lee")])
		self.assertNotIn(self.judged.contacts[lee.jid]["certainty"], ("proof",))


class Throttled(SceneTest):
	"""ejabberd's stock shaper: 3 kB a second after 20 kB."""

	def test_everybody_is_asked(self):
		with servers.Ejabberd("slow.example", limits=3000) as slow:
			users = ["u%d" % i for i in range(60)]
			slow.befriend("watcher", users)
			cast.connect_all(slow, [(user, "phone", {}) for user in users[::3]])
			self.scene = Scene(slow, "watcher")
			self.judged = self.scene.scan()
			self.expect_exit(self.judged, 0)
			self.assertIs(self.judged.json["complete"], True)
			said = {c["contact"].split("@")[0]: c["verdict"] for c in self.judged.json["contacts"]}
			self.assertEqual(said, {user: "offline" if i % 3 else "invisible" for i, user in enumerate(users)})


if __name__ == "__main__":
	unittest.main()
