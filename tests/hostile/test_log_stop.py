#!/usr/bin/python3
"""log told to end: whatever it is busy with, it does, at once, and the file is whole. And log against servers that refuse
it: what it tries again, and what not."""

import random
import re
import signal
import socket
import sys
import pathlib
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "live"))
from recorder import Recorder, RecorderTest, STOPS_IN, await_true, peek
from scene import BINARY, Run, Scene
from scripted import (ACCOUNT, DOMAIN, STAGES, Scripted, authority, item, like_ejabberd, mechanisms, presence, stream_error)

ANN = "ann@" + DOMAIN
FAILURE = "<failure xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><%s/></failure>"


class Place(Scene):
	"""An account on a scripted server."""

	def __init__(self, server):
		server.passwords, server.jid = {"me": "correct horse"}, lambda user: "%s@%s" % (user, DOMAIN)
		server.ca_file = server.ca
		super().__init__(server, "me")


class Against(RecorderTest):
	def start(self, script, *options, **how):
		self.server = self.enterContext(Scripted(script, **how))
		self.scene = Place(self.server)
		self.recorder = self.record(self.scene, "--allow-plain", *options, where=self.server.where)
		return self.recorder

	def expect_no_file_or_sound(self):
		if peek(self.scene.db, "SELECT 1 FROM watch"):
			self.expect_sound(self.scene)


def silent_at(stage):
	async def script(line):
		await line.sign_in(until=stage)
		await line.silence()
	return script


class EndsAtOnce(Against):
	def end(self, number):
		before = time.monotonic()
		self.assertEqual(self.recorder.stop(number), 0, str(self.recorder))
		self.assertLess(time.monotonic() - before, STOPS_IN)
		self.expect_no_file_or_sound()

	def test_while_the_server_is_silent(self):
		for stage in STAGES:
			for number in signal.SIGTERM, signal.SIGINT:
				with self.subTest(stage=stage, signal=number.name):
					self.start(silent_at(stage))
					self.server.wait("silence")
					self.end(number)

	def test_while_nobody_lets_it_in(self):
		with socket.create_server(("127.0.0.1", 0)) as taken:
			port = taken.getsockname()[1]
		for number in signal.SIGTERM, signal.SIGINT:
			self.start(silent_at("header"))
			self.recorder.discard()
			self.recorder = self.record(self.scene, where="127.0.0.1:%d" % port)
			self.recorder.await_line(lambda line: "refused" in line, "err")
			self.end(number)

	def test_while_it_waits_to_come_back(self):
		async def script(line):
			await line.sign_in(roster=[item(ANN)])
			await line.send(presence(ANN + "/phone"))
			await line.element()
			# hangs up
		self.start(script)
		self.recorder.await_line(lambda line: True, "err")
		self.end(signal.SIGTERM)

	def test_while_the_server_does_not_say_goodbye(self):
		async def script(line):
			await line.sign_in(roster=[item(ANN)])
			await line.send(presence(ANN + "/phone"))
			await line.silence()
		for number in signal.SIGTERM, signal.SIGINT:
			self.start(script)
			self.recorder.await_sql("SELECT 1 FROM presence_log", "presence")
			self.end(number)
			self.assertEqual(self.scene.sql("SELECT reason FROM watch"), [{"reason": "stopped"}])

	def test_at_random_moments_of_a_flood(self):
		async def script(line):
			await line.sign_in(roster=[item(ANN)])
			for n in range(1000000):
				await line.send(presence(ANN + "/phone", status=str(n)) * 20)
		dice = random.Random()
		for _ in range(6):
			number, wait = dice.choice((signal.SIGTERM, signal.SIGINT)), dice.random()
			with self.subTest(signal=number.name, after=wait):
				self.start(script)
				self.recorder.await_sql("SELECT 1 FROM presence_log", "presence")
				time.sleep(wait)
				self.end(number)
				said = [int(row["status"]) for row in self.scene.sql("SELECT status FROM presence_log ORDER BY id")]
				self.assertEqual(said, sorted(said))

	def test_asked_twice(self):
		self.start(silent_at("presence"))
		self.server.wait("silence")
		self.recorder.send_signal(signal.SIGINT)
		try:
			self.recorder.send_signal(signal.SIGINT)
		except ProcessLookupError:
			pass
		self.assertIn(self.recorder.wait(STOPS_IN), (0, -signal.SIGINT), str(self.recorder))
		self.expect_no_file_or_sound()


class Refused(Against):
	"""What no second try would change is not tried again."""

	def refuse_sign_in(self, condition):
		async def script(line):
			await line.sign_in(until="auth")
			await line.send(FAILURE % condition)
			await line.silence()
		return self.start(script)

	def attempts(self):
		return len(re.findall(rb"<auth ", self.server.heard))

	def test_not_authorized(self):
		recorder = self.refuse_sign_in("not-authorized")
		self.assertEqual(recorder.wait(), 77, str(recorder))
		self.assertEqual(self.attempts(), 1)
		self.assertEqual(len(recorder.lines["err"]), 1, str(recorder))
		self.assertEqual(peek(self.scene.db, "SELECT 1 FROM watch"), [])

	def test_temporary_failure_is_tried_again(self):
		recorder = self.refuse_sign_in("temporary-auth-failure")
		await_true(lambda: self.attempts() >= 2, "a second try", alive=recorder)
		self.stop(recorder)

	def ended_by(self, condition, *options):
		async def script(line):
			await line.sign_in(roster=[item(ANN)])
			await line.send(presence(ANN + "/phone") + stream_error(condition) + "</stream:stream>")
		return self.start(script, *options)

	def test_conflict(self):
		recorder = self.ended_by("conflict", "--resource", "mine")
		self.assertEqual(recorder.wait(), 75, str(recorder))
		self.assertEqual(self.attempts(), 1)
		self.assertEqual(self.scene.sql("SELECT reason FROM watch"), [{"reason": "conflict"}])

	def test_policy_violation(self):
		"""Someone told off comes back later, not sooner: here, not while we look."""
		recorder = self.ended_by("policy-violation")
		recorder.await_line(lambda line: "policy-violation" in line, "err")
		with self.assertRaises(AssertionError):
			await_true(lambda: self.attempts() >= 2, "", timeout=8, alive=recorder)
		self.assertIsNone(recorder.child.poll(), str(recorder))
		self.stop(recorder)
		self.assertEqual(self.scene.sql("SELECT reason FROM watch"), [{"reason": "policy-violation"}])

	def test_other_stream_errors_are_tried_again(self):
		for condition in "reset", "system-shutdown", "internal-server-error":
			with self.subTest(condition=condition):
				recorder = self.ended_by(condition)
				recorder.await_sql("SELECT 1 FROM watch WHERE reason = '%s'" % condition, "the reason")
				self.assertIsNone(recorder.child.poll(), str(recorder))
				self.stop(recorder)


if __name__ == "__main__":
	unittest.main()
