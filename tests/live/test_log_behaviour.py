#!/usr/bin/python3
"""People going invisible, leaving and coming back, as it happens, on every server."""

import json
import re
import time
import unittest

import server as servers
from cast import Cast
from recorder import LONG, RecorderTest
from scene import Scene, moment, start_server

AT_ONCE = 30        # seconds; "within seconds", on a busy machine


def setUpModule():
	global cast
	cast = unittest.enterModuleContext(Cast())


class Lives:
	"""Mixed into a test case that has `kind`, the server's class."""

	@classmethod
	def setUpClass(cls):
		cls.server = start_server(cls.kind)

	def begin(self, *options, friends=("ann",)):
		name = self._testMethodName
		self.users = {friend: "%s_%s" % (friend, name) for friend in friends}
		self.server.befriend(name, list(self.users.values()))
		self.scene = Scene(self.server, name)
		self.clients = {}
		for friend in friends:
			self.come(friend)
		self.recorder = self.record(self.scene, *options)
		for friend in friends:
			self.await_verdict(friend, "visible")

	def come(self, friend, resource="phone"):
		self.clients[friend] = cast.connect(self.server, self.users[friend], resource)
		self.clients[friend].available()

	def await_verdict(self, friend, verdict, timeout=AT_ONCE):
		self.recorder.await_sql("SELECT 1 FROM contact_status WHERE contact = '%s' AND verdict = '%s'" % (
			self.server.jid(self.users[friend]), verdict), "%s to be %s; is %s" % (friend, verdict,
			self.scene.status().get(self.server.jid(self.users[friend])) if verdict != "visible" else "?"), timeout)

	def await_printed(self, friend, word, since=0):
		jid = self.server.jid(self.users[friend])
		return self.recorder.await_line(lambda line: jid in line and word in line, since=since, timeout=AT_ONCE)

	def test_hides_leaves_and_comes_back(self):
		self.begin()
		ann = self.clients["ann"]
		ann.unavailable()
		self.await_verdict("ann", "invisible")
		self.await_printed("ann", "invisible")
		printed = len(self.recorder.lines["out"])
		ann.available()
		self.await_verdict("ann", "visible")
		self.await_printed("ann", "visible", printed)
		printed = len(self.recorder.lines["out"])
		ann.leave()
		self.await_verdict("ann", "offline")
		self.await_printed("ann", "offline", printed)
		printed = len(self.recorder.lines["out"])
		self.come("ann")
		self.await_verdict("ann", "visible")
		self.await_printed("ann", "visible", printed)
		self.stop(self.recorder)
		self.expect_sound(self.scene)
		history = self.expect_history(self.scene)
		states = [one["state"] for one in history[ann.jid, "phone"]]
		known = [state for state in states if state != "unknown"]
		self.assertEqual(known, ["shown", "hidden", "shown", "offline", "shown"], states)

	def test_hides_from_us_alone(self):
		self.begin()
		ann = self.clients["ann"]
		ann.unavailable(to=self.scene.jid)
		self.recorder.await_sql("SELECT 1 FROM invisible WHERE contact = '%s' AND certainty = 'proof'" % ann.jid,
			"ann to be invisible")
		ann.available()
		self.await_verdict("ann", "visible")
		self.stop(self.recorder)
		self.expect_sound(self.scene)

	def leave_unseen(self, *options):
		"""The line of one who hides is cut, and his server has nothing to tell: the next round of questions finds out."""
		self.begin(*options)
		ann = self.clients["ann"]
		ann.unavailable()
		self.await_verdict("ann", "invisible")
		mark = self.server.mark()
		ann.drop()
		self.server.wait_log(r"Client disconnected|Closing c2s [a-z]+ for {0}|session ended: jid={0}".format(ann.full), mark)
		self.assertEqual(self.scene.status()[ann.jid]["verdict"], "invisible", "nobody told")

	def expect_left(self):
		self.await_printed("ann", "offline")
		self.stop(self.recorder)
		history = self.expect_history(self.scene)[self.clients["ann"].jid, "phone"]
		states = [one["state"] for one in history if one["state"] != "unknown"]
		self.assertEqual(states, ["shown", "hidden", "offline"])

	def test_leaves_while_hidden(self):
		"""A scan beside the recorder is such a round."""
		self.leave_unseen()
		time.sleep(2.1)     # what is asked sooner proves nothing
		scan = self.scene.scan()
		self.expect_exit(scan, 0)
		self.assertEqual(scan.contacts[self.clients["ann"].jid]["verdict"], "offline")
		self.expect_left()

	@unittest.skipUnless(LONG, "takes a minute: UNSEEN_LONG")
	def test_leaves_while_hidden_and_is_asked_again(self):
		self.leave_unseen("--every", "60")
		self.await_verdict("ann", "offline", 120)
		self.expect_left()

	def test_ndjson(self):
		self.begin("--format", "ndjson")
		self.clients["ann"].unavailable()
		line = json.loads(self.await_printed("ann", "invisible"))
		self.assertEqual((line["contact"], line["verdict"]), (self.clients["ann"].jid, "invisible"))
		row = self.scene.status()[line["contact"]]
		for column in "certainty", "since", "resource":
			if column in line:
				self.assertEqual(line[column], row[column], column)
		self.stop(self.recorder)
		for printed in self.recorder.lines["out"]:
			json.loads(printed)

	def test_others_stay_as_they_are(self):
		self.begin(friends=("ann", "bob"))
		printed = len(self.recorder.lines["out"])
		self.clients["ann"].unavailable()
		self.await_printed("ann", "invisible")
		self.clients["bob"].available(show="away")      # changes, but not what is made of him
		self.recorder.await_sql("SELECT 1 FROM presence_log WHERE show = 'away'", "bob to be away")
		self.stop(self.recorder)
		self.assertEqual([line for line in self.recorder.lines["out"][printed:] if self.server.jid(self.users["bob"]) in line], [])

	def test_the_same_resource_signs_in_elsewhere(self):
		self.begin("--resource", "mine")
		mark = self.server.mark()
		cast.connect(self.server, self._testMethodName, "mine")
		self.assertEqual(self.recorder.wait(), 75, str(self.recorder))
		self.assertEqual(self.scene.sql("SELECT reason FROM watch"), [{"reason": "conflict"}])
		self.expect_sound(self.scene)

	def test_wrong_password(self):
		name = self._testMethodName
		self.server.befriend(name, ["ann_" + name])
		scene = Scene(self.server, name)
		scene.write_password("wrong")
		mark = self.server.mark()
		recorder = self.record(scene)
		self.assertEqual(recorder.wait(), 77, str(recorder))
		self.assertEqual(len(recorder.lines["err"]), 1, str(recorder))

	def test_priority_and_goodbye(self):
		"""Friends see us come and go, and get no second of us."""
		self.begin()
		ann = self.clients["ann"]
		heard = len(ann.heard)
		self.stop(self.recorder)
		ann.await_presence(self.scene.jid, "unavailable", heard)


class OnProsody(Lives, RecorderTest):
	kind = servers.Prosody


class OnEjabberd(Lives, RecorderTest):
	kind = servers.Ejabberd


class OnJabberd2(Lives, RecorderTest):
	kind = servers.Jabberd2


if __name__ == "__main__":
	unittest.main()
