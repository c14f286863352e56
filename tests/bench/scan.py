#!/usr/bin/python3
"""A scan of 1,000 contacts on a loopback Prosody and ejabberd, 300 of them not shown (100 hidden, with a resource on
record; 200 offline): wall time beyond the settling time, and the largest resident set. Prints figures, judges nothing.

	tests/bench/scan.py [CONTACTS [NOT-SHOWN]]
"""

import os
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../live"))

import server as servers
from cast import Cast
from scene import Scene

CONTACTS = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
NOT_SHOWN = int(sys.argv[2]) if len(sys.argv) > 2 else 300
HIDDEN = NOT_SHOWN // 3


def measured(scene):
	"""Wall seconds, [KB resident, user and system seconds], and the scan's own words. By /usr/bin/time: the child of a
	large process starts with that one's high-water mark."""
	figures = scene.folder + "/figures"
	began = time.monotonic()
	run = scene.judge(scene.start(["time", "-f", "%M %U %S", "-o", figures, *scene.scan_words("-v", "--all", silence=5)]))
	wall = time.monotonic() - began
	with open(figures) as f:
		return wall, [float(x) for x in f.read().split()], run


def bench(kind):
	users = ["c%04d" % i for i in range(CONTACTS)]
	connected = users[:CONTACTS - NOT_SHOWN + HIDDEN]
	with kind() as server, Cast() as cast:
		for user in users:
			server.register(user)
		server.befriend("watcher", users)
		scene = Scene(server, "watcher")
		contacts = []
		for i in range(0, len(connected), 20):
			contacts += cast.connect_all(server, [(user, "phone", {}) for user in connected[i:i + 20]])
		for contact in contacts:
			contact.available(status="here")
		measured(scene)
		for contact in contacts[-HIDDEN:]:
			contact.unavailable()
		wall, (kilobytes, user, system), run = measured(scene)
		settled, = scene.sql("SELECT settled_at - began AS ms FROM watch ORDER BY id DESC LIMIT 1")
		print("%s: %.2f s wall, %.2f s of it settling; %.2f s CPU; %.1f MB resident" % (kind.__name__, wall,
			settled["ms"] / 1000, user + system, kilobytes / 1024))
		print("  " + run.out.strip().splitlines()[-1])
		print("  " + run.err.strip())


bench(servers.Prosody)
bench(servers.Ejabberd)
