-- Schema 2: what a recorder needs that runs for months. Facts, as in schema_1.sql; what may change
-- after it was written is marked (changes).

-- How often everyone who is not shown is asked again, in milliseconds; null: once.
ALTER TABLE watch ADD COLUMN every INTEGER;

-- 1: the line was cut before an outcome came, or could; it counts as never asked. (changes)
ALTER TABLE question ADD COLUMN dropped INTEGER;

-- Of a run of equal replies to one question the first and the last are kept. In the last: the id of
-- the first, and how many replies the run has, both included; null in the first.
ALTER TABLE stanza ADD COLUMN run INTEGER;
ALTER TABLE stanza ADD COLUMN times INTEGER;

-- How a watch can be taken up again after its line was cut or the program ended (XEP-0198): what the
-- server calls it, and how many of its stanzas are in this file. Written in the transaction that
-- writes the stanzas. A watch that cannot be resumed has none.
CREATE TABLE resumption (
	watch   INTEGER PRIMARY KEY REFERENCES watch,
	id      TEXT NOT NULL,              -- the server's name for the stream
	handled INTEGER NOT NULL            -- (changes) h: stanzas handled, modulo 2^32
) STRICT;

-- The line of a watch was cut, or the machine slept, and the same watch went on. The server kept what
-- it had for us and told it afterwards: those stanzas are later than what they tell.
CREATE TABLE cut (
	id      INTEGER PRIMARY KEY,
	watch   INTEGER NOT NULL REFERENCES watch,
	began   INTEGER NOT NULL,           -- when the server was last heard before
	reason  TEXT NOT NULL,              -- lost, ping-timeout, system-shutdown, restart, killed, suspend, …
	resumed INTEGER,                    -- (changes) when the watch went on; null: it did not
	after   INTEGER,                    -- (changes) the last stanza recorded before it went on
	until   INTEGER                     -- (changes) the last that was told late; null: still being told
) STRICT;
CREATE INDEX cut_watch ON cut (watch);

-- Our clocks side by side, when a watch began or was resumed, and when they moved against each other.
CREATE TABLE clock (
	id      INTEGER PRIMARY KEY,
	watch   INTEGER NOT NULL REFERENCES watch,
	what    TEXT NOT NULL,              -- began, resumed; jump: the UTC clock was set; suspend: the machine slept
	at      INTEGER NOT NULL,           -- UTC, as everywhere
	mono    INTEGER NOT NULL,           -- CLOCK_MONOTONIC, ms
	boot    INTEGER NOT NULL,           -- CLOCK_BOOTTIME, ms: runs on while the machine sleeps
	boot_id TEXT NOT NULL,              -- of the kernel: mono and boot compare within one boot
	moved   INTEGER                     -- jump, suspend: by how many ms
) STRICT;

-- How many transactions the recorder has committed. After a commit that failed half way this tells
-- whether it is in the file. (changes)
CREATE TABLE turn (
	one INTEGER PRIMARY KEY CHECK (one = 1),
	n   INTEGER NOT NULL
) STRICT;
INSERT INTO turn VALUES (1, 0);

PRAGMA user_version = 2;
