#!/usr/bin/python3
"""Scenes on a real jabberd2. It lists nobody, relays type='invisible' as it is, and tells with last = 0 who is available
behind a privacy list; everyone else who hides is found by a resource on record."""

import signal
import time
import unittest

import scenes
import server as servers
from cast import Cast
from recorder import RecorderTest, await_true, peek
from scene import Scene, SceneTest, start_server

DOMAIN = "jabberd2.example"
LAST = "<query xmlns='jabber:iq:last'/>"


def setUpModule():
	global server, cast
	server = start_server(servers.Jabberd2, domain=DOMAIN)
	cast = unittest.enterModuleContext(Cast())


def befriend_all(watcher, users):
	server.befriend(watcher, users)
	server.befriend(watcher, ["from_only"], "from")
	server.befriend(watcher, ["none_only"], "none")
	server.set_roster(watcher, [("irc." + DOMAIN, "to", "Gateway"), (DOMAIN, "to", "Server"), (scenes.DEAD, "both", "Zoe")])


class Hidden(scenes.Hidden, SceneTest):
	"""One roster, one truth; two scans, and one into an empty file. The contact's name is its habit."""

	hidden = "np unav x18 x18b x126 x126b new_x18 new_x126 noping one_of_two".split()

	@classmethod
	def setUpClass(cls):
		seen = ("vis np unav x18 x18b x126 x126b x186 past renamed blocker blocker_hidden denier denier_hidden denier_moved "
			"noping mute two one_of_two dirunav").split()
		befriend_all("watcher", seen + "new_np new_x18 new_x126 never".split())
		cls.scene = scene = Scene(server, "watcher")
		c = cls.contacts = {user: cast.connect(server, user, "phone", ping=user != "noping", mute=user == "mute")
			for user in seen + ["from_only", "none_only"]}
		for contact in c.values():
			contact.available()
		laptop = cast.connect(server, "one_of_two", "laptop")
		laptop.available()
		cls.first = scene.scan()

		for user in "unav", "blocker_hidden", "denier_hidden", "noping", "mute", "two", "one_of_two":
			c[user].unavailable()
		for user in "np", "x18", "x126":
			c[user].leave()
			c[user] = cast.connect(server, user, "phone")
		for user in "new_np", "new_x18", "new_x126":
			c[user] = cast.connect(server, user, "phone")
		for user in "x18", "x18b", "new_x18":
			c[user].invisible_x18()
		for user in "x126", "x126b", "new_x126":
			assert c[user].deny_presence_x126(), "jabberd2 has privacy lists"
			c[user].available()
		assert not c["x186"].invisible_x186(), "jabberd2 has no XEP-0186"
		for user in "blocker", "blocker_hidden":
			c[user].block(scene.jid)
		c["denier_moved"].leave()
		c["denier_moved"] = cast.connect(server, "denier_moved", "tablet")
		c["denier_moved"].available()
		for user in "denier", "denier_hidden", "denier_moved":
			assert c[user].deny_all_x16(scene.jid), "jabberd2 has privacy lists"
		c["renamed"].leave()
		cast.connect(server, "renamed", "tablet")
		cast.connect(server, "two", "tablet").available()
		laptop.leave()
		c["dirunav"].unavailable(to=scene.jid)
		c["past"].leave()
		cls.judged = scene.scan()
		cls.fresh = Scene(server, "watcher")
		cls.from_nothing = cls.fresh.scan()

	def expect_from_nothing(self, user, verdict, *more):
		self.expect(user, verdict, *more, scan=self.from_nothing, scene=self.fresh)

	def test_first_scan_saw_everybody_visible(self):
		self.expect_exit(self.first, 0)
		for user in "vis", "np", "unav", "mute", "one_of_two", "blocker", "past", "x126":
			self.assertEqual(self.first.contacts[server.jid(user)]["verdict"], "visible", user)

	def test_type_invisible_is_relayed(self):
		for user in "x18", "x18b", "new_x18":
			self.expect(user, "invisible", "proof", "phone")
			self.assertIn(("typed-invisible", "phone"), self.signs(user))

	def test_privacy_list(self):
		self.expect("x126", "invisible", "proof", "phone")
		self.expect("x126b", "invisible", "proof", "phone")

	def test_privacy_list_never_on_record(self):
		self.expect("new_x126", "invisible", "session")
		self.assertEqual(self.signs("new_x126"), [("last-zero", None)])

	def test_connected_without_presence_never_on_record(self):
		self.expect("new_np", "unknown")

	def test_never_connected(self):
		self.expect("never", "unknown")

	def test_left_a_second_ago(self):
		self.expect("past", "unknown")

	def test_stale_resource_refuses_new_one_is_not_known(self):
		self.expect("renamed", "unknown")

	def test_denies_us_everything(self):
		"""An active privacy list, unlike a block, silences this one session; the server answers beside it."""
		self.expect("denier", "unknown")
		self.expect("denier_hidden", "suspected", "weak", "phone")

	def test_denies_us_everything_elsewhere(self):
		"""Then the server says feature-not-implemented for the resource that is gone, as a client would."""
		self.expect("denier_moved", "unknown")
		self.assertTrue(self.scene.sql("SELECT 1 FROM stanza_log WHERE contact = '%s' AND resource = 'phone' "
			"AND xml LIKE '%%feature-not-implemented%%'" % server.jid("denier_moved")))

	def test_never_answers(self):
		self.expect("mute", "suspected", "weak", "phone")

	def test_one_shown_one_hidden(self):
		self.expect("two", "visible")
		shown = {r["resource"]: r["shown"] for r in self.judged.contacts[server.jid("two")]["resources"]}
		self.assertEqual(shown, {"phone": False, "tablet": True})

	def test_one_hidden_one_gone(self):
		self.expect("one_of_two", "invisible", "proof", "phone")

	def test_nothing_on_record(self):
		self.expect_exit(self.from_nothing, 0)
		self.assertIs(self.from_nothing.json["complete"], True)
		for user in "vis", "x186", "two", "dirunav":
			self.expect_from_nothing(user, "visible")
		for user in "x18", "x18b", "new_x18":
			self.expect_from_nothing(user, "invisible", "proof", "phone")
		for user in "x126", "x126b", "new_x126":
			self.expect_from_nothing(user, "invisible", "session")
		for user in ("np unav noping mute one_of_two new_np renamed past never blocker blocker_hidden denier denier_hidden "
				"denier_moved").split():
			self.expect_from_nothing(user, "unknown")
		self.expect_from_nothing("from_only", "unsubscribed")

	def test_what_is_no_sign_here(self):
		"""The server answers for a resource that is not there, and counts the seconds of who is there without presence."""
		asker = cast.connect(server, "watcher", "desk")
		asker.demand("<query xmlns='http://jabber.org/protocol/disco#info'/>", server.jid("past") + "/phone", "get")
		self.assertNotEqual(asker.demand(LAST, server.jid("np"), "get")[0].get("seconds"), "0")


class During(scenes.During, SceneTest):
	def setUp(self):
		self.server, self.cast = server, cast

	def leave_just_before_they_are_asked(self):
		"""Whether the server said 0 of any of them: it does until the second is over."""
		contacts = cast.connect_all(server, [(user, "phone", {}) for user in ("g1", "g2", "g3")])
		for contact in contacts[1:]:
			contact.deny_presence_x126()
			contact.available()
		self.scene = Scene(server, "dan")
		child = self.scene.start_scan("--json")
		await_true(lambda: peek(self.scene.db, "SELECT 1 FROM stanza WHERE software = 'jabberd2'"), "the server's name")
		child.send_signal(signal.SIGSTOP)
		time.sleep(1.2)     # the second without presence, after which it asks, is over
		mark = server.mark()
		for contact in contacts:    # unheard: a farewell would put the question off
			contact.drop()
			server.wait_log("session ended: jid=" + contact.full, mark)
		child.send_signal(signal.SIGCONT)
		self.judged = self.scene.judge(child)
		self.expect_exit(self.judged, 0)
		return self.scene.sql("SELECT 1 FROM stanza WHERE seconds = 0")

	def test_second_of_leaving_is_no_sign(self):
		server.befriend("dan", ["g1", "g2", "g3"])
		for _ in range(5):
			heard_zero = self.leave_just_before_they_are_asked()
			for user in "g1", "g2", "g3":
				self.expect(user, "unknown")
			if heard_zero:
				return
		self.fail("the server never said 0, so this proves nothing")


class Restarted(SceneTest):
	def test_nobody_is_accused(self):
		"""Every session is gone, and what was told of them."""
		befriend_all("kim", ["r_known", "r_new", "r_x126", "r_past", "r_never"])
		self.scene = scene = Scene(server, "kim")
		for user in "r_known", "r_past", "r_x126":
			cast.connect(server, user, "phone").available()
		self.expect_exit(scene.scan(), 0)
		server.restart()
		cast.connect(server, "r_known", "phone")
		cast.connect(server, "r_new", "phone")
		self.judged = scene.scan()
		self.expect_exit(self.judged, 0)
		self.expect("r_known", "invisible", "proof", "phone")
		for user in "r_new", "r_past", "r_x126", "r_never":
			self.expect(user, "unknown")


class Watched(RecorderTest):
	"""Every way to hide while a recorder is there. (test_log_behaviour.py has the rest.)"""

	def await_verdicts(self, recorder, **wanted):
		for user, verdict in wanted.items():
			recorder.await_sql("SELECT 1 FROM contact_status WHERE contact = '%s' AND verdict = '%s'" % (server.jid(user), verdict),
				"%s to be %s" % (user, verdict))

	def hides_x126(self, contact):
		contact.unavailable()       # as XEP-0126 3.3 has it; the server tells nobody else
		self.assertTrue(contact.deny_presence_x126())
		contact.available()

	def test_hides_and_leaves(self):
		users = "w_unav w_dirunav w_x18 w_x126 w_vis w_leaves".split()
		server.befriend("wanda", users + ["w_late"])
		self.scene = scene = Scene(server, "wanda")
		c = {user: cast.connect(server, user, "phone") for user in users}
		for contact in c.values():
			contact.available()
		recorder = self.record(scene)
		recorder.await_watching()
		self.await_verdicts(recorder, **{user: "visible" for user in users})

		c["w_leaves"].leave()
		c["w_unav"].unavailable()
		c["w_dirunav"].unavailable(to=scene.jid)
		c["w_x18"].invisible_x18()
		self.hides_x126(c["w_x126"])
		late = cast.connect(server, "w_late", "phone")
		late.invisible_x18()
		hidden = "w_unav", "w_dirunav", "w_x18", "w_x126", "w_late"
		self.await_verdicts(recorder, w_leaves="offline", w_vis="visible", **{user: "invisible" for user in hidden})
		status = scene.status()
		for user in hidden:
			self.assertEqual(status[server.jid(user)]["certainty"], "proof", user)

		for user in "w_unav", "w_dirunav", "w_x18":
			c[user].available()
		self.await_verdicts(recorder, w_unav="visible", w_dirunav="visible", w_x18="visible")
		for user in "w_unav", "w_dirunav", "w_x18":
			c[user].leave()
		self.await_verdicts(recorder, w_unav="offline", w_dirunav="offline", w_x18="offline")
		self.stop(recorder)
		self.expect_sound(scene)
		self.expect_history(scene)


if __name__ == "__main__":
	unittest.main()
