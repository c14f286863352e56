-- The rule: what a recorded stanza proves, what the proofs amount to, and the public views that
-- show it. Read from top to bottom; each step is a view with a name. No function of ours is needed.

---------------------------------------------------------------------------------------------------
-- Knowledge, as data.

-- The signs and denials. `side`: for or against a connection; past: for one at an earlier moment, and
-- nothing now; context: neither, but needed to read the others; presence: what it shows by itself.
-- `certainty`: as in table `certain`.
CREATE TABLE sign (
	name      TEXT PRIMARY KEY,
	side      TEXT NOT NULL,
	certainty TEXT,
	says      TEXT NOT NULL,            -- for people, after "… is invisible: its resource …"
	forgeable TEXT NOT NULL,            -- who could make it seem so although it is not
	rebutted  TEXT                      -- what would speak against it later; null: nothing need
) STRICT, WITHOUT ROWID;
INSERT INTO sign (name, side, certainty, says, forgeable, rebutted) VALUES
	('answer', 'for', 'proof', 'answered our question itself',
		'its server or ours; no contact: servers write the sender, and our question has a random id',
		'a later refusal of that resource, or its server saying that there is no session'),
	('typed-invisible', 'for', 'proof', 'said type=''invisible''',
		'its server or ours; no other contact: servers write the sender',
		'a later refusal of that resource, or its server saying that there is no session'),
	('stanza', 'for', 'proof', 'sent us something without being shown',
		'its server or ours, also by delivering late what it does not stamp; no other contact',
		'a later refusal of that resource, or its server saying that there is no session'),
	('contradiction', 'for', 'proof', 'is still available when probed: hidden from us only',
		'its server or ours; its own client, by an old stamp, but only while it is connected',
		'a later refusal of that resource, or its server saying that there is no session'),
	('listed', 'for', 'session', 'is in the server''s list of sessions',
		'its server or ours; no contact: the server writes the list',
		'a later list without it, a refusal of that resource, or its server saying that there is no session'),
	('last-zero', 'for', 'session', 'has a session, says the server (idle 0 s)',
		'its server or ours; no contact: the server counts the seconds',
		'a later answer other than 0, or its server saying that there is no session'),
	('full-unavailable', 'for', 'weak', 'was reported unavailable by name at sign-in',
		'its server or ours; its own client, by leaving just then',
		'a later refusal of that resource, or its server saying that there is no session'),
	('silence', 'for', 'weak', 'leaves questions open that a made-up resource is refused at once',
		'its server or ours, by losing what is to be answered; a bad line between them',
		'a later refusal of that resource, or its server saying that there is no session'),
	('refused', 'against', NULL, 'was refused like a made-up resource',
		'its own client: who is there can say, word for word, that nobody is; its server or ours',
		'a later sign of that resource that is more than weak'),
	('absent', 'against', NULL, 'has no session, says the server',
		'its server or ours; no contact: the server answers',
		'any later sign that is more than weak'),
	('last-moved', 'past', NULL, 'was connected until then, and not shown: its last activity moved',
		'its server or ours, also by a clock that is set back; no contact: the server counts the seconds', NULL),
	('withheld', 'context', NULL, 'does not let us ask: it seems to block us, or we block it',
		'its server or ours; the contact, by blocking us',
		'its own presence, or a later answer to the same question'),
	('answered', 'context', NULL, 'had its server answer for it', 'its server or ours', NULL),
	('odd', 'context', NULL, 'was refused, but not like a made-up resource',
		'its own client; its server or ours', NULL),
	('unanswered', 'context', NULL, 'left our question open',
		'its server or ours, by losing it; a bad line between them', NULL),
	('shown', 'presence', NULL, 'shows itself',
		'its server or ours; no other contact: servers write the sender', 'its unavailable'),
	('left', 'presence', NULL, 'said unavailable',
		'its own client: it can say so and stay; its server or ours', NULL);

-- How certain a verdict is: proof that a client is connected; that the server holds a session; or weak.
CREATE TABLE certain (
	certainty TEXT PRIMARY KEY,
	says      TEXT NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO certain (certainty, says) VALUES
	('proof', 'a client is connected'),
	('session', 'its server holds a session; the client may have lost its line'),
	('weak', 'something points there, and proves nothing');

-- What the answers of a kind of server mean. A server that is none of these is taken at what the
-- controls prove, and no more.
--   items    disco#items on the bare JID lists: every session; nothing
--   blocked  the condition, beside the usual ones, with which a bare JID that blocks us refuses
--   last     0 without a text means: session, any session is connected; available, an available
--            session is, or one ended within this second; nothing.
--   last_n   more than 0 means: absent, no session is connected; nothing
--   moved    until, the moment it counts from moves only when a connection, or its presence, ends; nothing
--   typed    what full-unavailable is worth: proof, weak
-- Measured: Prosody 0.12 and 13.0, ejabberd 23.01 and 24.12, jabberd2 2.7. Read in the source: the rest.
CREATE TABLE family (
	name    TEXT PRIMARY KEY,
	items   TEXT NOT NULL,
	blocked TEXT,
	last    TEXT NOT NULL,
	last_n  TEXT NOT NULL,
	moved   TEXT NOT NULL,
	typed   TEXT NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO family (name, items, blocked, last, last_n, moved, typed) VALUES
	('Prosody',    'nothing', 'service-unavailable', 'nothing',   'nothing', 'until',   'weak'),
	('ejabberd',   'session', NULL,                  'session',   'absent',  'until',   'weak'),
	-- moves also when its cluster clears up what a node that died has left
	('MongooseIM', 'session', NULL,                  'session',   'absent',  'nothing', 'weak'),
	('jabberd2',   'nothing', NULL,                  'available', 'nothing', 'until',   'weak'),
	('Openfire',   'available', NULL,                'available', 'nothing', 'nothing', 'weak'),
	('Tigase',     'nothing', NULL,                  'nothing',   'nothing', 'nothing', 'proof');

-- How a server calls itself, in the name of its disco#info identity or of its version.
CREATE TABLE family_name (
	pattern TEXT PRIMARY KEY,           -- GLOB
	family  TEXT NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO family_name (pattern, family) VALUES
	('Prosody*', 'Prosody'), ('ejabberd*', 'ejabberd'), ('MongooseIM*', 'MongooseIM'),
	('jabberd*', 'jabberd2'), ('Jabberd*', 'jabberd2'), ('Openfire*', 'Openfire'),
	('Tigase*', 'Tigase');

-- The defined conditions that a connected client uses to refuse; servers write all the others.
CREATE TABLE client_refusal (condition TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
INSERT INTO client_refusal VALUES
	('feature-not-implemented'), ('not-allowed'), ('not-acceptable'), ('bad-request');

-- Why nothing is known of a contact, for people: of one, and of several (in the line of account).
CREATE TABLE unknown_because (
	reason TEXT PRIMARY KEY,
	says   TEXT NOT NULL,
	many   TEXT NOT NULL                -- after "57 unknown"; %s: the domain and its server
) STRICT, WITHOUT ROWID;
INSERT INTO unknown_because (reason, says, many) VALUES
	('withheld', 'it does not let us ask: it seems to block us', 'they do not let us ask and seem to block us'),
	('gateway', 'a server or gateway, not a person', 'gateways, not people'),
	('not-asked', 'nobody was asked', 'nobody was asked'),
	('unreachable', 'its server cannot be reached', '%s cannot be reached'),
	('no-resource', 'its server tells nothing, and no resource of it is on record to ask',
		'%s and has no resource of theirs on record: scan again while they are visible'),
	('refused', 'the resources on record refuse like made-up ones; a new one may be there',
		'%s and their resources on record refuse: a new one may be there'),
	('no-answer', 'no answer that proves anything', 'no answer that proves anything');

---------------------------------------------------------------------------------------------------
-- Reading: what one stanza means by itself.

-- A presence. An `invisible` that a server relays literally (XEP-0018) proves itself. An
-- `unavailable` from a full JID that we never saw, while everyone's presence is being told at
-- sign-in, is how some servers report a session that went unavailable; without <delay/>, or it is
-- an old story. An available presence in answer to our own probe, stamped before the unavailable
-- that we were sent, says that the unavailable was for us only.
CREATE VIEW reading_presence AS
SELECT h.account, h.contact, h.resource, 'typed-invisible' AS sign, '' AS channel, h.watch, h.stanza,
       h.at, NULL AS asked_at, 'proof' AS certainty
FROM heard AS h WHERE h.kind = 'presence' AND h.full AND h.type = 'invisible'
UNION ALL
SELECT h.account, h.contact, h.resource, 'full-unavailable', '', h.watch, h.stanza, h.at, NULL,
       coalesce(f.typed, 'weak')
FROM heard AS h
JOIN watch AS w ON w.id = h.watch
JOIN state_resource AS r ON r.account = h.account AND r.contact = h.contact AND r.resource = h.resource
LEFT JOIN state_domain AS d ON d.account = h.account AND d.domain = h.domain AND d.watch = h.watch
LEFT JOIN family AS f ON f.name = d.family
WHERE h.kind = 'presence' AND h.full AND h.type = 'unavailable' AND h.delay IS NULL
  AND NOT r.was_shown AND r.state <> 'hidden' AND h.at <= coalesce(w.settled_at, h.at)
UNION ALL
SELECT h.account, h.contact, h.resource, 'contradiction', 'probe', h.watch, h.stanza, h.at, q.at, 'proof'
FROM heard AS h
JOIN state_resource AS r ON r.account = h.account AND r.contact = h.contact AND r.resource = h.resource
JOIN resource AS b ON b.jid = h.contact AND b.name = ''
JOIN question AS q ON q.id = (SELECT max(id) FROM question AS p
	WHERE p.target = b.id AND p.watch = h.watch AND p.channel = 'probe' AND p.at <= h.at)
WHERE h.kind = 'presence' AND h.full AND h.type IS NULL
  AND r.gone_at IS NOT NULL AND r.state <> 'shown' AND q.at >= r.gone_at AND h.delay < r.gone_at;

-- What the server kept while our line was cut, and told when the watch went on: how old it is, nobody
-- knows but from its <delay/>.
CREATE VIEW told_late AS
SELECT s.id AS stanza FROM stanza AS s
WHERE (SELECT coalesce(c.until, s.id) >= s.id FROM cut AS c
	WHERE c.watch = s.watch AND c.after < s.id ORDER BY c.id DESC LIMIT 1);

-- A message or a request, sent just now and not an error, from a resource that is not shown.
CREATE VIEW reading_other AS
SELECT h.account, h.contact, h.resource, 'stanza' AS sign, '' AS channel, h.watch, h.stanza, h.at,
       NULL AS asked_at, 'proof' AS certainty
FROM heard AS h
WHERE h.full AND h.delay IS NULL AND NOT EXISTS (SELECT 1 FROM told_late AS l WHERE l.stanza = h.stanza)
  AND ((h.kind = 'message' AND coalesce(h.type, 'normal') IN ('normal', 'chat', 'headline'))
    OR (h.kind = 'iq' AND h.type IN ('get', 'set')))
  AND NOT EXISTS (SELECT 1 FROM state_resource AS r WHERE r.account = h.account
	AND r.contact = h.contact AND r.resource = h.resource AND r.state = 'shown');

-- How a contact's server says "absent" on a channel: the control put to this contact if there was
-- one, else the newest one of the domain that was answered, in this watch. It is of use only when it
-- was refused.
CREATE VIEW control AS
SELECT h.stanza AS of_stanza, c.*
FROM heard AS h
JOIN state_control AS c ON c.account = h.account AND c.domain = h.domain AND c.channel = h.channel
	AND c.watch = h.watch
	AND c.contact = coalesce(
		(SELECT o.contact FROM state_control AS o WHERE o.account = h.account AND o.domain = h.domain
		 AND o.channel = h.channel AND o.contact = h.contact AND o.watch = h.watch),
		(SELECT o.contact FROM state_control AS o WHERE o.account = h.account AND o.domain = h.domain
		 AND o.channel = h.channel AND o.watch = h.watch AND o.type IS NOT NULL
		 ORDER BY o.stanza DESC LIMIT 1))
WHERE c.type = 'error';

-- What the servers of contacts said to last; `zero`: 0 without a text.
CREATE VIEW last_told AS
SELECT h.stanza, h.watch, h.resource, h.at, h.seconds = 0 AND coalesce(h.text, '') = '' AS zero
FROM heard AS h WHERE h.channel = 'last' AND h.type = 'result' AND NOT h.full;

-- A reply to a question. From the full JID: word for word what a made-up resource gets is a denial;
-- a result, or a refusal that only a client writes, is an answer: the latter only beside a control put to
-- this very contact, for a server may write it of whoever denies us everything (jabberd2, measured). From
-- the bare JID the server answers, and its family tells what it means.
CREATE VIEW reading_reply AS
SELECT h.account, h.contact, h.resource,
       CASE WHEN h.type = 'error' AND h.condition IS c.condition AND h.text IS c.text
                 AND h.echo IS c.echo
            THEN iif(h.condition = 'service-unavailable', 'refused', NULL)
            WHEN h.type = 'result' OR (k.condition IS NOT NULL AND c.contact = h.contact) THEN 'answer'
            WHEN h.condition = 'service-unavailable' OR k.condition IS NOT NULL THEN 'odd' END AS sign,
       h.channel, h.watch, h.stanza, h.at, h.asked_at,
       iif(h.type = 'result' OR (k.condition IS NOT NULL AND c.contact = h.contact), 'proof', NULL) AS certainty
FROM heard AS h
JOIN control AS c ON c.of_stanza = h.stanza
LEFT JOIN client_refusal AS k ON k.condition = h.condition
WHERE h.kind = 'iq' AND h.question IS NOT NULL AND h.control = 0 AND h.full
UNION ALL
SELECT h.account, h.contact, l.resource, 'listed', h.channel, h.watch, h.stanza, h.at, h.asked_at,
       'session'
FROM heard AS h
JOIN state_domain AS d ON d.account = h.account AND d.domain = h.domain AND d.watch = h.watch
JOIN family AS f ON f.name = d.family AND f.items <> 'nothing'
JOIN listed AS l ON l.question = h.question
JOIN resource AS r ON r.id = l.resource AND r.jid = h.contact AND r.name <> ''
WHERE h.channel = 'disco#items' AND h.type = 'result' AND NOT h.full
UNION ALL
SELECT h.account, h.contact, 0, 'absent', h.channel, h.watch, h.stanza, h.at, h.asked_at, NULL
FROM heard AS h
JOIN state_domain AS d ON d.account = h.account AND d.domain = h.domain AND d.watch = h.watch
JOIN family AS f ON f.name = d.family
WHERE h.type = 'result' AND NOT h.full
  AND ((h.channel = 'disco#items' AND f.items = 'session' AND NOT EXISTS (
		SELECT 1 FROM listed AS l JOIN resource AS r ON r.id = l.resource
		WHERE l.question = h.question AND r.jid = h.contact AND r.name <> ''))
    OR (h.channel = 'last' AND f.last_n = 'absent' AND (h.seconds > 0
		-- 0 with a text is a session that ended within this second
		OR (h.seconds = 0 AND coalesce(h.text, '') <> ''))))
UNION ALL
SELECT h.account, h.contact, 0, 'last-zero', h.channel, h.watch, h.stanza, h.at, h.asked_at, 'session'
FROM heard AS h
JOIN state_domain AS d ON d.account = h.account AND d.domain = h.domain AND d.watch = h.watch
JOIN family AS f ON f.name = d.family AND f.last <> 'nothing'
WHERE h.channel = 'last' AND h.type = 'result' AND NOT h.full
  AND h.seconds = 0 AND coalesce(h.text, '') = ''
  -- where nothing else tells it from a session that ended within this second: 0 was said before, and 2 s
  -- before this was asked
  AND (f.last = 'session' OR EXISTS (SELECT 1 FROM last_told AS z
	WHERE z.resource = h.resource AND z.watch = h.watch AND z.stanza < h.stanza AND z.zero
	  AND z.at <= h.asked_at - 2000
	  AND NOT EXISTS (SELECT 1 FROM last_told AS n WHERE n.resource = z.resource AND n.watch = z.watch
		AND n.stanza > z.stanza AND n.stanza < h.stanza AND NOT n.zero)))
UNION ALL
SELECT h.account, h.contact, 0, 'withheld', h.channel, h.watch, h.stanza, h.at, h.asked_at, NULL
FROM heard AS h
LEFT JOIN state_domain AS d ON d.account = h.account AND d.domain = h.domain AND d.watch = h.watch
LEFT JOIN family AS f ON f.name = d.family
WHERE h.channel IN ('disco#items', 'last') AND h.type = 'error' AND NOT h.full
  AND (h.condition IN ('forbidden', 'subscription-required', 'not-authorized',
		-- our own server, of someone whom we block (XEP-0191 4)
		'not-acceptable')
    OR (h.channel = 'disco#items' AND h.condition = f.blocked))
UNION ALL
SELECT h.account, h.contact, 0, 'answered', h.channel, h.watch, h.stanza, h.at, h.asked_at, NULL
FROM heard AS h
WHERE h.channel IN ('disco#items', 'last') AND h.type = 'result' AND NOT h.full;

-- An answer to last that counts from a moment after the answer before it, with nobody shown and no presence
-- in between: someone was connected until then. Not right after a farewell: the connection may be closed
-- some time after it. 0 is no moment (Prosody says it of all when it has been restarted), and ejabberd puts
-- one down when an account is made.
CREATE VIEW reading_past AS
SELECT h.stanza, h.account, h.contact, h.watch, e.stanza AS before, h.at - h.seconds * 1000 AS until
FROM heard AS h
JOIN state_evidence AS e ON e.account = h.account AND e.contact = h.contact AND e.resource = 0
	AND e.sign = 'answered' AND e.channel = 'last' AND e.watch = h.watch
JOIN state_contact AS c ON c.account = h.account AND c.contact = h.contact AND c.watch = h.watch
JOIN state_domain AS d ON d.account = h.account AND d.domain = h.domain AND d.watch = h.watch
JOIN family AS f ON f.name = d.family AND f.moved = 'until'
WHERE h.channel = 'last' AND h.type = 'result' AND NOT h.full
  AND h.seconds > 0 AND h.text IS NOT 'Registered but didn''t login'
  -- counted in whole seconds, some time between the question and its answer; clocks may drift by 2 s
  AND h.asked_at - (h.seconds + 1) * 1000 > max(e.at + 2000, coalesce(c.gone_at + 60000, 0))
  AND c.shown = 0 AND coalesce(c.last, 0) < e.stanza
  AND NOT EXISTS (SELECT 1 FROM state_resource AS r WHERE r.account = h.account AND r.contact = h.contact
	AND r.last > e.stanza);

-- Silence: two questions in a row to one resource stayed open, and a made-up resource of the same
-- contact, asked after them, was refused. The proof is the second timeout.
CREATE VIEW reading_silence AS
SELECT h.stanza AS control, h.account, h.contact, r.resource, 'silence' AS sign, h.channel, h.watch,
       r.silent_stanza AS stanza, h.at, r.silent_asked_at AS asked_at, 'weak' AS certainty
FROM heard AS h
JOIN state_resource AS r ON r.account = h.account AND r.contact = h.contact AND r.watch = h.watch
WHERE h.control = 1 AND h.type = 'error' AND h.condition = 'service-unavailable'
  AND r.silent >= 2 AND h.asked_at >= r.silent_asked_at;

---------------------------------------------------------------------------------------------------
-- Weighing: what all of a contact's evidence in this watch amounts to. What counts and what stands is
-- noted in state_evidence by the trigger `judge`, so that the views below read it only once.

-- Evidence that came after the contact's last farewell. What was asked must have been asked 2 s or
-- more after it, or it may speak of the time before (and not later than it was answered, or our clock
-- was set back in between).
CREATE VIEW timely AS
SELECT e.account, e.contact, e.resource, e.sign, e.channel, e.watch, e.stanza, e.at, e.asked_at,
       e.certainty, s.side
FROM state_contact AS c
JOIN state_evidence AS e ON e.account = c.account AND e.contact = c.contact AND e.watch = c.watch
JOIN sign AS s ON s.name = e.sign
WHERE e.stanza > coalesce(c.gone_stanza, 0)
  AND (e.asked_at IS NULL OR e.asked_at BETWEEN coalesce(c.gone_at + 2000, 0) AND e.at);

-- The contacts whose server lists every session.
CREATE VIEW lists_sessions AS
SELECT d.account, j.id AS contact
FROM jid AS j
JOIN state_domain AS d ON d.domain = j.domain
JOIN family AS f ON f.name = d.family AND f.items = 'session';

-- Evidence that counts. A list of sessions does only once the last activity was told too, because a
-- contact who blocks us is listed all the same. And where there is such a list, last 0 only confirms
-- it: in the second in which a session ends it says the same of nobody. Of a contact who blocks us
-- nothing counts.
CREATE VIEW credible AS
SELECT t.* FROM timely AS t
WHERE NOT EXISTS (SELECT 1 FROM state_evidence AS w WHERE w.account = t.account
	AND w.contact = t.contact AND w.watch = t.watch AND w.sign = 'withheld')
  AND (t.sign <> 'listed' OR EXISTS (SELECT 1 FROM timely AS l WHERE l.account = t.account
	AND l.contact = t.contact AND l.sign = 'answered' AND l.channel = 'last'))
  AND (t.sign <> 'last-zero' OR NOT EXISTS (SELECT 1 FROM lists_sessions AS f
	WHERE f.account = t.account AND f.contact = t.contact)
    OR EXISTS (SELECT 1 FROM timely AS l WHERE l.account = t.account AND l.contact = t.contact
	AND l.sign = 'listed' AND NOT EXISTS (SELECT 1 FROM timely AS n WHERE n.account = l.account
		AND n.contact = l.contact AND n.resource = l.resource AND n.sign = 'refused'
		AND n.stanza > l.stanza)));

CREATE VIEW believed AS
SELECT e.*, s.side FROM state_evidence AS e JOIN sign AS s ON s.name = e.sign WHERE e.counts;

-- Evidence that stands: nothing later says the opposite of the same resource or of the whole
-- account. A sign of one resource does rebut "the account has no session".
CREATE VIEW unrebutted AS
SELECT b.* FROM believed AS b
WHERE b.side IN ('for', 'against') AND NOT EXISTS (
	SELECT 1 FROM believed AS o
	WHERE o.account = b.account AND o.contact = b.contact AND o.stanza > b.stanza
	  AND o.side IN ('for', 'against') AND o.side <> b.side
	  AND coalesce(o.certainty, '') <> 'weak'
	  AND (o.resource = b.resource OR (b.side = 'for' AND o.resource = 0)
	       OR (b.side = 'against' AND b.resource = 0)));

CREATE VIEW standing AS SELECT * FROM believed WHERE stands;

-- A resource that a standing sign shows connected, or a standing denial shows gone. "The account
-- has no session" speaks of all its resources.
CREATE VIEW resource_standing AS
SELECT s.account, s.contact, s.resource, 'hidden' AS state, s.sign, s.stanza, s.at
FROM standing AS s
WHERE s.side = 'for' AND s.resource <> 0 AND s.certainty <> 'weak'
UNION ALL
SELECT r.account, r.contact, r.resource, 'offline', s.sign, s.stanza, s.at
FROM standing AS s
JOIN state_resource AS r ON r.account = s.account AND r.contact = s.contact
	AND s.resource IN (0, r.resource)
WHERE s.side = 'against' AND NOT EXISTS (SELECT 1 FROM standing AS o
	WHERE o.account = r.account AND o.contact = r.contact AND o.resource = r.resource
	  AND o.side = 'for' AND o.certainty <> 'weak');

-- Everyone who was shown in this watch has said unavailable, was asked 2 s or more later and was
-- refused, and the contact's server still answers for it (it would not, if the contact blocked us).
CREATE VIEW all_refused AS
SELECT c.account, c.contact FROM state_contact AS c
WHERE EXISTS (SELECT 1 FROM state_resource AS r
		WHERE r.account = c.account AND r.contact = c.contact AND r.was_shown)
  AND NOT EXISTS (SELECT 1 FROM state_resource AS r
		WHERE r.account = c.account AND r.contact = c.contact AND r.was_shown
		AND NOT EXISTS (SELECT 1 FROM standing AS s WHERE s.account = r.account
			AND s.contact = r.contact AND s.resource = r.resource AND s.sign = 'refused'))
  AND EXISTS (SELECT 1 FROM believed AS b WHERE b.account = c.account AND b.contact = c.contact
		AND b.sign = 'answered');

-- Every ground there is for a verdict on a contact, in this watch, whatever the roster says of the
-- subscription. The lowest rank decides, then the newest stanza. `since` is what still stands now:
-- the trigger `judge` keeps the one of an unbroken run.
CREATE VIEW ground AS
SELECT account, contact, 1 AS rank, 'visible' AS verdict, NULL AS reason, NULL AS certainty,
       shown_since AS since, NULL AS resource, NULL AS sign, NULL AS sign_at, NULL AS proof
FROM state_contact WHERE shown > 0
UNION ALL
SELECT e.account, e.contact, 2, 'unknown', 'withheld', NULL, NULL, e.resource, e.sign, e.at, e.stanza
FROM state_evidence AS e
JOIN state_contact AS c ON c.account = e.account AND c.contact = e.contact AND c.watch = e.watch
WHERE e.sign = 'withheld'
UNION ALL
SELECT c.account, c.contact, 2, 'unknown', 'gateway', NULL, NULL, NULL, NULL, NULL, NULL
FROM state_contact AS c JOIN jid AS j ON j.id = c.contact WHERE j.domain IS NULL
UNION ALL
SELECT s.account, s.contact,
       CASE WHEN s.certainty = 'proof' THEN 3 WHEN s.resource <> 0 THEN 4 ELSE 5 END, 'invisible', NULL, s.certainty,
       (SELECT min(f.at) FROM standing AS f WHERE f.account = s.account AND f.contact = s.contact
        AND f.side = 'for' AND f.certainty <> 'weak'),
       s.resource, s.sign, s.at, s.stanza
FROM standing AS s WHERE s.side = 'for' AND s.certainty <> 'weak'
UNION ALL
SELECT s.account, s.contact, 6, 'suspected', NULL, s.certainty,
       (SELECT min(f.at) FROM standing AS f WHERE f.account = s.account AND f.contact = s.contact
        AND f.side = 'for'),
       s.resource, s.sign, s.at, s.stanza
FROM standing AS s WHERE s.side = 'for' AND s.certainty = 'weak'
UNION ALL
SELECT s.account, s.contact, 7, 'offline', NULL, NULL,
       (SELECT min(f.at) FROM standing AS f WHERE f.account = s.account AND f.contact = s.contact
        AND f.sign = 'absent'),
       s.resource, s.sign, s.at, s.stanza
FROM standing AS s WHERE s.sign = 'absent'
UNION ALL
SELECT s.account, s.contact, 8, 'offline', NULL, NULL,
       (SELECT min(f.at) FROM standing AS f WHERE f.account = s.account AND f.contact = s.contact
        AND f.sign = 'refused'),
       s.resource, s.sign, s.at, s.stanza
FROM all_refused AS a
JOIN standing AS s ON s.account = a.account AND s.contact = a.contact AND s.sign = 'refused'
UNION ALL
SELECT account, contact, 9, 'unknown', NULL, NULL, NULL, NULL, NULL, NULL, NULL FROM state_contact;

---------------------------------------------------------------------------------------------------
-- Asking: which questions would tell more, cheapest first (view question_due).

CREATE VIEW watch_latest AS
SELECT w.* FROM state_account AS s CROSS JOIN watch AS w ON w.account = s.account AND w.id = s.watch;

-- The question and what came of it, if anything did. One that was dropped was never asked.
CREATE VIEW asked AS
SELECT q.*, (SELECT min(s.id) FROM stanza AS s WHERE s.question = q.id AND s.sender = q.target) AS outcome
FROM question AS q WHERE q.dropped IS NULL;

-- The contacts to look at, and the round of questions each is in: answers to questions asked before `floor`
-- do not count for it. A farewell begins a round as well. Nobody without local part is asked, and nobody
-- to whose presence we have no right (`wanted`).
CREATE VIEW awake AS
SELECT w.account, w.id AS watch, w.every, l.contact, j.bare, j.domain, b.id AS target, l.done, l.after,
       max(w.began, l.round) AS round, max(w.began, l.round, coalesce(c.again, 0)) AS floor,
       coalesce(c.verdict, 'unknown') AS verdict, c.certainty, c.reason, c.since, c.sign, c.proof,
       coalesce(r.subscription IN ('to', 'both'), 0) AND l.contact <> w.account AND j.domain IS NOT NULL
       AND w.asks AND w.ended IS NULL AS wanted
FROM watch_latest AS w
CROSS JOIN state_look AS l ON l.account = w.account AND l.until = 0
CROSS JOIN jid AS j ON j.id = l.contact
LEFT JOIN state_roster AS r ON r.account = l.account AND r.contact = l.contact
LEFT JOIN state_contact AS c ON c.account = l.account AND c.contact = l.contact AND c.watch = w.id
LEFT JOIN resource AS b ON b.jid = j.id AND b.name = '';

-- Whether more answers could change the verdict (`more`): the contact is not shown, and what was asked, or
-- came unasked, in this round has not settled it.
CREATE VIEW looked AS
SELECT a.*, a.wanted AND NOT CASE
	WHEN a.verdict = 'visible' THEN 1
	WHEN a.reason = 'withheld' THEN EXISTS (SELECT 1 FROM state_evidence AS e
		WHERE e.account = a.account AND e.contact = a.contact AND e.sign = 'withheld'
		  AND e.asked_at >= a.floor)
	WHEN a.verdict = 'offline' AND a.sign = 'refused' THEN NOT EXISTS (SELECT 1 FROM state_evidence AS e
		WHERE e.account = a.account AND e.contact = a.contact AND e.sign = 'refused' AND e.stands
		  AND e.asked_at < a.floor)
	WHEN a.verdict = 'offline' OR (a.verdict = 'invisible' AND a.certainty = 'proof')
		THEN EXISTS (SELECT 1 FROM state_evidence AS e
		WHERE e.account = a.account AND e.contact = a.contact AND e.stanza = a.proof
		  AND (e.asked_at >= a.floor OR (e.asked_at IS NULL AND e.at >= a.round)))
	ELSE 0 END AS more
FROM awake AS a;

-- Who is to be asked for last again, and when: it was asked once in this round, and the 0 that came is no sign
-- yet.
CREATE VIEW zero_once AS
SELECT a.account, a.contact, max(t.at) + 2000 AS due_at
FROM awake AS a
JOIN state_domain AS d ON d.account = a.account AND d.domain = a.domain AND d.watch = a.watch
JOIN family AS f ON f.name = d.family AND f.last = 'available'
JOIN asked AS q ON q.target = a.target AND q.watch = a.watch AND q.channel = 'last' AND q.id > a.after
	AND q.at >= a.floor
LEFT JOIN last_told AS t ON t.stanza = q.outcome AND t.zero AND NOT EXISTS (SELECT 1 FROM state_evidence AS e
	WHERE e.account = a.account AND e.contact = a.contact AND e.sign = 'last-zero' AND e.stanza = t.stanza)
GROUP BY a.account, a.contact HAVING count(*) = 1 AND count(t.at) = 1;

-- A domain where presence has gone quiet: the server has said what it is, and for a second no
-- presence has come from there. `settle_by` bounds the wait.
CREATE VIEW domain_ready AS
SELECT w.account, w.id AS watch, d.domain, f.name AS family, f.items, f.last,
       min(w.settle_by, max(w.began, coalesce(d.heard_at, 0)) + 1000) AS ready_at
FROM watch_latest AS w
JOIN state_domain AS d ON d.account = w.account AND d.watch = w.id AND NOT d.dead
JOIN resource AS b ON b.jid = d.domain AND b.name = ''
LEFT JOIN family AS f ON f.name = d.family
WHERE EXISTS (SELECT 1 FROM asked AS a WHERE a.target = b.id AND a.watch = w.id
	AND a.outcome IS NOT NULL AND a.channel = iif(f.name IS NULL, 'version', 'disco#info'));

-- The channels for full JIDs, in the order in which they are tried.
CREATE TABLE full_channel (name TEXT PRIMARY KEY, rank INTEGER NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO full_channel VALUES ('ping', 1), ('version', 2), ('disco#info', 3);

-- Every question there is to ask, not before due_at, cheapest first. The steps are parts of one view
-- so that each is taken once.
CREATE VIEW question_due AS
WITH
considered AS MATERIALIZED (
	SELECT * FROM looked WHERE more OR (wanted AND every IS NOT NULL AND verdict = 'offline')
),
candidate AS (SELECT * FROM considered WHERE more),
-- 1. What the domain is: its disco#info identity (XEP-0030), and where that does not tell, its version
-- (XEP-0092). Once in a watch, but again after a day, and in every round as long as it cannot be reached.
due_identity AS (
	SELECT c.account, c.watch, 'disco#info' AS channel, d.bare AS target, min(c.floor) AS due_at
	FROM candidate AS c
	JOIN jid AS d ON d.id = c.domain
	LEFT JOIN resource AS b ON b.jid = d.id AND b.name = ''
	LEFT JOIN state_domain AS s ON s.account = c.account AND s.domain = c.domain AND s.watch = c.watch
	WHERE NOT EXISTS (SELECT 1 FROM asked AS q
		WHERE q.target = b.id AND q.watch = c.watch AND q.channel = 'disco#info'
		  AND q.at >= iif(s.dead, c.floor, c.floor - 86400000))
	  AND NOT EXISTS (SELECT 1 FROM state_open AS o WHERE o.account = c.account AND o.contact = c.domain)
	GROUP BY c.account, c.domain
	UNION ALL
	SELECT s.account, s.watch, 'version', d.bare, 0
	FROM (SELECT DISTINCT account, watch, domain FROM candidate) AS w
	JOIN state_domain AS s ON s.account = w.account AND s.domain = w.domain AND s.watch = w.watch
	JOIN jid AS d ON d.id = s.domain
	JOIN resource AS b ON b.jid = d.id AND b.name = ''
	JOIN asked AS i ON i.id = (SELECT max(a.id) FROM asked AS a
		WHERE a.target = b.id AND a.watch = w.watch AND a.channel = 'disco#info')
	WHERE s.family IS NULL AND NOT s.dead AND i.outcome IS NOT NULL
	  AND NOT EXISTS (SELECT 1 FROM asked AS q
		WHERE q.target = b.id AND q.watch = w.watch AND q.channel = 'version' AND q.id > i.id)
),
-- The candidates whose domain is ready and of whose bare JID no question is open, from when on they
-- may be asked, and whether to ask them for a list (disco#items, XEP-0030): where the server lists
-- sessions, or might; elsewhere only beside a resource to ask, to see whether the contact blocks us.
ready AS MATERIALIZED (
	SELECT c.account, c.watch, c.contact, c.bare, c.domain, c.target, c.floor, c.after, c.verdict,
	       max(d.ready_at, c.floor) AS due_at, d.last, d.items IS NOT 'nothing' OR EXISTS (SELECT 1 FROM state_resource AS r
			WHERE r.account = c.account AND r.contact = c.contact AND r.resource <> c.target) AS list
	FROM candidate AS c
	JOIN domain_ready AS d ON d.account = c.account AND d.domain = c.domain
	WHERE NOT EXISTS (SELECT 1 FROM state_open AS o
		WHERE o.account = c.account AND o.contact = c.contact AND o.target = c.target)
),
-- 2. The bare JID, which its server answers for: the list, once more when a listed resource was
-- refused; then last (XEP-0012) where it tells something.
due_bare AS MATERIALIZED (
	SELECT c.account, c.contact, c.watch, 'disco#items' AS channel, c.bare AS target, c.due_at
	FROM ready AS c
	WHERE c.list
	  AND CASE (SELECT count(*) FROM asked AS q WHERE q.target = c.target AND q.watch = c.watch
		AND q.id > c.after AND q.channel = 'disco#items' AND q.at >= c.floor)
		WHEN 0 THEN 1
		WHEN 1 THEN EXISTS (SELECT 1 FROM believed AS l
			JOIN believed AS n ON n.account = l.account AND n.contact = l.contact
				AND n.resource = l.resource AND n.watch = l.watch
			WHERE l.account = c.account AND l.contact = c.contact AND l.watch = c.watch
			  AND l.sign = 'listed' AND l.asked_at >= c.floor
			  AND n.sign = 'refused' AND n.stanza > l.stanza)
		ELSE 0 END
	UNION ALL
	SELECT c.account, c.contact, c.watch, 'last', c.bare, c.due_at
	FROM ready AS c
	WHERE c.last <> 'nothing'
	  AND (NOT c.list OR EXISTS (SELECT 1 FROM asked AS a WHERE a.target = c.target AND a.watch = c.watch
		AND a.id > c.after AND a.channel = 'disco#items' AND a.at >= c.floor AND a.outcome IS NOT NULL))
	  AND NOT EXISTS (SELECT 1 FROM asked AS q WHERE q.target = c.target AND q.watch = c.watch
		AND q.id > c.after AND q.channel = 'last' AND q.at >= c.floor)
),
-- Once more, 2 s after a 0 that is no sign yet. What else there is to ask does not wait for it.
due_zero AS (
	SELECT c.account, c.watch, 'last' AS channel, c.bare AS target, max(c.due_at, z.due_at) AS due_at
	FROM ready AS c
	JOIN zero_once AS z ON z.account = c.account AND z.contact = c.contact
),
-- Who is offline, in a watch that asks again: whether it was here since the round before (view reading_past).
due_past AS (
	SELECT c.account, c.watch, 'last' AS channel, c.bare AS target, max(d.ready_at, c.floor) AS due_at
	FROM considered AS c
	JOIN domain_ready AS d ON d.account = c.account AND d.domain = c.domain
	JOIN family AS f ON f.name = d.family AND f.moved = 'until'
	WHERE NOT c.more
	  AND NOT EXISTS (SELECT 1 FROM state_open AS o
		WHERE o.account = c.account AND o.contact = c.contact AND o.target = c.target)
	  AND NOT EXISTS (SELECT 1 FROM asked AS q WHERE q.target = c.target AND q.watch = c.watch
		AND q.id > c.after AND q.channel = 'last' AND q.at >= c.floor)
),
-- Their resources, the newest first.
on_record AS MATERIALIZED (
	SELECT r.*, row_number() OVER (PARTITION BY r.account, r.contact ORDER BY r.last DESC) AS newest
	FROM ready AS c
	JOIN state_resource AS r ON r.account = c.account AND r.contact = c.contact
),
-- Resources worth asking: not shown; heard of in this watch, or among the five newest on record; of
-- a contact whose bare JID has nothing more to tell.
askable AS MATERIALIZED (
	SELECT c.account, c.watch, c.contact, c.bare, c.domain, c.floor, c.after, c.verdict, c.due_at, r.resource,
	       n.name, iif(r.watch = c.watch, r.silent, 0) AS silent, r.silent_stanza, r.silent_asked_at
	FROM ready AS c
	JOIN on_record AS r ON r.account = c.account AND r.contact = c.contact
	JOIN resource AS n ON n.id = r.resource
	WHERE n.name <> '' AND NOT (r.watch = c.watch AND r.state = 'shown')
	  AND (r.newest <= 5
	    OR EXISTS (SELECT 1 FROM state_evidence AS e WHERE e.account = c.account
			AND e.contact = c.contact AND e.resource = r.resource AND e.watch = c.watch))
	  AND (c.account, c.contact) NOT IN (SELECT b.account, b.contact FROM due_bare AS b)
),
-- A contact that behaves as no made-up resource of its domain did: one of its resources left two
-- questions open, or was refused in other words. Its own control tells whether that means anything; what
-- silence means is told once.
doubt AS (
	SELECT a.account, a.watch, a.contact, a.bare, a.domain, q.channel, a.silent_asked_at AS since
	FROM askable AS a
	JOIN stanza AS s ON s.id = a.silent_stanza
	JOIN question AS q ON q.id = s.question
	WHERE a.silent >= 2
	  AND NOT EXISTS (SELECT 1 FROM believed AS b WHERE b.account = a.account AND b.contact = a.contact
		AND b.resource = a.resource AND b.sign = 'silence' AND b.channel = q.channel)
	UNION ALL
	SELECT a.account, a.watch, a.contact, a.bare, a.domain, e.channel, e.asked_at
	FROM askable AS a
	JOIN state_evidence AS e ON e.account = a.account AND e.contact = a.contact
		AND e.resource = a.resource AND e.watch = a.watch AND e.sign = 'odd' AND e.asked_at >= a.floor
	WHERE (SELECT count(*) FROM asked AS q WHERE q.target = a.resource AND q.watch = a.watch
		AND q.id > a.after AND q.channel = e.channel AND q.at >= a.floor) = 1
),
-- 3. The control: a made-up resource. Once per domain, on channel after channel until one is refused, and
-- again after a day; and put to the very contact that raises a doubt.
due_control AS (
	SELECT a.account, a.watch, k.name AS channel,
	       a.bare || '/' || lower(hex(randomblob(6))) AS target, a.due_at, min(k.rank)
	FROM askable AS a
	JOIN full_channel AS k
	WHERE NOT EXISTS (SELECT 1 FROM state_control AS s WHERE s.account = a.account
			AND s.domain = a.domain AND s.watch = a.watch AND s.asked_at >= a.floor - 86400000
			AND (s.type = 'error' OR s.channel = k.name))
	  AND NOT EXISTS (SELECT 1 FROM state_open AS o WHERE o.account = a.account
			AND o.domain = a.domain AND o.control = 1)
	GROUP BY a.account, a.domain
	UNION ALL
	SELECT d.account, d.watch, d.channel, d.bare || '/' || lower(hex(randomblob(6))), d.since, 0
	FROM doubt AS d
	WHERE NOT EXISTS (SELECT 1 FROM state_control AS s WHERE s.account = d.account AND s.watch = d.watch
			AND s.contact = d.contact AND s.domain = d.domain AND s.channel = d.channel
			AND s.asked_at >= d.since)
	  AND NOT EXISTS (SELECT 1 FROM state_open AS o WHERE o.account = d.account
			AND o.contact = d.contact AND o.channel = d.channel AND o.control = 1)
	GROUP BY d.account, d.contact, d.channel
),
-- 4. The resource itself, on the first channel whose control was refused. Once; again when it left
-- the question open and nothing else proves a session, or when the doubt about it is resolved.
channel_of AS MATERIALIZED (
	SELECT s.account, s.domain, s.watch, s.channel, min(k.rank)
	FROM (SELECT DISTINCT account, domain, watch FROM askable) AS d
	JOIN state_control AS s ON s.account = d.account AND s.domain = d.domain AND s.watch = d.watch
	JOIN full_channel AS k ON k.name = s.channel
	WHERE s.type = 'error' GROUP BY s.account, s.domain, s.watch
),
due_full AS (
	SELECT a.account, a.watch, t.channel, a.bare || '/' || a.name AS target, a.due_at
	FROM askable AS a
	JOIN channel_of AS t ON t.account = a.account AND t.domain = a.domain AND t.watch = a.watch
	WHERE NOT EXISTS (SELECT 1 FROM state_open AS o
			WHERE o.account = a.account AND o.contact = a.contact AND o.target = a.resource)
	  AND CASE (SELECT count(*) FROM asked AS q WHERE q.target = a.resource AND q.watch = a.watch
		AND q.id > a.after AND q.channel = t.channel AND q.at >= a.floor)
		WHEN 0 THEN 1
		WHEN 1 THEN (a.silent = 1 AND a.verdict <> 'invisible') OR EXISTS (
			SELECT 1 FROM state_evidence AS e
			JOIN state_control AS s ON s.account = e.account AND s.contact = e.contact
				AND s.channel = e.channel AND s.stanza > e.stanza
			WHERE e.account = a.account AND e.contact = a.contact AND e.resource = a.resource
			  AND e.watch = a.watch AND e.sign = 'odd' AND e.asked_at >= a.floor)
		ELSE 0 END
)
SELECT account, watch, channel, target, 0 AS control, due_at, 1 AS rank FROM due_identity
UNION ALL
SELECT account, watch, channel, target, 0, due_at, iif(channel = 'last', 3, 2) FROM due_bare
UNION ALL
SELECT account, watch, channel, target, 0, due_at, 3 FROM due_zero
UNION ALL
SELECT account, watch, channel, target, 0, due_at, 3 FROM due_past
UNION ALL
SELECT account, watch, channel, target, 1, due_at, 4 FROM due_control
UNION ALL
SELECT account, watch, channel, target, 0, due_at, 5 FROM due_full;

-- Who needs no looking at, from `ready` on, until `next`, when another round is to begin; null: until
-- something is heard of the contact. It is true right after every question that was due has been put:
-- then whoever waits for an answer has a question open, or its domain has, which says what it is or how it
-- says "absent". Whoever is hidden is asked at growing intervals, the first a minute, each as long as the
-- hidden run has lasted, up to `every`; everyone else who is not shown, each `every`.
CREATE VIEW resting AS
SELECT a.account, a.watch, a.contact, a.done,
       CASE WHEN NOT a.more THEN 0 WHEN d.dead THEN a.floor ELSE max(a.floor, r.ready_at,
		coalesce((SELECT z.due_at FROM zero_once AS z WHERE z.account = a.account AND z.contact = a.contact), 0)) END AS ready,
       CASE WHEN NOT a.wanted OR a.verdict = 'visible' THEN NULL
            WHEN a.verdict = 'invisible'
            THEN max(a.floor, a.since) + min(a.every, max(60000, a.floor - a.since))
            ELSE a.floor + a.every END AS next
FROM looked AS a
LEFT JOIN state_domain AS d ON d.account = a.account AND d.domain = a.domain AND d.watch = a.watch
LEFT JOIN domain_ready AS r ON r.account = a.account AND r.domain = a.domain
WHERE NOT EXISTS (SELECT 1 FROM state_open AS o WHERE o.account = a.account AND o.contact = a.contact)
  AND NOT (a.more AND EXISTS (SELECT 1 FROM state_open AS o WHERE o.account = a.account
	AND o.domain = a.domain AND (o.contact = o.domain OR o.control = 1)));

-- They go to rest. A round follows the end of the one before by 10 s or more.
CREATE TRIGGER rest INSTEAD OF INSERT ON resting
BEGIN
	DELETE FROM state_look
		WHERE NEW.next IS NULL AND account = NEW.account AND contact = NEW.contact;
	UPDATE state_look SET until = max(NEW.next, NEW.done + 10000), done = NEW.done
		WHERE NEW.next IS NOT NULL AND account = NEW.account AND contact = NEW.contact;
END;

---------------------------------------------------------------------------------------------------
-- The public views: their names and columns stay. Times are RFC 3339, UTC.

CREATE VIEW contact_status AS
SELECT a.bare AS account, j.bare AS contact, r.name, r.subscription,
       iif(r.subscription IN ('to', 'both'), coalesce(c.verdict, 'unknown'), 'unsubscribed') AS verdict,
       c.certainty,
       strftime('%Y-%m-%dT%H:%M:%fZ', c.since / 1000.0, 'unixepoch') AS since,
       (SELECT n.name FROM resource AS n WHERE n.id = c.resource) AS resource,
       c.sign,
       strftime('%Y-%m-%dT%H:%M:%fZ', c.sign_at / 1000.0, 'unixepoch') AS sign_at,
       c.proof, l.type AS last_type,
       strftime('%Y-%m-%dT%H:%M:%fZ', l.at / 1000.0, 'unixepoch') AS last_at,
       strftime('%Y-%m-%dT%H:%M:%fZ', w.heard_until / 1000.0, 'unixepoch') AS as_of,
       CASE WHEN r.subscription NOT IN ('to', 'both') OR coalesce(c.verdict, 'unknown') <> 'unknown'
            THEN NULL
            WHEN c.reason IS NOT NULL THEN c.reason
            WHEN j.domain IS NULL THEN 'gateway'
            WHEN NOT w.asks THEN 'not-asked'
            WHEN d.dead THEN 'unreachable'
            WHEN NOT EXISTS (SELECT 1 FROM state_resource AS x
                             WHERE x.account = r.account AND x.contact = r.contact) THEN 'no-resource'
            WHEN NOT EXISTS (SELECT 1 FROM state_resource AS x
                             WHERE x.account = r.account AND x.contact = r.contact
                               AND NOT (x.watch = w.id AND x.state = 'offline')) THEN 'refused'
            ELSE 'no-answer' END AS reason
FROM watch_latest AS w
JOIN jid AS a ON a.id = w.account
JOIN state_roster AS r ON r.account = w.account
JOIN jid AS j ON j.id = r.contact
LEFT JOIN state_contact AS o ON o.account = r.account AND o.contact = r.contact
LEFT JOIN stanza AS l ON l.id = max(coalesce(o.last, 0), coalesce((SELECT max(x.last)
	FROM state_resource AS x WHERE x.account = r.account AND x.contact = r.contact), 0))
LEFT JOIN state_contact AS c ON c.account = r.account AND c.contact = r.contact AND c.watch = w.id
	AND r.subscription IN ('to', 'both')
LEFT JOIN state_domain AS d ON d.account = r.account AND d.domain = coalesce(j.domain, j.id)
	AND d.watch = w.id
WHERE r.subscription <> 'remove' AND r.contact <> r.account;

CREATE VIEW invisible AS SELECT * FROM contact_status WHERE verdict = 'invisible';

CREATE VIEW resource_status AS
SELECT a.bare AS account, j.bare AS contact, n.name AS resource,
       (r.watch = w.id AND r.state = 'shown') + 0 AS shown,
       CASE iif(r.watch = w.id, r.state, 'unknown')
            WHEN 'shown' THEN 1 WHEN 'hidden' THEN 1 WHEN 'offline' THEN 0 END AS connected,
       iif(r.watch = w.id AND r.state = 'shown', s.show, NULL) AS show,
       CASE WHEN r.watch <> w.id THEN NULL
            WHEN r.state = 'shown' THEN s.status
            WHEN r.cause_by IN ('unavailable', 'invisible') THEN c.status END AS status,
       iif(r.watch = w.id AND r.state = 'shown', s.priority, NULL) AS priority,
       s.client, l.type AS last_type,
       strftime('%Y-%m-%dT%H:%M:%fZ', l.at / 1000.0, 'unixepoch') AS last_at
FROM watch_latest AS w
JOIN jid AS j
CROSS JOIN state_resource AS r ON r.account = w.account AND r.contact = j.id
JOIN resource AS n ON n.id = r.resource
JOIN jid AS a ON a.id = r.account
LEFT JOIN stanza AS s ON s.id = r.available
LEFT JOIN stanza AS c ON c.id = r.cause
LEFT JOIN stanza AS l ON l.id = r.last;

-- When someone was connected without being shown, as was found out later: at some time after the one moment,
-- and until the other. Not where our clock was set in between.
CREATE VIEW was_here AS
SELECT a.bare AS account, j.bare AS contact,
       strftime('%Y-%m-%dT%H:%M:%fZ', b.at / 1000.0, 'unixepoch') AS after,
       strftime('%Y-%m-%dT%H:%M:%fZ', p.until / 1000.0, 'unixepoch') AS until,
       'last-moved' AS sign, p.stanza AS proof, p.watch
FROM jid AS j
JOIN state_past AS p ON p.contact = j.id
JOIN jid AS a ON a.id = p.account
JOIN stanza AS b ON b.id = p.before
JOIN stanza AS s ON s.id = p.stanza
WHERE NOT EXISTS (SELECT 1 FROM clock AS k WHERE k.watch = p.watch AND k.what = 'jump'
	AND k.at + abs(k.moved) >= b.at AND k.at - abs(k.moved) <= s.at);

-- The signs and denials that stand in the latest watch, each with its stanza; and those of the past, with
-- the moment they tell of.
CREATE VIEW sign_status AS
SELECT a.bare AS account, j.bare AS contact, t.sign, t.side, t.certainty, n.name AS resource,
       strftime('%Y-%m-%dT%H:%M:%fZ', t.at / 1000.0, 'unixepoch') AS at,
       nullif(t.channel, '') AS channel, t.stanza AS proof
FROM jid AS j
JOIN standing AS t ON t.contact = j.id
JOIN jid AS a ON a.id = t.account
JOIN watch_latest AS w ON w.account = t.account AND w.id = t.watch
LEFT JOIN resource AS n ON n.id = t.resource
UNION ALL
SELECT h.account, h.contact, h.sign, 'past', NULL, NULL, h.until, 'last', h.proof
FROM was_here AS h
JOIN watch_latest AS w ON w.id = h.watch;

-- What the verdict rests on, a row for each stanza that the state refers to: the evidence, how it was asked
-- for, how the contact's server says "absent" there (control_…), and why it is not believed (`because`).
-- Beside the evidence: who shows itself, the last farewell, the questions that were left open, and the last
-- moment until which it is known to have been here, with that moment.
-- `decides`: this is what the verdict was read from. `rebutted_by`: the later stanza that says the opposite.
CREATE VIEW why_step AS
SELECT e.account, e.contact, e.resource, e.sign, e.channel, e.watch, e.stanza, e.at, e.asked_at, e.certainty,
       e.counts OR e.sign = 'withheld' AS counts, e.stands
FROM state_evidence AS e
UNION ALL
SELECT r.account, r.contact, r.resource, 'shown', '', r.watch, r.cause, r.cause_at, NULL, NULL, 1, 1
FROM state_resource AS r WHERE r.state = 'shown'
UNION ALL
SELECT c.account, c.contact, coalesce((SELECT r.resource FROM state_resource AS r WHERE r.account = c.account
		AND r.contact = c.contact AND r.cause = c.gone_stanza), 0),
       'left', '', c.watch, c.gone_stanza, c.gone_at, NULL, NULL, 1, 1
FROM state_contact AS c WHERE c.gone_stanza IS NOT NULL
UNION ALL
SELECT r.account, r.contact, r.resource, 'unanswered', q.channel, r.watch, s.id, s.at, r.silent_asked_at, NULL, 1, 0
FROM state_resource AS r
JOIN stanza AS s ON s.id = r.silent_stanza
JOIN question AS q ON q.id = s.question
UNION ALL
SELECT p.account, p.contact, 0, 'last-moved', 'last', p.watch, p.stanza, p.until, q.at, NULL, 1, 1
FROM (SELECT account, contact, max(stanza) AS stanza, watch, until FROM state_past GROUP BY account, contact) AS p
JOIN was_here AS h ON h.proof = p.stanza
JOIN stanza AS s ON s.id = p.stanza
JOIN question AS q ON q.id = s.question;

CREATE VIEW why AS
SELECT a.bare AS account, j.bare AS contact, e.stanza,
       strftime('%Y-%m-%dT%H:%M:%fZ', e.at / 1000.0, 'unixepoch') AS at,
       e.sign, s.side, e.certainty, nullif(n.name, '') AS resource, nullif(e.channel, '') AS channel, s.says,
       e.stanza IS c.proof AND e.sign IS c.sign AND e.resource IS c.resource AND s.side <> 'presence' AS decides,
       e.counts, e.stands,
       CASE WHEN e.counts THEN NULL
            WHEN e.stanza <= c.gone_stanza THEN 'it came before stanza ' || c.gone_stanza || ', the last unavailable'
            WHEN e.asked_at < c.gone_at + 2000
            THEN 'it was asked less than 2 s after the unavailable of stanza ' || c.gone_stanza
            WHEN e.asked_at > e.at THEN 'our clock was set back between the question and the answer'
            WHEN EXISTS (SELECT 1 FROM state_evidence AS w WHERE w.account = e.account AND w.contact = e.contact
			AND w.watch = e.watch AND w.sign = 'withheld')
            THEN 'it seems to block us, and then no answer proves anything'
            WHEN e.sign = 'listed' THEN 'last activity was not told as well: who blocks us is listed, too'
            WHEN e.sign = 'last-zero' THEN 'its server lists sessions, and the list does not confirm it'
            END AS because,
       iif(e.counts AND NOT e.stands, (SELECT max(o.stanza) FROM believed AS o
		WHERE o.account = e.account AND o.contact = e.contact AND o.stanza > e.stanza
		  AND o.side IN ('for', 'against') AND s.side IN ('for', 'against') AND o.side <> s.side
		  AND coalesce(o.certainty, '') <> 'weak'
		  AND (o.resource = e.resource OR (s.side = 'for' AND o.resource = 0)
		       OR (s.side = 'against' AND e.resource = 0))), NULL) AS rebutted_by,
       s.rebutted AS rebutted_if, t.full AS asked,
       strftime('%Y-%m-%dT%H:%M:%fZ', e.asked_at / 1000.0, 'unixepoch') AS asked_at,
       m.full AS control,
       strftime('%Y-%m-%dT%H:%M:%fZ', k.asked_at / 1000.0, 'unixepoch') AS control_at,
       k.condition AS control_condition, k.text AS control_text, k.stanza AS control_stanza,
       coalesce(x.times, 1) AS times, x.run AS first,
       strftime('%Y-%m-%dT%H:%M:%fZ', f.at / 1000.0, 'unixepoch') AS first_at,
       s.forgeable
FROM jid AS j
JOIN why_step AS e ON e.contact = j.id
JOIN jid AS a ON a.id = e.account
JOIN watch_latest AS w ON w.account = e.account AND w.id = e.watch
JOIN sign AS s ON s.name = e.sign
JOIN stanza AS x ON x.id = e.stanza
LEFT JOIN state_contact AS c ON c.account = e.account AND c.contact = e.contact AND c.watch = e.watch
LEFT JOIN resource AS n ON n.id = e.resource
LEFT JOIN question AS q ON q.id = x.question
LEFT JOIN resource AS b ON b.jid = j.id AND b.name = ''
LEFT JOIN full_jid AS t ON t.id = iif(e.channel = 'probe', b.id, q.target)
LEFT JOIN control AS k ON k.of_stanza = e.stanza AND s.side <> 'presence'
LEFT JOIN stanza AS y ON y.id = k.stanza
LEFT JOIN question AS z ON z.id = y.question
LEFT JOIN full_jid AS m ON m.id = z.target
LEFT JOIN stanza AS f ON f.id = x.run;

-- The intervals of state_interval with their ends. `before`: the stanza that begins the next one.
CREATE VIEW stretch AS
SELECT i.account, i.resource, i.watch, i.state, i.began, i.began_by, i.began_why,
       CASE WHEN x.watch = i.watch THEN x.began WHEN w.ended IS NOT NULL THEN w.heard_until END AS ended,
       iif(x.watch = i.watch, x.began_by, NULL) AS ended_by,
       CASE WHEN x.watch = i.watch THEN x.began_why WHEN w.ended IS NOT NULL THEN 'gap' END AS ended_why,
       x.began AS next, x.began_by AS before, x.began_why AS next_why
FROM state_interval AS i
JOIN watch AS w ON w.id = i.watch
LEFT JOIN state_interval AS x ON x.id = (SELECT min(y.id) FROM state_interval AS y
	WHERE y.resource = i.resource AND y.account = i.account AND y.id > i.id);

-- Intervals of one resource, unbroken from the first stanza heard of it. While it is shown, its
-- presence cuts them where show or status change. A watch that is over cuts them: from its
-- heard_until on, nothing is known until a later watch hears of the resource again. `uncertain`: the
-- presence that began it was told late, after a cut, and bears no stamp.
CREATE VIEW resource_history AS
SELECT a.bare AS account, j.bare AS contact, n.name AS resource,
       strftime('%Y-%m-%dT%H:%M:%fZ', s.at / 1000.0, 'unixepoch') AS began,
       strftime('%Y-%m-%dT%H:%M:%fZ', iif(x.id IS NULL, i.ended, x.at) / 1000.0, 'unixepoch') AS ended,
       i.state, s.show, s.status, s.id AS began_by, coalesce(x.id, i.ended_by) AS ended_by,
       i.began_why, iif(x.id IS NULL, i.ended_why, i.began_why) AS ended_why,
       s.delay IS NULL AND EXISTS (SELECT 1 FROM told_late AS l WHERE l.stanza = s.id) AS uncertain
FROM jid AS j
JOIN resource AS n ON n.jid = j.id
JOIN stretch AS i ON i.resource = n.id AND i.state = 'shown'
JOIN jid AS a ON a.id = i.account
JOIN stanza AS s ON s.sender = i.resource AND s.id >= i.began_by
	AND s.id < coalesce(i.before, 9223372036854775807)
	AND s.watch = i.watch AND s.kind = 'presence' AND s.type IS NULL
LEFT JOIN stanza AS x ON x.id = (SELECT y.id FROM stanza AS y
	WHERE y.sender = i.resource AND y.id > s.id AND y.id < coalesce(i.before, 9223372036854775807)
	  AND y.watch = i.watch AND y.kind = 'presence' AND y.type IS NULL
	  AND (y.show IS NOT s.show OR y.status IS NOT s.status) ORDER BY y.id LIMIT 1)
WHERE s.id = i.began_by OR (s.show, s.status) IS NOT (SELECT y.show, y.status FROM stanza AS y
	WHERE y.sender = i.resource AND y.id < s.id AND y.watch = i.watch AND y.kind = 'presence'
	  AND y.type IS NULL ORDER BY y.id DESC LIMIT 1)
UNION ALL
SELECT a.bare, j.bare, n.name,
       strftime('%Y-%m-%dT%H:%M:%fZ', i.began / 1000.0, 'unixepoch'),
       strftime('%Y-%m-%dT%H:%M:%fZ', i.ended / 1000.0, 'unixepoch'),
       i.state, NULL, s.status, i.began_by, i.ended_by, i.began_why, i.ended_why,
       s.id IS NOT NULL AND s.delay IS NULL AND EXISTS (SELECT 1 FROM told_late AS l WHERE l.stanza = s.id)
FROM jid AS j
JOIN resource AS n ON n.jid = j.id
JOIN stretch AS i ON i.resource = n.id AND i.state <> 'shown'
JOIN jid AS a ON a.id = i.account
LEFT JOIN stanza AS s ON s.id = i.began_by AND i.began_why IN ('unavailable', 'invisible')
UNION ALL
SELECT a.bare, j.bare, n.name,
       strftime('%Y-%m-%dT%H:%M:%fZ', i.ended / 1000.0, 'unixepoch'),
       strftime('%Y-%m-%dT%H:%M:%fZ', i.next / 1000.0, 'unixepoch'),
       'unknown', NULL, NULL, NULL, i.before, 'gap', i.next_why, 0
FROM jid AS j
JOIN resource AS n ON n.jid = j.id
JOIN stretch AS i ON i.resource = n.id AND i.ended_why = 'gap'
JOIN jid AS a ON a.id = i.account;

CREATE VIEW stanza_log AS
SELECT s.id, strftime('%Y-%m-%dT%H:%M:%fZ', s.at / 1000.0, 'unixepoch') AS at,
       a.bare AS account, j.bare AS contact, r.name AS resource, s.kind, s.type, s.xml
FROM stanza AS s
JOIN resource AS r ON r.id = s.sender
JOIN jid AS j ON j.id = r.jid
JOIN watch AS w ON w.id = s.watch
JOIN jid AS a ON a.id = w.account;

CREATE VIEW presence_log AS
SELECT s.id, strftime('%Y-%m-%dT%H:%M:%fZ', s.at / 1000.0, 'unixepoch') AS at,
       a.bare AS account, j.bare AS contact, r.name AS resource, s.type, s.show, s.status, s.priority,
       strftime('%Y-%m-%dT%H:%M:%fZ', s.delay / 1000.0, 'unixepoch') AS delay, s.watch, s.xml
FROM stanza AS s
JOIN resource AS r ON r.id = s.sender
JOIN jid AS j ON j.id = r.jid
JOIN watch AS w ON w.id = s.watch
JOIN jid AS a ON a.id = w.account
WHERE s.kind = 'presence';

-- `lasted` is in seconds; null, as `ended`, while no later watch exists.
CREATE VIEW gaps AS
SELECT a.bare AS account,
       strftime('%Y-%m-%dT%H:%M:%fZ', w.heard_until / 1000.0, 'unixepoch') AS began,
       strftime('%Y-%m-%dT%H:%M:%fZ', n.began / 1000.0, 'unixepoch') AS ended,
       w.reason, (n.began - w.heard_until) / 1000 AS lasted
FROM watch AS w
JOIN jid AS a ON a.id = w.account
LEFT JOIN watch AS n ON n.id = (SELECT min(l.id) FROM watch AS l
	WHERE l.account = w.account AND l.id > w.id)
WHERE w.ended IS NOT NULL;

-- Stretches in which the line of a watch was cut and the server kept what it had for us. (A cut from which
-- the watch did not come back is its end, and a gap follows.)
CREATE VIEW cuts AS
SELECT a.bare AS account, strftime('%Y-%m-%dT%H:%M:%fZ', c.began / 1000.0, 'unixepoch') AS began,
       strftime('%Y-%m-%dT%H:%M:%fZ', c.resumed / 1000.0, 'unixepoch') AS ended, c.reason
FROM cut AS c
JOIN watch AS w ON w.id = c.watch
JOIN jid AS a ON a.id = w.account
WHERE c.resumed IS NOT NULL OR w.ended IS NULL;

-- Every change of the verdict on a contact, within a watch; each watch begins with everyone unknown.
CREATE VIEW verdict_history AS
SELECT v.id, a.bare AS account, j.bare AS contact,
       strftime('%Y-%m-%dT%H:%M:%fZ', v.at / 1000.0, 'unixepoch') AS at, v.was, v.verdict, v.certainty,
       (SELECT n.name FROM resource AS n WHERE n.id = v.resource) AS resource, v.sign, v.proof, v.watch
FROM state_verdict AS v
JOIN jid AS a ON a.id = v.account
JOIN jid AS j ON j.id = v.contact
JOIN state_roster AS r ON r.account = v.account AND r.contact = v.contact
WHERE r.subscription IN ('to', 'both') AND r.contact <> r.account;

---------------------------------------------------------------------------------------------------
-- The same in words.

-- Whether the latest watch heard and asked all it meant to.
CREATE VIEW watch_complete AS
SELECT w.account, w.id AS watch,
       iif(w.every IS NULL, coalesce(w.reason = 'done', 0),
           -- one that asks again and again: everyone it looks at has been asked all there is for now
           w.settled_at IS NOT NULL AND NOT EXISTS (SELECT 1 FROM state_look AS l
		WHERE l.account = w.account AND l.until = 0)) AS complete
FROM watch_latest AS w;

-- Why contacts are unknown, domain by domain: "example.org is Prosody and has no resource …".
CREATE VIEW unknown_summary AS
SELECT s.account, s.reason, count(*) AS contacts,
       printf(u.many, d.bare || coalesce(' is ' || f.software, '')) AS says
FROM contact_status AS s
JOIN unknown_because AS u ON u.reason = s.reason
JOIN jid AS a ON a.bare = s.account
JOIN jid AS j ON j.bare = s.contact
JOIN jid AS d ON d.id = coalesce(j.domain, j.id)
LEFT JOIN state_domain AS f ON f.account = a.id AND f.domain = d.id
WHERE s.verdict = 'unknown'
GROUP BY s.account, s.reason, iif(u.many GLOB '*%s*', d.bare, NULL);

CREATE VIEW account_summary AS
SELECT t.account, t.invisible,
       t.invisible || ' invisible, ' || iif(t.suspected, t.suspected || ' suspected, ', '')
       || t.visible || ' visible, ' || t.offline || ' offline, ' || t.unknown || ' unknown'
       || coalesce(' (' || (SELECT group_concat(
			iif(n.contacts = t.unknown, '', n.contacts || ': ') || n.says, '; ')
		FROM (SELECT * FROM unknown_summary AS x WHERE x.account = t.account
			ORDER BY x.contacts DESC, x.says) AS n) || ')', '')
       || iif(t.unsubscribed, ', ' || t.unsubscribed || ' unsubscribed', '') AS line
FROM (SELECT account,
		count(*) FILTER (WHERE verdict = 'invisible') AS invisible,
		count(*) FILTER (WHERE verdict = 'suspected') AS suspected,
		count(*) FILTER (WHERE verdict = 'visible') AS visible,
		count(*) FILTER (WHERE verdict = 'offline') AS offline,
		count(*) FILTER (WHERE verdict = 'unknown') AS unknown,
		count(*) FILTER (WHERE verdict = 'unsubscribed') AS unsubscribed
	FROM contact_status GROUP BY account) AS t;
