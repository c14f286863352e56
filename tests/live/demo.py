#!/usr/bin/python3
"""The main job, shown on a server of its own: a Prosody on loopback, six contacts, two of whom hide.

Nothing leaves this machine and nothing stays on it. Exits 0 when the program named exactly the two.
"""

import os
import shutil
import subprocess
import sys

try:
	import server as servers
	from cast import Cast
	from scene import BINARY, Scene
except ImportError as e:
	sys.exit("demo: %s: install python3-slixmpp and run with /usr/bin/python3" % e)

CAST = (
	("ann", "is online"),
	("ben", "is away"),
	("cleo", "was online and really left"),
	("dan", "never signed in"),
	("eve", "is connected and never sent presence"),
	("finn", "said unavailable and stayed connected"),
)
HIDDEN = ["eve", "finn"]


def say(line):
	print("demo: " + line, flush=True)


def play(server, cast):
	names = [user for user, _ in CAST]
	server.befriend("me", names)
	scene = Scene(server, "me")
	c = {user: cast.connect(server, user, "phone") for user in names if user != "dan"}
	for user, contact in c.items():
		contact.available(show="away" if user == "ben" else None)
	say("%d of %d contacts are online; a first scan puts them on record" % (len(c), len(CAST)))
	first = scene.scan()
	if first.status:
		raise servers.Failed("the first scan failed: %s" % first)

	c["cleo"].leave()
	c["eve"].leave()
	cast.connect(server, "eve", "phone")
	c["finn"].unavailable()
	for user, habit in CAST:
		say("%s %s" % (user.ljust(5), habit))

	say("unseen scan")
	child = subprocess.run(scene.scan_words(), stdin=subprocess.DEVNULL, env=scene.environment())
	if child.returncode:
		raise servers.Failed("the scan ended with %d" % child.returncode)

	query = "SELECT contact, resource, sign, proof FROM invisible"
	say("sqlite3 %s '%s'" % (os.path.basename(scene.db), query))
	subprocess.run(["sqlite3", "-readonly", scene.db, query], check=True)

	found = sorted(row["contact"] for row in scene.sql("SELECT contact FROM invisible"))
	if found != [server.jid(user) for user in HIDDEN]:
		raise servers.Failed("hidden are %s, found were %s" % (HIDDEN, found))
	say("right: those two, and nobody else")


def main():
	if not os.access(BINARY, os.X_OK):
		return "no program at %s: build it first" % os.path.normpath(BINARY)
	for tool in "openssl", "sqlite3":
		if not shutil.which(tool):
			return "%s is not installed" % tool
	try:
		with servers.Prosody() as server, Cast() as cast:
			say("Prosody listens on %s:%d" % (server.host, server.port))
			play(server, cast)
	except (servers.Missing, servers.Failed, subprocess.CalledProcessError, AssertionError) as e:
		return str(e)


if __name__ == "__main__":
	problem = main()
	if problem:
		sys.exit("demo: " + problem)
