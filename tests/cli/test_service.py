#!/usr/bin/python3
"""The units of scripts/, as systemd reads them: nothing in them is unknown to it, and the service is shut in well."""

import os
import pathlib
import re
import shutil
import subprocess
import unittest

from facts import TOP
from program import BINARY, ProgramTest, environment

ANALYZE = shutil.which("systemd-analyze")
MOST_EXPOSED = 2.0
UNITS = {"system": "unseen.service", "user": "unseen-user.service"}


class Units(ProgramTest):
	def setUp(self):
		if not ANALYZE:
			if os.environ.get("CI"):
				self.fail("systemd-analyze is not installed")
			self.skipTest("systemd-analyze is not installed")

	def unit(self, manager, change=lambda text: text):
		"""As it is installed, for this build."""
		path = self.folder() / "unseen.service"
		text = (TOP / "scripts" / UNITS[manager]).read_text().replace("@bindir@", str(pathlib.Path(BINARY).parent))
		path.write_text(change(text))
		return path

	def analyze(self, *words):
		"""Status and words; of our own unit only."""
		done = subprocess.run([ANALYZE, *map(str, words)], env=environment(XDG_RUNTIME_DIR=str(self.folder())), capture_output=True, text=True)
		return done.returncode, done.stdout + done.stderr

	def test_systemd_understands_every_line(self):
		for manager in UNITS:
			status, said = self.analyze("verify", "--man=no", "--" + manager, self.unit(manager))
			self.assertEqual((status, re.findall(r".*unseen\.service.*", said)), (0, []), said)

	def test_it_would_tell(self):
		"""Or the test above could not fail."""
		for manager in UNITS:
			_, said = self.analyze("verify", "--man=no", "--" + manager, self.unit(manager, lambda text: text.replace("UMask", "Umask")))
			self.assertIn("Umask", said)

	def test_exposure(self):
		status, said = self.analyze("security", "--offline=true", "--no-pager", self.unit("system"))
		found = re.search(r"Overall exposure level for unseen.service: ([\d.]+)", said)
		self.assertTrue(found, said)
		self.assertLessEqual(float(found[1]), MOST_EXPOSED, said)


class Installed(ProgramTest):
	def test_placeholders_are_all_known(self):
		"""CMake replaces @bindir@ alone."""
		for name in UNITS.values():
			self.assertEqual(set(re.findall(r"@(\w+)@", (TOP / "scripts" / name).read_text())), {"bindir"})

	def test_options_are_those_of_log(self):
		options = subprocess.run([BINARY, "log", "--help"], env=environment(), capture_output=True, text=True).stdout
		for name in UNITS.values():
			line = re.search(r"^ExecStart=@bindir@/unseen log (.*)$", (TOP / "scripts" / name).read_text(), re.M)[1]
			for option in re.findall(r"--[\w-]+", line):
				self.assertIn(option + " ", options)


if __name__ == "__main__":
	unittest.main()
