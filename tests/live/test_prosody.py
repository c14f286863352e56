#!/usr/bin/python3
"""Scenes on a real Prosody. It gives a hidden session away only to those who ask the right resource: a first scan puts
the resources on record while they are shown, then people hide, and the second scan is judged."""

import pathlib
import tempfile
import unittest

import scenes
import server as servers
from cast import Cast, Missed, name
from scene import Scene, SceneTest, start_server

DOMAIN = "prosody.example"
IRC = "irc." + DOMAIN


def setUpModule():
	global server, cast
	server = start_server(servers.Prosody, domain=DOMAIN, components={IRC: "muc"})
	cast = unittest.enterModuleContext(Cast())


def answers(text):
	"""Lines of Prosody's log in which an IQ request for a contact arrived."""
	return [line for line in text.splitlines()
		if "Received[c2s]: <iq" in line and "type='get'" in line and "to='" in line and "@" in line.split("to='")[1]]


class Hidden(scenes.Hidden, SceneTest):
	"""One roster, one truth, two scans. The contact's name is its habit."""

	hidden = "np unav x18 noping one_of_two".split()

	@classmethod
	def setUpClass(cls):
		seen = ("vis np unav x18 x18b x126 x126b x186 past renamed held heldvis blocker blocker_hidden noping mute "
			"two one_of_two dirunav").split()
		never_seen = "new_np never".split()
		server.befriend("watcher", seen + never_seen)
		server.befriend("watcher", ["from_only"], "from")
		server.befriend("watcher", ["none_only"], "none")
		server.set_roster("watcher", [(IRC, "to", "Gateway"), (DOMAIN, "to", "Server"), (scenes.DEAD, "both", "Zoe")])
		cls.scene = scene = Scene(server, "watcher")
		c = {user: cast.connect(server, user, "phone", held=user in ("held", "heldvis"), ping=user != "noping",
			mute=user == "mute") for user in seen + ["from_only", "none_only"]}
		for contact in c.values():
			contact.available()
		laptop = cast.connect(server, "one_of_two", "laptop")
		laptop.available()
		cls.first = scene.scan()

		for user in "unav", "held", "blocker_hidden", "noping", "mute", "two", "one_of_two":
			c[user].unavailable()
		for user in "np", "x18":
			c[user].leave()
			c[user] = cast.connect(server, user, "phone")
		c["x18"].invisible_x18()
		c["x18b"].invisible_x18()
		for user in "x126", "x126b":
			assert not c[user].deny_presence_x126(), "Prosody has no privacy lists"
		c["x126"].available()
		assert not c["x186"].invisible_x186(), "Prosody has no XEP-0186"
		cast.connect(server, "new_np", "phone")
		c["renamed"].leave()
		cast.connect(server, "renamed", "tablet")
		c["held"].drop()
		c["heldvis"].drop()
		for user in "blocker", "blocker_hidden":
			c[user].block(scene.jid)
		cast.connect(server, "two", "tablet").available()
		laptop.leave()
		c["dirunav"].unavailable(to=scene.jid)
		c["past"].leave()
		cls.judged = scene.scan()

	def test_both_scans_are_complete(self):
		for scan in self.first, self.judged:
			self.expect_exit(scan, 0)
			self.assertIs(scan.json["complete"], True)
			self.assertEqual(scan.json["account"], self.scene.jid)

	def test_first_scan_saw_everybody_visible(self):
		for user in "vis", "np", "unav", "mute", "one_of_two", "blocker", "past":
			self.assertEqual(self.first.contacts[server.jid(user)]["verdict"], "visible", user)

	def test_type_invisible_later_hides_nothing(self):
		self.expect("x18b", "visible")

	def test_privacy_list_refused(self):
		self.expect("x126", "visible")
		self.expect("x126b", "visible")

	def test_connected_without_presence_never_on_record(self):
		self.expect("new_np", "unknown")

	def test_never_connected(self):
		self.expect("never", "unknown")

	def test_left_a_second_ago(self):
		self.expect("past", "unknown")

	def test_stale_resource_refuses_new_one_is_not_known(self):
		self.expect("renamed", "unknown")

	def test_line_lost_session_held(self):
		self.expect("held", "suspected", "weak", "phone")
		self.assertEqual({sign for sign, _ in self.signs("held")}, {"silence"})

	def test_line_lost_session_held_but_shown(self):
		self.expect("heldvis", "visible")

	def test_never_answers(self):
		self.expect("mute", "suspected", "weak", "phone")

	def test_one_shown_one_hidden(self):
		self.expect("two", "visible")
		shown = {r["resource"]: r["shown"] for r in self.judged.contacts[server.jid("two")]["resources"]}
		self.assertEqual(shown, {"phone": False, "tablet": True})

	def test_one_hidden_one_gone(self):
		self.expect("one_of_two", "invisible", "proof", "phone")


class Printed(SceneTest):
	"""What is shown to people, and what the other commands say of the same file."""

	@classmethod
	def setUpClass(cls):
		server.befriend("reader", ["ann", "bob", "cid"])
		cls.scene = scene = Scene(server, "reader")
		cls.ann = cast.connect(server, "ann", "phone")
		cls.ann.available()
		cast.connect(server, "bob", "desk").available()
		scene.scan()
		cls.ann.unavailable()
		scene.scan()

	def test_truth(self):
		self.judged = self.scene.scan()
		self.expect("ann", "invisible", "proof", "phone")
		self.expect("bob", "visible")
		self.expect("cid", "unknown")

	def test_table_names_the_invisible_and_counts_the_rest(self):
		table = self.scene.start_scan()
		out = table.communicate()[0]
		people = [line for line in out.splitlines() if "@" in line]
		self.assertEqual(table.returncode, 0)
		self.assertEqual(len(people), 1, out)
		self.assertRegex(people[0], r"^ann@prosody\.example\b.*\bphone\b")
		account = out.splitlines()[-1]
		self.assertRegex(account, r"\b1 invisible, 1 visible, 0 offline, 1 unknown\b")
		self.assertIn(DOMAIN + " is Prosody", account)

	def test_report_is_the_scan(self):
		scan = self.scene.scan()
		report = self.scene.command("report", "--json")
		self.expect_exit(report, 0)
		self.assertEqual(report.json["contacts"], scan.json["contacts"])
		self.assertEqual(report.json["as_of"], scan.json["as_of"])

	def test_report_names_the_invisible(self):
		report = self.scene.command("report")
		self.expect_exit(report, 0)
		self.assertIn(server.jid("ann"), report.out)
		self.assertNotIn(server.jid("bob"), report.out)
		self.assertIn(server.jid("bob"), self.scene.command("report", "--all").out)

	def test_history(self):
		history = self.scene.command("history", server.jid("ann"))
		self.expect_exit(history, 0)
		self.assertIn("phone", history.out)
		self.assertIn("shown", history.out)
		self.assertIn("hidden", history.out)
		self.assertNotIn(server.jid("bob"), history.out)

	def test_history_of_a_stranger(self):
		stranger = self.scene.command("history", "nobody@" + DOMAIN)
		self.expect_exit(stranger, 66)
		self.assertEqual(len(stranger.err.splitlines()), 1, stranger)

	def test_exit_code(self):
		self.expect_exit(self.scene.scan("--exit-code"), 1)
		self.expect_exit(self.scene.scan(), 0)

	def test_exit_code_when_nobody_hides(self):
		server.befriend("reader2", ["open"])
		cast.connect(server, "open", "phone").available()
		scan = Scene(server, "reader2").scan("--exit-code")
		self.expect_exit(scan, 0)
		self.assertEqual([c["verdict"] for c in scan.json["contacts"]], ["visible"])

	def test_without_tls_on_this_machine(self):
		run = self.scene.scan("--insecure-plaintext")
		self.expect_exit(run, 0)
		self.assertIn("--insecure-plaintext", run.err)
		self.assertEqual(run.contacts[server.jid("ann")]["verdict"], "invisible")
		self.assertEqual(self.scene.sql("SELECT tls FROM sign_in ORDER BY watch DESC LIMIT 1"), [{"tls": None}])

	def test_passive_asks_nothing(self):
		mark, heard = server.mark(), len(self.ann.heard)
		passive = self.scene.scan("--passive")
		self.expect_exit(passive, 0)
		self.assertEqual({c["contact"]: c["verdict"] for c in passive.json["contacts"]},
			{server.jid("ann"): "unknown", server.jid("bob"): "visible", server.jid("cid"): "unknown"})
		self.assertEqual(answers(server.log_since(mark)), [])
		self.assertFalse([e for _, e in self.ann.heard[heard:] if name(e) == "iq" and e.get("type") == "get"])

		mark = server.mark()
		self.scene.scan()
		self.assertTrue(answers(server.log_since(mark)), "an active scan asks, or the check above is blind")


class During(scenes.During, SceneTest):
	"""Things that happen while the scan is under way: each waits for what the contact hears of it."""

	def setUp(self):
		self.server, self.cast = server, cast

	def test_forged_results_are_no_sign(self):
		server.befriend("fay", ["eve", "mal"])
		self.scene = scene = Scene(server, "fay")
		eve = cast.connect(server, "eve", "phone", mute=True)
		eve.available()
		self.expect_exit(scene.scan(), 0)
		eve.unavailable()
		mal = cast.connect(server, "mal", "phone")      # a contact too, never on record
		tablet = cast.connect(server, "eve", "tablet")
		child = scene.start_scan("--json")
		heard = len(eve.heard)
		forged = 0
		while child.poll() is None:
			try:
				question = eve.await_question(scene.jid, heard, timeout=0.3)
			except Missed:
				continue
			heard = [e for _, e in eve.heard].index(question) + 1
			for forger in mal, tablet:
				forger.forge_result(question.get("from"), question.get("id"))
				forged += 1
		self.judged = scene.judge(child)
		self.expect_exit(self.judged, 0)
		self.assertTrue(forged)
		self.expect("eve", "suspected", "weak", "phone")
		self.expect("mal", "unknown")
		self.assertNotIn("answer", [sign for sign, _ in self.signs("eve") + self.signs("mal")])

	def test_interrupted(self):
		server.befriend("ivy", ["mum"])
		self.scene = scene = Scene(server, "ivy")
		mum = cast.connect(server, "mum", "phone", mute=True)
		mum.available()
		self.expect_exit(scene.scan(), 0)
		mum.unavailable()
		heard = len(mum.heard)
		child = scene.start_scan("--json", silence=50)
		mum.await_question(scene.jid, heard)
		stopped = scene.interrupt(child)
		self.expect_exit(stopped, 130)
		self.assertIs(stopped.json["complete"], False)
		self.assertEqual(stopped.contacts[server.jid("mum")]["verdict"], "unknown")
		self.assertEqual(scene.sql("PRAGMA integrity_check"), [{"integrity_check": "ok"}])
		self.expect_exit(scene.command("report", "--json"), 0)

	def test_no_mail_is_taken_and_none_is_kept(self):
		server.befriend("mia", ["pat"])
		self.scene = scene = Scene(server, "mia")
		pat = cast.connect(server, "pat", "phone")
		pat.available()
		child = scene.start_scan("--json")
		presence = pat.await_presence(scene.jid)
		self.assertEqual([e.text for e in presence if name(e) == "priority"], ["-1"])
		pat.say(scene.jid, "for mia alone")
		pat.say(presence.get("from"), "for the recorder")
		self.expect_exit(scene.judge(child), 0)

		desk = cast.connect(server, "mia", "desk")
		desk.available()
		desk.await_stanza(lambda e: name(e) == "message" and "for mia alone" in [b.text for b in e], "her message")
		kept = b"".join(path.read_bytes() for path in pathlib.Path(scene.folder).rglob("*") if path.is_file())
		self.assertIn(b"pat@" + DOMAIN.encode(), kept)
		self.assertNotIn(b"for mia alone", kept)
		self.assertNotIn(b"for the recorder", kept)


class Refused(SceneTest):
	@classmethod
	def setUpClass(cls):
		server.befriend("rex", ["sue"])
		cast.connect(server, "sue", "phone").available()

	def test_wrong_password(self):
		scene = Scene(server, "rex")
		scene.write_password("wrong")
		scan = scene.scan()
		self.expect_exit(scan, 77)
		self.assertEqual(scan.out, "")
		self.assertEqual(len(scan.err.splitlines()), 1, scan)
		self.assertNotIn("wrong\n", scan.err)

	def test_wrong_authority_is_told_nothing(self):
		folder = tempfile.TemporaryDirectory()
		self.addCleanup(folder.cleanup)
		stranger = servers.make_certificates(folder.name, [DOMAIN])[0]
		scene = Scene(server, "rex")
		mark = server.mark()
		scan = scene.scan(ca_file=stranger)
		self.expect_exit(scan, 76)
		self.assertEqual(scan.out, "")
		self.assertEqual(len(scan.err.splitlines()), 1, scan)
		said = server.log_since(mark)
		self.assertIn("Client connected", said)
		self.assertNotIn("<auth", said)

		mark = server.mark()
		self.expect_exit(scene.scan(), 0)
		self.assertIn("<auth", server.log_since(mark), "or the check above is blind")


class Restarted(SceneTest):
	"""A Prosody that was just restarted says "last active 0 seconds ago" of everyone, for ever."""

	@classmethod
	def setUpClass(cls):
		server.befriend("kim", ["r_known", "r_new", "r_past", "r_never"])
		cls.scene = scene = Scene(server, "kim")
		known, past = (cast.connect(server, user, "phone") for user in ("r_known", "r_past"))
		known.available()
		past.available()
		cls.first = scene.scan()
		past.leave()
		server.restart()
		for user in "r_known", "r_new":
			cast.connect(server, user, "phone")
		cls.fresh = Scene(server, "kim")
		cls.judged = scene.scan()
		cls.from_nothing = cls.fresh.scan()

	def test_server_says_zero_of_everyone(self):
		asker = cast.connect(server, "kim", "desk")
		for user in "r_known", "r_new", "r_past", "r_never":
			reply = asker.demand("<query xmlns='jabber:iq:last'/>", server.jid(user), "get")
			self.assertEqual((reply[0].get("seconds"), reply[0].text), ("0", None))

	def test_zero_is_no_sign(self):
		for user in "r_known", "r_new", "r_past", "r_never":
			self.expect(user, "unknown", scan=self.from_nothing, scene=self.fresh)

	def test_answer_still_is(self):
		self.expect("r_known", "invisible", "proof", "phone")
		self.expect("r_new", "unknown")
		self.expect("r_past", "unknown")
		self.expect("r_never", "unknown")


if __name__ == "__main__":
	unittest.main()
