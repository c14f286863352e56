#!/usr/bin/python3
"""Nothing lost and nothing twice, however the recorder ends: on Prosody."""

import unittest

import server as servers
from kills import Kills
from recorder import RecorderTest
from scene import start_server


def setUpModule():
	global server
	server = start_server(servers.Prosody, kept=100000)


class OnThis(Kills, RecorderTest):
	@classmethod
	def setUpClass(cls):
		cls.server = server


if __name__ == "__main__":
	unittest.main()
