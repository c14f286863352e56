"""The program under test, run against a server, and what a scene expects of it.

The binary is $UNSEEN, or build/unseen of this tree.
"""

import json
import os
import signal
import subprocess
import tempfile
import unittest

import server as servers

HERE = os.path.dirname(os.path.abspath(__file__))
BINARY = os.environ.get("UNSEEN", os.path.join(HERE, "../../build/unseen"))
PATIENCE = 60       # seconds until a run of the program is a failure
SILENCE = 2         # seconds after which a question counts as unanswered


def start_server(kind, **options):
	"""For setUpModule: a running server, stopped with the module. A server that is not installed is a failure in CI."""
	try:
		return unittest.enterModuleContext(kind(**options))
	except servers.Missing as e:
		if os.environ.get("CI"):
			raise
		raise unittest.SkipTest(str(e))


class Run:
	"""What one run of the program left: status, out, err."""

	def __init__(self, child):
		try:
			self.out, self.err = child.communicate(timeout=PATIENCE)
		except subprocess.TimeoutExpired:
			child.kill()
			self.out, self.err = child.communicate()
			self.err += "\n(killed after %d s)" % PATIENCE
		self.status = child.returncode

	@property
	def json(self):
		try:
			return json.loads(self.out)
		except ValueError:
			raise AssertionError("no JSON on stdout; %s" % self) from None

	@property
	def contacts(self):
		return {c["contact"]: c for c in self.json["contacts"]}

	def __str__(self):
		return "exit %d\nstdout: %s\nstderr: %s" % (self.status, self.out, self.err)


class Scene:
	"""A file of presence, and the account that fills it."""

	def __init__(self, server, user, folder=None):
		if user not in server.passwords:
			server.register(user)
		self.server = server
		self.jid = server.jid(user)
		if folder is None:
			self.temporary = tempfile.TemporaryDirectory(prefix="unseen-scene-")
			folder = self.temporary.name
		self.folder = folder
		self.db = os.path.join(folder, "presence.db")
		self.password_file = os.path.join(folder, "password")
		self.write_password(server.passwords[user])

	def write_password(self, password):
		with open(os.open(self.password_file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as f:
			f.write(password + "\n")

	def start(self, *words):
		"""The program with these words, as a child to be given to Run later."""
		environment = {k: v for k, v in os.environ.items() if not k.startswith("UNSEEN")}
		environment["HOME"] = self.folder
		environment.pop("XDG_CONFIG_HOME", None)
		return subprocess.Popen([BINARY, *words], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
			stderr=subprocess.PIPE, text=True, env=environment)

	def start_scan(self, *options, ca_file=None):
		return self.start("scan", "--account", self.jid, "--connect", "%s:%d" % (self.server.host, self.server.port),
			"--ca-file", ca_file or self.server.ca_file, "--db", self.db, "--password-file", self.password_file,
			"--timeout", str(SILENCE), *options)

	def run(self, *words):
		return Run(self.start(*words))

	def scan(self, *options, **more):
		"""scan --json."""
		return Run(self.start_scan("--json", *options, **more))

	def interrupt(self, child):
		child.send_signal(signal.SIGINT)
		return Run(child)

	def sql(self, query):
		"""Rows as dictionaries, by the stock sqlite3."""
		done = subprocess.run(["sqlite3", "-readonly", "-json", self.db, query], capture_output=True, text=True)
		if done.returncode or done.stderr:
			raise AssertionError("sqlite3: %s: %s" % (query, done.stderr))
		return json.loads(done.stdout or "[]")

	def status(self):
		"""contact_status by contact."""
		return {row["contact"]: row for row in self.sql(
			"SELECT contact, verdict, certainty, since, resource, sign, proof, as_of FROM contact_status")}


class SceneTest(unittest.TestCase):
	"""Expectations. A class sets `scene` and `run` (the scan that is judged)."""

	longMessage = True
	maxDiff = None

	def expect(self, who, verdict, certainty=None, resource=None, run=None, scene=None):
		"""JSON and SQL must both say so. resource: the one that is hidden, for invisible and suspected."""
		run, scene = run or self.run, scene or self.scene
		jid = who if "." in who else scene.server.jid(who)
		self.assertIn(jid, run.contacts, run.err)
		said, row = run.contacts[jid], scene.status()[jid]
		about = "%s: %s\n%s" % (who, json.dumps(said), run.err)
		self.assertEqual((said["verdict"], said["certainty"]), (verdict, certainty), about)
		for column in "verdict", "certainty", "since":
			self.assertEqual(row[column], said[column], "%s in SQL, then in JSON; %s" % (column, about))
		if resource:
			self.assertEqual(row["resource"], resource, about)
			self.assertIn(resource, [r["resource"] for r in said["resources"]], about)
		if verdict == "invisible":
			self.assertTrue(any(r["connected"] and not r["shown"] for r in said["resources"]), about)
			self.assertIsNotNone(row["proof"], about)
			self.assertEqual(scene.sql("SELECT count(*) AS n FROM stanza_log WHERE id = %d" % row["proof"])[0]["n"], 1, about)

	def expect_never_invisible(self, who):
		verdict = self.run.contacts[who]["verdict"]
		self.assertNotIn(verdict, ("invisible", "suspected"), json.dumps(self.run.contacts[who]))
		self.assertEqual(self.scene.status()[who]["verdict"], verdict)

	def signs(self, who):
		return [(s["sign"], s["resource"]) for s in self.run.contacts[self.scene.server.jid(who)]["signs"]]

	def expect_exit(self, run, status):
		self.assertEqual(run.status, status, str(run))
