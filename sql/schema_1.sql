-- The facts: what was heard, asked and agreed, in the order of events. Rows are added and stay as
-- they are, but for the four columns of `watch` marked so. What we make of the facts is in
-- state.sql and views.sql, and can be thrown away and made again from these tables.
--
-- Times are milliseconds since 1970-01-01T00:00:00Z by our own clock. Order is by id, never by time.

-- Every bare JID met: accounts, contacts, strangers, domains.
CREATE TABLE jid (
	id     INTEGER PRIMARY KEY,
	bare   TEXT NOT NULL UNIQUE,        -- as the server wrote it
	domain INTEGER REFERENCES jid       -- the domain of local@domain; null: this is one
) STRICT;
CREATE INDEX jid_domain ON jid (domain);

-- Every full JID met; the empty name stands for the bare JID.
CREATE TABLE resource (
	id   INTEGER PRIMARY KEY,
	jid  INTEGER NOT NULL REFERENCES jid,
	name TEXT NOT NULL,
	UNIQUE (jid, name)
) STRICT;

-- One stay on a server. A watch that a crash left open ends, when the next begins, at heard_until.
CREATE TABLE watch (
	id          INTEGER PRIMARY KEY AUTOINCREMENT,
	account     INTEGER NOT NULL REFERENCES jid, -- whom we signed in as
	resource    TEXT NOT NULL,                   -- our own resource
	began       INTEGER NOT NULL,                -- our initial presence was sent
	settle_by   INTEGER NOT NULL,                -- late presence was waited for until then, at the most
	asks        INTEGER NOT NULL,                -- 1; 0: it asks nobody anything (--passive)
	settled_at  INTEGER,                         -- (changes) the flood of presence had gone quiet
	heard_until INTEGER NOT NULL,                -- (changes) the last sign of the server; nothing is known after it
	ended       INTEGER,                         -- (changes) null: goes on, or nobody noted the end
	reason      TEXT                             -- (changes) why it ended: done, interrupted, lost, conflict, …
) STRICT;
CREATE INDEX watch_account ON watch (account);
CREATE UNIQUE INDEX watch_open ON watch (account) WHERE ended IS NULL;

-- How the line of a watch was secured, and whom we took for the server.
CREATE TABLE sign_in (
	watch       INTEGER PRIMARY KEY REFERENCES watch,
	mechanism   TEXT NOT NULL,          -- SASL
	tls         TEXT,                   -- TLSv1.3, …; null: none
	certificate TEXT,                   -- SHA-256 of the server's certificate, hex
	key         TEXT                    -- SHA-256 of its subject public key info, hex (--pin)
) STRICT;

-- The roster, a row for each change of an item; the newest row of a contact holds.
CREATE TABLE roster (
	id           INTEGER PRIMARY KEY,
	watch        INTEGER NOT NULL REFERENCES watch,
	contact      INTEGER NOT NULL REFERENCES jid,
	at           INTEGER NOT NULL,
	name         TEXT,                  -- the name we gave the contact
	subscription TEXT NOT NULL,         -- none, to, from, both (RFC 6121 2.1.2.5); remove: no longer there
	ask          TEXT,                  -- subscribe: our request is not answered yet
	groups       TEXT                   -- a JSON array of group names; null: none
) STRICT;

-- A question: an IQ get of ours, sent to learn whether someone is connected. A presence probe of
-- ours is one too. What came of it is a row of `stanza`; one without any is still open, or was
-- when the watch ended.
CREATE TABLE question (
	id      INTEGER PRIMARY KEY,
	watch   INTEGER NOT NULL REFERENCES watch,
	at      INTEGER NOT NULL,                     -- when it was handed to the line
	channel TEXT NOT NULL,                        -- disco#items, disco#info, last, ping, version, probe
	target  INTEGER NOT NULL REFERENCES resource, -- the JID asked
	control INTEGER NOT NULL                      -- 1: the resource is made up, to learn how this server says "absent"
) STRICT;
CREATE INDEX question_target ON question (target, watch);
CREATE INDEX question_control ON question (watch) WHERE control = 1;

-- The full JIDs that an answer to disco#items names.
CREATE TABLE listed (
	question INTEGER NOT NULL REFERENCES question,
	resource INTEGER NOT NULL REFERENCES resource,
	PRIMARY KEY (question, resource)
) STRICT, WITHOUT ROWID;

-- Every recorded stanza, one sequence: presence whole, replies to our questions (and their
-- timeouts), of a message or a foreign IQ request only the start tag.
CREATE TABLE stanza (
	id        INTEGER PRIMARY KEY AUTOINCREMENT,
	watch     INTEGER NOT NULL REFERENCES watch,
	at        INTEGER NOT NULL,
	kind      TEXT NOT NULL,            -- presence, iq, message; timeout: a question stayed without
	                                    -- reply; other: what is no stanza, and was refused
	type      TEXT,                     -- the attribute, whatever it says; null: none (presence: available)
	sender    INTEGER NOT NULL REFERENCES resource,
	question  INTEGER REFERENCES question, -- the question this replies to
	show      TEXT,                     -- presence: <show/> (RFC 6121 4.7.2.1)
	status    TEXT,                     -- presence: the first <status/>
	priority  INTEGER,                  -- presence: <priority/>; null when it is none or no number
	client    TEXT,                     -- presence: the caps node (XEP-0115), as claimed
	delay     INTEGER,                  -- <delay/> (XEP-0203), as claimed; null when there is none or it is no time
	condition TEXT,                     -- error: the defined condition (RFC 6120 8.3.3)
	text      TEXT,                     -- error: its <text/>; last (XEP-0012): the text of the answer
	seconds   INTEGER,                  -- last (XEP-0012): the seconds
	echo      INTEGER,                  -- error: 1 when it carries our question's payload back
	software  TEXT,                     -- of a domain: the name its identity or version gives
	xml       TEXT                      -- the bytes of the wire; their beginning where they were cut
) STRICT;
-- The stanzas that were too much to be read whole: what could be read is in `stanza`, cut.
CREATE TABLE refused (
	stanza INTEGER PRIMARY KEY REFERENCES stanza,
	reason TEXT NOT NULL                -- too-big, too-deep, too-many-children, …
) STRICT;

CREATE INDEX stanza_sender ON stanza (sender);
CREATE INDEX stanza_question ON stanza (question) WHERE question IS NOT NULL;

-- The rule that is installed in this file (state.sql, views.sql), and the parts it consists of, so
-- that another version can replace it and leave alone what a user added.
CREATE TABLE rule (
	one     INTEGER PRIMARY KEY CHECK (one = 1),
	print   TEXT NOT NULL,              -- a hash of its text
	version TEXT NOT NULL               -- of the program that installed it
) STRICT;
CREATE TABLE rule_part (
	type TEXT NOT NULL,
	name TEXT NOT NULL,
	PRIMARY KEY (type, name)
) STRICT, WITHOUT ROWID;

PRAGMA application_id = 0x756e736e;     -- "unsn"
PRAGMA user_version = 1;                -- of these tables, not of the rule
