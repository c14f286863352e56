"""The program under test as a child process, and what every failure of it must look like.

Its environment holds what a test puts there and nothing else. Text is UTF-8 and the zone is UTC unless a test says
otherwise. The binary is $UNSEEN, or build/unseen of this tree.
"""

import atexit
import hashlib
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "live"))
from scene import BINARY as PLACE

BINARY = os.path.abspath(PLACE)
PATIENCE = 40       # seconds until a run of the program is a failure
CRASHES = [-signal.SIGSEGV, -signal.SIGABRT, -signal.SIGBUS, -signal.SIGFPE, -signal.SIGILL]
HOME = tempfile.mkdtemp(prefix="unseen-cli-")
atexit.register(shutil.rmtree, HOME, ignore_errors=True)

USAGE, DATA, NO_INPUT, NO_HOST, UNAVAILABLE = 64, 65, 66, 68, 69
CANNOT_CREATE, IO_ERROR, TRY_LATER, PROTOCOL, REFUSED, CONFIG = 73, 74, 75, 76, 77, 78
INTERRUPTED = 130


def environment(**more):
	"""None for a value leaves the name out. A sanitizer's complaint has an exit status of its own: 1 means something else."""
	plain = {
		"PATH": os.environ["PATH"], "HOME": HOME, "LC_ALL": "C.UTF-8", "TZ": "UTC",
		"ASAN_OPTIONS": "exitcode=99", "UBSAN_OPTIONS": "exitcode=99:print_stacktrace=1", "LSAN_OPTIONS": "exitcode=99",
	}
	return {k: v for k, v in {**plain, **more}.items() if v is not None}


def prints(*paths):
	"""Whether files are as they were, for a test to compare: a hash of each, None for one that is not there."""
	paths = map(pathlib.Path, paths)
	return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else None for path in paths}


def start(*words, env={}, before=(), **more):
	"""The program, running. before: words in front of it, such as setpriv's. It has no terminal, not even to ask on."""
	pipes = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
	return subprocess.Popen([*before, BINARY, *map(str, words)], env=environment(**env), start_new_session=True,
		**{**pipes, **more})


class Done:
	"""What a run left: status, out (bytes), err (text), and the seconds since `start`, or since this."""

	def __init__(self, child, since=None):
		since = since or time.monotonic()
		self.words = child.args
		try:
			out, err = child.communicate(timeout=PATIENCE)
		except subprocess.TimeoutExpired:
			os.killpg(child.pid, signal.SIGKILL)
			out, err = child.communicate()
			err = (err or b"") + b"\n(killed after %d s)" % PATIENCE
		self.seconds = time.monotonic() - since
		self.out = out or b""
		self.err = (err or b"").decode()
		self.status = child.returncode

	@property
	def text(self):
		return self.out.decode()

	def __str__(self):
		return "%s\nexit %s after %.1f s\nstdout: %r\nstderr: %s" % (
			" ".join(self.words[self.words.index(BINARY):]), self.status, self.seconds, self.out, self.err)


def run(*words, **more):
	since = time.monotonic()
	return Done(start(*words, **more), since)


class ProgramTest(unittest.TestCase):
	longMessage = True
	maxDiff = None

	def folder(self):
		"""A new folder, gone when the test is over."""
		path = tempfile.mkdtemp(dir=HOME)
		self.addCleanup(shutil.rmtree, path, ignore_errors=True)
		return pathlib.Path(path)

	def expect(self, done, status=0):
		self.assertEqual(done.status, status, str(done))
		return done

	def expect_line(self, done, *said):
		"""One line on stderr, harmless on a terminal, that says each of these words."""
		self.assertTrue(done.err.startswith("unseen: ") and done.err.endswith("\n"), str(done))
		self.assertTrue(done.err[:-1].isprintable(), "one line, and nothing but text: " + str(done))
		for words in said:
			self.assertIn(words, done.err, str(done))

	def expect_failure(self, done, status, *said):
		"""One line on stderr, nothing on stdout."""
		self.expect(done, status)
		self.expect_line(done, *said)
		self.assertEqual(done.out, b"", str(done))
		return done
