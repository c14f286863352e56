#!/usr/bin/python3
"""The line between us and the server: cut at every byte of the sign-in, reset, closed, half closed, frozen, slow."""

import contextlib
import unittest

import server as servers
from proxy import Proxy
from recorder import LONG, RecorderTest
from scene import Scene, start_server
from talker import Talker

AT_ONCE = 6         # recorders, so that they wait out their backoff together


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


class SignIn(LineTest):
	def test_cut_at_every_phase(self):
		"""As many recorders as cuts: every one is cut again and again there, until the line is mended."""
		length = self.lengths()[0]
		for how in ("reset", "close", "freeze") if LONG else ("reset",):
			places = list(range(0, length * 9 // 10, 64 if LONG else length // 11))
			while places:
				self.cut_at(places[:AT_ONCE], how)
				del places[:AT_ONCE]

	def test_what_we_say_is_cut(self):
		"""Towards the end of the sign-in: between the beginning of the watch and our presence lies one word."""
		length = self.lengths()[1]
		places = list(range(0 if LONG else length - 480, length, 40))
		while places:
			self.cut_at(places[:AT_ONCE], "reset", up=True)
			del places[:AT_ONCE]

	def lengths(self):
		"""How many bytes come until we are there, and go."""
		name = "measured_" + self.name
		scene = self.scene_of(name, "talker_" + name)
		contact, line = self.talker("talker_" + name), self.open_line()
		recorder = self.record(scene, where=line.where)
		contact.await_presence(scene.jid)
		lengths = line.passed, line.sent
		self.stop(recorder)
		return lengths

	def cut_at(self, places, how, up=False):
		names = ["cut_%s_%s_%d" % ("up" if up else "down", how, k) for k in places]
		talker = "talker_" + names[0]
		scenes = [self.scene_of(name, talker) for name in names]
		contact = self.talker(talker)
		lines = [self.open_line() for _ in places]
		for line, k in zip(lines, places):
			line.cut_after(k, how, up)
		recorders = [self.record(scene, where=line.where) for scene, line in zip(scenes, lines)]
		contact.talk(1, 100, 50)
		for line in lines:
			line.await_cuts(1)
		for line in lines:
			line.mend()
		for scene in scenes:
			contact.await_presence(scene.jid)
		contact.finish()
		contact.talk(101, 101)
		contact.finish()
		for k, scene, recorder in zip(places, scenes, recorders):
			with self.subTest(cut_after=k, how=how, up=up):
				recorder.await_sql("SELECT 1 FROM stanza WHERE status = '101'", "the last word")
				self.stop(recorder)
				self.expect_said_or_gap(scene, contact, 101)
				self.expect_history(scene)


class Watching(LineTest):
	"""The server holds the session: nothing may be missing, and nobody was deaf."""

	def cut_while_talking(self, cut, times=2, impatient=False):
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
		self.cut_while_talking(lambda: self.line.reset())

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
