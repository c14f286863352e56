-- A recorder asks for last activity also where the list says that nobody is here: it tells who was, since the round
-- before. A scan does not: it has no round before. Ann hides and leaves; Bob is away; nothing is asked twice a round.
INSERT INTO begin_watch VALUES ('me@ejabberd.example', 'unseen', 0, 10000, 1, 3600000);
INSERT INTO item VALUES (1, 'ann@ejabberd.example', 'both'), (1, 'bob@ejabberd.example', 'both');
INSERT INTO server VALUES (60, 'ejabberd.example', 'ejabberd');
INSERT INTO habit_of VALUES ('ann@ejabberd.example', 'disco#items', '["phone"]'), ('ann@ejabberd.example', 'last', '0'),
	('ann@ejabberd.example/phone', 'ping', 'result'),
	('bob@ejabberd.example', 'disco#items', '[]'), ('bob@ejabberd.example', 'last', '5000');
INSERT INTO round_of_asking VALUES (2000);
SELECT contact, verdict FROM contact_status;
SELECT count(*) FROM question WHERE channel = 'last';
-- She is asked at growing intervals; after an hour she has gone, ten minutes ago.
INSERT INTO round_of_asking VALUES (63000);
UPDATE habit_of SET reply = '[]' WHERE target LIKE 'ann@%' AND channel = 'disco#items';
UPDATE habit_of SET reply = '600' WHERE target LIKE 'ann@%' AND channel = 'last';
UPDATE habit_of SET reply = 'service-unavailable: User session not found' WHERE target LIKE 'ann@%/%';
UPDATE habit_of SET reply = '8700' WHERE target LIKE 'bob@%' AND channel = 'last';
INSERT INTO round_of_asking VALUES (3700000);
SELECT contact, verdict, since FROM contact_status;
SELECT contact, after, until FROM was_here;
SELECT * FROM looks WHERE until = 0;
SELECT count(*) FROM question_due;
-- expect
-- ann@ejabberd.example|invisible
-- bob@ejabberd.example|offline
-- 2
-- ann@ejabberd.example|offline|1970-01-01T01:01:40.050Z
-- bob@ejabberd.example|offline|1970-01-01T00:00:02.050Z
-- ann@ejabberd.example|1970-01-01T00:01:03.150Z|1970-01-01T00:51:40.150Z
-- 0

-- Whoever comes once an hour has always left ten minutes ago: the answers are the same, what they say is not.
UPDATE habit_of SET reply = '600' WHERE target LIKE 'bob@%' AND channel = 'last';
INSERT INTO round_of_asking VALUES (7400000), (11100000), (14800000);
SELECT substr(until, 12, 12), (SELECT times FROM stanza WHERE id = proof) FROM was_here WHERE contact LIKE 'bob@%';
-- expect
-- 01:53:20.150|-
-- 02:55:00.150|-
-- 03:56:40.150|-

-- A scan.
INSERT INTO stop VALUES (15000000);
INSERT INTO start VALUES (16000000, 'me@ejabberd.example');
INSERT INTO server VALUES (16000060, 'ejabberd.example', 'ejabberd');
INSERT INTO turn_of_asking VALUES (16002000), (16002100), (16002200);
SELECT channel, count(*) FROM question WHERE watch = 2 GROUP BY channel;
-- expect
-- disco#info|1
-- disco#items|2
