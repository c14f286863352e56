#!/usr/bin/python3
"""A server that keeps its connection open and says nothing: it is asked whether it is there, and not believed for ever.
The program under test is one that becomes impatient after half a second, and waits 3 s for the answer."""

import asyncio
import contextlib
import os
import pathlib
import signal
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "cli"))
import program
from program import TRY_LATER, Done, start
from scripted import ACCOUNT, Scripted, authority, item, name, presence, result
from test_signin import ANN, BOB, PASSWORD, SignInTest

program.BINARY = os.environ.get("UNSEEN_IMPATIENT") or program.BINARY + "-impatient"
PING = "{urn:xmpp:ping}ping"


def is_ping(element):
	return name(element) == "iq" and element.get("type") == "get" and element[0].tag == PING


class Life(SignInTest):
	def recorder(self, server, *options, command="log"):
		return start(command, "--account", ACCOUNT, "--connect", server.where, "--ca-file", authority() + "/ca.pem", "--allow-plain",
			"--db", self.db, *options, env={"UNSEEN_PASSWORD": PASSWORD})

	def setUp(self):
		super().setUp()
		self.watches = 0

	def end(self, child):
		child.send_signal(signal.SIGTERM)
		return self.expect(Done(child))

	def test_mute(self):
		"""What was heard before is kept; the watch ends for that reason, and the line is given up."""
		async def script(line):
			await line.sign_in(roster=[item(ANN), item(BOB)])
			await line.send(presence(BOB + "/desk"))
			self.watches += 1
			if self.watches > 1:
				await line.silence()
			while (element := await line.element()) is not None:
				if is_ping(element):
					line.reached("asked")
					break
			while await line.reader.read(65536):
				pass
			line.reached("left")
		with Scripted(script) as server:
			child = self.recorder(server, "--passive")
			server.wait("asked")
			self.assertIsNone(child.poll(), "it waits for the answer")
			server.wait("left")
			server.wait("silence")                  # and comes back
			done = self.end(child)
		self.assertIn("ping-timeout", done.err)
		self.assertEqual(self.sql("SELECT reason FROM gaps ORDER BY began LIMIT 1"), [{"reason": "ping-timeout"}])
		heard = self.sql("SELECT count(*) AS n FROM presence_log WHERE contact = '%s' AND watch = (SELECT min(id) FROM watch)" % BOB)
		self.assertEqual(heard, [{"n": 1}])

	def test_mute_to_a_scan(self):
		async def script(line):
			await line.sign_in(roster=[item(ANN), item(BOB)])
			await line.send(presence(BOB + "/desk"))
			await line.silence()
		with Scripted(script) as server:
			done = self.expect(Done(self.recorder(server, "--wait", "30", "--timeout", "30", "--json", command="scan")), TRY_LATER)
		self.expect_line(done, "ping-timeout", "incomplete")
		self.assertIn(PING[1:-5], server.heard.decode())
		self.assertEqual(self.sql("SELECT reason FROM gaps"), [{"reason": "ping-timeout"}])
		self.assertEqual(self.verdicts(done)[BOB], "visible")

	def test_answers(self):
		"""Nothing but pings are answered, over and over, at once; and even an error is an answer."""
		async def script(line):
			await line.sign_in(roster=[item(ANN)])
			self.watches += 1
			pings = 0
			while (element := await line.element()) is not None:
				if is_ping(element):
					pings += 1
					await line.send(result(element) if pings % 2 else "<iq type='error' id='%s'/>" % element.get("id"))
				if pings == 5:
					line.reached("five")
			await line.send("</stream:stream>")
		with Scripted(script) as server:
			child = self.recorder(server, "--passive")
			server.wait("five")
			done = self.end(child)
		self.assertEqual(self.watches, 1, str(done))
		self.assertEqual(self.sql("SELECT reason FROM gaps"), [{"reason": "stopped"}])

	def test_signs_of_life(self):
		"""White space is one; who sends it is not asked."""
		async def script(line):
			await line.sign_in(roster=[item(ANN)])
			self.watches += 1
			for _ in range(60):
				await line.send(" ")
				with contextlib.suppress(TimeoutError, asyncio.TimeoutError):
					element = await asyncio.wait_for(line.element(), 0.05)
					self.assertFalse(is_ping(element))
			line.reached("asked nothing")
			await line.converse()
		with Scripted(script) as server:
			child = self.recorder(server, "--passive")
			server.wait("asked nothing")
			done = self.end(child)
		self.assertEqual(self.watches, 1, str(done))


if __name__ == "__main__":
	unittest.main()
