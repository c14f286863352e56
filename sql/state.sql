-- The state: what the facts amount to right now, kept up to date by triggers, so that no question
-- about now has to read the history. Nothing here is a fact: rebuild.sql makes it all again.
--
-- How a stanza walks through:
--   insert into a door (hear_presence, hear_reply, …)
--     -> a row of stanza
--     -> the same row, with everything it refers to, is put to the view `heard`, whose triggers
--        note evidence (what the stanza means: the views reading_…), move the state of the resource,
--        and judge the contact again (view `judge`).
-- Most presence comes from who is shown already, and changes nothing of all that: the trigger
-- stanza_again notes that it came, and it goes no further.
--
-- What a stanza said is not copied: a row of the state names the stanza.
-- Rows of a watch that is over say nothing about now: every row carries its watch, and is cleared
-- when the first stanza of a later watch touches it.

-- The latest watch of each account.
CREATE TABLE state_account (
	account INTEGER PRIMARY KEY,
	watch   INTEGER NOT NULL
) STRICT;

-- What is known of the server behind a domain.
CREATE TABLE state_domain (
	account  INTEGER NOT NULL,
	domain   INTEGER NOT NULL,
	watch    INTEGER NOT NULL,
	heard_at INTEGER,                   -- the last presence of anyone there, before the watch's settle_by
	software TEXT,                      -- as it calls itself
	family   TEXT,                      -- whose habits it has, table family; null: not known
	dead     INTEGER NOT NULL DEFAULT 0, -- 1: it cannot be reached
	PRIMARY KEY (account, domain)
) STRICT, WITHOUT ROWID;

-- How a server answered for a made-up resource: the print of "absent".
CREATE TABLE state_control (
	account   INTEGER NOT NULL,
	domain    INTEGER NOT NULL,
	channel   TEXT NOT NULL,
	contact   INTEGER NOT NULL,         -- whose made-up resource was asked
	watch     INTEGER NOT NULL,
	stanza    INTEGER NOT NULL,
	asked_at  INTEGER NOT NULL,
	type      TEXT,                     -- null: no reply at all
	condition TEXT,
	text      TEXT,
	echo      INTEGER,
	PRIMARY KEY (account, domain, channel, contact)
) STRICT, WITHOUT ROWID;

-- The newest row of the roster for each contact, removed ones too.
CREATE TABLE state_roster (
	account      INTEGER NOT NULL,
	contact      INTEGER NOT NULL,
	watch        INTEGER NOT NULL,      -- the last watch that saw the item
	name         TEXT,
	subscription TEXT NOT NULL,
	ask          TEXT,
	groups       TEXT,
	PRIMARY KEY (account, contact)
) STRICT, WITHOUT ROWID;

-- One row per contact (or stranger) heard of; what a verdict needs, and the verdict.
CREATE TABLE state_contact (
	account     INTEGER NOT NULL,
	contact     INTEGER NOT NULL,
	watch       INTEGER NOT NULL,
	shown       INTEGER NOT NULL DEFAULT 0, -- how many resources are shown
	shown_since INTEGER,                -- the start of the unbroken shown run
	gone_at     INTEGER,                -- the last unavailable that was a farewell
	gone_stanza INTEGER,
	last        INTEGER,                -- the last presence that state_resource.last does not have
	verdict     TEXT NOT NULL DEFAULT 'unknown', -- as in view ground
	reason      TEXT,
	certainty   TEXT,
	since       INTEGER,
	resource    INTEGER,                -- 0: the account as a whole
	sign        TEXT,
	sign_at     INTEGER,
	proof       INTEGER,
	again       INTEGER,                -- the start of the round of questions its last farewell calls for
	changed     INTEGER,                -- the stanza that last changed the verdict, its certainty or reason,
	                                    -- or the state of a resource
	moved       INTEGER NOT NULL DEFAULT 0, -- 1: a resource was put in another state since it was judged last
	PRIMARY KEY (account, contact)
) STRICT, WITHOUT ROWID;

-- One row per full JID heard of, on record for ever.
CREATE TABLE state_resource (
	account   INTEGER NOT NULL,
	contact   INTEGER NOT NULL,
	resource  INTEGER NOT NULL,
	watch     INTEGER NOT NULL,
	state     TEXT NOT NULL DEFAULT 'unknown', -- shown, hidden, offline, unknown
	was_shown INTEGER NOT NULL DEFAULT 0, -- 1: shown at some time in this watch
	gone_at   INTEGER,                  -- its last unavailable while shown, in this watch
	silent    INTEGER NOT NULL DEFAULT 0, -- questions in a row without reply; 2: two or more
	silent_stanza INTEGER,              -- the last of those timeouts
	silent_asked_at INTEGER,
	available INTEGER,                  -- the last presence that says how it is shown, in whatever watch
	last      INTEGER,                  -- its last presence, in whatever watch
	cause     INTEGER,                  -- the stanza that put it in this state; null: none in this watch
	cause_at  INTEGER,
	cause_by  TEXT,                     -- the reason word of resource_history
	PRIMARY KEY (account, contact, resource)
) STRICT, WITHOUT ROWID;
-- A contact may have used thousands of resources; only a few are in a known state.
CREATE INDEX state_resource_known ON state_resource (account, contact, state) WHERE state <> 'unknown';

-- What speaks for and against a connection: the newest stanza of each kind, in this watch.
CREATE TABLE state_evidence (
	account   INTEGER NOT NULL,
	contact   INTEGER NOT NULL,
	resource  INTEGER NOT NULL,         -- 0: the account as a whole
	sign      TEXT NOT NULL,            -- table sign
	channel   TEXT NOT NULL,            -- what was asked; '': it came unasked
	watch     INTEGER NOT NULL,
	stanza    INTEGER NOT NULL,
	at        INTEGER NOT NULL,
	asked_at  INTEGER,
	certainty TEXT,
	counts    INTEGER NOT NULL DEFAULT 0, -- 1: it is to be believed (view credible)
	stands    INTEGER NOT NULL DEFAULT 0, -- 1: and nothing later says the opposite (view unrebutted)
	PRIMARY KEY (account, contact, resource, sign, channel)
) STRICT, WITHOUT ROWID;

-- Until when someone was connected without being shown, as an answer told afterwards (view reading_past). No
-- evidence of now.
CREATE TABLE state_past (
	stanza  INTEGER PRIMARY KEY,        -- the answer
	account INTEGER NOT NULL,
	contact INTEGER NOT NULL,
	watch   INTEGER NOT NULL,
	before  INTEGER NOT NULL,           -- the answer before it, which did not know yet
	until   INTEGER NOT NULL
) STRICT;
CREATE INDEX state_past_contact ON state_past (contact);

-- The history of a resource, cut where its state changed (and where it said unavailable again with
-- another status). It lasts until the next one of the resource begins, or its watch ends. What was
-- said while the resource was shown is in `stanza` (view resource_history).
CREATE TABLE state_interval (
	id        INTEGER PRIMARY KEY,
	account   INTEGER NOT NULL,
	resource  INTEGER NOT NULL,
	watch     INTEGER NOT NULL,
	state     TEXT NOT NULL,
	began     INTEGER NOT NULL,
	began_by  INTEGER NOT NULL,         -- a stanza
	began_why TEXT NOT NULL
) STRICT;
CREATE INDEX state_interval_resource ON state_interval (resource, account);

-- Every change of a contact's verdict within a watch. A watch begins with everyone unknown.
CREATE TABLE state_verdict (
	id        INTEGER PRIMARY KEY,
	account   INTEGER NOT NULL,
	contact   INTEGER NOT NULL,
	watch     INTEGER NOT NULL,
	at        INTEGER NOT NULL,
	stanza    INTEGER NOT NULL,         -- with which it changed
	was       TEXT NOT NULL,
	verdict   TEXT NOT NULL,
	certainty TEXT,
	resource  INTEGER,                  -- as in state_contact, with what follows
	sign      TEXT,
	proof     INTEGER
) STRICT;
CREATE INDEX state_verdict_contact ON state_verdict (contact);

-- The work list of asking: the contacts to look at when the plan is made. Who has no row is left alone
-- until something is heard of them. When someone is looked at again no fact tells: this table alone is
-- not made again as it was, but with everyone awake.
CREATE TABLE state_look (
	account INTEGER NOT NULL,
	contact INTEGER NOT NULL,
	until   INTEGER NOT NULL DEFAULT 0, -- at rest until then, ms; 0: awake
	round   INTEGER NOT NULL DEFAULT 0, -- when its round of questions began, ms; 0: with the watch
	done    INTEGER,                    -- when that round had nothing left to ask; null: it has, or may have
	after   INTEGER NOT NULL DEFAULT 0, -- no question up to this one is of that round
	PRIMARY KEY (account, contact)
) STRICT, WITHOUT ROWID;
CREATE INDEX state_look_until ON state_look (account, until);

-- The questions whose outcome is awaited (a presence probe has none).
CREATE TABLE state_open (
	question INTEGER PRIMARY KEY,
	account  INTEGER NOT NULL,
	domain   INTEGER NOT NULL,
	contact  INTEGER NOT NULL,          -- or the domain itself
	target   INTEGER NOT NULL,          -- a resource
	channel  TEXT NOT NULL,
	control  INTEGER NOT NULL
) STRICT;
CREATE INDEX state_open_domain ON state_open (domain);
CREATE INDEX state_open_contact ON state_open (contact);

---------------------------------------------------------------------------------------------------
-- Doors: what the recorder writes to, with JIDs as text. Each is a view that holds nothing.

-- A JID is made known: its domain, its bare form, its resource. (RFC 7622 3.1: the resource begins
-- after the first slash; the local part, if any, ends at the first at-sign before it.)
CREATE VIEW know AS SELECT NULL AS full, NULL AS bare;
CREATE TRIGGER know INSTEAD OF INSERT ON know
BEGIN
	INSERT OR IGNORE INTO jid (bare)
		SELECT substr(NEW.bare, instr(NEW.bare, '@') + 1)
		WHERE NOT EXISTS (SELECT 1 FROM jid WHERE bare = NEW.bare);
	INSERT OR IGNORE INTO jid (bare, domain)
		SELECT NEW.bare, d.id FROM jid AS d
		WHERE d.bare = substr(NEW.bare, instr(NEW.bare, '@') + 1) AND d.bare <> NEW.bare;
	INSERT OR IGNORE INTO resource (jid, name)
		SELECT id, substr(NEW.full, length(NEW.bare) + 2) FROM jid WHERE bare = NEW.bare;
END;

-- Full JIDs as text, beside their numbers.
CREATE VIEW full_jid AS
SELECT r.id, j.bare, r.name, j.bare || iif(r.name = '', '', '/' || r.name) AS full
FROM resource AS r JOIN jid AS j ON j.id = r.jid;

-- A watch begins; one that was left open has ended when it was last heard: by the cut from which it did
-- not come back, else a recorder died without a word, else a scan did.
CREATE VIEW begin_watch AS
	SELECT NULL AS account, NULL AS resource, NULL AS began, NULL AS settle_by, NULL AS asks,
	       NULL AS every;
CREATE TRIGGER begin_watch INSTEAD OF INSERT ON begin_watch
BEGIN
	INSERT INTO know VALUES (NEW.account, NEW.account);
	UPDATE watch SET ended = heard_until, reason = coalesce(
			(SELECT c.reason FROM cut AS c WHERE c.watch = watch.id AND c.resumed IS NULL
			 ORDER BY c.id DESC LIMIT 1),
			iif(every IS NOT NULL OR EXISTS (SELECT 1 FROM resumption AS r WHERE r.watch = watch.id),
			    'killed', 'lost'))
		WHERE ended IS NULL AND account = (SELECT id FROM jid WHERE bare = NEW.account);
	INSERT INTO watch (account, resource, began, settle_by, asks, every, heard_until)
		SELECT id, NEW.resource, NEW.began, NEW.settle_by, NEW.asks, NEW.every, NEW.began
		FROM jid WHERE bare = NEW.account;
END;

CREATE TRIGGER watch_state AFTER INSERT ON watch
BEGIN
	INSERT OR REPLACE INTO state_account (account, watch) VALUES (NEW.account, NEW.id);
	DELETE FROM state_open WHERE account = NEW.account;
	DELETE FROM state_look WHERE account = NEW.account;
	INSERT INTO state_look (account, contact)
		SELECT account, contact FROM state_roster
		WHERE NEW.asks AND account = NEW.account AND subscription IN ('to', 'both');
END;

-- What is over cannot be resumed.
CREATE TRIGGER watch_ended AFTER UPDATE OF ended ON watch WHEN NEW.ended IS NOT NULL
BEGIN
	DELETE FROM resumption WHERE watch = NEW.id;
END;

-- A roster item as it is now; written down when it says something new.
CREATE VIEW hear_roster AS
	SELECT NULL AS watch, NULL AS at, NULL AS contact, NULL AS name, NULL AS subscription,
	       NULL AS ask, NULL AS groups;
CREATE TRIGGER hear_roster INSTEAD OF INSERT ON hear_roster
BEGIN
	INSERT INTO know VALUES (NEW.contact, NEW.contact);
	UPDATE state_roster SET watch = NEW.watch
		WHERE account = (SELECT account FROM watch WHERE id = NEW.watch)
		  AND contact = (SELECT id FROM jid WHERE bare = NEW.contact);
	INSERT INTO roster (watch, contact, at, name, subscription, ask, groups)
		SELECT w.id, j.id, NEW.at, NEW.name, NEW.subscription, NEW.ask, NEW.groups
		FROM watch AS w JOIN jid AS j ON j.bare = NEW.contact
		WHERE w.id = NEW.watch AND NOT EXISTS (
			SELECT 1 FROM state_roster AS o WHERE o.account = w.account AND o.contact = j.id
			AND o.name IS NEW.name AND o.subscription = NEW.subscription
			AND o.ask IS NEW.ask AND o.groups IS NEW.groups);
	INSERT INTO state_look (account, contact)
		SELECT w.account, j.id FROM watch AS w JOIN jid AS j ON j.bare = NEW.contact
		WHERE w.id = NEW.watch AND w.asks AND NEW.subscription IN ('to', 'both')
		ON CONFLICT DO UPDATE SET until = 0;
END;
CREATE TRIGGER roster_state AFTER INSERT ON roster
BEGIN
	INSERT OR REPLACE INTO state_roster (account, contact, watch, name, subscription, ask, groups)
		SELECT account, NEW.contact, NEW.watch, NEW.name, NEW.subscription, NEW.ask, NEW.groups
		FROM watch WHERE id = NEW.watch;
END;

-- A presence stanza.
CREATE VIEW hear_presence AS
	SELECT NULL AS watch, NULL AS at, NULL AS sender, NULL AS type, NULL AS show, NULL AS status,
	       NULL AS priority, NULL AS client, NULL AS delay, NULL AS xml;
CREATE TRIGGER hear_presence INSTEAD OF INSERT ON hear_presence
BEGIN
	INSERT INTO know VALUES (NEW.sender, substr(NEW.sender, 1, instr(NEW.sender || '/', '/') - 1));
	INSERT INTO stanza (watch, at, kind, type, sender, show, status, priority, client, delay, xml)
		SELECT NEW.watch, NEW.at, 'presence', NEW.type, id,
		       NEW.show, NEW.status, NEW.priority, NEW.client, NEW.delay, NEW.xml
		FROM full_jid WHERE bare = substr(NEW.sender, 1, instr(NEW.sender || '/', '/') - 1)
		  AND name = substr(NEW.sender, length(bare) + 2);
END;

-- A message, or an IQ request from someone else: its start tag.
CREATE VIEW hear_other AS
	SELECT NULL AS watch, NULL AS at, NULL AS sender, NULL AS kind, NULL AS type, NULL AS delay,
	       NULL AS xml;
CREATE TRIGGER hear_other INSTEAD OF INSERT ON hear_other
BEGIN
	INSERT INTO know VALUES (NEW.sender, substr(NEW.sender, 1, instr(NEW.sender || '/', '/') - 1));
	INSERT INTO stanza (watch, at, kind, type, sender, delay, xml)
		SELECT NEW.watch, NEW.at, NEW.kind, NEW.type, id, NEW.delay, NEW.xml
		FROM full_jid WHERE bare = substr(NEW.sender, 1, instr(NEW.sender || '/', '/') - 1)
		  AND name = substr(NEW.sender, length(bare) + 2);
END;

-- A question is handed to the line.
CREATE VIEW ask AS
	SELECT NULL AS id, NULL AS watch, NULL AS at, NULL AS channel, NULL AS target, NULL AS control;
CREATE TRIGGER ask INSTEAD OF INSERT ON ask
BEGIN
	INSERT INTO know VALUES (NEW.target, substr(NEW.target, 1, instr(NEW.target || '/', '/') - 1));
	INSERT INTO question (id, watch, at, channel, target, control)
		SELECT NEW.id, NEW.watch, NEW.at, NEW.channel, id, NEW.control
		FROM full_jid WHERE bare = substr(NEW.target, 1, instr(NEW.target || '/', '/') - 1)
		  AND name = substr(NEW.target, length(bare) + 2);
END;

CREATE TRIGGER question_open AFTER INSERT ON question WHEN NEW.channel <> 'probe'
BEGIN
	INSERT INTO state_open (question, account, domain, contact, target, channel, control)
		SELECT NEW.id, w.account, coalesce(j.domain, j.id), j.id, NEW.target, NEW.channel, NEW.control
		FROM watch AS w JOIN resource AS r ON r.id = NEW.target JOIN jid AS j ON j.id = r.jid
		WHERE w.id = NEW.watch;
END;
CREATE TRIGGER question_dropped AFTER UPDATE OF dropped ON question
BEGIN
	DELETE FROM state_open WHERE question = NEW.id;
END;

-- A full JID named by the answer to a disco#items question; put before the answer itself.
CREATE VIEW hear_item AS SELECT NULL AS question, NULL AS item;
CREATE TRIGGER hear_item INSTEAD OF INSERT ON hear_item
BEGIN
	INSERT INTO know VALUES (NEW.item, substr(NEW.item, 1, instr(NEW.item || '/', '/') - 1));
	INSERT OR IGNORE INTO listed (question, resource)
		SELECT NEW.question, id FROM full_jid WHERE bare = substr(NEW.item, 1, instr(NEW.item || '/', '/') - 1)
		  AND name = substr(NEW.item, length(bare) + 2);
END;

-- What came of a question: kind iq (a reply, from `sender`) or timeout. The first outcome counts.
CREATE VIEW hear_reply AS
	SELECT NULL AS question, NULL AS at, NULL AS kind, NULL AS sender, NULL AS type,
	       NULL AS condition, NULL AS text, NULL AS seconds, NULL AS echo, NULL AS software,
	       NULL AS xml;
CREATE TRIGGER hear_reply INSTEAD OF INSERT ON hear_reply
BEGIN
	INSERT INTO know VALUES (NEW.sender, substr(NEW.sender, 1, instr(NEW.sender || '/', '/') - 1));
	INSERT INTO stanza (watch, at, kind, type, sender, question, condition, text, seconds, echo,
	                    software, xml)
		SELECT q.watch, NEW.at, NEW.kind, NEW.type, f.id, q.id, NEW.condition, NEW.text,
		       NEW.seconds, NEW.echo, NEW.software, NEW.xml
		FROM full_jid AS f JOIN question AS q ON q.id = NEW.question
		WHERE f.bare = substr(NEW.sender, 1, instr(NEW.sender || '/', '/') - 1)
		  AND f.name = substr(NEW.sender, length(f.bare) + 2);
	DELETE FROM state_open WHERE question = NEW.question
		AND EXISTS (SELECT 1 FROM stanza AS s WHERE s.question = NEW.question AND s.sender = target);
	INSERT INTO repeated SELECT * FROM repeated
		WHERE stanza = (SELECT max(id) FROM stanza WHERE question = NEW.question);
END;

---------------------------------------------------------------------------------------------------
-- Runs: months of asking must not bury the presence. Of equal replies to one question, with nothing
-- heard or changed in between, the first and the last are kept, and in the last how many there were.

-- A reply that only repeats the one before it: to the same question, put to the same JID in the same
-- watch, with the same words. The moment that last (XEP-0012) points back to may differ by 2 s.
CREATE VIEW repeated AS
SELECT s.id AS stanza, s.question, w.account, t.jid AS contact, q.target, q.watch, q.channel,
       -- the reply before it began a run, or goes on with one
       iif(p.run IS NOT NULL AND p.id > coalesce(c.changed, 0), p.run, p.id) AS run,
       iif(p.run IS NOT NULL AND p.id > coalesce(c.changed, 0), p.times, 1) + 1 AS times
FROM stanza AS s
JOIN question AS q ON q.id = s.question AND q.target = s.sender AND q.control = 0
JOIN watch AS w ON w.id = q.watch
JOIN resource AS t ON t.id = q.target
JOIN stanza AS p ON p.question = (SELECT b.id FROM question AS b
		WHERE b.target = q.target AND b.watch = q.watch AND b.id < q.id AND b.channel = q.channel
		  AND b.control = 0 AND b.dropped IS NULL ORDER BY b.id DESC LIMIT 1)
	AND p.sender = q.target AND p.id < s.id
LEFT JOIN state_contact AS c ON c.account = w.account AND c.contact = t.jid AND c.watch = w.id
WHERE q.dropped IS NULL
  AND NOT EXISTS (SELECT 1 FROM stanza AS f
	WHERE f.sender = q.target AND ((f.question = q.id AND f.id < s.id) OR (f.question = p.question AND f.id < p.id)))
  AND s.kind = p.kind AND s.type IS p.type AND s.condition IS p.condition AND s.text IS p.text
  AND s.echo IS p.echo AND s.software IS p.software
  AND ((s.seconds IS p.seconds AND coalesce(s.seconds, 0) <= 0) OR (s.seconds > 0 AND p.seconds > 0
	AND abs((s.at - s.seconds * 1000) - (p.at - p.seconds * 1000)) <= 2000))
  AND NOT EXISTS (SELECT resource FROM listed WHERE question = s.question
	EXCEPT SELECT resource FROM listed WHERE question = p.question)
  AND NOT EXISTS (SELECT resource FROM listed WHERE question = p.question
	EXCEPT SELECT resource FROM listed WHERE question = s.question)
  AND coalesce(c.changed, 0) <= p.id
  AND NOT EXISTS (SELECT 1 FROM stanza AS n JOIN resource AS b ON b.jid = t.jid AND b.name = ''
	WHERE n.sender = b.id AND n.id > p.id AND n.question IS NULL)
  AND NOT EXISTS (SELECT 1 FROM state_resource AS r
	CROSS JOIN stanza AS n ON n.sender = r.resource AND n.id > p.id AND n.question IS NULL
	WHERE r.account = w.account AND r.contact = t.jid);

-- What lies between the first and the last of a run goes, but for what the state refers to: what began
-- an interval or changed a verdict also began a run, and the rest of the state is looked at here. As
-- all of this happened each time, there are only the newest few to look at.
CREATE TRIGGER repeated INSTEAD OF INSERT ON repeated
BEGIN
	UPDATE stanza SET run = NEW.run, times = NEW.times WHERE id = NEW.stanza;
	INSERT INTO forget
		SELECT s.id, s.question
		FROM (SELECT b.id, b.channel, b.target FROM question AS b
			WHERE b.target = NEW.target AND b.watch = NEW.watch AND b.id < NEW.question
			  AND b.id > (SELECT question FROM stanza WHERE id = NEW.run)
			  AND b.control = 0 AND b.dropped IS NULL ORDER BY b.id DESC LIMIT 4) AS q
		JOIN stanza AS s ON s.question = q.id AND s.sender = q.target
		WHERE q.channel = NEW.channel
		  AND NOT EXISTS (SELECT 1 FROM state_evidence AS e WHERE e.account = NEW.account
			AND e.contact = NEW.contact AND e.stanza = s.id)
		  AND NOT EXISTS (SELECT 1 FROM state_resource AS r WHERE r.account = NEW.account
			AND r.contact = NEW.contact AND (r.cause = s.id OR r.silent_stanza = s.id))
		  AND NOT EXISTS (SELECT 1 FROM state_contact AS c WHERE c.account = NEW.account
			AND c.contact = NEW.contact AND c.proof = s.id)
		  -- someone else claimed to answer it, and that stays
		  AND NOT EXISTS (SELECT 1 FROM stanza AS o WHERE o.question = q.id AND o.id <> s.id);
END;

CREATE VIEW forget AS SELECT NULL AS stanza, NULL AS question;
CREATE TRIGGER forget INSTEAD OF INSERT ON forget
BEGIN
	DELETE FROM refused WHERE stanza = NEW.stanza;
	DELETE FROM stanza WHERE id = NEW.stanza;
	DELETE FROM listed WHERE question = NEW.question;
	DELETE FROM question WHERE id = NEW.question;
END;

---------------------------------------------------------------------------------------------------
-- From a stanza to the state.

-- A recorded stanza with everything it refers to. The question is joined only when the one that was
-- asked is the one that speaks, in the watch in which it was asked, and for the first time, and when the
-- question was not given up in between.
CREATE VIEW heard AS
SELECT s.id AS stanza, s.watch, w.account, s.at, s.kind, s.type,
       r.jid AS contact, coalesce(j.domain, j.id) AS domain, r.id AS resource, r.name <> '' AS full,
       s.show, s.status, s.priority, s.client, s.delay,
       q.id AS question, q.channel, q.at AS asked_at, q.control,
       s.condition, s.text, s.seconds, s.echo, s.software
FROM stanza AS s
JOIN watch AS w ON w.id = s.watch
JOIN resource AS r ON r.id = s.sender
JOIN jid AS j ON j.id = r.jid
LEFT JOIN question AS q ON q.id = s.question AND q.target = s.sender AND q.watch = s.watch
	AND q.dropped IS NULL
	AND NOT EXISTS (SELECT 1 FROM stanza AS f
		WHERE f.question = q.id AND f.sender = q.target AND f.id < s.id);

CREATE TRIGGER stanza_heard AFTER INSERT ON stanza
WHEN NEW.kind <> 'presence' OR NEW.type IS NOT NULL OR NOT EXISTS (SELECT 1 FROM state_resource
	WHERE account = (SELECT account FROM watch WHERE id = NEW.watch)
	  AND contact = (SELECT jid FROM resource WHERE id = NEW.sender)
	  AND resource = NEW.sender AND watch = NEW.watch AND state = 'shown')
BEGIN
	INSERT INTO heard SELECT * FROM heard WHERE stanza = NEW.id;
END;

-- Who is shown already is available again: of all that heard_presence does, this is what is left.
-- (Where it runs after stanza_heard has shown the resource, it changes nothing.)
CREATE TRIGGER stanza_again AFTER INSERT ON stanza WHEN NEW.kind = 'presence' AND NEW.type IS NULL
BEGIN
	UPDATE state_resource SET silent = 0, available = NEW.id, last = NEW.id
		WHERE account = (SELECT account FROM watch WHERE id = NEW.watch)
		  AND contact = (SELECT jid FROM resource WHERE id = NEW.sender)
		  AND resource = NEW.sender AND watch = NEW.watch AND state = 'shown';
	DELETE FROM state_evidence
		WHERE account = (SELECT account FROM watch WHERE id = NEW.watch)
		  AND contact = (SELECT jid FROM resource WHERE id = NEW.sender)
		  AND resource = 0 AND sign = 'withheld';
	UPDATE state_domain SET heard_at = NEW.at
		WHERE NEW.at < (SELECT settle_by FROM watch WHERE id = NEW.watch)
		  AND account = (SELECT account FROM watch WHERE id = NEW.watch)
		  AND domain = (SELECT coalesce(j.domain, j.id) FROM resource AS r JOIN jid AS j ON j.id = r.jid
			WHERE r.id = NEW.sender);
END;

-- A contact is met for the first time in this watch: what an earlier one knew is over.
CREATE VIEW meet AS SELECT NULL AS account, NULL AS contact, NULL AS watch;
CREATE TRIGGER meet INSTEAD OF INSERT ON meet
WHEN NOT EXISTS (SELECT 1 FROM state_contact
	WHERE account = NEW.account AND contact = NEW.contact AND watch = NEW.watch)
BEGIN
	INSERT OR IGNORE INTO state_contact (account, contact, watch)
		VALUES (NEW.account, NEW.contact, NEW.watch);
	DELETE FROM state_evidence
		WHERE account = NEW.account AND contact = NEW.contact AND watch <> NEW.watch;
	UPDATE state_resource
		SET watch = NEW.watch, state = 'unknown', was_shown = 0, gone_at = NULL, silent = 0,
		    silent_stanza = NULL, silent_asked_at = NULL, cause = NULL, cause_at = NULL,
		    cause_by = NULL
		WHERE account = NEW.account AND contact = NEW.contact AND watch <> NEW.watch;
	UPDATE state_contact
		SET watch = NEW.watch, shown = 0, shown_since = NULL, gone_at = NULL, gone_stanza = NULL,
		    verdict = 'unknown', reason = NULL, certainty = NULL, since = NULL, resource = NULL,
		    sign = NULL, sign_at = NULL, proof = NULL, again = NULL, changed = NULL
		WHERE account = NEW.account AND contact = NEW.contact AND watch <> NEW.watch;
END;

-- Presence of one who is new in this watch, or of one already met.
CREATE TRIGGER heard_presence INSTEAD OF INSERT ON heard WHEN NEW.kind = 'presence'
BEGIN
	INSERT INTO meet VALUES (NEW.account, NEW.contact, NEW.watch);
	INSERT OR IGNORE INTO state_resource (account, contact, resource, watch)
		SELECT NEW.account, NEW.contact, NEW.resource, NEW.watch
		WHERE NEW.type IS NULL OR (NEW.full AND NEW.type IN ('unavailable', 'invisible'));
	INSERT INTO state_domain (account, domain, watch) VALUES (NEW.account, NEW.domain, NEW.watch)
		ON CONFLICT DO UPDATE SET heard_at = NULL, family = NULL, software = NULL, dead = 0,
			watch = NEW.watch WHERE watch <> NEW.watch;
	UPDATE state_domain SET heard_at = NEW.at
		WHERE account = NEW.account AND domain = NEW.domain
		  AND NEW.at < (SELECT settle_by FROM watch WHERE id = NEW.watch);
	-- Who shows itself does not block us.
	DELETE FROM state_evidence
		WHERE NEW.type IS NULL AND account = NEW.account AND contact = NEW.contact
		  AND resource = 0 AND sign = 'withheld';
	-- What it means is read before it changes what is shown. (Available now, it means only itself.)
	INSERT OR REPLACE INTO state_evidence
		(account, contact, resource, sign, channel, watch, stanza, at, asked_at, certainty)
		SELECT account, contact, resource, sign, channel, watch, stanza, at, asked_at, certainty
		FROM reading_presence
		WHERE stanza = NEW.stanza AND (NEW.type IS NOT NULL OR NEW.delay IS NOT NULL);
	-- A farewell: from a full JID, unless that is how it was reported at sign-in; from the bare JID when
	-- someone was shown, or it is but the answer to the probe.
	UPDATE state_contact SET gone_at = NEW.at, gone_stanza = NEW.stanza
		WHERE NEW.type = 'unavailable' AND account = NEW.account AND contact = NEW.contact
		  AND iif(NEW.full, NOT EXISTS (SELECT 1 FROM state_evidence AS e
				WHERE e.account = NEW.account AND e.contact = NEW.contact
				  AND e.resource = NEW.resource AND e.sign = 'full-unavailable'
				  AND e.stanza = NEW.stanza),
			shown > 0);
	-- Available: shown, unless it is the answer to our probe that contradicts an unavailable.
	UPDATE state_resource
		SET state = 'shown', was_shown = 1, silent = 0, available = NEW.stanza, last = NEW.stanza,
		    cause = iif(state = 'shown', cause, NEW.stanza),
		    cause_at = iif(state = 'shown', cause_at, NEW.at), cause_by = 'available'
		WHERE NEW.type IS NULL AND account = NEW.account AND contact = NEW.contact
		  AND resource = NEW.resource
		  AND NOT EXISTS (SELECT 1 FROM state_evidence AS e
			WHERE e.account = NEW.account AND e.contact = NEW.contact
			  AND e.resource = NEW.resource AND e.sign = 'contradiction'
			  AND e.stanza = NEW.stanza);
	-- Unavailable, and XEP-0018's invisible: no longer shown. A hidden resource that says unavailable
	-- may be there or not, as one that was shown.
	UPDATE state_resource SET last = NEW.stanza
		WHERE NEW.type IN ('unavailable', 'invisible')
		  AND account = NEW.account AND contact = NEW.contact AND resource = NEW.resource;
	UPDATE state_resource
		SET gone_at = iif(state <> 'unknown' AND NEW.type = 'unavailable', NEW.at, gone_at),
		    state = 'unknown', cause = NEW.stanza, cause_at = NEW.at, cause_by = NEW.type
		WHERE NEW.type IN ('unavailable', 'invisible')
		  AND account = NEW.account AND contact = NEW.contact AND resource = NEW.resource
		  AND (state IN ('shown', 'unknown') OR (state = 'hidden' AND NEW.type = 'unavailable'));
	-- From the bare JID it speaks for all.
	UPDATE state_resource
		SET gone_at = iif(NEW.type = 'unavailable', NEW.at, gone_at), last = NEW.stanza,
		    state = 'unknown', cause = NEW.stanza, cause_at = NEW.at, cause_by = NEW.type
		WHERE NOT NEW.full AND NEW.type IN ('unavailable', 'invisible')
		  AND account = NEW.account AND contact = NEW.contact AND state = 'shown';
	UPDATE state_contact SET last = NEW.stanza
		WHERE (NEW.type IS NULL OR NEW.type IN ('unavailable', 'invisible'))
		  AND account = NEW.account AND contact = NEW.contact
		  AND NOT EXISTS (SELECT 1 FROM state_resource AS r WHERE r.account = NEW.account
			AND r.contact = NEW.contact AND r.resource = NEW.resource AND r.last = NEW.stanza);
	INSERT INTO judge SELECT NEW.account, NEW.contact, NEW.stanza, NEW.at
		WHERE NOT EXISTS (SELECT 1 FROM state_contact WHERE account = NEW.account
			AND contact = NEW.contact AND shown > 0 AND verdict = 'visible');
END;

-- A message or a request of someone else: whoever sends it without being shown is connected.
CREATE TRIGGER heard_other INSTEAD OF INSERT ON heard
WHEN NEW.kind = 'message' OR (NEW.kind = 'iq' AND NEW.question IS NULL)
BEGIN
	INSERT INTO meet SELECT NEW.account, NEW.contact, NEW.watch WHERE NEW.full;
	INSERT OR IGNORE INTO state_resource (account, contact, resource, watch)
		SELECT account, contact, resource, watch FROM reading_other WHERE stanza = NEW.stanza;
	INSERT OR REPLACE INTO state_evidence
		(account, contact, resource, sign, channel, watch, stanza, at, asked_at, certainty)
		SELECT account, contact, resource, sign, channel, watch, stanza, at, asked_at, certainty
		FROM reading_other WHERE stanza = NEW.stanza;
	INSERT INTO judge SELECT NEW.account, NEW.contact, NEW.stanza, NEW.at WHERE NEW.full;
END;

-- A domain says what it is (disco#info, then jabber:iq:version), or that it cannot be reached.
CREATE TRIGGER heard_identity INSTEAD OF INSERT ON heard
WHEN NEW.question IS NOT NULL AND NEW.channel IN ('disco#info', 'version') AND NOT NEW.full
BEGIN
	INSERT INTO state_domain (account, domain, watch, software, family, dead)
		SELECT NEW.account, NEW.domain, NEW.watch, NEW.software,
			(SELECT n.family FROM family_name AS n WHERE NEW.software GLOB n.pattern),
			NEW.kind = 'timeout' OR coalesce(NEW.condition IN (
				'remote-server-not-found', 'remote-server-timeout', 'internal-server-error'), 0)
		WHERE true
		ON CONFLICT DO UPDATE SET
			software = coalesce(excluded.software, iif(watch = NEW.watch, software, NULL)),
			family = coalesce(excluded.family, iif(watch = NEW.watch, family, NULL)),
			heard_at = iif(watch = NEW.watch, heard_at, NULL),
			dead = iif(NEW.channel = 'disco#info', excluded.dead, dead), watch = NEW.watch;
	-- What was reported at sign-in, before it was known what kind of server reported it.
	UPDATE state_evidence SET certainty = 'proof'
		WHERE account = NEW.account AND watch = NEW.watch AND sign = 'full-unavailable'
		  AND contact IN (SELECT j.id FROM state_domain AS d JOIN family AS f ON f.name = d.family
			JOIN jid AS j ON j.domain = d.domain
			WHERE d.account = NEW.account AND d.domain = NEW.domain AND f.typed = 'proof');
	INSERT INTO judge SELECT DISTINCT account, contact, NEW.stanza, NEW.at FROM state_evidence
		WHERE account = NEW.account AND watch = NEW.watch AND sign = 'full-unavailable'
		  AND contact IN (SELECT id FROM jid WHERE domain = NEW.domain);
END;

-- The control: how this server says "absent". It also completes what silence means (view reading_silence).
CREATE TRIGGER heard_control INSTEAD OF INSERT ON heard WHEN NEW.control = 1
BEGIN
	INSERT OR REPLACE INTO state_control (account, domain, channel, contact, watch, stanza, asked_at,
	                                      type, condition, text, echo)
		VALUES (NEW.account, NEW.domain, NEW.channel, NEW.contact, NEW.watch, NEW.stanza,
		        NEW.asked_at, NEW.type, NEW.condition, NEW.text, NEW.echo);
	INSERT INTO meet VALUES (NEW.account, NEW.contact, NEW.watch);
	INSERT OR REPLACE INTO state_evidence
		(account, contact, resource, sign, channel, watch, stanza, at, asked_at, certainty)
		SELECT account, contact, resource, sign, channel, watch, stanza, at, asked_at, certainty
		FROM reading_silence WHERE control = NEW.stanza;
	INSERT INTO judge VALUES (NEW.account, NEW.contact, NEW.stanza, NEW.at);
END;

-- The outcome of a question to a contact.
CREATE TRIGGER heard_reply INSTEAD OF INSERT ON heard
WHEN NEW.question IS NOT NULL AND NEW.control = 0
 AND NOT (NEW.channel IN ('disco#info', 'version') AND NOT NEW.full)
BEGIN
	INSERT INTO meet VALUES (NEW.account, NEW.contact, NEW.watch);
	INSERT OR IGNORE INTO state_resource (account, contact, resource, watch)
		SELECT NEW.account, NEW.contact, l.resource, NEW.watch
		FROM listed AS l JOIN resource AS r ON r.id = l.resource
		WHERE l.question = NEW.question AND r.jid = NEW.contact AND r.name <> '';
	INSERT OR IGNORE INTO state_resource (account, contact, resource, watch)
		SELECT NEW.account, NEW.contact, NEW.resource, NEW.watch WHERE NEW.full;
	UPDATE state_resource
		SET silent = iif(NEW.kind = 'timeout', min(silent + 1, 2), 0),
		    silent_stanza = iif(NEW.kind = 'timeout', NEW.stanza, NULL),
		    silent_asked_at = iif(NEW.kind = 'timeout', NEW.asked_at, NULL)
		WHERE account = NEW.account AND contact = NEW.contact AND resource = NEW.resource;
	INSERT INTO state_past (stanza, account, contact, watch, before, until)
		SELECT stanza, account, contact, watch, before, until FROM reading_past
		WHERE NEW.channel = 'last' AND stanza = NEW.stanza;
	-- An answer replaces what the same question brought before, for everything it spoke of.
	DELETE FROM state_evidence
		WHERE NEW.kind = 'iq' AND account = NEW.account AND contact = NEW.contact
		  AND channel = NEW.channel AND (NOT NEW.full OR resource = NEW.resource)
		  AND (sign IN ('withheld', 'answered', 'odd')
			-- what the server said of the account's sessions, it says anew: that its sign is missing
			-- now is no denial everywhere, but the sign stands no longer
			OR (NEW.type = 'result' AND NOT NEW.full AND sign IN ('listed', 'last-zero')));
	INSERT OR REPLACE INTO state_evidence
		(account, contact, resource, sign, channel, watch, stanza, at, asked_at, certainty)
		SELECT account, contact, resource, sign, channel, watch, stanza, at, asked_at, certainty
		FROM reading_reply WHERE stanza = NEW.stanza AND sign IS NOT NULL;
	INSERT INTO judge VALUES (NEW.account, NEW.contact, NEW.stanza, NEW.at);
END;

---------------------------------------------------------------------------------------------------
-- From the state to the verdict.

-- A contact is judged again because of a stanza: first what of the evidence counts and what stands,
-- then its resources as the standing evidence has them, those whose evidence counts no more as
-- unknown, then the contact; `changed` and `moved` tell whether that stanza changed anything. Whoever
-- is not visible is looked at again: there may be more to ask.
CREATE VIEW judge AS SELECT NULL AS account, NULL AS contact, NULL AS stanza, NULL AS at;
CREATE TRIGGER judge INSTEAD OF INSERT ON judge
BEGIN
	UPDATE state_evidence
		SET counts = (resource, sign, channel) IN (SELECT resource, sign, channel FROM credible
			WHERE account = NEW.account AND contact = NEW.contact)
		WHERE account = NEW.account AND contact = NEW.contact;
	UPDATE state_evidence
		SET stands = (resource, sign, channel) IN (SELECT resource, sign, channel FROM unrebutted
			WHERE account = NEW.account AND contact = NEW.contact)
		WHERE account = NEW.account AND contact = NEW.contact;
	UPDATE state_resource
		SET (state, cause, cause_at, cause_by) = (SELECT s.state, s.stanza, s.at, s.sign
			FROM resource_standing AS s WHERE s.account = NEW.account
			AND s.contact = NEW.contact AND s.resource = state_resource.resource
			ORDER BY s.stanza DESC LIMIT 1)
		WHERE account = NEW.account AND contact = NEW.contact AND state <> 'shown'
		  AND EXISTS (SELECT 1 FROM resource_standing AS s WHERE s.account = NEW.account
			AND s.contact = NEW.contact AND s.resource = state_resource.resource
			AND s.state <> state_resource.state
			AND s.stanza >= coalesce(state_resource.cause, 0));
	UPDATE state_resource
		SET state = 'unknown', cause = NEW.stanza, cause_at = NEW.at, cause_by = 'unproved'
		WHERE account = NEW.account AND contact = NEW.contact AND state IN ('hidden', 'offline')
		  AND NOT EXISTS (SELECT 1 FROM believed AS b WHERE b.account = NEW.account
			AND b.contact = NEW.contact AND coalesce(b.certainty, '') <> 'weak'
			AND ((state_resource.state = 'hidden' AND b.side = 'for'
				AND b.resource = state_resource.resource)
			  OR (state_resource.state = 'offline' AND b.side = 'against'
				AND b.resource IN (0, state_resource.resource))));
	UPDATE state_contact
		SET verdict = g.verdict, reason = g.reason, certainty = g.certainty,
		    since = iif(state_contact.verdict = g.verdict, coalesce(state_contact.since, g.since),
		                g.since),
		    resource = g.resource, sign = g.sign, sign_at = g.sign_at, proof = g.proof,
		    changed = iif(state_contact.verdict = g.verdict AND state_contact.reason IS g.reason
				AND state_contact.certainty IS g.certainty AND NOT state_contact.moved,
			state_contact.changed, NEW.stanza),
		    moved = 0
		FROM (SELECT * FROM ground WHERE account = NEW.account AND contact = NEW.contact
			ORDER BY rank, proof DESC LIMIT 1) AS g
		WHERE state_contact.account = NEW.account AND state_contact.contact = NEW.contact;
	INSERT INTO state_look (account, contact)
		SELECT c.account, c.contact
		FROM state_contact AS c
		JOIN watch AS w ON w.id = c.watch
		JOIN state_roster AS r ON r.account = c.account AND r.contact = c.contact
		WHERE c.account = NEW.account AND c.contact = NEW.contact AND c.verdict <> 'visible'
		  AND w.asks AND w.ended IS NULL AND r.subscription IN ('to', 'both')
		ON CONFLICT DO UPDATE SET until = 0 WHERE until <> 0;
END;

CREATE TRIGGER contact_verdict AFTER UPDATE OF verdict ON state_contact
WHEN NEW.verdict <> OLD.verdict AND NEW.watch = OLD.watch
BEGIN
	INSERT INTO state_verdict (account, contact, watch, at, stanza, was, verdict, certainty, resource,
	                           sign, proof)
		SELECT NEW.account, NEW.contact, NEW.watch, s.at, s.id, OLD.verdict, NEW.verdict,
		       NEW.certainty, NEW.resource, NEW.sign, NEW.proof
		FROM stanza AS s WHERE s.id = NEW.changed;
END;

-- A farewell calls for a round of questions, 2 s later (view timely). The rounds that farewells of one
-- contact begin are 10 s apart or more, so that nobody makes us ask at a pace of theirs; one that has not
-- begun is put off. (Never by more than 12 s: our clock may have been set back.)
CREATE TRIGGER contact_gone AFTER UPDATE OF gone_stanza ON state_contact
WHEN NEW.gone_stanza IS NOT NULL AND NEW.gone_stanza IS NOT OLD.gone_stanza
BEGIN
	UPDATE state_contact
		SET again = max(gone_at + 2000,
			coalesce(min(iif(gone_at < again, again, again + 10000), gone_at + 12000), 0))
		WHERE account = NEW.account AND contact = NEW.contact;
	INSERT INTO state_look (account, contact, after)
		SELECT NEW.account, NEW.contact, (SELECT coalesce(max(id), 0) FROM question)
		FROM state_roster AS r JOIN watch AS w ON w.id = NEW.watch
		WHERE r.account = NEW.account AND r.contact = NEW.contact AND r.subscription IN ('to', 'both')
		  AND w.asks AND w.ended IS NULL
		ON CONFLICT DO UPDATE SET until = 0, done = NULL, after = excluded.after;
END;

---------------------------------------------------------------------------------------------------
-- Rounds of questions.

-- Rests that are over: a round begins.
CREATE VIEW wake AS SELECT NULL AS watch, NULL AS at;
CREATE TRIGGER wake INSTEAD OF INSERT ON wake
BEGIN
	UPDATE state_look
		SET until = 0, round = NEW.at, done = NULL,
		    after = (SELECT coalesce(max(id), 0) FROM question)
		WHERE account = (SELECT account FROM watch WHERE id = NEW.watch)
		  AND (until BETWEEN 1 AND NEW.at
			-- nobody rests for longer than that: our clock was set back
			OR until > NEW.at + 2 * (SELECT every FROM watch WHERE id = NEW.watch));
END;

-- A domain can be reached again: everyone there can be asked.
CREATE TRIGGER domain_back AFTER UPDATE OF dead ON state_domain WHEN OLD.dead AND NOT NEW.dead
BEGIN
	INSERT INTO state_look (account, contact)
		SELECT r.account, r.contact
		FROM jid AS j
		JOIN state_roster AS r ON r.account = NEW.account AND r.contact = j.id
		JOIN watch AS w ON w.id = NEW.watch
		WHERE j.domain = NEW.domain AND r.subscription IN ('to', 'both') AND w.asks AND w.ended IS NULL
		ON CONFLICT DO UPDATE SET until = 0;
END;

-- Everyone who is not shown is asked again, at once.
CREATE VIEW look_again AS SELECT NULL AS watch, NULL AS at;
CREATE TRIGGER look_again INSTEAD OF INSERT ON look_again
BEGIN
	INSERT INTO state_look (account, contact, round, after)
		SELECT w.account, r.contact, NEW.at, (SELECT coalesce(max(id), 0) FROM question)
		FROM watch AS w
		JOIN state_roster AS r ON r.account = w.account AND r.subscription IN ('to', 'both')
		LEFT JOIN state_contact AS c ON c.account = r.account AND c.contact = r.contact AND c.watch = w.id
		WHERE w.id = NEW.watch AND w.asks AND w.ended IS NULL AND coalesce(c.shown, 0) = 0
		ON CONFLICT DO UPDATE SET until = 0, round = excluded.round, done = NULL, after = excluded.after;
END;

-- Whenever a resource is put in a state: how many are shown, and the history. One that says
-- unavailable again is in no other state, but where it says it in other words.
CREATE TRIGGER resource_moved AFTER UPDATE OF cause ON state_resource
WHEN NEW.cause IS NOT NULL AND (OLD.cause IS NULL OR NEW.state <> OLD.state
	OR (NEW.cause_by IN ('unavailable', 'invisible')
	    AND (SELECT status FROM stanza WHERE id = NEW.cause) IS NOT (SELECT status FROM stanza
		WHERE id = OLD.cause AND OLD.cause_by IN ('unavailable', 'invisible'))))
BEGIN
	UPDATE state_contact
		SET moved = 1,
		    shown_since = iif(shown = 0 AND NEW.state = 'shown', NEW.cause_at, shown_since),
		    shown = shown + (NEW.state = 'shown') - (OLD.state = 'shown')
		WHERE account = NEW.account AND contact = NEW.contact;
	INSERT INTO state_interval (account, resource, watch, state, began, began_by, began_why)
		VALUES (NEW.account, NEW.resource, NEW.watch, NEW.state, NEW.cause_at, NEW.cause, NEW.cause_by);
END;
