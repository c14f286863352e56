#!/usr/bin/python3
"""backup, doctor and status: what looks after the file. No server, no network."""

import contextlib
import csv
import fcntl
import io
import json
import os
import pathlib
import signal
import socket
import sqlite3
import subprocess
import threading
import unittest

from facts import NOTHING_KNOWN, SCENE, STORY, make, sqlite
from program import CANNOT_CREATE, DATA, INTERRUPTED, IO_ERROR, NO_INPUT, USAGE, Done, ProgramTest, prints, run, start

ME, ANN = "me@ejabberd.example", "ann@ejabberd.example"
FORMATS = "table", "tsv", "csv", "json", "ndjson"


class CareTest(ProgramTest):
	def setUp(self):
		self.place = self.folder()
		self.place.chmod(0o700)
		self.db = make(self.place / "presence.db", STORY)
		self.db.chmod(0o600)

	def overwrite(self, path, at, data):
		with open(path, "r+b") as f:
			f.seek(at)
			f.write(data)

	@contextlib.contextmanager
	def recorded(self, pid=None):
		"""The lock of a recorder, held."""
		with open(str(self.db) + ".lock", "w") as f:
			fcntl.flock(f, fcntl.LOCK_EX)
			f.write("%d\n" % (pid or os.getpid()))
			f.flush()
			yield
		os.unlink(f.name)


# ---- backup -------------------------------------------------------------------------------------


class Backup(CareTest):
	def setUp(self):
		super().setUp()
		self.copy = self.place / "copy.db"

	def backup(self, to=None, **more):
		return run("backup", "--db", self.db, "--", self.copy if to is None else to, **more)

	def facts(self, path):
		return sqlite(path, "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name; " + " ".join(
			"SELECT * FROM %s ORDER BY 1, 2;" % table for table in ("jid", "resource", "watch", "roster", "question", "stanza", "state_contact")))

	def test_it_is_the_same(self):
		before = prints(self.db)
		done = self.expect(self.backup())
		self.expect_line(done, "copy.db has 11 stanzas", "checked")
		self.assertEqual(done.out, b"")
		self.assertEqual(self.facts(self.copy), self.facts(self.db))
		self.assertEqual(prints(self.db), before)
		for words in ["report", "--json"], ["history", ANN, "--json"], ["gaps", "--json"]:
			self.assertEqual(self.expect(run(*words, "--db", self.copy)).out, self.expect(run(*words, "--db", self.db)).out)

	def test_it_is_one_file_and_private(self):
		self.expect(self.backup(umask=0))
		self.assertEqual(sorted(p.name for p in self.place.iterdir()), ["copy.db", "presence.db"])
		self.assertEqual(self.copy.stat().st_mode & 0o777, 0o600)

	def test_quietly(self):
		done = self.expect(run("backup", "-q", "--db", self.db, self.copy))
		self.assertEqual(done.err, "")

	def test_what_is_there_stays(self):
		for make_it in (lambda: self.copy.write_text("precious"), self.copy.mkdir, lambda: self.copy.symlink_to("nowhere"),
				lambda: os.link(self.db, self.copy)):
			make_it()
			self.expect_failure(self.backup(), CANNOT_CREATE, "exists already", str(self.copy))
			self.assertEqual(sorted(p.name for p in self.place.iterdir()), ["copy.db", "presence.db"])
			self.copy.rmdir() if self.copy.is_dir() else self.copy.unlink()
		self.expect_failure(self.backup(self.db), CANNOT_CREATE, "exists already")

	def test_no_such_folder(self):
		self.expect_failure(self.backup(self.place / "none/copy.db"), CANNOT_CREATE, "No such file")

	def test_no_name(self):
		self.expect_failure(run("backup", "--db", self.db), USAGE, "FILE", "unseen backup --help")
		self.expect_failure(self.backup(""), USAGE, "empty")

	def test_nothing_to_copy(self):
		self.expect_failure(run("backup", "--db", self.place / "none.db", self.copy), NO_INPUT, "none.db")
		sqlite(self.place / "other.db", "CREATE TABLE t (a);")
		self.expect_failure(run("backup", "--db", self.place / "other.db", self.copy), DATA, "another program")
		self.assertFalse(self.copy.exists())

	def test_damaged(self):
		"""A copy of what is broken is none, and none is left."""
		sqlite(self.db, "PRAGMA journal_mode = DELETE;")
		page = int(sqlite(self.db, "SELECT rootpage FROM sqlite_schema WHERE name = 'stanza';"))
		self.overwrite(self.db, (page - 1) * 4096, b"\xff" * 200)
		self.expect_failure(self.backup(), DATA)
		self.assertEqual([p.name for p in self.place.iterdir()], ["presence.db"])

	def test_the_session_of_the_original_is_not_in_it(self):
		"""A recorder that starts from the copy must not take up what the other goes on with."""
		sqlite(self.db, "UPDATE watch SET ended = NULL, reason = NULL WHERE id = 2; INSERT INTO resumption VALUES (2, 'x', 7);")
		self.expect(self.backup())
		self.assertEqual(sqlite(self.copy, "SELECT count(*) FROM resumption;"), "0\n")
		self.assertEqual(sqlite(self.db, "SELECT count(*) FROM resumption;"), "1\n")
		self.assertEqual(sqlite(self.copy, "SELECT ended IS NULL FROM watch WHERE id = 2;"), "1\n")

	def test_while_it_is_written(self):
		"""Each copy is the file as it was at one moment: never half a transaction, never less than before."""
		writer = sqlite3.connect(self.db, isolation_level=None, timeout=30, check_same_thread=False)
		self.addCleanup(writer.close)
		over, written = threading.Event(), []

		def write():
			while not over.is_set():
				writer.execute("BEGIN IMMEDIATE")
				for _ in range(2):
					writer.execute("INSERT INTO stanza (watch, at, kind, sender) SELECT 2, %d, 'message', min(id) FROM resource" % len(written))
				writer.execute("COMMIT")
				written.append(1)
		thread = threading.Thread(target=write)
		thread.start()
		try:
			before = 0
			for n in range(3):
				self.copy = self.place / ("copy%d.db" % n)
				least = len(written)
				self.expect(self.backup())
				count = int(sqlite(self.copy, "SELECT count(*) FROM stanza;"))
				self.assertEqual(count % 2, 1, "11, and pairs")
				self.assertGreaterEqual(count, max(before, 11 + 2 * least))
				before = count
		finally:
			over.set()
			thread.join()
		self.assertTrue(written)

	def test_disk_is_full(self):
		disk = self.place / "disk"
		disk.mkdir()
		script = 'mount -t tmpfs -o size=64k tmpfs "$0" || exit 99\n"$@"; s=$?; ls -A "$0" >&2; exit $s'
		done = run("backup", "--db", self.db, disk / "copy.db", before=["unshare", "--mount", "sh", "-c", script, str(disk)])
		if done.status == 99 or "unshare" in done.err:
			self.skipTest("no file system can be mounted here: %s" % done.err.strip())
		self.expect_failure(done, IO_ERROR, "make room", "copy.db")


# ---- doctor -------------------------------------------------------------------------------------


class Doctor(CareTest):
	def checks(self, *words, status=0):
		"""Verdict and words of each check; of several of one name the last."""
		done = self.expect(run("doctor", "--json", "--db", self.db, *words), status)
		said = json.loads(done.text)
		self.assertEqual(said["file"], str(self.db))
		verdicts = [c["verdict"] for c in said["checks"]]
		self.assertEqual(said["verdict"], next((v for v in ("wrong", "warning") if v in verdicts), "ok"))
		return {c["check"]: (c["verdict"], c["says"]) for c in said["checks"]}

	def expect_check(self, name, verdict, *said, status=None):
		found = self.checks(status=(DATA if verdict == "wrong" else 0) if status is None else status)[name]
		self.assertEqual(found[0], verdict, found)
		for words in said:
			self.assertIn(words, found[1])

	def test_all_is_well(self):
		checks = self.checks()
		self.assertEqual([name for name, (verdict, _) in checks.items() if verdict != "ok"], ["rule"], checks)
		self.assertEqual(set(checks) - {"disk"}, {"mode", "folder", "room", "size", "recorder", "record", "rule", "integrity",
			"references", "facts", "clock", "versions"}, "the verdicts of another rule are not looked at")
		self.assertRegex(checks["versions"][1], r"^unseen \S+, SQLite 3\.\S+, expat 2\.\S+, OpenSSL 3\.\S+, libstrophe 0\.\S+, c-ares \S+, gsasl \S+$")

	def test_every_format(self):
		for format in FORMATS:
			done = self.expect(run("doctor", "--db", self.db, "--format", format))
			self.assertEqual(done.err, "")
			self.assertIn("every page and index is in order", done.text)
		rows = list(csv.DictReader(io.StringIO(self.expect(run("doctor", "--db", self.db, "--format", "csv")).text, newline="")))
		self.assertEqual({row["check"]: (row["verdict"], row["says"]) for row in rows}, self.checks())

	def test_changes_nothing(self):
		before = prints(self.db)
		self.checks("--locks")
		self.assertEqual(prints(self.db), before)
		self.assertEqual([p.name for p in self.place.iterdir()], ["presence.db"])

	def test_no_file(self):
		self.expect_failure(run("doctor", "--db", self.place / "none.db"), NO_INPUT, "none.db")

	def test_modes(self):
		self.db.chmod(0o640)
		self.expect_check("mode", "warning", "0640", "chmod 600")
		self.db.chmod(0o600)
		self.place.chmod(0o777)
		self.expect_check("folder", "warning", "chmod go-w")
		self.place.chmod(0o1777)
		self.expect_check("folder", "ok")

	def test_owner(self):
		if os.getuid():
			self.skipTest("only root can give a file away")
		os.chown(self.db, 65534, 65534)
		self.expect_check("owner", "warning", "65534")

	def test_second_name(self):
		os.link(self.db, self.place / "other.db")
		self.expect_check("names", "wrong", "2 names")

	def test_not_ours(self):
		sqlite(self.place / "other.db", "CREATE TABLE t (a);")
		self.db = self.place / "other.db"
		self.expect_check("record", "wrong", "another program")
		self.db = self.place
		self.expect_check("record", "wrong", "directory")

	def test_newer(self):
		sqlite(self.db, "PRAGMA user_version = 99;")
		self.expect_check("record", "wrong", "newer")

	def test_broken_page(self):
		sqlite(self.db, "PRAGMA journal_mode = DELETE;")
		page = int(sqlite(self.db, "SELECT rootpage FROM sqlite_schema WHERE name = 'stanza_sender';"))
		self.overwrite(self.db, (page - 1) * 4096 + 8, b"\xff" * 40)
		self.expect_check("integrity", "wrong")

	def test_half_a_file(self):
		os.truncate(self.db, self.db.stat().st_size // 2)
		self.expect_check("record", "wrong", "malformed")

	def test_broken_reference(self):
		sqlite(self.db, "PRAGMA foreign_keys = OFF; DELETE FROM resource WHERE id = (SELECT sender FROM stanza LIMIT 1);")
		self.expect_check("references", "wrong", "rows of", "resource that is not there")

	def test_broken_facts(self):
		for change, said in {
			"UPDATE watch SET heard_until = began - 1 WHERE id = 1": "1 watches end before they began",
			"DROP INDEX watch_open; UPDATE watch SET ended = NULL": "1 accounts have two open watches",
			"UPDATE watch SET ended = NULL WHERE id = 1": "1 open watches are not the last",
			"UPDATE sqlite_sequence SET seq = 3 WHERE name = 'stanza'": "1 tables have an id that was never given out",
		}.items():
			with self.subTest(change):
				make(self.db, STORY)
				sqlite(self.db, change + ";")
				done = self.expect(run("doctor", "--db", self.db), DATA)
				self.assertRegex(done.text, r"(?m)^wrong +facts +.*")
				self.assertIn(said, done.text)

	def test_broken_verdicts(self):
		"""Of a file that has this program's rule: a recorder, told to stop before it signed in, has put it there."""
		with socket.create_server(("127.0.0.1", 0)) as server:
			child = start("scan", "--account", "you@new.example", "--connect", "127.0.0.1:%d" % server.getsockname()[1],
				"--db", self.db, env={"UNSEEN_PASSWORD": "x"})
			with server.accept()[0]:
				child.send_signal(signal.SIGINT)
				self.expect(Done(child), INTERRUPTED)
		self.expect_check("rule", "ok")
		self.expect_check("verdicts", "ok")
		sqlite(self.db, "PRAGMA journal_mode = DELETE;")
		whole = self.db.read_bytes()
		for change, said in {
			"UPDATE state_evidence SET stanza = 999": "pieces of evidence are of a stanza that is not there",
			"UPDATE state_contact SET proof = 999 WHERE verdict = 'invisible'": "1 contacts have a proof that is not there",
			"UPDATE state_contact SET proof = NULL WHERE verdict = 'invisible'": "1 contacts are invisible without a proof",
			"UPDATE state_resource SET cause = 999 WHERE cause IS NOT NULL AND state = 'hidden'": "resources are as a stanza says",
			"UPDATE state_interval SET began_by = 999 WHERE id = 1": "1 intervals of the history",
			"INSERT INTO state_past VALUES (999, 1, 1, 2, 998, 0)": "1 moments of the past",
			"UPDATE state_contact SET shown = 7 WHERE verdict = 'visible'": "1 contacts are counted wrong",
		}.items():
			with self.subTest(change):
				self.db.write_bytes(whole)
				sqlite(self.db, change + ";")
				done = self.expect(run("doctor", "--db", self.db), DATA)
				self.assertRegex(done.text, r"(?m)^wrong +verdicts +.*")
				self.assertIn(said, done.text)

	def test_clock(self):
		sqlite(self.db, "INSERT INTO clock (watch, what, at, mono, boot, boot_id, moved) VALUES (1, 'began', 0, 0, 0, 'x', NULL), "
			"(1, 'jump', 86400000, 0, 0, 'x', -2500), (2, 'jump', 1000, 0, 0, 'x', 1000), (2, 'suspend', 0, 0, 0, 'x', 99000);")
		self.expect_check("clock", "warning", "set 2 times", "2.5 s", "1970-01-02T00:00:00Z")

	def test_recorder(self):
		with self.recorded():
			self.expect_check("recorder", "ok", "process %d" % os.getpid())
		pathlib.Path(str(self.db) + ".lock").write_text("4711\n")
		self.expect_check("recorder", "warning", "died")

	def test_who_holds_it(self):
		self.assertEqual(self.checks("--locks")["locks"], ("ok", "nobody has the file open"))
		script = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1], isolation_level=None); " \
			"c.execute('BEGIN IMMEDIATE'); c.execute('SELECT * FROM stanza').fetchone(); print(flush=True); sys.stdin.read()"
		child = subprocess.Popen(["/usr/bin/python3", "-c", script, str(self.db)], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
		try:
			child.stdout.readline()
			text = self.expect(run("doctor", "--locks", "--db", self.db)).text
			self.assertRegex(text, r"(?m)^warning +locks +WRITE: process %d \(python3\) keeps everyone else" % child.pid)
			self.assertRegex(text, r"(?m)^ok +locks +READ\d: process %d" % child.pid)
			self.assertRegex(text, r"(?m)^ok +locks +DMS: process %d" % child.pid)
			with self.recorded(child.pid):     # it is the recorder: that is its work
				text = self.expect(run("doctor", "--locks", "--db", self.db)).text
				self.assertRegex(text, r"(?m)^ok +locks +WRITE: process %d" % child.pid)
		finally:
			child.communicate()

	def test_big_log(self):
		holder = sqlite3.connect(self.db)
		self.addCleanup(holder.close)
		holder.execute("SELECT count(*) FROM stanza").fetchone()
		os.truncate(str(self.db) + "-wal", 100 << 20)
		self.expect_check("size", "warning", "104.9 MB of log", "--locks")


# ---- status -------------------------------------------------------------------------------------


class Status(CareTest):
	def status(self, *words, code=1):
		return self.expect(run("status", "--db", self.db, *words), code)

	def told(self, *words, code=1):
		return json.loads(self.status("--json", *words, code=code).text)

	@contextlib.contextmanager
	def answering(self, answer):
		"""A recorder's socket, that answers the next request so."""
		asked = []
		server = socket.socket(socket.AF_UNIX)
		server.bind(str(self.db) + ".sock")
		os.chmod(str(self.db) + ".sock", 0o600)
		server.listen()

		def serve():
			client, _ = server.accept()
			with client:
				asked.append(client.recv(100))
				client.sendall(answer.encode())
		thread = threading.Thread(target=serve)
		thread.start()
		with self.recorded():
			yield asked
		thread.join()
		server.close()
		os.unlink(str(self.db) + ".sock")

	def test_none_is_alive(self):
		text = self.status().text
		self.assertRegex(text, r"(?m)^recorder +none$")
		self.assertRegex(text, r"(?m)^last heard +2026-03-29 01:00:02$")
		self.assertRegex(text, r"(?m)^contacts +1 invisible, 1 visible, 1 offline, 2 unknown$")
		told = self.told()
		self.assertEqual((told["alive"], told["answers"], told["pid"], told["last_heard"]), (False, False, None, "2026-03-29T01:00:02.345Z"))
		self.assertEqual(told["size"], self.db.stat().st_size)
		self.assertEqual(told["contacts"], [{"account": ME, "invisible": 1, "suspected": 0, "visible": 1, "offline": 1, "unknown": 2,
			"unsubscribed": 1}])

	def test_lock_of_one_who_died(self):
		pathlib.Path(str(self.db) + ".lock").write_text("%d\n" % os.getpid())
		self.assertIs(self.told()["alive"], False)

	def test_alive_but_it_cannot_be_asked(self):
		with self.recorded():
			text = self.status(code=0).text
			self.assertRegex(text, r"(?m)^recorder +running, process %d$" % os.getpid())
			self.assertRegex(text, r"(?m)^tells +nothing: it is older")
			self.assertRegex(text, r"(?m)^contacts +1 invisible")
			told = self.told(code=0)
			self.assertEqual((told["alive"], told["answers"], told["pid"]), (True, False, os.getpid()))

	def test_what_it_tells(self):
		answer = ("pid\t4711\nversion\t9.9\nsince\t1774745990000\nstate\twatching\naccount\t%s\nconnected_since\t1774746000000\n"
			"last_commit\t1774746001000\nqueued\t3\nqueued_bytes\t4500000\ndegraded\tthe disk is full\nquestions\t17\nof a newer one\tx\n" % ME)
		with self.answering(answer) as asked:
			told = self.told(code=0)
		self.assertEqual(asked, [b"status\n"])
		self.assertEqual({k: told[k] for k in ("pid", "version", "since", "state", "account", "connected_since", "last_commit", "queued",
			"queued_bytes", "trouble", "questions", "answers")}, {"pid": 4711, "version": "9.9", "since": "2026-03-29T00:59:50.000Z",
			"state": "watching", "account": ME, "connected_since": "2026-03-29T01:00:00.000Z", "last_commit": "2026-03-29T01:00:01.000Z",
			"queued": 3, "queued_bytes": 4500000, "trouble": "the disk is full", "questions": 17, "answers": True})
		with self.answering(answer):
			text = self.status(code=0).text
		for line in (r"recorder +running, process 4711, since 2026-03-29 00:59:50, unseen 9.9", "account +" + ME,
				r"state +watching, connected since 2026-03-29 01:00:00", r"last commit +2026-03-29 01:00:01",
				r"waits +3 writes, 4.5 MB: the disk is full", r"questions +17 asked"):
			self.assertRegex(text, "(?m)^" + line)

	def test_hostile_answer(self):
		"""It comes from our own recorder, or from whoever could put a socket there."""
		for answer in "", "\n\n\t\n", "pid\t\x1b[31m\nstate\t\x1b[2J\u202e\n", "alive\t0\nnow\t0\nfile\t/etc/passwd\nsize\t-1\n", "x" * 3000:
			with self.answering(answer):
				done = self.status(code=0)
			self.assertNotIn("\x1b", done.text)
			self.assertIn("recorder", done.text)
			with self.answering(answer):
				told = self.told(code=0)
			self.assertEqual((told["alive"], told["file"], told["size"]), (True, str(self.db), self.db.stat().st_size))

	def test_times_are_local(self):
		with self.recorded():
			berlin = self.expect(run("status", "--db", self.db, env={"TZ": "Europe/Berlin"})).text
			self.assertRegex(berlin, r"(?m)^last heard +2026-03-29 03:00:02$")
			self.assertRegex(self.status("--utc", code=0).text, r"(?m)^last heard +2026-03-29T01:00:02Z$")

	def test_gaps_of_today(self):
		"""Two of an hour since midnight and the one that goes on, reckoned at noon of a day long ago: the clock is ours."""
		noon = 12 * 3600000
		script = "SELECT (json ->> 'gaps_today') || ' ' || (json ->> 'gaps_today_lasted') FROM (%s);" % (
			(pathlib.Path(__file__).parents[2] / "sql/status_json.sql").read_text().rstrip().rstrip(";"))
		facts = "".join("INSERT INTO start VALUES (%d, '%s'); INSERT INTO stop VALUES (%d);" % (a, ME, b) for a, b in (
			(-7200000, -3600000), (3600000, 7200000), (10800000, noon - 60000)))
		db = make(self.place / "gaps.db", facts)

		def gaps(**given):
			values = {"now": noon, "utc": 1, "alive": 0, "answers": 0, "size": 0, "log_size": 0, **given}
			return sqlite(db, ".parameter init\n" + "".join(".parameter set :%s %s\n" % (k, v) for k, v in values.items()) + script).strip()
		# 1 h since midnight, 1 h, 1 min that goes on
		self.assertEqual(gaps(), "3 7260")
		sqlite(db, "UPDATE watch SET ended = NULL, reason = NULL WHERE id = 3;")
		self.assertEqual(gaps(), "3 7260", "it died")
		self.assertEqual(gaps(alive=1), "2 7200")

	def test_several_accounts(self):
		make(self.db, STORY + NOTHING_KNOWN)
		self.assertEqual([c["account"] for c in self.told()["contacts"]], [ME, "me@prosody.example"])
		self.assertRegex(self.status().text, r"(?m)^contacts +0 invisible.*\(me@prosody.example\)$")

	def test_every_format(self):
		for format in FORMATS:
			self.assertIn("2026-03-29", self.status("--format", format).text)
		rows = dict(csv.reader(io.StringIO(self.status("--format", "csv").text, newline="")))
		self.assertEqual((rows["alive"], rows["last_heard"], rows["contacts[0].invisible"]), ("false", "2026-03-29T01:00:02.345Z", "1"))

	def test_no_file(self):
		self.expect_failure(run("status", "--db", self.place / "none.db"), NO_INPUT, "none.db")

	def test_leaves_nothing(self):
		self.status()
		self.assertEqual([p.name for p in self.place.iterdir()], ["presence.db"])


if __name__ == "__main__":
	unittest.main()
