#!/usr/bin/python3
"""What scan does with files and passwords it cannot use: it says so, leaves them as they were, leaves nothing else
behind, and connects to nobody. The server is a socket that only counts who comes."""

import contextlib
import fcntl
import os
import pathlib
import pty
import select
import signal
import socket
import sqlite3
import stat
import subprocess
import termios
import unittest

from facts import STORY, leave_log, make, sqlite
from program import (CANNOT_CREATE, CONFIG, DATA, INTERRUPTED, IO_ERROR, NO_INPUT, PATIENCE, REFUSED, TRY_LATER, USAGE, Done,
	ProgramTest, prints, run, start)

ME = "me@x.example"
SECRET = "hunter2-in-plain-sight"
NOBODY = "setpriv --reuid=nobody --regid=nogroup --clear-groups".split() if os.getuid() == 0 else []


class Mute:
	"""A server that takes connections and says nothing."""

	def __init__(self):
		self.socket = socket.create_server(("127.0.0.1", 0), backlog=16)
		self.where = "127.0.0.1:%d" % self.socket.getsockname()[1]

	def came(self):
		"""How many have connected since this was last asked."""
		count = 0
		while select.select([self.socket], [], [], 0)[0]:
			self.socket.accept()[0].close()
			count += 1
		return count

	def take(self, child):
		"""The line on which the child says something; None when it ends instead."""
		end, lines = os.pidfd_open(child.pid), []
		try:
			while True:
				ready, _, _ = select.select([self.socket, *lines, end], [], [], PATIENCE)
				if ready in ([], [end]):
					return None
				for line in filter(ready.__contains__, list(lines)):
					if line.recv(4096):
						return line
					lines.remove(line)
				if self.socket in ready:
					lines.append(self.socket.accept()[0])
		finally:
			os.close(end)


def picture(folder):
	"""Everything in it: names, kinds, modes, contents, times of change."""
	def of(path):
		s = path.lstat()
		data = os.readlink(path) if path.is_symlink() else prints(path) if path.is_file() else None
		return str(path.relative_to(folder)), stat.filemode(s.st_mode), s.st_nlink, data, s.st_mtime_ns if path.is_file() else 0
	return sorted(map(of, folder.rglob("*")))


class ScanTest(ProgramTest):
	def setUp(self):
		self.server = Mute()
		self.addCleanup(self.server.socket.close)
		self.place = self.folder()
		self.db = self.place / "presence.db"

	def words(self, *options, db=None):
		return ["scan", "--account", ME, "--connect", self.server.where, "--timeout", "0.5", *options,
			"--db", self.db if db is None else db]

	def scan(self, *options, env={}, db=None, **more):
		return run(*self.words(*options, db=db), env={"UNSEEN_PASSWORD": SECRET, **env}, **more)

	@contextlib.contextmanager
	def connected(self, *options, env={}, db=None, **more):
		"""A scan that has opened its file and waits for the server; interrupted at the end."""
		self.server.came()
		child = start(*self.words(*options, db=db), env={"UNSEEN_PASSWORD": SECRET, **env}, **more)
		with self.expect_connection(child):
			try:
				yield child
			finally:
				child.send_signal(signal.SIGINT)
				self.interrupted = Done(child)

	def expect_connection(self, child):
		return self.server.take(child) or self.fail("it did not connect: %s" % Done(child))

	def expect_refusal(self, status, *said, **how):
		"""Nobody is called, nothing is changed."""
		before = picture(self.place)
		done = self.scan(**how)
		self.assertFalse(self.server.came(), "it connected: %s" % done)
		self.assertEqual(picture(self.place), before, str(done))
		return self.expect_failure(done, status, *said)


class Blind(ScanTest):
	def test_the_server_counts(self):
		"""Or the tests below would see nobody connect, whoever does."""
		with self.connected():
			pass
		self.expect_failure(self.interrupted, INTERRUPTED)
		done = self.scan(db=self.place / "other.db")
		self.assertTrue(self.server.came(), str(done))


# ---- the file -----------------------------------------------------------------------------------


class NotOurs(ScanTest):
	def test_database_of_another_program(self):
		sqlite(self.db, "CREATE TABLE t (a); INSERT INTO t VALUES (1);")
		self.expect_refusal(DATA, "another program", "--db")

	def test_database_of_another_program_in_wal_mode(self):
		sqlite(self.db, "PRAGMA journal_mode = WAL; CREATE TABLE t (a); INSERT INTO t VALUES (1);")
		self.expect_refusal(DATA, "another program", "--db")

	def test_database_of_another_program_that_crashed(self):
		"""What it left in its log is for that program to deal with."""
		old = self.place / "old.db"
		sqlite(old, "CREATE TABLE t (a); PRAGMA journal_mode = WAL;")
		leave_log(self.db, old, "INSERT INTO t VALUES (1);")
		before = prints(self.db, self.log())
		self.expect_failure(self.scan(), DATA, "another program")
		self.assertEqual(prints(self.db, self.log()), before)

	def test_newer_that_crashed(self):
		old = make(self.place / "old.db", STORY + "PRAGMA user_version = 99;")
		leave_log(self.db, old, "UPDATE watch SET reason = 'lost';")
		before = prints(self.db, self.log())
		self.expect_failure(self.scan(), DATA, "newer", "99")
		self.assertEqual(prints(self.db, self.log()), before)

	def log(self):
		return pathlib.Path(str(self.db) + "-wal")

	def test_database_that_only_says_whose_it_is(self):
		"""No table yet, and another program's id."""
		sqlite(self.db, "PRAGMA application_id = 42; PRAGMA user_version = 7; CREATE TABLE t (a); DROP TABLE t;")
		self.expect_refusal(DATA, "another program", "--db")

	def test_text(self):
		self.db.write_text("dear diary\n" * 1000)
		self.expect_refusal(DATA, "not a database", "--db")

	def test_short_text(self):
		self.db.write_text("x\n")
		self.expect_refusal(DATA, "not a database", "--db")

	def test_newer(self):
		make(self.db, STORY + "PRAGMA user_version = 99;")
		self.expect_refusal(DATA, "newer", "99")

	def test_directory(self):
		self.db.mkdir()
		self.expect_refusal(DATA, "is a directory", "--db")

	def test_link_to_a_device(self):
		self.db.symlink_to("/dev/null")
		self.expect_refusal(DATA, "not a regular file", "--db")

	def test_device(self):
		done = self.scan(db="/dev/null")
		self.expect_failure(done, DATA, "not a regular file")
		self.assertFalse(os.path.exists("/dev/null.lock"))
		self.assertFalse(self.server.came())

	def test_fifo(self):
		os.mkfifo(self.db)
		self.expect_refusal(DATA, "not a regular file", "--db")

	def test_second_name(self):
		make(self.db, STORY)
		os.link(self.db, self.place / "other name.db")
		self.expect_refusal(DATA, "hard link")

	def test_link_to_nothing(self):
		self.db.symlink_to(self.place / "nothing.db")
		before = picture(self.place)
		done = self.scan()
		self.assertIn(done.status, (CANNOT_CREATE, IO_ERROR), str(done))
		self.expect_line(done, str(self.db))
		self.assertEqual(picture(self.place), before)

	def test_name_of_no_file(self):
		self.expect_refusal(USAGE, "--db", db="")
		self.expect_refusal(IO_ERROR, ":memory:", db=":memory:", cwd=self.place)


class Damaged(ScanTest):
	def setUp(self):
		super().setUp()
		make(self.db, STORY)

	def overwrite(self, at, count):
		with open(self.db, "r+b") as f:
			f.seek(at)
			f.write(b"\xff" * count)

	def test_cut_in_half(self):
		os.truncate(self.db, self.db.stat().st_size // 2)
		self.expect_refusal(DATA, "malformed", ".recover")

	def test_cut_within_the_first_page(self):
		os.truncate(self.db, 1000)
		self.expect_refusal(DATA, "malformed", ".recover")

	def test_header(self):
		self.overwrite(0, 16)
		self.expect_refusal(DATA, "not a database")

	def test_page_size(self):
		self.overwrite(16, 2)
		self.expect_refusal(DATA, "not a database")

	def test_schema(self):
		self.overwrite(100, 400)
		self.expect_refusal(DATA, "malformed", ".recover")


class Permissions(ScanTest):
	"""Played by a user who is not root."""

	def setUp(self):
		super().setUp()
		for open_to_all in self.place, self.place.parent:
			open_to_all.chmod(0o755)
		self.addCleanup(self.place.chmod, 0o755)

	def expect_refusal(self, status, *said, **how):
		return super().expect_refusal(status, *said, before=NOBODY, **how)

	def test_folder_is_read_only(self):
		self.place.chmod(0o555)
		self.expect_refusal(CANNOT_CREATE, "Permission denied", "--db")

	def test_folder_is_read_only_and_the_file_is_there(self):
		make(self.db, STORY).chmod(0o666)
		self.place.chmod(0o555)
		self.expect_refusal(CANNOT_CREATE, "Permission denied", "permissions of the folder")

	def test_file_is_read_only(self):
		self.place.chmod(0o777)
		make(self.db, STORY).chmod(0o444)
		self.expect_refusal(IO_ERROR, "Permission denied", "permissions")

	def test_file_is_not_to_be_read(self):
		self.place.chmod(0o777)
		make(self.db, STORY).chmod(0o222)
		self.expect_refusal(IO_ERROR, "ermission")

	def test_folder_cannot_be_made(self):
		self.place.chmod(0o555)
		self.expect_refusal(CANNOT_CREATE, str(self.place / "sub"), "Permission denied", db=self.place / "sub/presence.db")

	def test_folder_is_not_to_be_entered(self):
		make(self.db, STORY)
		self.place.chmod(0o600)
		self.expect_refusal(CANNOT_CREATE, "Permission denied")

	def test_folder_is_a_file(self):
		(self.place / "file").touch()
		self.expect_refusal(CANNOT_CREATE, "Not a directory", db=self.place / "file/presence.db")
		self.expect_refusal(CANNOT_CREATE, "Not a directory", db=self.place / "file/sub/presence.db")

	def test_reading_what_cannot_be_written_beside(self):
		"""A file in WAL mode needs two more beside it even to be read."""
		make(self.db, STORY).chmod(0o644)
		before = picture(self.place)
		done = run("report", "--db", self.db, before=NOBODY)
		if done.status:
			self.expect_failure(done, IO_ERROR, "permissions", "folder")
		else:
			self.assertIn("ann@ejabberd.example", done.text)
		self.assertEqual(picture(self.place), before)


class Made(ScanTest):
	"""A new file, seen while a scan holds it."""

	def mode(self, path):
		return stat.filemode(path.stat().st_mode)

	def test_folders_and_files_are_private(self):
		deep = self.place / "a/b/presence.db"
		with self.connected(db=deep, umask=0):
			for folder in deep.parent, deep.parent.parent:
				self.assertEqual(self.mode(folder), "drwx------")
			names = {path.name: self.mode(path) for path in deep.parent.iterdir()}
			self.assertEqual(names, dict.fromkeys(("presence.db", "presence.db-wal", "presence.db-shm", "presence.db.lock"),
				"-rw-------"))
		self.assertEqual(list(deep.parent.iterdir()), [])

	def test_modes_of_what_is_there_stay(self):
		make(self.db, STORY).chmod(0o640)
		self.place.chmod(0o750)
		with self.connected(umask=0):
			self.assertEqual(self.mode(self.place), "drwxr-x---")
			self.assertEqual({self.mode(path) for path in self.place.glob("presence.db*") if path.suffix != ".lock"}, {"-rw-r-----"})

	def test_name_without_a_folder(self):
		with self.connected(db="bare.db", cwd=self.place) as child:
			self.assertIsNone(child.poll())
			self.assertTrue((self.place / "bare.db").exists())
		self.assertEqual(list(self.place.iterdir()), [])

	def test_relative_names(self):
		for name in "./dot.db", "sub/sub.db", "../%s/up.db" % self.place.name, "double//slash.db":
			with self.connected(db=name, cwd=self.place):
				self.assertTrue((self.place / name).exists())
			self.expect_failure(self.interrupted, INTERRUPTED)

	def test_where_it_is_made_without_a_name(self):
		for env, path in ({"XDG_DATA_HOME": str(self.place / "data")}, "data/unseen"), ({}, ".local/share/unseen"):
			child = start("scan", "--account", ME, "--connect", self.server.where,
				env={"UNSEEN_PASSWORD": SECRET, "HOME": str(self.place), **env})
			with self.expect_connection(child):
				self.assertEqual(self.mode(self.place / path), "drwx------")
				self.assertTrue((self.place / path / "presence.db").exists())
				child.send_signal(signal.SIGINT)
				self.expect_failure(Done(child), INTERRUPTED)
			self.server.came()

	def test_file_that_is_empty_becomes_ours(self):
		"""Made by touch(1), or by a scan that was killed."""
		self.db.touch(0o600)
		with self.connected():
			pass
		# whoever took the log away would lock readers out for a moment: it stays, and is empty
		left = {path.name: path.stat().st_size for path in self.place.iterdir()}
		self.assertEqual((sorted(left), left["presence.db-wal"]), (["presence.db", "presence.db-shm", "presence.db-wal"], 0))

	def test_interrupted_before_it_was_told_anything(self):
		with self.connected():
			pass
		self.expect_failure(self.interrupted, INTERRUPTED)
		self.assertEqual(list(self.place.iterdir()), [])

	def test_facts_survive_a_scan_in_vain(self):
		make(self.db, STORY)
		with self.connected():
			pass
		# whoever took the log away would lock readers out for a moment: it stays, and is empty
		left = {path.name: path.stat().st_size for path in self.place.iterdir()}
		self.assertEqual((sorted(left), left["presence.db-wal"]), (["presence.db", "presence.db-shm", "presence.db-wal"], 0))
		self.assertEqual(sqlite(self.db, "PRAGMA integrity_check; SELECT count(*) FROM stanza_log;").split(), ["ok", "11"])
		self.expect(run("report", "--db", self.db, "--exit-code"), 1)

	def test_older_rule_is_replaced_and_what_a_user_added_is_not(self):
		make(self.db, STORY + """
			CREATE TABLE my_notes (contact, note); INSERT INTO my_notes VALUES ('ann', 'likes tea');
			CREATE VIEW mine AS SELECT contact FROM invisible;
			CREATE VIEW of_an_older_rule AS SELECT 1; INSERT INTO rule_part VALUES ('view', 'of_an_older_rule');""")
		with self.connected():
			pass
		self.assertNotIn("made by hand", sqlite(self.db, "SELECT print FROM rule;"))
		self.assertEqual(sqlite(self.db, "SELECT note FROM my_notes; SELECT contact FROM mine;").split("\n"),
			["likes tea", "ann@ejabberd.example", ""])
		self.assertEqual(sqlite(self.db, "SELECT count(*) FROM sqlite_schema WHERE name = 'of_an_older_rule';"), "0\n")


class Held(ScanTest):
	"""One recorder per file."""

	def setUp(self):
		super().setUp()
		self.lock = pathlib.Path(str(self.db) + ".lock")

	@contextlib.contextmanager
	def held(self, text):
		with open(self.lock, "w") as f:
			fcntl.flock(f, fcntl.LOCK_EX)
			f.write(text)
			f.flush()
			yield

	def test_by_another(self):
		make(self.db, STORY)
		with self.held("4711\n"):
			self.expect_refusal(TRY_LATER, "process 4711", str(self.db), "--db")

	def test_by_another_and_there_is_no_file_yet(self):
		with self.held("4711\n"):
			self.expect_refusal(TRY_LATER, "process 4711")

	def test_by_one_who_does_not_say_who(self):
		for text in "", "-\n", "99999999999999999999\n", "\x1b[31m\n", "x" * 5000:
			with self.held(text):
				self.expect_refusal(TRY_LATER, "another unseen")

	def test_by_a_scan(self):
		with self.connected() as first:
			before = [name for name, *_ in picture(self.place)]
			self.expect_failure(self.scan(), TRY_LATER, "process %d" % first.pid)
			self.assertEqual([name for name, *_ in picture(self.place)], before)
		self.expect_failure(self.interrupted, INTERRUPTED)
		self.assertEqual(list(self.place.iterdir()), [])

	def test_by_one_who_died(self):
		self.lock.write_text("4711\n")
		with self.connected() as child:
			self.assertEqual(self.lock.read_text(), "%d\n" % child.pid)
		self.assertFalse(self.lock.exists())

	def test_by_a_link(self):
		"""A lock that leads elsewhere is not followed: what is there would be emptied."""
		victim = self.place / "victim"
		victim.write_text("precious")
		self.lock.symlink_to(victim)
		self.expect_refusal(CANNOT_CREATE, str(self.db))

	def test_only_for_writing(self):
		make(self.db, STORY)
		with self.held("4711\n"):
			self.expect(run("report", "--db", self.db))

	def test_under_another_name(self):
		"""A link to it is the same file."""
		make(self.db, STORY)
		link = self.place / "link.db"
		link.symlink_to(self.db)
		with self.connected() as first:
			done = self.scan(db=link)
			self.expect_failure(done, TRY_LATER, "process %d" % first.pid)

	def test_by_a_program_that_writes(self):
		"""SQLite's own write lock: waited for a while, then given up."""
		make(self.db, STORY + "DELETE FROM rule;")
		other = sqlite3.connect(self.db, isolation_level=None)
		self.addCleanup(other.close)
		other.execute("BEGIN IMMEDIATE")
		done = self.scan()
		self.assertFalse(self.server.came(), str(done))
		self.expect_failure(done, TRY_LATER, "write lock")


class FullDisk(ScanTest):
	"""A file system of a few KB, in a mount name space of its own."""

	def on_disk(self, size, *words):
		"""Runs the program with its record on such a disk; what the disk holds in the end."""
		left = self.place / ("left-%s" % size)
		left.mkdir()
		script = 'mount -t tmpfs -o size=%s tmpfs "$0" || exit 99\n"$@"; s=$?; cp -a "$0/." %s; exit $s' % (size, left)
		done = run(*words, before=["unshare", "--mount", "sh", "-c", script, str(self.disk)], env={"UNSEEN_PASSWORD": SECRET})
		return done, sorted(path.name for path in left.iterdir())

	def setUp(self):
		super().setUp()
		self.disk = self.place / "disk"
		self.disk.mkdir()
		able = subprocess.run(["unshare", "--mount", "mount", "-t", "tmpfs", "tmpfs", str(self.disk)], capture_output=True, text=True)
		if able.returncode:
			self.skipTest("no file system can be mounted here: %s" % able.stderr.strip())

	def test_too_small_for_the_file(self):
		for size in "4k", "8k", "12k", "16k", "32k", "64k", "128k", "256k":
			with self.subTest(size):
				done, left = self.on_disk(size, *self.words(db=self.disk / "presence.db"))
				self.expect_failure(done, IO_ERROR, "make room", "--db")
				self.assertEqual(left, [])
				self.assertFalse(self.server.came())

	def test_too_small_for_the_folder(self):
		done, left = self.on_disk("4k,nr_inodes=1", *self.words(db=self.disk / "sub/presence.db"))
		self.expect_failure(done, CANNOT_CREATE, "No space left", "--db")
		self.assertEqual(left, [])

	def test_large_enough_but_in_vain(self):
		"""Room for the log of what was written, none to bring it into the file: nothing may stay all the same."""
		self.server.socket.close()
		for size in "320k", "384k", "448k", "1m":
			with self.subTest(size):
				done, left = self.on_disk(size, *self.words(db=self.disk / "presence.db"))
				self.assertIn(done.status, (IO_ERROR, 69), str(done))
				self.expect_line(done)
				self.assertEqual(left, [])


# ---- the password -------------------------------------------------------------------------------


class Password(ScanTest):
	def setUp(self):
		super().setUp()
		self.file = self.place / "password"
		self.write(SECRET + "\n")

	def write(self, text, mode=0o600):
		self.file.write_bytes(text if isinstance(text, bytes) else text.encode())
		self.file.chmod(mode)

	def expect_refusal(self, status, *said, options=(), env={}, **how):
		"""And the password stays where it is."""
		before = picture(self.place)
		done = self.scan(*options, env={"UNSEEN_PASSWORD": None, **env}, **how)
		self.assertFalse(self.server.came(), "it connected: %s" % done)
		self.assertEqual(picture(self.place), before, str(done))
		self.assertNotIn(SECRET, done.err)
		return self.expect_failure(done, status, *said)

	def from_file(self):
		return {"options": ["--password-file", self.file]}

	def from_command(self, command):
		return {"options": ["--password-command", command]}

	def test_file_that_others_can_read(self):
		for mode in 0o644, 0o640, 0o604, 0o620, 0o601, 0o666:
			self.write(SECRET, mode)
			self.expect_refusal(REFUSED, "%04o" % mode, "chmod 600 %s" % self.file, **self.from_file())

	def test_file_of_someone_else(self):
		if os.getuid():
			self.skipTest("only root can give a file away")
		os.chown(self.file, 65534, 65534)
		self.expect_refusal(REFUSED, "65534", **self.from_file())

	def test_file_that_is_not_there(self):
		self.file.unlink()
		self.expect_refusal(NO_INPUT, str(self.file), "No such file", **self.from_file())

	def test_file_that_is_a_folder(self):
		self.file.unlink()
		self.file.mkdir()
		self.expect_refusal(CONFIG, "no regular file", **self.from_file())

	def test_file_not_to_be_read(self):
		self.place.chmod(0o777)
		self.place.parent.chmod(0o755)
		self.file.chmod(0o000 if not NOBODY else 0o600)
		self.expect_refusal(REFUSED, "Permission denied", before=NOBODY, **self.from_file())

	def test_file_without_a_password_in_it(self):
		for text, said in {"": "empty", "\n": "empty", "a\nb\n": "line break", "\0": "NUL", b"\xff": "UTF-8", "x" * 5000: "longer"}.items():
			self.write(text)
			self.expect_refusal(CONFIG, said, str(self.file), **self.from_file())

	def test_command_that_fails(self):
		self.expect_refusal(CONFIG, "false", "exit status 1", **self.from_command("false"))
		self.expect_refusal(CONFIG, "exit status 3", **self.from_command("sh -c 'echo %s; exit 3'" % SECRET))
		self.expect_refusal(CONFIG, "signal 9", **self.from_command("sh -c 'kill -9 $$'"))

	def test_command_that_says_nothing(self):
		self.expect_refusal(CONFIG, "empty", **self.from_command("true"))

	def test_command_that_cannot_be_run(self):
		self.expect_refusal(CONFIG, "no-such-program", "No such file", **self.from_command("no-such-program"))
		self.expect_refusal(CONFIG, "Permission denied", **self.from_command(str(self.file)))

	def test_command_for_a_shell(self):
		self.expect_refusal(CONFIG, "shell", **self.from_command("cat %s | head -1" % self.file))
		self.expect_refusal(CONFIG, "quotes", **self.from_command("echo 'open"))
		self.expect_refusal(CONFIG, "empty", **self.from_command("  "))

	def test_descriptor_that_is_not_open(self):
		self.expect_refusal(CONFIG, "descriptor 77", options=["--password-fd", "77"])

	def test_descriptor_with_nothing_in_it(self):
		self.expect_refusal(CONFIG, "empty", options=["--password-fd", "0"])

	def test_environment_without_a_password_in_it(self):
		self.expect_refusal(CONFIG, "UNSEEN_PASSWORD", "empty", env={"UNSEEN_PASSWORD": ""})

	def test_none_and_no_terminal(self):
		done = self.expect_refusal(CONFIG, "--password-file", "UNSEEN_PASSWORD")
		self.assertLess(done.seconds, 2)

	def test_first_that_is_set_counts_even_when_it_is_of_no_use(self):
		folder = self.place / "credentials"
		folder.mkdir()
		(folder / "xmpp-password").touch()
		good = {"UNSEEN_PASSWORD": SECRET}
		self.expect_refusal(CONFIG, "xmpp-password", options=["--password-file", self.file], env={**good, "CREDENTIALS_DIRECTORY": str(folder)})
		self.expect_refusal(CONFIG, "false", options=["--password-command", "false", "--password-file", self.file], env=good)
		self.write("")
		self.expect_refusal(CONFIG, str(self.file), options=["--password-file", self.file, "--password-fd", "0"], env=good)

	def test_interrupted_while_the_command_runs(self):
		"""Ctrl-C reaches the command too, and the file that was made for this leaves with us."""
		said, says = os.pipe()
		child = start(*self.words("--password-command", "sh -c 'echo >&%d; exec sleep %d'" % (says, PATIENCE)), pass_fds=[says])
		os.close(says)
		self.assertEqual(os.read(said, 1), b"\n")
		os.close(said)
		os.killpg(child.pid, signal.SIGINT)
		done = Done(child)
		self.assertIn(done.status, (INTERRUPTED, -signal.SIGINT), str(done))
		self.assertEqual([path.name for path in self.place.iterdir()], ["password"])

	def test_nobody_else_can_see_it(self):
		"""Not in the arguments, not in the environment, and not in that of the password command."""
		for options, env in ([], {"UNSEEN_PASSWORD": SECRET}), (["--password-file", self.file], {"UNSEEN_PASSWORD": SECRET}), \
				(["--password-command", "sh -c 'env >&2; cat %s'" % self.file], {"UNSEEN_PASSWORD": SECRET}):
			with self.connected(*options, env=env) as child:
				seen = b"".join(pathlib.Path("/proc/%d/%s" % (child.pid, name)).read_bytes() for name in ("cmdline", "environ"))
				self.assertIn(ME.encode(), seen)
				self.assertNotIn(SECRET.encode(), seen)
				limits = pathlib.Path("/proc/%d/limits" % child.pid).read_text()
				self.assertRegex(limits, r"Max core file size +0 +0 ")
			self.expect(self.interrupted, INTERRUPTED)
			self.assertNotIn(SECRET, self.interrupted.err)

	def test_asked_on_the_terminal_without_showing_it(self):
		master, slave = pty.openpty()
		child = start(*self.words(), stdin=slave, stderr=slave, preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0))
		os.close(slave)
		heard = b""
		while not heard.endswith(b"Password for %s: " % ME.encode()):
			heard += os.read(master, 1024)
		os.write(master, SECRET.encode() + b"\n")
		with self.expect_connection(child):
			child.send_signal(signal.SIGINT)
			with contextlib.suppress(OSError):      # a terminal whose last user has left
				while data := os.read(master, 1024):
					heard += data
			os.close(master)
			self.expect(Done(child), INTERRUPTED)
		self.assertNotIn(SECRET.encode(), heard)


class Pointless(ScanTest):
	"""What the command line asks for cannot be done: nothing is made for it."""

	def test_connect(self):
		for where in "host:0", "host:65536", "host:x", "host:", ":5222", "[::1", "[]", "::1", "[::1]x", "x" * 300:
			with self.subTest(where):
				done = run("scan", "--account", ME, "--connect", where, "--db", self.db, env={"UNSEEN_PASSWORD": SECRET})
				self.expect_failure(done, USAGE, "--connect", where if len(where) < 100 else "no host name")
				self.assertEqual(picture(self.place), [])

	def test_authority_that_is_not_there(self):
		"""Before anybody is called: the server cannot be trusted without it."""
		for path in self.place / "none.pem", "/dev/null":
			with self.subTest(str(path)):
				done = self.scan("--ca-file", path)
				self.assertIn(done.status, (NO_INPUT, CONFIG), str(done))
				self.expect_failure(done, done.status, str(path))
				self.assertFalse(self.server.came())


if __name__ == "__main__":
	unittest.main()
