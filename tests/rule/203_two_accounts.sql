-- Two accounts in one file, watching at the same time, know of the same contact each what it heard.
INSERT INTO start VALUES (0, 'me@a.example'), (0, 'you@b.example');
INSERT INTO hear_roster (watch, at, contact, subscription) VALUES (1, 1, 'ann@a.example', 'both'), (2, 1, 'ann@a.example', 'to');
INSERT INTO hear_presence (watch, at, sender, type) VALUES (1, 50, 'ann@a.example/phone', NULL),
	(2, 60, 'ann@a.example/phone', 'invisible');
UPDATE watch SET heard_until = 60;
SELECT account, contact, verdict, sign FROM contact_status ORDER BY account;
SELECT account, resource, shown, connected FROM resource_status ORDER BY account;
SELECT account, state, began FROM resource_history ORDER BY account, began, ended IS NULL, ended;
-- expect
-- me@a.example|ann@a.example|visible|-
-- you@b.example|ann@a.example|invisible|typed-invisible
-- me@a.example|phone|1|1
-- you@b.example|phone|0|1
-- me@a.example|shown|1970-01-01T00:00:00.050Z
-- you@b.example|unknown|1970-01-01T00:00:00.060Z
-- you@b.example|hidden|1970-01-01T00:00:00.060Z

-- One signs in again: the other's watch goes on.
INSERT INTO begin_watch VALUES ('me@a.example', 'unseen', 5000, 15000, 1, NULL);
INSERT INTO hear_presence (watch, at, sender, type) VALUES (3, 5050, 'ann@a.example', 'unavailable');
UPDATE watch SET heard_until = 5050 WHERE id = 3;
UPDATE watch SET heard_until = 70 WHERE id = 2;
SELECT account, contact, verdict, as_of FROM contact_status ORDER BY account;
SELECT * FROM gaps;
SELECT id, ended, reason FROM watch;
-- expect
-- me@a.example|ann@a.example|unknown|1970-01-01T00:00:05.050Z
-- you@b.example|ann@a.example|invisible|1970-01-01T00:00:00.070Z
-- me@a.example|1970-01-01T00:00:00.060Z|1970-01-01T00:00:05.000Z|lost|4
-- 1|60|lost
-- 2|-|-
-- 3|-|-
