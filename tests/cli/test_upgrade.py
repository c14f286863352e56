#!/usr/bin/python3
"""Files of released schemas (tests/old): a writer brings them up to this program's and loses nothing, a reader says
what to do and changes nothing. No server: the one they are given only lets them connect."""

import json
import os
import re
import signal
import socket
import unittest

from facts import STORY, TOP, make, sqlite
from program import DATA, INTERRUPTED, PATIENCE, Done, ProgramTest, prints, run, start

ME, ANN = "me@ejabberd.example", "ann@ejabberd.example"
OLD = TOP / "tests/old"
FACTS = "jid", "resource", "watch", "sign_in", "roster", "question", "listed", "stanza", "refused", "my_notes"
VIEWS = "contact_status", "invisible", "resource_status", "resource_history", "stanza_log", "presence_log", "gaps", "my_view"
KNOWN = max(int(path.stem.partition("_")[2]) for path in (TOP / "sql").glob("schema_*.sql"))


class UpgradeTest(ProgramTest):
	def setUp(self):
		self.place = self.folder()
		self.db = self.place / "presence.db"

	def load(self, version):
		sqlite(self.db, (OLD / ("schema_%d.sql" % version)).read_text())

	def rows(self, table):
		return json.loads(sqlite(self.db, "SELECT * FROM %s;" % table, "-readonly", "-json") or "[]")

	def write(self):
		"""A recorder that opens the file and is told to stop before it has signed in."""
		with socket.create_server(("127.0.0.1", 0)) as server:
			server.settimeout(PATIENCE)
			child = start("scan", "--account", "you@new.example", "--connect", "127.0.0.1:%d" % server.getsockname()[1],
				"--db", self.db, env={"UNSEEN_PASSWORD": "x"})
			try:
				line, _ = server.accept()
			except TimeoutError:
				self.fail("it did not connect: %s" % Done(child))
			with line:
				child.send_signal(signal.SIGINT)
				return self.expect(Done(child), INTERRUPTED)

	def read(self):
		return [["report"], ["history", ANN], ["gaps"], ["status"], ["backup", self.place / "copy.db"]]


class Older(UpgradeTest):
	def test_there_is_a_dump_of_each(self):
		self.assertEqual({path.stem for path in OLD.glob("*.sql")}, {"schema_%d" % n for n in range(1, KNOWN)})

	def test_writer(self):
		for version in range(1, KNOWN):
			with self.subTest(version):
				self.load(version)
				facts, views = ({name: self.rows(name) for name in names} for names in (FACTS, VIEWS))
				for name, rows in {**facts, **views}.items():
					self.assertTrue(rows, name + " has no row: nothing would be tested")
				self.write()
				self.assertEqual(sqlite(self.db, "PRAGMA user_version; PRAGMA integrity_check; PRAGMA foreign_key_check;"),
					"%d\nok\n" % KNOWN)
				for name, rows in {**facts, **views}.items():
					now = [{column: row[column] for column in rows[0]} for row in self.rows(name)]
					self.assertEqual(sorted(now, key=str), sorted(rows, key=str), name)
				for words in self.read():
					account = [] if words[0] == "backup" else ["--account", ME]
					self.expect(run(*words, *account, "--db", self.db), 1 if words[0] == "status" else 0)
				self.expect(run("doctor", "--db", self.db))
				os.unlink(self.place / "copy.db")
				os.unlink(self.db)

	def test_it_is_the_schema_of_a_new_file(self):
		"""Whichever way a file came to it."""
		new = make(self.place / "new.db")
		columns = "SELECT m.name, c.* FROM sqlite_schema AS m, pragma_table_info(m.name) AS c WHERE m.type = 'table' " \
			"AND m.name NOT GLOB 'my_*' ORDER BY m.name, c.cid;"
		for version in range(1, KNOWN):
			self.load(version)
			self.write()
			self.assertEqual(sqlite(self.db, columns), sqlite(new, columns))
			os.unlink(self.db)

	def test_reader(self):
		for version in range(1, KNOWN):
			self.load(version)
			before = prints(self.db)
			for words in self.read():
				self.expect_failure(run(*words, "--db", self.db), DATA, "older unseen", "the next scan or log")
			self.assertEqual(prints(self.db), before)
			self.assertEqual([path.name for path in self.place.iterdir()], ["presence.db"])
			os.unlink(self.db)

	def test_writer_that_dies_on_the_way(self):
		"""All of it or nothing: the upgrade is one transaction."""
		self.load(1)
		whole = sqlite(self.db, ".dump")
		sqlite(self.db, "CREATE TABLE clock (x);")      # in the way of what schema 2 brings
		before = sqlite(self.db, ".dump")
		done = run("scan", "--account", ME, "--connect", "127.0.0.1:1", "--db", self.db, env={"UNSEEN_PASSWORD": "x"})
		self.assertNotEqual(done.status, 0)
		self.expect_line(done, "clock")
		self.assertEqual(sqlite(self.db, ".dump"), before)
		self.assertEqual(sqlite(self.db, "PRAGMA user_version;"), "1\n")
		self.assertNotEqual(before, whole)


class Newer(UpgradeTest):
	def test_refused_by_all(self):
		make(self.db, STORY + "PRAGMA user_version = %d;" % (KNOWN + 1))
		before = prints(self.db)
		for words in self.read() + [["scan", "--account", ME, "--connect", "127.0.0.1:1"], ["log", "--account", ME, "--connect", "127.0.0.1:1"]]:
			self.expect_failure(run(*words, "--db", self.db, env={"UNSEEN_PASSWORD": "x"}), DATA,
				"newer unseen (schema %d, this one knows %d)" % (KNOWN + 1, KNOWN), "use that version")
		self.assertEqual(prints(self.db), before)
		self.assertEqual([path.name for path in self.place.iterdir()], ["presence.db"])


if __name__ == "__main__":
	unittest.main()
