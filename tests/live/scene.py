"""The program under test, run against a server, and what a scene expects of it.

The binary is $UNSEEN, or build/unseen of this tree.
"""

import atexit
import datetime
import json
import os
import shutil
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
	if not os.access(BINARY, os.X_OK):
		raise AssertionError("no program at %s: build it, or set UNSEEN" % os.path.normpath(BINARY))
	try:
		return unittest.enterModuleContext(kind(**options))
	except servers.Missing as e:
		if os.environ.get("CI"):
			raise
		raise unittest.SkipTest(str(e))


def moment(text):
	"""An RFC 3339 time as seconds since 1970."""
	return datetime.datetime.fromisoformat(text).timestamp()


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

	def __init__(self, server, user):
		if user not in server.passwords:
			server.register(user)
		self.server = server
		self.jid = server.jid(user)
		self.folder = tempfile.mkdtemp(prefix="unseen-scene-")
		atexit.register(shutil.rmtree, self.folder, ignore_errors=True)
		self.db = self.folder + "/presence.db"
		self.password_file = self.folder + "/password"
		self.write_password(server.passwords[user])

	def write_password(self, password):
		with open(os.open(self.password_file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as f:
			f.write(password + "\n")

	def environment(self):
		"""Without what the user of these tests may have set for himself."""
		own = {k: v for k, v in os.environ.items() if not k.startswith(("UNSEEN", "XDG_", "CREDENTIALS_"))}
		return {**own, "HOME": self.folder}

	def sign_in_words(self, command, *options, ca_file=None, silence=SILENCE, where=None, db=None):
		"""where: HOST:PORT of something between us and the server."""
		return [BINARY, command, "--account", self.jid,
			"--connect", where or "%s:%d" % (self.server.host, self.server.port),
			"--ca-file", ca_file or self.server.ca_file, "--db", db or self.db, "--password-file", self.password_file,
			"--timeout", str(silence), *self.server.sign_in, *options]

	def scan_words(self, *options, **more):
		return self.sign_in_words("scan", *options, **more)

	def start(self, words):
		"""A child, to be given to judge later."""
		return subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
			text=True, env=self.environment())

	def start_scan(self, *options, **more):
		return self.start(self.scan_words(*options, **more))

	def command(self, word, *options):
		"""A command that only reads the file."""
		return Run(self.start([BINARY, word, "--db", self.db, *options]))

	def scan(self, *options, **more):
		"""scan --json."""
		return Run(self.start_scan("--json", *options, **more))

	def judge(self, child):
		"""Waits for a scan started earlier."""
		return Run(child)

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
	"""Expectations. A class sets `scene` and `judged`, the scan in question."""

	longMessage = True
	maxDiff = None

	def expect(self, who, verdict, certainty=None, resource=None, scan=None, scene=None):
		"""JSON and SQL must both say so. resource: the one that is hidden, for invisible and suspected."""
		scan, scene = scan or self.judged, scene or self.scene
		jid = who if "." in who else scene.server.jid(who)
		self.assertIn(jid, scan.contacts, scan.err)
		said, row = scan.contacts[jid], scene.status()[jid]
		about = "%s: %s\n%s" % (who, json.dumps(said), scan.err)
		self.assertEqual((said["verdict"], said["certainty"]), (verdict, certainty), about)
		for column in "verdict", "certainty", "since":
			self.assertEqual(row[column], said[column], "%s in SQL, then in JSON; %s" % (column, about))
		if resource:
			self.assertEqual(row["resource"], resource, about)
			self.assertIn(resource, [r["resource"] for r in said["resources"]], about)
		if verdict == "invisible":
			if row["resource"]:     # last = 0 names none
				self.assertTrue(any(r["connected"] and not r["shown"] for r in said["resources"]), about)
			self.assertIsNotNone(row["proof"], about)
			self.assertEqual(scene.sql("SELECT count(*) AS n FROM stanza_log WHERE id = %d" % row["proof"])[0]["n"], 1, about)

	def expect_never_invisible(self, who):
		verdict = self.judged.contacts[who]["verdict"]
		self.assertNotIn(verdict, ("invisible", "suspected"), json.dumps(self.judged.contacts[who]))
		self.assertEqual(self.scene.status()[who]["verdict"], verdict)

	def signs(self, who):
		return [(s["sign"], s["resource"]) for s in self.judged.contacts[self.scene.server.jid(who)]["signs"]]

	def expect_exit(self, run, status):
		self.assertEqual(run.status, status, str(run))
