"""Scenes that end alike on every server: mixed into the test cases of one."""

from scene import Scene

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
