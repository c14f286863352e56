#!/usr/bin/python3
"""The recorder under a flood of presence, beside what else could keep a record: CPU (user and system) a presence, all of
it from start to end, and the largest resident set. In turn: the floor (a socket, expat, the fields, the very same SQL);
the recorder; libstrophe and the same SQL; slixmpp and a single plain table. Prints figures, judges no time.

	tests/bench/firehose.py [--presences N] [--rounds N]    the programs side by side; the fastest round counts
	tests/bench/firehose.py --long [--presences N]          a million presences over 1,000 lines, then an idle minute
"""

import argparse
import contextlib
import hashlib
import os
import pathlib
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time

UNSEEN = pathlib.Path(os.environ["UNSEEN"])
PROGRAMS = UNSEEN.parent / "tests"
ACCOUNT = "me@bench.example"
CONTACTS = 1000
LINES = 1000
IDLE_S = 60
# slixmpp takes so much longer that it is given fewer.
FEWER = 4


@contextlib.contextmanager
def firehose(**options):
	"""Its port."""
	words = [PROGRAMS / "bench_firehose", "--contacts", str(CONTACTS)]
	for name, value in options.items():
		words += ["--" + name.replace("_", "-"), str(value)]
	server = subprocess.Popen(words, stdout=subprocess.PIPE, text=True)
	try:
		yield int(server.stdout.readline())
	finally:
		server.kill()
		server.wait()


class Child:
	"""A program at work. Its resident set is asked for while it runs: what wait4() tells of that begins with ours."""

	def __init__(self, words, **environment):
		self.began = time.monotonic()
		self.peak = 0
		self.process = subprocess.Popen([str(w) for w in words], stdout=subprocess.DEVNULL,
			env={**os.environ, "UNSEEN_PASSWORD": "secret", **environment})

	def __enter__(self):
		return self

	def __exit__(self, *_):
		if self.process.returncode is None:
			self.process.kill()
			self.process.wait()

	def status(self, field):
		with contextlib.suppress(OSError), open("/proc/%d/status" % self.process.pid) as f:
			for line in f:
				if line.startswith(field + ":"):
					return int(line.split()[1])
		return 0

	def descriptors(self):
		return len(os.listdir("/proc/%d/fd" % self.process.pid))

	def busy(self):
		"""Seconds of CPU so far."""
		with open("/proc/%d/stat" % self.process.pid) as f:
			user, system = f.read().rpartition(")")[2].split()[11:13]
		return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")

	def ended(self):
		self.peak = max(self.peak, self.status("VmHWM"))
		pid, status, self.usage = os.wait4(self.process.pid, os.WNOHANG)
		if pid == 0:
			return False
		self.wall = time.monotonic() - self.began
		self.process.returncode = os.waitstatus_to_exitcode(status)
		return True

	def stop(self):
		self.process.send_signal(signal.SIGTERM)


def ask(file, sql):
	with contextlib.closing(sqlite3.connect("file:%s?mode=ro" % file, uri=True)) as db:
		return db.execute(sql).fetchall()


def heard_all(file):
	"""Whether the last presence is in the file. The connection is closed again: who closes the last one tidies up."""
	try:
		return bool(ask(file, "SELECT 1 FROM jid WHERE bare = 'done@bench.example'"))
	except sqlite3.OperationalError:         # not there yet
		return False


def recorder(port, file):
	return [UNSEEN, "log", "--account", ACCOUNT, "--db", file, "--connect", "127.0.0.1:%d" % port, "--insecure-plaintext",
		"--passive", "--quiet"]


def rivals():
	plain = lambda how: lambda port, file: ["/usr/bin/python3", pathlib.Path(__file__).with_name("plain.py"), port, file, how]
	return {
		"floor": lambda port, file: [PROGRAMS / "bench_floor", port, file],
		"recorder": recorder,
		"libstrophe, same SQL": lambda port, file: [PROGRAMS / "bench_strophe", port, file],
		"slixmpp, event": plain("event"),
		"slixmpp, handler": plain("handler"),
	}


def record(name, words, presences):
	"""Runs a program through one flood: CPU us a presence, of it system, MB resident, presences a second; the digest of
	what it has kept."""
	with tempfile.TemporaryDirectory(prefix="unseen-bench-") as folder, firehose(presences=presences) as port, \
			Child(words(port, file := folder + "/presence.db")) as child:
		stopped = False
		while not child.ended():
			if name == "recorder" and not stopped and heard_all(file):
				child.stop()
				stopped = True
			time.sleep(0.05)
		if child.process.returncode:
			sys.exit("%s: exit status %d" % (name, child.process.returncode))
		usage = child.usage
		each = 1e6 / (presences + 1)
		return ((usage.ru_utime + usage.ru_stime) * each, usage.ru_stime * each, child.peak / 1024, presences / child.wall), \
			digest(file, presences)


def digest(file, presences):
	"""What was kept, so that no program is praised for leaving something out."""
	plain = ask(file, "SELECT 1 FROM sqlite_schema WHERE name = 'watch'") == []
	kept, = ask(file, "SELECT count(*), count(xml) FROM %s" % ("presence" if plain else "presence_log"))
	if kept != (presences + 1, presences + 1):
		sys.exit("%s has %d presences of %d" % (file, kept[0], presences + 1))
	if plain:
		return None
	rows = ask(file, "SELECT contact, resource, type, show, status, priority, delay FROM presence_log ORDER BY id") + \
		ask(file, "SELECT full, state, began_by, began_why FROM state_interval AS i JOIN full_jid AS f ON f.id = i.resource "
			"ORDER BY i.id")
	return hashlib.sha256(repr(rows).encode()).hexdigest()


def side_by_side(presences, rounds):
	best, digests = {}, {}
	for _ in range(rounds):
		for name, words in rivals().items():
			figures, digests[name] = record(name, words, presences // FEWER if "slixmpp" in name else presences)
			best[name] = min(best.get(name, figures), figures)
	if len(set(digests.values()) - {None}) != 1:
		sys.exit("they have not kept the same record: %s" % digests)
	print("%d presences (slixmpp: %d), %d contacts" % (presences, presences // FEWER, CONTACTS))
	print("%-24s%12s%12s%12s%12s" % ("", "CPU us each", "system", "MB resident", "a second"))
	for name, figures in best.items():
		print("%-24s%12.1f%12.1f%12.1f%12.0f" % (name, *figures))
	for name, wanted in (("floor", "at most 1.5"), ("libstrophe, same SQL", "below 1"), ("slixmpp, event", "below 0.5"),
			("slixmpp, handler", "below 0.5")):
		print("recorder / %-24s%6.2f   (%s)" % (name, best["recorder"][0] / best[name][0], wanted))


def heard(file):
	with contextlib.suppress(sqlite3.OperationalError):
		return ask(file, "SELECT coalesce(max(id), 0), (SELECT count(*) FROM cut) FROM stanza")[0]
	return 0, 0


def long_run(presences):
	"""A line is cut after so many presences, and resumed; where the recorder would wait for the next try, time is skipped.
	What was on its way when it is cut comes again: 1,000 lines bring less than 1,000 times as much."""
	print("%12s%12s%12s%14s" % ("presences", "lines", "MB resident", "descriptors"))
	with tempfile.TemporaryDirectory(prefix="unseen-bench-") as folder, \
			firehose(presences=presences, drop_after=presences // LINES, drops=LINES) as port, \
			Child(recorder(port, file := folder + "/presence.db"), LD_PRELOAD=str(PROGRAMS / "libbench_hurry.so")) as child:
		step = 0
		while not heard_all(file):
			if child.ended():
				sys.exit("recorder: exit status %d" % child.process.returncode)
			stanzas, cuts = heard(file)
			if stanzas >= step:
				print("%12d%12d%12.1f%14d" % (stanzas, cuts, child.status("VmRSS") / 1024, child.descriptors()), flush=True)
				step += presences // 10
			time.sleep(0.5)
		print("%12d%12d%12.1f%14d" % (*heard(file), child.status("VmRSS") / 1024, child.descriptors()))
		child.stop()
		while not child.ended():
			time.sleep(0.05)
		digest(file, presences)
		print("peak %.1f MB (below 16)" % (child.peak / 1024))


def idle():
	with tempfile.TemporaryDirectory(prefix="unseen-bench-") as folder, firehose(presences=CONTACTS) as port, \
			Child(recorder(port, file := folder + "/presence.db")) as child:
		while not heard_all(file):
			time.sleep(0.1)
		time.sleep(5)                         # until the flood has settled
		before = child.busy()
		time.sleep(IDLE_S)
		print("idle: %.3f %% of a CPU over %d s (below 0.1)" % ((child.busy() - before) / IDLE_S * 100, IDLE_S))
		child.stop()
		child.process.wait()


def main():
	parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
	parser.add_argument("--presences", type=int)
	parser.add_argument("--rounds", type=int, default=2)
	parser.add_argument("--long", action="store_true")
	options = parser.parse_args()
	signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))      # what was started ends with us
	if options.long:
		long_run(options.presences or 1000000)
		idle()
	else:
		side_by_side(options.presences or 200000, options.rounds)


main()
