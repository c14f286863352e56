#!/usr/bin/python3
"""What the README tells people to type."""

import re
import tempfile
import unittest

from facts import STORY, TOP, make, sqlite
from program import HOME, ProgramTest, run

README = (TOP / "README.md").read_text()


class Readme(ProgramTest):
	def test_queries_run_in_stock_sqlite3_and_answer(self):
		db = make(tempfile.mkdtemp(dir=HOME) + "/presence.db", STORY)
		queries = re.findall(r"^    (SELECT .*;)$", README, re.M)
		self.assertEqual(len(queries), 6)
		for query in queries:
			with self.subTest(query):
				self.assertTrue(sqlite(db, query.replace("ann@example.org", "ann@ejabberd.example"), "-readonly"))

	def test_commands_are_all_there(self):
		said = run("--help").text
		for command in re.findall(r"^  (\w+) ", said.partition("usage:")[2], re.M):
			self.assertIn("`unseen %s" % command, README)

	def test_stable_views_are_all_there(self):
		db = make(tempfile.mkdtemp(dir=HOME) + "/presence.db")
		for view in re.findall(r"`(\w+)`", README.partition("Stable views:")[2].partition("\n\n")[0]):
			sqlite(db, "SELECT * FROM %s" % view)


if __name__ == "__main__":
	unittest.main()
