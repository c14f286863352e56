#!/usr/bin/python3
"""What report and history print, and what every command says to a wrong command line. No server, no network.

The outputs in golden/ are exact. After a change that is meant: GOLDEN=write test_commands.py, and read the diff.
"""

import contextlib
import csv
import fcntl
import io
import json
import os
import pty
import re
import signal
import sqlite3
import struct
import tempfile
import termios
import unicodedata
import unittest

from facts import CHAIN, NOTHING_KNOWN, SCENE, STORY, T, leave_log, literal, make, sqlite
from program import CRASHES, DATA, HOME, IO_ERROR, NO_INPUT, PATIENCE, USAGE, ProgramTest, prints, run, start

GOLDEN = os.path.dirname(os.path.abspath(__file__)) + "/golden/"
ME, ANN = "me@ejabberd.example", "ann@ejabberd.example"
FORMATS = "table", "tsv", "csv", "json", "ndjson"


class CommandTest(ProgramTest):
	"""`self.db` is a new file with the class's facts."""

	facts = STORY

	def setUp(self):
		self.db = str(make(self.folder() / "presence.db", self.facts))

	def report(self, *options, **more):
		return run("report", "--db", self.db, *options, **more)

	def history(self, contact, *options, **more):
		return run("history", "--db", self.db, *options, "--", contact, **more)

	def why(self, contact, *options, **more):
		return run("why", "--db", self.db, *options, "--", contact, **more)

	def gaps(self, *options, **more):
		return run("gaps", "--db", self.db, *options, **more)

	def succeed(self, done):
		"""What it printed."""
		self.expect(done)
		self.assertEqual(done.err, "", str(done))
		return done.text

	def rows(self, query):
		"""By the stock sqlite3."""
		return json.loads(sqlite(self.db, query, "-readonly", "-json") or "[]")


# ---- the answer ---------------------------------------------------------------------------------


class Golden(CommandTest):
	def check(self, name, done):
		self.succeed(done)
		if os.environ.get("GOLDEN") == "write":
			with open(GOLDEN + name, "wb") as f:
				f.write(done.out)
		with open(GOLDEN + name, "rb") as f:
			self.assertEqual(done.out.decode(), f.read().decode(), name)

	def test_report_table(self):
		for place, zone in ("UTC", "UTC"), ("Berlin", "Europe/Berlin"):
			self.check("report.%s.table" % place, self.report(env={"TZ": zone}))
			self.check("report_all.%s.table" % place, self.report("--all", env={"TZ": zone}))

	def test_history_table(self):
		for place, zone in ("UTC", "UTC"), ("Berlin", "Europe/Berlin"):
			self.check("history.%s.table" % place, self.history(ANN, env={"TZ": zone}))

	def test_why(self):
		for place, zone in ("UTC", "UTC"), ("Berlin", "Europe/Berlin"):
			self.check("why.%s.table" % place, self.why(ANN, env={"TZ": zone}))
			self.check("why.utc.table", self.why(ANN, "--utc", env={"TZ": zone}))
			for format in FORMATS[1:]:
				self.check("why." + format, self.why(ANN, "--format", format, env={"TZ": zone}))

	def test_why_of_everybody(self):
		"""Bob shows himself and was asked as well; of the others, each verdict there is."""
		for name in "bob@ejabberd", "cat@ejabberd", "dan@dead", "eve@ejabberd", "fay@ejabberd":
			self.check("why.%s.table" % name.partition("@")[0], self.why(name + ".example", "--utc"))

	def test_why_with_all_that_it_can_tell(self):
		sqlite(self.db, SCENE + CHAIN)
		self.check("why.chain.table", self.why("ann@prosody.example", "--utc", "--account", "me@prosody.example"))

	def test_utc_is_the_same_in_every_zone(self):
		for zone in "UTC", "Europe/Berlin", "Pacific/Apia":
			self.check("report_all.utc.table", self.report("--all", "--utc", env={"TZ": zone}))
			self.check("history.utc.table", self.history(ANN, "--utc", env={"TZ": zone}))

	def test_formats_for_machines_know_no_zone(self):
		for zone in "UTC", "Europe/Berlin":
			for format in FORMATS[1:]:
				self.check("report." + format, self.report("--format", format, env={"TZ": zone}))
				self.check("report_all." + format, self.report("--format", format, "--all", env={"TZ": zone}))
				self.check("history." + format, self.history(ANN, "--format", format, env={"TZ": zone}))

	def test_gaps(self):
		for place, zone in ("UTC", "UTC"), ("Berlin", "Europe/Berlin"):
			self.check("gaps.%s.table" % place, self.gaps(env={"TZ": zone}))
			self.check("gaps.utc.table", self.gaps("--utc", env={"TZ": zone}))
			for format in FORMATS[1:]:
				self.check("gaps." + format, self.gaps("--format", format, env={"TZ": zone}))

	def test_clock_was_put_forward_in_between(self):
		"""Golden files are only as good as the eyes that read them: the hour that Berlin skipped."""
		berlin = self.succeed(self.history(ANN, env={"TZ": "Europe/Berlin"}))
		self.assertIn("2026-03-29 01:59:51  2026-03-29 03:00:02", berlin)
		self.assertIn("2026-03-29 00:59:51  2026-03-29 01:00:02", self.succeed(self.history(ANN)))


class Answer(CommandTest):
	def test_same_file_same_bytes(self):
		for format in FORMATS:
			for words in (["report"], ["report", "--all"], ["history", ANN]):
				first, second = (run(*words, "--db", self.db, "--format", format) for _ in range(2))
				self.succeed(first)
				self.assertEqual(first.out, second.out, str(first))
				self.assertNotEqual(first.out, b"")

	def test_report_is_the_view(self):
		for options, view in ([], "invisible"), (["--all"], "contact_status"):
			wanted = self.rows("SELECT * FROM %s ORDER BY contact" % view)
			self.assertTrue(wanted)
			text = self.succeed(self.report("--format", "csv", *options))
			heading, *rows = csv.reader(io.StringIO(text, newline=""))
			self.assertEqual(heading, list(wanted[0]))
			self.assertEqual(rows, [["" if v is None else str(v) for v in row.values()] for row in wanted])

	def test_json_has_everyone_and_says_what_the_view_says(self):
		said = json.loads(self.succeed(self.report("--json")))
		self.assertEqual((said["schema"], said["account"], said["complete"]), (1, ME, True))
		self.assertEqual(said["as_of"], "2026-03-29T01:00:02.345Z")
		columns = "contact", "name", "verdict", "certainty", "since"
		self.assertEqual([{c: contact[c] for c in columns} for contact in said["contacts"]],
			self.rows("SELECT %s FROM contact_status ORDER BY contact" % ", ".join(columns)))
		proofs = {s["proof"] for c in said["contacts"] if c["verdict"] == "invisible" for s in c["signs"]}
		self.assertTrue(proofs)
		self.assertLessEqual(proofs, {row["id"] for row in self.rows("SELECT id FROM stanza_log")})

	def test_ndjson_is_the_json_line_by_line(self):
		whole = json.loads(self.succeed(self.report("--json")))["contacts"]
		lines = self.succeed(self.report("--format", "ndjson", "--all")).splitlines()
		self.assertEqual([json.loads(line) for line in lines], whole)
		some = self.succeed(self.report("--format", "ndjson")).splitlines()
		self.assertEqual([json.loads(line)["contact"] for line in some], [ANN])
		intervals = json.loads(self.succeed(self.history(ANN, "--json")))["intervals"]
		lines = self.succeed(self.history(ANN, "--format", "ndjson")).splitlines()
		self.assertEqual([json.loads(line) for line in lines], intervals)
		self.assertTrue(intervals)

	def test_history_is_the_view(self):
		wanted = self.rows("SELECT * FROM resource_history WHERE contact = '%s' ORDER BY began, ended" % ANN)
		got = list(csv.DictReader(io.StringIO(self.succeed(self.history(ANN, "--format", "csv")), newline="")))
		self.assertEqual(sorted((row["began"], row["ended"], row["state"]) for row in got),
			sorted((row["began"], row["ended"] or "", row["state"]) for row in wanted))

	def test_why_is_the_view_and_every_step_is_in_the_log(self):
		for contact in self.rows("SELECT * FROM contact_status"):
			wanted = self.rows("SELECT * FROM why WHERE contact = '%s' ORDER BY stanza, sign, resource, channel" % contact["contact"])
			got = list(csv.DictReader(io.StringIO(self.succeed(self.why(contact["contact"], "--format", "csv")), newline="")))
			self.assertEqual(got, [{k: "" if v is None else str(v) for k, v in row.items()} for row in wanted])
			told = json.loads(self.succeed(self.why(contact["contact"], "--json")))
			self.assertEqual([told[k] for k in ("verdict", "certainty", "since", "reason", "proof", "as_of")],
				[contact[k] for k in ("verdict", "certainty", "since", "reason", "proof", "as_of")])
			self.assertEqual([step["stanza"] for step in told["chain"]], [row["stanza"] for row in wanted])
			self.assertEqual([s["stanza"] for s in told["chain"] if s["decides"]], [contact["proof"]] if contact["proof"] else [])
			self.assertTrue(all(step["forgeable"] for step in told["chain"]))
			lines = self.succeed(self.why(contact["contact"], "--format", "ndjson")).splitlines()
			self.assertEqual([json.loads(line) for line in lines], told["chain"])

	def test_why_of_a_stranger(self):
		sqlite(self.db, SCENE + "INSERT INTO presence (at, sender) VALUES (%d, 'zoe@x.example/a');" % (T + 12000))
		self.assertRegex(self.succeed(self.why("zoe@x.example")), r"\Azoe@x.example +not on the roster: there is no verdict")
		self.assertIsNone(json.loads(self.succeed(self.why("zoe@x.example", "--json")))["verdict"])

	def test_exit_code(self):
		for format in FORMATS:
			self.expect(self.report("--exit-code", "--format", format), 1)
			self.expect(self.report("--exit-code", "--all", "--format", format), 1)
			self.expect(self.report("--format", format), 0)

	def test_known_contact_of_whom_nothing_was_heard(self):
		done = self.expect(self.history("eve@ejabberd.example"))
		self.assertEqual(done.out, b"")
		self.expect_line(done, "no resource of eve@ejabberd.example was ever heard of")
		done = self.expect(self.history("eve@ejabberd.example", "--json"))
		self.assertEqual(json.loads(done.text)["intervals"], [])

	def test_unknown_contact(self):
		for format in FORMATS:
			for ask in self.history, self.why:
				self.expect_failure(ask("nobody@ejabberd.example", "--format", format), NO_INPUT,
					"nobody@ejabberd.example", "report --all")

	def test_while_it_is_being_written(self):
		"""A recorder in the middle of a transaction is no obstacle, and what it has not committed is not told."""
		before = self.succeed(self.report("--json"))
		writer = sqlite3.connect(self.db, isolation_level=None)
		self.addCleanup(writer.close)
		writer.execute("BEGIN IMMEDIATE")
		writer.execute("DELETE FROM state_contact")
		self.assertEqual(self.succeed(self.report("--json")), before)

	def test_file_with_an_older_rule(self):
		before = self.succeed(self.report("--all"))
		sqlite(self.db, "UPDATE rule SET print = 'of another version', version = '0.0.1';")
		self.assertEqual(self.succeed(self.report("--all")), before)
		self.assertEqual(self.rows("SELECT print FROM rule"), [{"print": "of another version"}])

	def test_file_whose_rule_cannot_tell_why(self):
		sqlite(self.db, "DROP VIEW why; UPDATE rule SET print = 'of another version', version = '0.0.1';")
		self.expect_failure(self.why(ANN), DATA, "older", "unseen scan")

	def test_what_a_user_added_to_the_file_is_no_obstacle(self):
		sqlite(self.db, "CREATE TABLE my_notes (contact, note); CREATE VIEW mine AS SELECT * FROM invisible;")
		self.assertIn(ANN, self.succeed(self.report()))


class NothingHidden(CommandTest):
	"""Nothing to tell is not the same as nobody hidden."""

	facts = NOTHING_KNOWN

	def test_table_counts_the_unknown_and_says_why(self):
		text = self.succeed(self.report())
		self.assertIn("0 invisible", text)
		self.assertIn("2 unknown (prosody.example is Prosody and has no resource of theirs on record", text)
		self.assertNotIn("incomplete", text)

	def test_json_names_the_unknown(self):
		said = json.loads(self.succeed(self.report("--json")))
		self.assertEqual([(c["verdict"], c["reason"]) for c in said["contacts"]], [("unknown", "no-resource")] * 2)

	def test_tables_for_machines_have_their_heading(self):
		for format in "tsv", "csv":
			self.assertRegex(self.succeed(self.report("--format", format)), r"\Aaccount\W.*\n\Z")
		self.assertEqual(self.succeed(self.report("--format", "ndjson")), "")

	def test_exit_code(self):
		self.expect(self.report("--exit-code"), 0)


class Gaps(CommandTest):
	"""A watch of an hour, each; what lies between them is told in the units that people use."""

	lasted = {59: "59 s", 60: "1 min", 3599: "59 min", 7500: "2 h 05 min", 86400: "1 d 00 h", 2 * 86400 + 3600: "2 d 01 h"}
	facts = ""
	at = 0
	for seconds in lasted:
		facts += "INSERT INTO start VALUES (%d, '%s'); INSERT INTO stop VALUES (%d);\n" % (at, ME, at + 3600000)
		at += 3600000 + seconds * 1000
	facts += "INSERT INTO start VALUES (%d, '%s'); UPDATE watch SET heard_until = %d WHERE ended IS NULL;\n" % (at, ME, at + 60000)

	def test_durations(self):
		lines = self.succeed(self.gaps()).splitlines()
		self.assertEqual([re.split("  +", line)[2] for line in lines[1:-1]], list(self.lasted.values()))
		self.assertRegex(lines[-1], r"^6 gaps; 7\.3 % of the time from 1970-01-01 00:00:00 to 1970-01-04 \S+ was listened to$")

	def test_it_is_the_view(self):
		wanted = self.rows("SELECT * FROM gaps ORDER BY began")
		self.assertEqual([row["lasted"] for row in wanted], list(self.lasted))
		rows = list(csv.DictReader(io.StringIO(self.succeed(self.gaps("--format", "csv")), newline="")))
		self.assertEqual(rows, [{k: str(v) for k, v in row.items()} for row in wanted])
		told = json.loads(self.succeed(self.gaps("--json")))
		self.assertEqual((told["account"], told["since"]), (ME, "1970-01-01T00:00:00.000Z"))
		self.assertEqual([gap["lasted"] for gap in told["gaps"]], list(self.lasted))

	def test_nobody_listens(self):
		sqlite(self.db, "UPDATE watch SET ended = heard_until, reason = 'done' WHERE ended IS NULL;")
		self.assertIn("goes on", self.succeed(self.gaps()).splitlines()[-2])
		self.assertRegex(self.succeed(self.gaps()), r"(?m)^7 gaps; .*; nobody has listened since then$")

	def test_no_gap(self):
		sqlite(self.db, "DELETE FROM watch WHERE id > 1; UPDATE watch SET ended = NULL, reason = NULL;")
		self.assertRegex(self.succeed(self.gaps()), r"\Ano gaps; 100 % of the time from \S+ \S+ to \S+ \S+ was listened to\n\Z")


class Interrupted(CommandTest):
	facts = NOTHING_KNOWN + "UPDATE watch SET reason = 'lost';"

	def test_says_so(self):
		self.assertRegex(self.succeed(self.report()), r"(?m)^0 invisible, .* 2 unknown .*; incomplete$")
		self.assertIs(json.loads(self.succeed(self.report("--json")))["complete"], False)


class EmptyRoster(CommandTest):
	facts = "INSERT INTO start VALUES (0, 'me@prosody.example'); INSERT INTO stop VALUES (2000);"

	def test_says_so(self):
		self.assertIn("the roster is empty", self.succeed(self.report()))
		self.assertEqual(json.loads(self.succeed(self.report("--json")))["contacts"], [])


class Accounts(CommandTest):
	"""Two accounts in one file."""

	facts = STORY + NOTHING_KNOWN

	def test_none_is_named(self):
		for words in ["report"], ["history", ANN]:
			self.expect_failure(run(*words, "--db", self.db), USAGE, "--account", ME, "me@prosody.example")

	def test_one_is_named(self):
		self.assertIn(ANN, self.succeed(self.report("--account", ME)))
		other = self.succeed(self.report("--account", "me@prosody.example", "--all"))
		self.assertIn("ann@prosody.example", other)
		self.assertNotIn("ejabberd", other)

	def test_one_is_named_in_the_environment(self):
		self.assertIn(ANN, self.succeed(self.report(env={"UNSEEN_ACCOUNT": ME})))
		self.assertNotIn(ANN, self.succeed(self.report("--account", "me@prosody.example", env={"UNSEEN_ACCOUNT": ME})))
		self.expect_failure(self.report(env={"UNSEEN_ACCOUNT": ""}), USAGE, "--account")

	def test_case_does_not_matter(self):
		self.assertIn(ANN, self.succeed(self.report("--account", ME.upper())))

	def test_one_that_is_not_there(self):
		self.expect_failure(self.report("--account", "you@ejabberd.example"), NO_INPUT, "you@ejabberd.example", ME,
			"me@prosody.example")

	def test_contact_of_the_other_account(self):
		self.expect_failure(self.history(ANN, "--account", "me@prosody.example"), NO_INPUT, ANN)

	def test_exit_code_is_about_the_named_one(self):
		self.expect(self.report("--exit-code", "--account", ME), 1)
		self.expect(self.report("--exit-code", "--account", "me@prosody.example"), 0)


# ---- the file -----------------------------------------------------------------------------------


class File(ProgramTest):
	def expect_both(self, db, status, *said, **more):
		for words in ["report"], ["history", ANN]:
			self.expect_failure(run(*words, "--db", db, **more), status, *said)

	def test_none_there_and_none_made(self):
		folder = self.folder()
		self.expect_both(folder / "none.db", NO_INPUT, str(folder / "none.db"), "unseen scan")
		self.expect_both(folder / "deep/er/none.db", NO_INPUT, "unseen scan")
		self.assertEqual(list(folder.iterdir()), [])

	def test_name_with_a_line_break(self):
		self.expect_both(self.folder() / "two\nlines\x1b[31m.db", NO_INPUT, "two\\u000alines\\u001b[31m.db")

	def test_nothing_recorded_in_it(self):
		self.expect_both(make(self.folder() / "new.db"), NO_INPUT, "unseen scan")

	def test_of_another_program(self):
		path = self.folder() / "other.db"
		sqlite(path, "CREATE TABLE t (a);")
		self.expect_both(path, DATA, "another program", "--db")

	def test_not_a_database(self):
		path = self.folder() / "notes.txt"
		path.write_text("dear diary\n" * 1000)
		self.expect_both(path, DATA, "not a database", "--db")

	def test_empty(self):
		path = self.folder() / "empty.db"
		path.touch()
		self.expect_both(path, DATA, "empty")

	def test_newer(self):
		path = make(self.folder() / "newer.db", STORY + "PRAGMA user_version = 99;")
		self.expect_both(path, DATA, "newer", "99")

	def test_directory(self):
		self.expect_both(self.folder(), DATA, "directory", "--db")

	def test_device(self):
		self.expect_both("/dev/null", DATA, "not a regular file")

	def test_cut_in_half(self):
		path = make(self.folder() / "half.db", STORY)
		os.truncate(path, path.stat().st_size // 2)
		self.expect_both(path, DATA, "malformed", ".recover")

	def test_header_overwritten(self):
		path = make(self.folder() / "torn.db", STORY)
		with open(path, "r+b") as f:
			f.write(b"\xff" * 16)
		self.expect_both(path, DATA, "not a database")

	def test_schema_overwritten(self):
		path = make(self.folder() / "torn.db", STORY)
		with open(path, "r+b") as f:
			f.seek(100)
			f.write(b"\xff" * 400)
		self.expect_both(path, DATA, "malformed", ".recover")

	def test_not_to_be_read(self):
		folder = self.folder()
		path = make(folder / "secret.db", STORY)
		path.chmod(0)
		before = [] if os.getuid() else "setpriv --reuid=nobody --regid=nogroup --clear-groups".split()
		for opened in folder, folder.parent:
			opened.chmod(0o755)
		self.expect_both(path, NO_INPUT, "Permission denied", "permissions", before=before)

	def test_where_it_is_looked_for(self):
		home = self.folder()
		for place in "data", ".local/share":
			(home / place / "unseen").mkdir(parents=True)
		make(home / "data/unseen/presence.db", STORY)
		make(home / ".local/share/unseen/presence.db", NOTHING_KNOWN)
		named = run("report", "--json", env={"HOME": str(home), "XDG_DATA_HOME": str(home / "data")})
		self.assertEqual(json.loads(self.expect(named).text)["account"], ME)
		for data in None, "", "data":       # a relative path is to be ignored (XDG Base Directory)
			plain = run("report", "--json", env={"HOME": str(home), "XDG_DATA_HOME": data}, cwd=home)
			self.assertEqual(json.loads(self.expect(plain).text)["account"], "me@prosody.example")
		self.expect_failure(run("report", env={"HOME": None}), USAGE, "--db")

	def test_nothing_is_written_and_nothing_left_beside_it(self):
		path = make(self.folder() / "kept.db", STORY)
		before = prints(path)
		for words in ["report"], ["report", "--json"], ["history", ANN], ["history", "nobody@x.example"]:
			run(*words, "--db", path)
			self.assertEqual([beside.name for beside in path.parent.iterdir()], ["kept.db"])
			self.assertEqual(prints(path), before)

	def test_whose_log_was_not_brought_into_it(self):
		"""A crash left -wal behind: of ours it is read; one of another program's is not even tidied up."""
		folder = self.folder()
		leave_log(folder / "ours.db", make(folder / "whole.db", STORY), "UPDATE watch SET reason = 'lost';")
		self.assertIn("incomplete", self.expect(run("report", "--db", folder / "ours.db")).text)
		sqlite(folder / "foreign.db", "CREATE TABLE t (a); PRAGMA journal_mode = WAL;")
		leave_log(folder / "other.db", folder / "foreign.db", "INSERT INTO t VALUES (1);")
		before = prints(folder / "other.db", folder / "other.db-wal")
		self.expect_both(folder / "other.db", DATA, "another program")
		self.assertEqual(prints(folder / "other.db", folder / "other.db-wal"), before)


# ---- hostile text -------------------------------------------------------------------------------

HOSTILE = [
	"\u009b31mred", "\u009d0;title\u009c", "nel\u0085nel", "\x1b[2J\x1b]0;pwned\x07", "a\x08\x08\x7fb",
	"gnp.\u202exe", "\u2066\u2067\u2069", "two\nlines", "cr\rlf\r\n", "\ttab\tbed\t", "\u2028\u2029",
	"=cmd|'/c calc'!A1", "+1+1", "-1+1", "@SUM(A1)", "\uff1d1+1", "'quoted", "\n=1+1", "\t=1+1",
	"'); DROP TABLE stanza;--", "' OR 1=1 --", '"; DROP VIEW invisible; --', ":account", "?1", "%s%n%d",
	"<script>alert(1)</script>", "&lt;&amp;&#27;", '"quoted"', "a,b;c|d", "back\\slash \\n \\u001b \\x41", "\\",
	"zero\u200bwidth\ufeff", "\U000e0041\U000e0042", "\u0301accent", "\ufdd0\U0001fffe", "\ue000private", "  blanks  ",
	"", "null", "0", "1e999", "👩‍👩‍👧", "ｗｉｄｅ", "long" * 2000,
]


def everything_hostile():
	"""A contact for each: its name, resource, show and status; and its JID where that can be."""
	people = [("h%02d@ejabberd.example" % i, text) for i, text in enumerate(HOSTILE)]
	people += [("%s@ejabberd.example" % text, text) for text in HOSTILE if text and not set(text) & set("/@")]
	story = "INSERT INTO start VALUES (0, '%s');\n" % ME
	for jid, text in people:
		story += ("INSERT INTO hear_roster VALUES ((SELECT max(id) FROM watch), 1, {jid}, {text}, 'both', NULL, NULL);\n"
			"INSERT INTO hear_presence (watch, at, sender, show, status, client)\n"
			"	SELECT max(id), 2, {jid} || '/' || {text}, {text}, {text}, {text} FROM watch;\n"
		).format(jid=literal(jid), text=literal(text))
	story += "INSERT INTO stop VALUES (3); INSERT INTO start VALUES (10000, '%s');\n" % ME
	story += "INSERT INTO server VALUES (10010, 'ejabberd.example', 'ejabberd');\n"
	for jid, text in people:
		story += "".join(
			"INSERT INTO put VALUES (11000, 'disco#items', {jid}, json_array({resource})), (11100, 'last', {jid}, '0');\n"
		).format(jid=literal(jid), resource=literal(text or "r"))
	return people, story + "INSERT INTO stop VALUES (12000);"


def original(cell):
	"""Undoes the escapes of TSV and CSV."""
	short = {"n": "\n", "r": "\r", "t": "\t", "\\": "\\"}

	def undo(found):
		code = found[1]
		return short.get(code) or chr(int(code.strip("ux{}"), 16))
	return re.sub(r"\\(\\|n|r|t|u[0-9a-f]{4}|u\{[0-9a-f]+\})", undo, cell)


class Hostile(CommandTest):
	@classmethod
	def setUpClass(cls):
		cls.people, cls.facts = everything_hostile()
		cls.file = make(tempfile.mkdtemp(dir=HOME) + "/hostile.db", cls.facts)

	def setUp(self):
		self.db = self.file

	def expect_harmless(self, text, separators):
		"""Nothing that a terminal, a spreadsheet or a reader takes for more than a character."""
		seen = set(text) - set(separators)
		bad = [c for c in seen if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")]
		self.assertEqual([hex(ord(c)) for c in bad], [])

	def test_all_of_them_are_told(self):
		said = json.loads(self.succeed(self.report("--json")))
		self.assertEqual({c["contact"] for c in said["contacts"]}, {jid for jid, _ in self.people})
		self.assertEqual({c["verdict"] for c in said["contacts"]}, {"invisible"})

	def test_table(self):
		for options in [], ["--all"]:
			self.expect_harmless(self.succeed(self.report(*options)), "\n")
		lines = self.succeed(self.report("--all")).partition("\n\n")[0].split("\n")
		self.assertEqual(len(lines), len(self.people) + 2, "a line each; the line of account; the time")
		self.assertTrue(lines[-1].startswith("as of "))

	def test_history_table(self):
		for jid, text in self.people:
			self.expect_harmless(self.succeed(self.history(jid)), "\n")

	def test_table_where_text_is_not_utf8(self):
		for words in ["report", "--all"], ["history", "h00@ejabberd.example"]:
			text = run(*words, "--db", self.db, env={"LC_ALL": "C"}).out
			self.assertRegex(text, rb"\A[\x20-\x7e\n]+\Z")

	def test_tsv(self):
		text = self.succeed(self.report("--format", "tsv", "--all"))
		self.expect_harmless(text, "\t\n")
		heading, *rows = [line.split("\t") for line in text.split("\n")[:-1]]
		rows = [dict(zip(heading, map(original, row), strict=True)) for row in rows]
		self.assertEqual(sorted((row["contact"], row["name"]) for row in rows), sorted(self.people))

	def test_csv(self):
		text = self.succeed(self.report("--format", "csv", "--all"))
		self.expect_harmless(text, "\r\n")
		rows = list(csv.DictReader(io.StringIO(text, newline="")))
		for row in rows:
			for column, cell in row.items():
				self.assertNotRegex(cell, r"\A[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]", "a spreadsheet runs this")

		def unguarded(cell):
			return original(cell[1:] if cell.startswith("'") else cell)
		self.assertEqual(sorted((unguarded(row["contact"]), unguarded(row["name"])) for row in rows), sorted(self.people))

	def test_history_of_each_in_every_format(self):
		for jid, text in self.people:
			for format, separators in ("tsv", "\t\n"), ("csv", "\r\n"), ("ndjson", "\n"):
				self.expect_harmless(self.succeed(self.history(jid, "--format", format)), separators)
			said = json.loads(self.succeed(self.history(jid, "--json")))
			self.assertEqual(said["contact"], jid)
			shown = [i for i in said["intervals"] if i["state"] == "shown"]
			self.assertEqual([(i["resource"], i["show"], i["status"]) for i in shown], [(text, text, text)])

	def test_json_is_ascii_and_carries_the_text(self):
		for format in "json", "ndjson":
			done = self.expect(self.report("--format", format, "--all"))
			self.assertRegex(done.out, rb"\A[\x20-\x7e\n]+\Z")
		said = json.loads(self.succeed(self.report("--json")))
		self.assertEqual(sorted((c["contact"], c["name"]) for c in said["contacts"]), sorted(self.people))
		for contact in said["contacts"]:
			self.assertIn(contact["name"], [r["resource"] for r in contact["resources"]])
			self.assertIn(contact["name"], [r["client"] for r in contact["resources"]])

	def test_bytes_that_are_no_text(self):
		path = make(self.folder() / "bytes.db", "INSERT INTO start VALUES (0, '%s');" % ME
			+ "INSERT INTO hear_roster VALUES (1, 1, 'ann@x.example', %s, 'both', NULL, NULL);" % literal(b"\xff\xc0\xafA\xed\xa0\x80"))
		tsv = self.succeed(run("report", "--all", "--db", path, "--format", "tsv"))
		self.assertIn("\t\\xff\\xc0\\xafA\\xed\\xa0\\x80\t", tsv)
		self.expect_harmless(tsv, "\t\n")
		said = json.loads(self.succeed(run("report", "--db", path, "--json")))
		self.assertIn("A", said["contacts"][0]["name"])

	def test_unknown_contact_with_such_a_name(self):
		for text in filter(None, HOSTILE):
			self.expect_failure(self.history("nobody" + text), NO_INPUT)

	def test_account_with_such_a_name(self):
		path = make(self.folder() / "two.db", "".join("INSERT INTO start VALUES (0, %s);" % literal(a)
			for a in ("one\u009b\n@x.example", "two'\u202e@x.example")))
		self.expect_failure(run("report", "--db", path), USAGE, "one\\u009b\\u000a@x.example", "two'\\u202e@x.example")


# ---- where it goes ------------------------------------------------------------------------------

CLOSED = ["sh", "-c", 'exec "$0" "$@" >&-']
COMMANDS = ["report"], ["report", "--all"], ["history", ANN], ["why", ANN], ["gaps"], ["doctor"]


class Output(CommandTest):
	def test_full_device(self):
		for words in COMMANDS:
			for format in FORMATS:
				with open("/dev/full", "w") as full:
					self.expect_failure(run(*words, "--db", self.db, "--format", format, stdout=full), IO_ERROR,
						"cannot write", "No space left")

	def test_reader_who_left(self):
		"""Quiet as head(1) expects it, or one line where the signal is ignored; never a success."""
		for words in COMMANDS:
			for format in FORMATS:
				for signals, statuses in (True, (-signal.SIGPIPE, IO_ERROR)), (False, (IO_ERROR,)):
					reader, writer = os.pipe()
					os.close(reader)
					try:
						done = run(*words, "--db", self.db, "--format", format, stdout=writer, restore_signals=signals)
					finally:
						os.close(writer)
					self.assertIn(done.status, statuses, str(done))
					if done.err:
						self.expect_line(done, "cannot write")

	def test_closed(self):
		before = prints(self.db)
		for words in COMMANDS:
			self.expect_failure(run(*words, "--db", self.db, before=CLOSED), IO_ERROR, "cannot write")
		self.assertEqual(prints(self.db), before)

	def test_help_and_version_too(self):
		for words in ["--help"], ["--version"], ["scan", "--help"], ["report", "--version"], ["help", "report"]:
			with open("/dev/full", "w") as full:
				self.expect_failure(run(*words, stdout=full), IO_ERROR, "cannot write")

	def test_color(self):
		self.assertIn("\x1b[1m", self.succeed(self.report("--color", "always")))
		self.assertIn("\x1b[1m", self.succeed(self.report("--color", "always", env={"NO_COLOR": "1"})))
		for when in "auto", "never":
			self.assertNotIn("\x1b", self.succeed(self.report("--color", when, env={"TERM": "xterm"})))
		for format in FORMATS[1:]:
			self.assertNotIn("\x1b", self.succeed(self.report("--color", "always", "--format", format)))


class Terminal(CommandTest):
	def shown(self, *words, width=200, **env):
		"""What comes to a terminal that wide."""
		master, slave = pty.openpty()
		fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, width, 0, 0))
		child = start(*words, "--db", self.db, env={"TERM": "xterm", **env}, stdout=slave)
		os.close(slave)
		text = b""
		with contextlib.suppress(OSError):      # a terminal whose last user has left
			while data := os.read(master, 65536):
				text += data
		os.close(master)
		_, err = child.communicate(timeout=PATIENCE)
		self.assertEqual((child.returncode, err), (0, b""))
		return text.decode().replace("\r\n", "\n")

	def test_headings_stand_out(self):
		for words, first in (["report"], "CONTACT"), (["history", ANN], "RESOURCE"):
			self.assertIn("\x1b[1m" + first, self.shown(*words))
			for env in {"NO_COLOR": "1"}, {"TERM": "dumb"}, {"TERM": None}:
				self.assertNotIn("\x1b", self.shown(*words, **env))
			self.assertIn("\x1b[1m", self.shown(*words, NO_COLOR=""), "set, but empty, means nothing (no-color.org)")
			self.assertNotIn("\x1b", self.shown(*words, "--color", "never"))

	def test_last_column_is_cut_to_the_width(self):
		uncut = self.shown("history", ANN, NO_COLOR="1")
		self.assertIn("back when the queue is shorter", uncut)
		for env in {"width": 90}, {"COLUMNS": "90"}:
			cut = self.shown("history", ANN, NO_COLOR="1", **env)
			self.assertLessEqual(max(map(len, cut.splitlines())), 90)
			self.assertIn("at lunch;", cut)
			self.assertIn("…", cut)
		self.assertEqual(self.shown("history", ANN, NO_COLOR="1", width=90, COLUMNS="200"), uncut)

	def test_strange_widths_cut_nothing(self):
		uncut = self.shown("history", ANN, NO_COLOR="1")
		for columns in "0", "-5", "wide":
			self.assertEqual(self.shown("history", ANN, NO_COLOR="1", COLUMNS=columns), uncut)

	def test_line_of_a_contact_is_never_cut(self):
		"""Its proof stands at the end."""
		def contacts(text):
			return text.partition("\n\n")[0]
		self.assertEqual(contacts(self.shown("report", "--all", width=40)), contacts(self.succeed(self.report("--all"))))

	def test_pipe_is_never_cut(self):
		for words in COMMANDS:
			words = words + ["--db", self.db]
			self.assertEqual(self.succeed(run(*words, env={"COLUMNS": "40"})), self.succeed(run(*words)))

	def test_eight_bit_terminal_gets_ascii_in_every_format(self):
		for format in FORMATS:
			text = self.shown("report", "--all", "--format", format, LC_ALL="C", NO_COLOR="1")
			self.assertTrue(text.isascii(), text)


# ---- the command line ---------------------------------------------------------------------------


class CommandLine(ProgramTest):
	@classmethod
	def setUpClass(cls):
		"""Commands and options as help has them."""
		cls.commands = re.findall(r"^  (\w+) ", run("--help").text.partition("usage:")[2], re.M)
		cls.options = {c: re.findall(r"^  (?:-\w,|   ) --(.{18})(.{12}) ", run(c, "--help").text, re.M) for c in cls.commands}
		cls.options = {c: [(name.strip(), argument.strip()) for name, argument in found] for c, found in cls.options.items()}

	def operands(self, command):
		return {"history": [ANN], "backup": ["copy.db"]}.get(command, [])

	def test_help(self):
		self.assertEqual(self.commands, ["scan", "log", "report", "history", "why", "gaps", "status", "doctor", "backup"])
		whole = self.expect(run("--help"))
		for same in ["-h"], ["help"]:
			self.assertEqual(self.expect(run(*same)).out, whole.out)
		for command in self.commands:
			text = self.expect(run(command, "--help")).text
			self.assertIn("usage: unseen " + command, text)
			for same in [command, "-h"], ["help", command], ["--help", command], [command, "--quiet", "--help"]:
				self.assertEqual(self.expect(run(*same)).text, text)
		for word in "account", "db", "password-command", "exit-code", "insecure-plaintext":
			self.assertIn(word, [name for name, _ in self.options["scan"]])
		for command in "report", "history":
			self.assertNotIn("password-file", [name for name, _ in self.options[command]])

	def test_no_command(self):
		done = self.expect(run(), USAGE)
		self.assertEqual(done.out, b"")
		self.assertEqual(done.err, run("--help").text)

	def test_version(self):
		version = self.expect(run("--version"))
		self.assertRegex(version.text, r"\Aunseen \d+\.\d+\.\d+\n\Z")
		for same in ["-V"], ["report", "--version"], ["scan", "-V"]:
			self.assertEqual(self.expect(run(*same)).out, version.out)

	def test_unknown_command(self):
		self.expect_failure(run("frobnicate"), USAGE, "frobnicate", "--help")
		self.expect_failure(run("help", "frobnicate"), USAGE, "frobnicate")
		self.expect_failure(run("repotr"), USAGE, "did you mean report?")
		self.expect_failure(run(""), USAGE, "--help")
		self.expect_failure(run("--json"), USAGE, "--help")
		self.expect_failure(run("\x1b[31m\nred"), USAGE, "\\u001b[31m\\u000ared")

	def test_unknown_option(self):
		for command in self.commands:
			for option in "--frobnicate", "--frobnicate=1", "-x", "--\x1b[31m":
				done = run(command, *self.operands(command), option)
				self.expect_failure(done, USAGE, option.replace("\x1b", "\\u001b"), "unseen %s --help" % command)
		self.expect_failure(run("history", ANN, "--all"), USAGE, "--all")
		self.expect_failure(run("report", "--wait", "1"), USAGE, "--wait")
		self.expect_failure(run("report", "--password", "secret"), USAGE, "--password")

	def test_unknown_letter_behind_a_known_one(self):
		self.expect_failure(run("report", "-vx"), USAGE, "-vx: no such option")
		self.expect_failure(run("report", "-xv"), USAGE, "-xv: no such option")

	def test_option_without_its_value(self):
		for command in self.commands:
			taking = [name for name, argument in self.options[command] if argument]
			self.assertGreater(len(taking), 2)
			for name in taking:
				self.expect_failure(run(command, *self.operands(command), "--" + name), USAGE, "--%s: it takes a value" % name)

	def test_flag_with_a_value(self):
		for command in self.commands:
			for name in (name for name, argument in self.options[command] if not argument):
				self.expect_failure(run(command, *self.operands(command), "--%s=yes" % name), USAGE, "--" + name)

	def test_empty_value(self):
		for command in self.commands:
			for name, argument in self.options[command]:
				if argument:
					self.expect_failure(run(command, *self.operands(command), "--%s=" % name), USAGE, "--" + name)

	def test_operands(self):
		self.expect_failure(run("report", ANN), USAGE, ANN, "unseen report --help")
		self.expect_failure(run("scan", "--account", ME, "now"), USAGE, "now")
		self.expect_failure(run("history"), USAGE, "CONTACT", "unseen history --help")
		self.expect_failure(run("history", ANN, "bob@x.example"), USAGE, "bob@x.example")
		self.expect_failure(run("report", "--", "--json"), USAGE, "--json")

	def test_values_that_are_none(self):
		for name, values in {
			"format": ["xml", "JSON", "table,csv"], "color": ["blue", "yes"], "wait": ["-1", "x", "nan", "inf", "86401", "1s"],
			"timeout": ["0", "0.01", "-1", "x", "nan", "1e99"], "show": ["busy", "available"],
			"password-fd": ["x", "-1", "1.5", "99999999999"],
		}.items():
			for value in values:
				self.expect_failure(run("scan", "--account", ME, "--%s=%s" % (name, value)), USAGE, "--" + name, value)

	def test_accounts_that_are_none(self):
		db = self.folder() / "presence.db"
		for account in ("me", "@x.example", "me@", "me@x.example/phone", "me@x@y", "m e@x.example", "me\n@x.example",
				"me\x1b@x.example", "<me>@x.example", "a" * 1024 + "@x.example", "me@" + "x" * 1024, "a\udcff@x.example"):
			for how in {"words": ["--account", account], "env": {}}, {"words": [], "env": {"UNSEEN_ACCOUNT": account}}:
				self.expect_failure(run("scan", "--db", db, *how["words"], env=how["env"]), USAGE)
		self.assertFalse(db.exists())

	def test_nobody_is_named(self):
		db = self.folder() / "presence.db"
		for env in {}, {"UNSEEN_ACCOUNT": ""}:
			self.expect_failure(run("scan", "--db", db, env=env), USAGE, "--account", "UNSEEN_ACCOUNT")
		self.assertFalse(db.exists())

	def test_no_output_is_worth_a_crash(self):
		"""Whatever the words are."""
		for words in ["-"], ["--"], ["report", "-"], ["report", "--", "--"], ["help", ""], ["-hV"], ["--help", "help"], ["history", ""]:
			done = run(*words, "--db", self.folder() / "none.db")
			self.assertNotIn(done.status, CRASHES + [0, 70, 99], str(done))


if __name__ == "__main__":
	unittest.main()
