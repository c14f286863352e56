-- Last activity moved: someone was here between two answers, and was not shown. It says nothing of now.
INSERT INTO begin_watch VALUES ('me@ejabberd.example', 'unseen', 0, 10000, 1, 3600000);
INSERT INTO item SELECT 1, value || '@' || d.column1 || '.example', 'both'
	FROM json_each('["ann", "bob", "cat", "dan", "eve", "fay", "gus", "hal"]'), (VALUES ('ejabberd'), ('prosody'), ('other'), ('mim')) AS d;
INSERT INTO server VALUES (10, 'ejabberd.example', 'ejabberd'), (10, 'prosody.example', 'Prosody'), (10, 'other.example', 'Some Server'),
	(10, 'mim.example', 'MongooseIM');
-- Nobody is here; each has left long ago. Cat has just shown herself, and left. Gus is here, hidden.
INSERT INTO presence (at, sender, type) VALUES (20, 'cat@ejabberd.example/phone', NULL), (30, 'cat@ejabberd.example/phone', 'unavailable');
INSERT INTO put VALUES (5000, 'last', 'ann@ejabberd.example', '5000'), (5000, 'last', 'bob@ejabberd.example', '5000'),
	(5000, 'last', 'cat@ejabberd.example', '4'), (5000, 'last', 'dan@ejabberd.example', '5000'), (5000, 'last', 'eve@ejabberd.example', '1'),
	(5000, 'last', 'fay@ejabberd.example', '5000'), (5000, 'last', 'gus@ejabberd.example', '0');
CREATE TEMP VIEW told AS SELECT contact, substr(after, 12, 12), substr(until, 12, 12), proof FROM was_here ORDER BY contact, until;
SELECT 'so far', count(*) FROM was_here;
-- An hour later. Ann was here until ten minutes ago; Bob was not; Dan shows himself in between and leaves; of Eve
-- the moment drifts by 2 s; Fay's account was made anew; Gus, who was here, left twenty minutes ago.
INSERT INTO presence (at, sender, type) VALUES (1800000, 'dan@ejabberd.example/phone', NULL), (3005000, 'dan@ejabberd.example/phone', 'unavailable');
INSERT INTO put VALUES (3605000, 'last', 'ann@ejabberd.example', '600'), (3605000, 'last', 'bob@ejabberd.example', '8600'),
	(3605000, 'last', 'dan@ejabberd.example', '600'), (3605000, 'last', 'eve@ejabberd.example', '3597'),
	(3605000, 'last', 'fay@ejabberd.example', '600: Registered but didn''t login'), (3605000, 'last', 'gus@ejabberd.example', '1200'),
	(3605000, 'last', 'cat@ejabberd.example', '3575');
SELECT * FROM told;
SELECT contact, verdict FROM contact_status WHERE contact IN ('ann@ejabberd.example', 'gus@ejabberd.example');
SELECT contact, sign, side, certainty, substr(at, 12, 12), channel, proof FROM sign_status WHERE side = 'past' AND contact LIKE 'ann@%';
SELECT sign, side, decides, counts, because, asked, substr(at, 12, 12) FROM why WHERE contact LIKE 'ann@ejab%' AND side <> 'context';
-- Cat's connection was closed 25 s after her farewell.
-- expect
-- so far|0
-- ann@ejabberd.example|00:00:05.050|00:50:05.050|16
-- gus@ejabberd.example|00:00:05.050|00:40:05.050|21
-- ann@ejabberd.example|offline
-- gus@ejabberd.example|offline
-- ann@ejabberd.example|last-moved|past|-|00:50:05.050|last|16
-- absent|against|1|1|-|ann@ejabberd.example|01:00:05.050
-- last-moved|past|0|1|-|ann@ejabberd.example|00:50:05.050

-- Another hour: it is told once, and again when it moves again.
INSERT INTO put VALUES (7205000, 'last', 'ann@ejabberd.example', '4200'), (7205000, 'last', 'gus@ejabberd.example', '60');
SELECT * FROM told;
-- expect
-- ann@ejabberd.example|00:00:05.050|00:50:05.050|16
-- gus@ejabberd.example|00:00:05.050|00:40:05.050|21
-- gus@ejabberd.example|01:00:05.050|01:59:05.050|24

-- Prosody, restarted in between: 0 for everyone. Ann leaves, hidden, afterwards. (Bob was gone before the restart.)
INSERT INTO put VALUES (7210000, 'last', 'ann@prosody.example', '5000'), (7210000, 'last', 'bob@prosody.example', '5000');
INSERT INTO put VALUES (8210000, 'last', 'ann@prosody.example', '0'), (8210000, 'last', 'bob@prosody.example', '0');
INSERT INTO put VALUES (9210000, 'last', 'ann@prosody.example', '100'), (9210000, 'last', 'bob@prosody.example', '0');
SELECT * FROM told WHERE contact LIKE '%@prosody.example';
-- Whose moments may be anything say nothing.
INSERT INTO put VALUES (10000000, 'last', 'ann@other.example', '5000'), (10000000, 'last', 'ann@mim.example', '5000');
INSERT INTO put VALUES (11000000, 'last', 'ann@other.example', '10'), (11000000, 'last', 'ann@mim.example', '10');
SELECT * FROM told WHERE contact LIKE '%@other.example' OR contact LIKE '%@mim.example';
-- Blocked in between: what went on meanwhile is not told.
INSERT INTO put VALUES (11000000, 'last', 'hal@ejabberd.example', '900'), (11500000, 'last', 'hal@ejabberd.example', 'forbidden'),
	(12000000, 'last', 'hal@ejabberd.example', '10');
SELECT * FROM told WHERE contact LIKE 'hal@%';
-- expect
-- ann@prosody.example|02:16:50.050|02:31:50.050|29

-- Our clock was set forward by ten minutes in between: everyone's moment is the same, and looks later.
INSERT INTO put VALUES (12000000, 'last', 'bob@ejabberd.example', '10');
INSERT INTO clock (watch, what, at, mono, boot, boot_id, moved) VALUES (1, 'jump', 13000000, 1, 1, 'x', 600000);
INSERT INTO put VALUES (13600000, 'last', 'bob@ejabberd.example', '1010');
SELECT contact, proof FROM was_here WHERE contact LIKE 'bob@ejabberd%';
SELECT 'if it had not been', count(*) FROM state_past AS p JOIN jid AS j ON j.id = p.contact WHERE j.bare = 'bob@ejabberd.example';
-- In another watch nobody has listened in between.
INSERT INTO stop VALUES (14000000);
INSERT INTO start VALUES (20000000, 'me@ejabberd.example');
INSERT INTO server VALUES (20000010, 'ejabberd.example', 'ejabberd');
INSERT INTO put VALUES (20005000, 'last', 'ann@ejabberd.example', '60');
SELECT count(*) FROM was_here WHERE watch = 2;
SELECT count(*) FROM sign_status WHERE side = 'past';
-- expect
-- bob@ejabberd.example|38
-- if it had not been|2
-- 0
-- 0
