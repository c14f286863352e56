"""Scenes that end alike on every server: mixed into the test cases of one."""

import time

from scene import Scene, moment

DEAD = "zoe@dead.example"


class Hidden:
	"""Of a roster in which each contact's name is its habit: `judged` is the scan, `hidden` are all who must be called
	invisible."""

	def test_complete(self):
		self.expect_exit(self.judged, 0)
		self.assertIs(self.judged.json["complete"], True)
		self.assertEqual(self.judged.json["account"], self.scene.jid)

	def test_visible(self):
		self.expect("vis", "visible")

	def test_connected_without_presence(self):
		self.expect("np", "invisible", "proof", "phone")
		self.assertIn(("answer", "phone"), self.signs("np"))

	def test_went_unavailable_and_stayed(self):
		self.expect("unav", "invisible", "proof", "phone")

	def test_type_invisible_at_once(self):
		self.expect("x18", "invisible", "proof", "phone")

	def test_invisible_command_refused(self):
		self.expect("x186", "visible")

	def test_blocks_us(self):
		self.expect("blocker", "unknown")
		self.expect("blocker_hidden", "unknown")

	def test_refuses_ping(self):
		self.expect("noping", "invisible", "proof", "phone")
		self.assertIn(("answer", "phone"), self.signs("noping"))

	def test_directed_unavailable_does_not_outlast_the_watch(self):
		self.expect("dirunav", "visible")

	def test_no_right_to_their_presence(self):
		self.expect("from_only", "unsubscribed")
		self.expect("none_only", "unsubscribed")

	def test_gateway_and_server(self):
		self.expect_never_invisible("irc." + self.scene.server.domain)
		self.expect_never_invisible(self.scene.server.domain)

	def test_domain_that_cannot_be_reached(self):
		self.expect(DEAD, "unknown")

	def test_nobody_else(self):
		invisible = {c["contact"] for c in self.judged.json["contacts"] if c["verdict"] == "invisible"}
		self.assertEqual(invisible, {self.scene.server.jid(user) for user in self.hidden})
		self.assertEqual({row["contact"] for row in self.scene.sql("SELECT contact FROM invisible")}, invisible)
		self.assertNotIn(self.scene.jid, self.judged.contacts)


class During:
	"""Things that happen while the scan is under way, in a case that has `server` and `cast`."""

	def test_leaves_and_stays_during_the_scan(self):
		self.server.befriend("dora", ["leo", "sly"])
		self.scene = scene = Scene(self.server, "dora")
		leo, sly = (self.cast.connect(self.server, user, "phone") for user in ("leo", "sly"))
		leo.available()
		sly.available()
		child = scene.start_scan("--json")
		leo.await_presence(scene.jid)
		leo.leave()
		sly.await_presence(scene.jid)
		sly.unavailable()
		self.judged = scene.judge(child)
		self.expect_exit(self.judged, 0)
		self.expect("leo", "offline")
		self.expect("sly", "invisible", "proof", "phone")


class SecondOfLeaving:
	"""Where there are privacy lists and an answer to last; in a case that has `server` and `cast`."""

	def test_second_of_leaving_is_no_sign(self):
		"""Until the second is over in which somebody said a clean goodbye, the server says "last active 0 seconds ago", as
		of a session. These leave unheard, one after the other, while three scans go on that began at different parts of a
		second: who was gone when asked is not called invisible."""
		users = ["g%d" % i for i in range(50)]
		scenes = []
		for watcher in "dan1", "dan2", "dan3":
			self.server.befriend(watcher, users)
			scenes.append(Scene(self.server, watcher))
		contacts = self.cast.connect_all(self.server, [(user, "phone", {}) for user in users])
		for contact in contacts:
			contact.deny_presence_x126()
			contact.available()
		scans, left = [], {}
		for i, contact in enumerate(contacts):
			if i in (0, 3, 6):
				scans.append(scenes[len(scans)].start_scan("--json"))
			contact.leave()
			left[contact.jid] = time.time()
			if len(scans) == len(scenes) and all(scan.poll() is not None for scan in scans):
				break
		for self.scene, scan in zip(scenes, scans):
			self.judged = self.scene.judge(scan)
			self.expect_exit(self.judged, 0)
			for jid, when in left.items():
				said = self.judged.contacts[jid]
				if said["verdict"] == "invisible":
					self.assertLess(min(moment(s["at"]) for s in said["signs"]), when + 0.1, said)
