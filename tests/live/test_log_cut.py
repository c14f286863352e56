#!/usr/bin/python3
"""The line between us and the server, cut at every byte of the sign-in, either way."""

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


class SignIn(RecorderTest):
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


if __name__ == "__main__":
	unittest.main()
