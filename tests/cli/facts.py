"""Databases made from facts by the stock sqlite3, through the doors of sql/state.sql. No program of ours is involved."""

import contextlib
import functools
import pathlib
import shutil
import sqlite3
import subprocess
import tempfile

from program import HOME

TOP = pathlib.Path(__file__).resolve().parents[2]
SCENE = (TOP / "tests/rule/scene.sql").read_text()      # start, item, presence, put, server, stop


def sqlite(path, sql, *options):
	done = subprocess.run(["sqlite3", "-batch", "-bail", *options, str(path)], input=sql.encode(), capture_output=True)
	if done.returncode or done.stderr:
		raise AssertionError("sqlite3: %s" % done.stderr.decode())
	return done.stdout.decode()


@functools.cache
def empty():
	"""A file in which nothing was recorded."""
	path = tempfile.mkdtemp(dir=HOME) + "/empty.db"
	parts = "schema_1 schema_2 rule_before state views rule_after".split()
	note = "INSERT INTO rule (one, print, version) VALUES (1, 'made by hand', 'none'); PRAGMA journal_mode = WAL;"
	sqlite(path, "".join((TOP / "sql" / (part + ".sql")).read_text() for part in parts) + note)
	return path


def make(path, facts=None):
	"""A file with these facts: statements as in tests/rule."""
	shutil.copy(empty(), path)
	if facts:
		sqlite(path, SCENE + facts)
	return path


def leave_log(path, old, change):
	"""Makes of the old file one that was changed by a program that crashed: the change is in its -wal only."""
	with contextlib.closing(sqlite3.connect(old, isolation_level=None)) as writer:
		writer.executescript(change)
		for end in "", "-wal":
			shutil.copy(str(old) + end, str(path) + end)


def literal(text):
	"""Any text as SQL, whatever is in it; bytes need not even be text."""
	data = text if isinstance(text, bytes) else text.encode()
	return "CAST(x'%s' AS TEXT)" % data.hex()


T = 1774745990000       # 2026-03-29T00:59:50Z: ten seconds before Berlin's clocks go from 2:00 to 3:00

# Everybody a report can tell of. Ann was seen the day before, hides now; Bob shows himself; Cat is gone; Dan's server is
# dead; Eve has no subscription; Fay blocks us.
STORY = f"""
INSERT INTO start VALUES ({T} - 86400000, 'me@ejabberd.example');
INSERT INTO item VALUES ({T} - 86399999, 'ann@ejabberd.example', 'both');
INSERT INTO hear_presence (watch, at, sender, show, status, priority, client)
	VALUES (1, {T} - 86399000, 'ann@ejabberd.example/phone', 'away', 'at lunch; back when the queue is shorter', 5, 'https://phone.example/');
INSERT INTO stop VALUES ({T} - 86390000);

INSERT INTO start VALUES ({T}, 'me@ejabberd.example');
INSERT INTO hear_roster (watch, at, contact, name, subscription, groups) VALUES
	(2, {T} + 1, 'ann@ejabberd.example', 'Ann', 'both', '["friends"]'),
	(2, {T} + 1, 'bob@ejabberd.example', 'Böb', 'both', NULL), (2, {T} + 1, 'cat@ejabberd.example', NULL, 'to', NULL),
	(2, {T} + 1, 'dan@dead.example', NULL, 'both', NULL), (2, {T} + 1, 'eve@ejabberd.example', NULL, 'from', NULL),
	(2, {T} + 1, 'fay@ejabberd.example', NULL, 'both', NULL);
INSERT INTO hear_presence (watch, at, sender, show, status) VALUES
	(2, {T} + 50, 'bob@ejabberd.example/desk', NULL, NULL), (2, {T} + 60, 'bob@ejabberd.example/Telefon', 'dnd', 'schläft 💤');
INSERT INTO server VALUES ({T} + 100, 'ejabberd.example', 'ejabberd');
INSERT INTO put VALUES ({T} + 100, 'disco#info', 'dead.example', 'remote-server-not-found');
INSERT INTO put VALUES
	({T} + 1100, 'disco#items', 'ann@ejabberd.example', '["phone"]'), ({T} + 1100, 'disco#items', 'cat@ejabberd.example', '[]'),
	({T} + 1100, 'disco#items', 'fay@ejabberd.example', 'forbidden'),
	({T} + 1200, 'last', 'ann@ejabberd.example', '0'), ({T} + 1200, 'last', 'cat@ejabberd.example', '500');
INSERT INTO settle VALUES ({T} + 1300);
INSERT INTO hear_presence (watch, at, sender, type) VALUES (2, {T} + 11000, 'bob@ejabberd.example/desk', 'unavailable');
INSERT INTO stop VALUES ({T} + 12345);
"""

# Nobody can be judged: the server tells nothing.
NOTHING_KNOWN = """
INSERT INTO start VALUES (0, 'me@prosody.example');
INSERT INTO item VALUES (1, 'ann@prosody.example', 'both'), (1, 'bob@prosody.example', 'both');
INSERT INTO server VALUES (10, 'prosody.example', 'Prosody');
INSERT INTO stop VALUES (2000);
"""

# Left, asked too early and then in time, beside a made-up resource; answers the same again and again.
CHAIN = """
INSERT INTO start VALUES (0, 'me@prosody.example');
INSERT INTO item VALUES (1, 'ann@prosody.example', 'both');
INSERT INTO server VALUES (10, 'prosody.example', 'Prosody');
INSERT INTO presence (at, sender, type) VALUES
	(20, 'ann@prosody.example/phone', NULL), (30, 'ann@prosody.example/tablet', NULL), (40, 'ann@prosody.example/phone', 'unavailable');
INSERT INTO put_control VALUES (1000, 'ping', 'ann@prosody.example', 'service-unavailable');
INSERT INTO put VALUES (1100, 'ping', 'ann@prosody.example/phone', 'service-unavailable');
INSERT INTO presence (at, sender, type) VALUES (1200, 'ann@prosody.example/tablet', 'unavailable');
INSERT INTO put_control VALUES (1300, 'version', 'ann@prosody.example', 'service-unavailable: none of that name');
INSERT INTO put VALUES (1400, 'ping', 'ann@prosody.example/tablet', 'result'),
	(5000, 'ping', 'ann@prosody.example/phone', 'service-unavailable'), (5100, 'version', 'ann@prosody.example/phone', 'result'),
	(6000, 'ping', 'ann@prosody.example/tablet', 'result'), (7000, 'ping', 'ann@prosody.example/tablet', 'result'),
	(8000, 'version', 'ann@prosody.example/tablet', 'timeout');
INSERT INTO stop VALUES (20000);
"""
