-- The line was cut and the watch went on. What the server kept meanwhile is told late: a message then is no
-- sign, a presence without a stamp begins an interval whose beginning is uncertain, and a farewell is one.
INSERT INTO begin_watch VALUES ('me@prosody.example', 'unseen', 0, 10000, 1, 3600000);
INSERT INTO item VALUES (1, 'ann@prosody.example', 'both'), (1, 'bob@prosody.example', 'both'), (1, 'cid@prosody.example', 'both');
INSERT INTO server VALUES (10, 'prosody.example', 'Prosody');
INSERT INTO presence (at, sender) VALUES (50, 'ann@prosody.example/phone'), (60, 'bob@prosody.example/phone');
INSERT INTO settle VALUES (3000);
.parameter set :watch 1
.parameter set :at 10000
.parameter set :reason "'lost'"
.read cut_begin.sql
.read cut_begin.sql
SELECT * FROM cuts;
.parameter set :at 70000
.read cut_resumed.sql
INSERT INTO presence (at, sender, type, delay) VALUES (70010, 'ann@prosody.example/phone', 'unavailable', NULL),
	(70020, 'bob@prosody.example/phone', 'unavailable', 20000);
INSERT INTO hear_other (watch, at, sender, kind, type) VALUES (1, 70030, 'cid@prosody.example/phone', 'message', 'chat');
.read cut_told.sql
INSERT INTO presence (at, sender) VALUES (80000, 'bob@prosody.example/phone');
SELECT * FROM cuts;
SELECT contact, state, began, uncertain FROM resource_history WHERE contact <> 'cid@prosody.example' ORDER BY contact, began;
SELECT contact, verdict FROM contact_status;
SELECT target, due_at FROM question_due WHERE target LIKE 'ann@%';
-- expect
-- me@prosody.example|1970-01-01T00:00:10.000Z|-|lost
-- me@prosody.example|1970-01-01T00:00:10.000Z|1970-01-01T00:01:10.000Z|lost
-- ann@prosody.example|shown|1970-01-01T00:00:00.050Z|0
-- ann@prosody.example|unknown|1970-01-01T00:01:10.010Z|1
-- bob@prosody.example|shown|1970-01-01T00:00:00.060Z|0
-- bob@prosody.example|unknown|1970-01-01T00:01:10.020Z|0
-- bob@prosody.example|shown|1970-01-01T00:01:20.000Z|0
-- ann@prosody.example|unknown
-- bob@prosody.example|visible
-- cid@prosody.example|unknown
-- ann@prosody.example|72010

-- Once all is told, a message is a sign again.
INSERT INTO hear_other (watch, at, sender, kind, type) VALUES (1, 90000, 'cid@prosody.example/phone', 'message', 'chat');
SELECT verdict, sign FROM contact_status WHERE contact LIKE 'cid@%';
-- expect
-- invisible|stanza
