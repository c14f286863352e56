#!/usr/bin/python3
"""The configuration file: what holds, what beats what, and what every mistake in it is told with.

golden/config.messages is exact. After a change that is meant: GOLDEN=write test_config.py, and read the diff.
"""

import json
import os
import pathlib
import re
import unittest

from facts import NOTHING_KNOWN, STORY, make
from program import CONFIG, NO_INPUT, REFUSED, USAGE, ProgramTest, run

GOLDEN = pathlib.Path(__file__).with_name("golden") / "config.messages"
ME, OTHER = "me@ejabberd.example", "me@prosody.example"

# A mistake each; the name is what is wrong.
MISTAKES = {
	"unknown key": "wait = 3\nfrobnicate = yes\n",
	"key that only the command line has": "config = other.ini\n",
	"key that asks": "help = yes\n",
	"bad value": "# comment\n\nwait = soon\n",
	"seconds out of range": "every = 5\n",
	"word": "show = busy\n",
	"format": "format = xml\n",
	"flag": "utc = 1\n",
	"flag without value": "utc =\n",
	"empty value": "connect =   ; nothing\n",
	"password": "account = me@x.example\npassword = hunter2\n",
	"password in a section": "[account me@x.example]\npassword = hunter2\n",
	"no key": "account = me@x.example\njust words\n",
	"open section": "[account me@x.example\nutc = yes\n",
	"other section": "[server]\nutc = yes\n",
	"section without account": "[account]\nutc = yes\n",
	"section with blanks for an account": "[account   ]\n",
	"account in a section": "[account me@x.example]\naccount = you@x.example\n",
	"twice": "wait = 3\nutc = yes\nwait = 4\n",
	"twice in a section": "wait = 3\n[account me@x.example]\nwait = 4\nwait = 5\n",
	"section twice": "[account me@x.example]\nwait = 4\n[account Me@X.example]\n",
	"long line": "status = %s\n" % ("x" * 300),
	"no UTF-8": b"utc = yes\nstatus = caf\xe9\n",
	"control character": "utc = yes\n\nstatus = a\x1bb\n",
	"NUL": "utc = yes\nstatus = a\0b\n",
}


class ConfigTest(ProgramTest):
	def setUp(self):
		self.place = self.folder()
		self.db = make(self.place / "presence.db", STORY)
		self.file = self.place / "config.ini"

	def write(self, text, mode=0o644):
		self.file.write_bytes(text if isinstance(text, bytes) else text.encode())
		self.file.chmod(mode)

	def report(self, *words, **more):
		return run("report", "--config", self.file, *words, **more)


class Mistakes(ConfigTest):
	def test_messages(self):
		said = ""
		for name, text in MISTAKES.items():
			self.write(text)
			done = self.expect_failure(self.report("--db", self.db), CONFIG, "%s:" % self.file)
			self.assertNotIn("hunter2", done.err)
			said += "%s\n\t%s" % (name, done.err.replace(str(self.place) + "/", ""))
		if os.environ.get("GOLDEN") == "write":
			GOLDEN.write_text(said)
		self.assertEqual(said, GOLDEN.read_text())

	def test_every_command_checks_all_of_it(self):
		self.write("[account me@x.example]\nwait = soon\n")
		for words in ["report", "--account", ME], ["history", "ann@ejabberd.example"], ["scan"]:
			self.expect_failure(run(*words, "--config", self.file, "--db", self.db), CONFIG, "config.ini:2: wait soon")

	def test_line_is_right_whatever_stands_before_it(self):
		for before in "", "\n\n", "# a\n; b\n", "\ufeff\n", "utc = yes\r\n\r\n", "[account a@x.example]\n\n\n", "status = a\n  \n":
			self.write(before + "wait = soon")
			self.expect_failure(self.report(), CONFIG, "config.ini:%d: wait soon" % (before.count("\n") + 1))

	def test_not_there(self):
		self.expect_failure(self.report(), NO_INPUT, str(self.file), "--config")
		self.expect_failure(run("report", "--config", ""), USAGE, "--config")

	def test_no_file(self):
		self.expect_failure(run("report", "--config", self.place), CONFIG, "no regular file")
		os.mkfifo(self.place / "fifo")
		self.expect_failure(run("report", "--config", self.place / "fifo"), CONFIG, "no regular file")

	def test_too_large(self):
		self.write("# a line\n" * 200000)
		self.expect_failure(self.report(), CONFIG, "1 MiB")

	def test_others_may_write_it(self):
		for mode in 0o664, 0o646, 0o666:
			self.write("utc = yes\n", mode)
			self.expect_failure(self.report(), REFUSED, "%04o" % mode, "chmod go-w")

	def test_of_someone_else(self):
		if os.getuid():
			self.skipTest("only root can give a file away")
		self.write("utc = yes\n")
		os.chown(self.file, 65534, 65534)
		self.expect_failure(self.report(), REFUSED, "65534")


class Holds(ConfigTest):
	def format_of(self, done):
		head = self.expect(done).text[:8]
		return "json" if head[0] == "{" else {"account\t": "tsv", "account,": "csv"}.get(head, "table")

	def test_values(self):
		self.write("db = %s\nformat = json\n" % self.db)
		self.assertEqual(json.loads(self.expect(self.report()).text)["account"], ME)

	def test_command_line_beats_it(self):
		self.write("db = %s\nformat = json\n" % self.db)
		self.assertEqual(self.format_of(self.report("--format", "tsv")), "tsv")
		self.expect_failure(self.report("--db", self.place / "none.db"), NO_INPUT, "none.db")

	def test_flags(self):
		utc, local = (self.expect(run("report", "--db", self.db, *o, env={"TZ": "Europe/Berlin"})).text for o in (["--utc"], []))
		self.assertNotEqual(utc, local)
		for word, text in {"yes": utc, "true": utc, "no": local, "false": local}.items():
			self.write("utc=%s" % word)
			self.assertEqual(self.expect(self.report("--db", self.db, env={"TZ": "Europe/Berlin"})).text, text)

	def test_forms_of_a_line(self):
		for line in "format=json", "format: json", "utc = no\n  format = json", "  format =  json  ; as JSON", "\tformat = json\r", "\ufeffformat = json", "# x\nformat = json":
			self.write(line + "\n")
			self.assertEqual(self.format_of(self.report("--db", self.db)), "json", line)

	def test_all_that_a_command_does_not_take_is_no_obstacle(self):
		self.write("wait = 3\nkeep-session = yes\nevery = 60\nresource = desk\nlocks = yes\npassword-file = /nowhere\n")
		self.expect(self.report("--db", self.db))

	def test_every_option_is_a_key(self):
		"""But those that cannot be."""
		for command in "scan", "log", "report", "doctor":
			text = run(command, "--help").text
			for name, argument in re.findall(r"^  (?:-\w,|   ) --(.{18})(.{12}) ", text, re.M):
				name = name.strip()
				value = {"S": "60", "FORMAT": "csv", "WHEN": "never", "SHOW": "away", "N": "3"}.get(argument.strip(), "x")
				self.write("%s = %s\n" % (name, value if argument.strip() else "yes"))
				done = self.report("--db", self.db, "--account", ME)
				if name in ("help", "version", "config"):
					self.expect_failure(done, CONFIG, "there is no option '%s'" % name)
				else:
					self.expect(done, 1 if name == "exit-code" else 0)

	def test_where_it_is_looked_for(self):
		home = self.folder()
		for place, format in ("config", "json"), (".config", "csv"):
			(home / place / "unseen").mkdir(parents=True)
			(home / place / "unseen/config.ini").write_text("format = %s\ndb = %s\n" % (format, self.db))
			(home / place / "unseen/config.ini").chmod(0o600)
		for data, format in (str(home / "config"), "json"), (None, "csv"), ("", "csv"), ("config", "csv"):
			done = run("report", env={"HOME": str(home), "XDG_CONFIG_HOME": data}, cwd=home)
			self.assertEqual(self.format_of(done), format)
		self.write("db = %s\n" % self.db)
		self.assertEqual(self.format_of(run("report", "--config", self.file, env={"HOME": str(home)})), "table")
		self.assertEqual(self.format_of(run("report", "--config", "/dev/null", "--db", self.db, env={"HOME": str(home)})), "table")

	def test_others_may_read_it(self):
		self.write("format = json\n", 0o444)
		self.assertEqual(self.format_of(self.report("--db", self.db)), "json")


class Accounts(ConfigTest):
	"""Sections. The two accounts have a record each."""

	def setUp(self):
		super().setUp()
		self.other = make(self.place / "other.db", NOTHING_KNOWN)
		self.both = "format = json\n[account %s]\ndb = %s\n\n[account %s]\ndb = %s\n" % (ME, self.db, OTHER, self.other)

	def told(self, *words, **more):
		return json.loads(self.expect(self.report(*words, **more)).text)["account"]

	def test_the_one_that_is_named(self):
		self.write(self.both)
		for account in ME, OTHER, OTHER.upper():
			self.assertEqual(self.told("--account", account), account.lower())
			self.assertEqual(self.told(env={"UNSEEN_ACCOUNT": account}), account.lower())
		self.assertEqual(self.told("--account", ME, env={"UNSEEN_ACCOUNT": OTHER}), ME)

	def test_the_one_the_file_names(self):
		self.write("account = %s\n" % OTHER + self.both)
		self.assertEqual(self.told(), OTHER)
		self.assertEqual(self.told("--account", ME), ME)
		self.assertEqual(self.told(env={"UNSEEN_ACCOUNT": ME}), ME)

	def test_none_is_named(self):
		self.write(self.both)
		for words in ["report"], ["scan"], ["scan", "--db", self.place / "new.db"], ["history", "ann@ejabberd.example"]:
			self.expect_failure(run(*words, "--config", self.file), USAGE, "--account", ME, OTHER, str(self.file))
		self.assertEqual(self.told("--db", self.db), ME)

	def test_the_only_one(self):
		self.write("format = json\n[account %s]\ndb = %s\n" % (ME, self.db))
		self.assertEqual(self.told(), ME)

	def test_section_without_lines_counts(self):
		self.write("format = json\ndb = %s\n[account %s]\n[account %s]\n" % (self.db, ME, OTHER))
		self.expect_failure(self.report(), USAGE, ME, OTHER)

	def test_one_that_has_no_section(self):
		self.write("format = json\ndb = %s\n[account %s]\nutc = yes\n" % (self.other, ME))
		self.assertEqual(self.told("--account", OTHER), OTHER)

	def test_section_beats_what_stands_before_any(self):
		self.write("db = %s\nformat = csv\n[account %s]\nformat = json\n[account %s]\nformat = tsv\n" % (self.db, ME, OTHER))
		self.assertEqual(self.told("--account", ME), ME)

	def test_long_name(self):
		"""The library keeps 49 bytes of it."""
		one, two = ("%s%d@x.example" % ("me" * 30, n) for n in (1, 2))
		self.write("[account %s]\ndb = %s\n[account %s]\ndb = %s\n" % (one, self.other, two, self.db))
		self.expect_failure(self.report("--account", two), NO_INPUT, two, ME)


if __name__ == "__main__":
	unittest.main()
