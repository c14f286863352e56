-- Who is shown already and says so again takes a shorter way through the triggers (stanza_again) than
-- rebuild.sql, which is to come to the same state. It says other words, or the same; to us, who had been
-- refused; after a question stayed open; to another account as well.
INSERT INTO start VALUES (0, 'me@a.example');
INSERT INTO item VALUES (1, 'ann@a.example', 'both');
INSERT INTO hear_presence (watch, at, sender, show, status, priority, client) VALUES
	(1, 100, 'ann@a.example/phone', NULL, NULL, 5, 'http://one'),
	(1, 200, 'ann@a.example/phone', NULL, NULL, 6, 'http://two');
INSERT INTO put VALUES (300, 'last', 'ann@a.example', 'forbidden'), (400, 'ping', 'ann@a.example/phone', 'timeout');
SELECT sign FROM state_evidence;
SELECT silent FROM state_resource;
SELECT show, status, priority, client, last_at FROM resource_status;
-- expect
-- withheld
-- 1
-- -|-|6|http://two|1970-01-01T00:00:00.200Z
INSERT INTO hear_presence (watch, at, sender, show, status) VALUES (1, 20300, 'ann@a.example/phone', 'away', 'lunch'),
	(1, 20400, 'ann@a.example/phone', 'away', 'lunch'), (1, 20500, 'ann@a.example/phone', NULL, 'lunch');
INSERT INTO hear_other (watch, at, sender, kind) VALUES (1, 20550, 'ann@a.example/phone', 'message');
INSERT INTO start VALUES (20600, 'you@b.example');
INSERT INTO presence (at, sender) VALUES (20700, 'ann@a.example/phone');
SELECT count(*) FROM state_evidence;
SELECT silent FROM state_resource WHERE watch = 1;
SELECT contact, last_type, last_at FROM contact_status;
SELECT account, show, status, priority, client FROM resource_status ORDER BY account;
SELECT account, substr(began, 18, 6), substr(ended, 18, 6), show, status, began_by, ended_by, ended_why
FROM resource_history WHERE contact = 'ann@a.example' ORDER BY account, began;
-- expect
-- 0
-- 0
-- ann@a.example|-|1970-01-01T00:00:20.500Z
-- me@a.example|-|lunch|-|-
-- you@b.example|-|-|-|-
-- me@a.example|00.100|20.300|-|-|1|5|available
-- me@a.example|20.300|20.500|away|lunch|5|7|available
-- me@a.example|20.500|-|-|lunch|7|-|-
-- you@b.example|20.700|-|-|-|9|-|-
