#!/usr/bin/python3
"""The line between us and the server, while we watch: reset, closed, half closed, frozen, slow."""

import contextlib
import unittest

import server as servers
from proxy import Proxy
from recorder import LONG, RecorderTest
from scene import Scene, start_server
from talker import Talker

def setUpModule():
	global server
	server = start_server(servers.Prosody, kept=100000)


class LineTest(RecorderTest):
	def setUp(self):
		self.cleanups = self.enterContext(contextlib.ExitStack())
		self.name = self._testMethodName

	def scene_of(self, name, talker):
		server.befriend(name, [talker])
		return Scene(server, name)

	def open_line(self, **how):
		return self.cleanups.enter_context(Proxy(server, **how))

	def talker(self, name):
		return self.cleanups.enter_context(Talker(server, name))

	def start(self, impatient=False, **how):
		"""One recorder, behind a line, who has heard its contact."""
		self.scene = self.scene_of(self.name, "talker_" + self.name)
		self.contact = self.talker("talker_" + self.name)
		self.line = self.open_line(**how)
		self.recorder = self.record(self.scene, where=self.line.where, impatient=impatient)
		self.contact.await_presence(self.scene.jid)
		self.recorder.await_watching()

	def end(self, last, watches=1):
		self.recorder.await_sql("SELECT 1 FROM stanza WHERE status = '%d'" % last, "the last word")
		self.stop(self.recorder)
		self.expect_said(self.scene, self.contact.jid, last, watches)
		self.expect_history(self.scene)


class Watching(LineTest):
	"""The server holds the session: nothing may be missing, and nobody was deaf."""

	def cut_while_talking(self, cut, times=2 if LONG else 1, impatient=False):
		self.start(impatient)
		self.contact.talk(1, 600)
		for n in range(times):
			self.contact.await_said(200 * n + 100)
			connections = self.line.connections
			cut()
			self.line.await_connections(connections + 1)
			self.recorder.await_watching()
		self.contact.finish()
		self.end(600)
		self.expect_no_gap(self.scene)
		cuts = self.scene.sql("SELECT reason, resumed FROM cut")
		self.assertEqual([cut["resumed"] is not None for cut in cuts], [True] * times)

	def test_reset(self):
		self.cut_while_talking(lambda: self.line.reset(), 2)

	def test_closed(self):
		self.cut_while_talking(lambda: self.line.close_all())

	def test_half_closed(self):
		self.cut_while_talking(lambda: self.line.half_close())

	def test_frozen(self):
		"""Nobody says that the line is dead: the ping that is not answered does."""
		def freeze():
			self.line.freeze()
			self.recorder.await_sql("SELECT 1 FROM cut WHERE reason = 'ping-timeout' AND resumed IS NULL", "a ping unanswered")
			self.line.thaw()
		self.cut_while_talking(freeze, 1, impatient=True)
		self.assertEqual(self.scene.sql("SELECT reason FROM cut"), [{"reason": "ping-timeout"}])

	def test_cut_in_the_middle_of_a_stanza(self):
		self.start()
		for n, k in enumerate((6000, 6501, 7003)):      # beyond what it takes to come back
			self.line.cut_after(k)
			self.line.reset()
			self.contact.talk(100 * n + 1, 100 * n + 100)
			self.line.await_cuts(n + 1)
			self.line.mend()
			self.contact.finish()
			self.recorder.await_sql("SELECT 1 FROM stanza WHERE status = '%d'" % (100 * n + 100), "the last word")
		self.contact.talk(301, 301)
		self.contact.finish()
		self.end(301)
		self.expect_no_gap(self.scene)

	def test_one_byte_at_a_time(self):
		self.start(chunk=1)
		self.contact.talk(1, 100)
		self.contact.finish()
		self.end(100)
		self.assertEqual(self.scene.sql("SELECT * FROM cut"), [])

	def test_slow(self):
		self.start(delay=0.2)
		self.contact.talk(1, 100)
		self.contact.finish()
		self.end(100)
		self.assertEqual(self.scene.sql("SELECT * FROM cut"), [])

	def test_nobody_lets_us_in_for_a_while(self):
		self.start()
		self.line.refuse()
		self.line.reset()
		self.contact.talk(1, 300)
		self.contact.finish()
		self.line.accept()
		self.end(300)
		self.expect_no_gap(self.scene)


if __name__ == "__main__":
	unittest.main()
