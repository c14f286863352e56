-- A recorder asks everyone who is not shown again, each `every`; someone hidden at growing intervals: after
-- a minute, then each time after as long as the hidden run has lasted. A shown contact is left alone.
INSERT INTO begin_watch VALUES ('me@ejabberd.example', 'unseen', 0, 10000, 1, 3600000);
INSERT INTO item VALUES (1, 'ann@ejabberd.example', 'both'), (1, 'bob@ejabberd.example', 'both'), (1, 'cid@ejabberd.example', 'both'),
	(1, 'dan@ejabberd.example', 'none');
INSERT INTO presence (at, sender) VALUES (50, 'cid@ejabberd.example/phone');
INSERT INTO server VALUES (60, 'ejabberd.example', 'ejabberd');
INSERT INTO habit_of VALUES ('ann@ejabberd.example', 'disco#items', '["phone"]'), ('ann@ejabberd.example', 'last', '0'),
	('ann@ejabberd.example/phone', 'ping', 'result'), ('bob@ejabberd.example', 'disco#items', '[]');
INSERT INTO round_of_asking VALUES (2000);
SELECT contact, verdict, certainty FROM contact_status ORDER BY contact;
SELECT contact, until FROM looks;
SELECT 'due at rest', count(*) FROM question_due;
-- expect
-- ann@ejabberd.example|invisible|proof
-- bob@ejabberd.example|offline|-
-- cid@ejabberd.example|visible|-
-- dan@ejabberd.example|unsubscribed|-
-- ann@ejabberd.example|62050
-- bob@ejabberd.example|3600000
-- due at rest|0

-- Before its time nothing is asked; then all steps are, though the verdict was settled.
INSERT INTO wake_up VALUES (62049);
SELECT count(*) FROM question_due;
INSERT INTO wake_up VALUES (62050);
SELECT channel, target, due_at FROM question_due;
-- expect
-- 0
-- disco#items|ann@ejabberd.example|62050
INSERT INTO round_of_asking VALUES (62200);
SELECT channel, count(*) FROM question WHERE at > 60000 GROUP BY channel;
SELECT contact, until - 62050 FROM looks WHERE contact LIKE 'ann@%';
-- expect
-- disco#items|1
-- last|1
-- ping|1
-- ann@ejabberd.example|60000

-- Each round as long after the one before as the run has lasted, in the end an hour.
CREATE TEMP TABLE begun (at INTEGER);
CREATE TEMP TRIGGER go_on AFTER INSERT ON begun
BEGIN
	INSERT INTO round_of_asking VALUES (NEW.at);
END;
INSERT INTO begun SELECT until FROM looks WHERE contact LIKE 'ann@%';
INSERT INTO begun SELECT until FROM looks WHERE contact LIKE 'ann@%';
INSERT INTO begun SELECT until FROM looks WHERE contact LIKE 'ann@%';
INSERT INTO begun SELECT until FROM looks WHERE contact LIKE 'ann@%';
INSERT INTO begun SELECT until FROM looks WHERE contact LIKE 'ann@%';
INSERT INTO begun SELECT until FROM looks WHERE contact LIKE 'ann@%';
INSERT INTO begun SELECT until FROM looks WHERE contact LIKE 'ann@%';
SELECT round((lead(at) OVER (ORDER BY at) - at) / 60000.0) AS minutes FROM begun;
SELECT verdict, certainty, since FROM contact_status WHERE contact LIKE 'ann@%';
-- expect
-- 2.0
-- 4.0
-- 8.0
-- 16.0
-- 32.0
-- 60.0
-- -
-- invisible|proof|1970-01-01T00:00:02.050Z

-- Who has left unheard is found out in the next round.
UPDATE habit_of SET reply = '[]' WHERE channel = 'disco#items';
INSERT INTO round_of_asking SELECT until FROM looks WHERE contact LIKE 'ann@%';
SELECT contact, verdict, sign FROM contact_status WHERE contact LIKE 'ann@%';
-- expect
-- ann@ejabberd.example|offline|absent
