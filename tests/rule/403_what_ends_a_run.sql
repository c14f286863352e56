-- A run of equal replies ends with another reply, and with anything heard of the contact in between. What is
-- equal: the words, the list, the moment that last points back to, give or take 2 s.
INSERT INTO begin_watch VALUES ('me@prosody.example', 'unseen', 0, 10000, 1, 60000);
INSERT INTO item VALUES (1, 'ann@prosody.example', 'both');
INSERT INTO server VALUES (10, 'prosody.example', 'Prosody');
CREATE TEMP VIEW runs AS SELECT q.channel, s.at, s.times, (SELECT h.at FROM stanza AS h WHERE h.id = s.run) AS first
	FROM stanza AS s JOIN question AS q ON q.id = s.question JOIN resource AS r ON r.id = q.target
	JOIN jid AS j ON j.id = r.jid AND j.domain IS NOT NULL WHERE s.sender = q.target ORDER BY s.id;
INSERT INTO put VALUES (10000, 'last', 'ann@prosody.example', '100'), (20000, 'last', 'ann@prosody.example', '110'),
	(30000, 'last', 'ann@prosody.example', '121'), (40000, 'last', 'ann@prosody.example', '134'), (50000, 'last', 'ann@prosody.example', '0'),
	(60000, 'last', 'ann@prosody.example', '0');
SELECT * FROM runs;
-- expect
-- last|10050|-|-
-- last|30050|3|10050
-- last|40050|-|-
-- last|50050|-|-
-- last|60050|2|50050
INSERT INTO put VALUES (70000, 'disco#items', 'ann@prosody.example', '["a", "b"]'), (80000, 'disco#items', 'ann@prosody.example', '["b", "a"]'),
	(90000, 'disco#items', 'ann@prosody.example', '["a"]'), (100000, 'disco#items', 'ann@prosody.example', '["a"]'),
	(110000, 'disco#items', 'ann@prosody.example', 'forbidden'), (120000, 'disco#items', 'ann@prosody.example', 'forbidden: why'),
	(130000, 'disco#items', 'ann@prosody.example', 'timeout'), (140000, 'disco#items', 'ann@prosody.example', 'timeout');
SELECT * FROM runs WHERE channel = 'disco#items';
-- expect
-- disco#items|70050|-|-
-- disco#items|80050|2|70050
-- disco#items|90050|-|-
-- disco#items|100050|2|90050
-- disco#items|110050|-|-
-- disco#items|120050|-|-
-- disco#items|140000|-|-
-- disco#items|150000|2|140000

-- A presence, and a message, of the contact in between: another run. Someone else's changes nothing.
INSERT INTO put VALUES (200000, 'version', 'ann@prosody.example/a', 'bad-request'), (210000, 'version', 'ann@prosody.example/a', 'bad-request'),
	(220000, 'version', 'ann@prosody.example/a', 'bad-request');
INSERT INTO presence (at, sender, type) VALUES (221000, 'ann@prosody.example', 'subscribe');
INSERT INTO put VALUES (230000, 'version', 'ann@prosody.example/a', 'bad-request');
INSERT INTO presence (at, sender) VALUES (231000, 'bob@prosody.example/x');
INSERT INTO put VALUES (240000, 'version', 'ann@prosody.example/a', 'bad-request');
INSERT INTO hear_other (watch, at, sender, kind, type) VALUES (1, 241000, 'ann@prosody.example/a', 'message', 'error');
INSERT INTO put VALUES (250000, 'version', 'ann@prosody.example/a', 'bad-request');
SELECT * FROM runs WHERE channel = 'version';
-- expect
-- version|200050|-|-
-- version|220050|3|200050
-- version|230050|-|-
-- version|240050|2|230050
-- version|250050|-|-

-- What someone else claimed to be the answer stays, and so does the question.
INSERT INTO put VALUES (260000, 'version', 'ann@prosody.example/a', 'bad-request');
INSERT INTO hear_reply (question, at, kind, sender, type) SELECT max(id), 260060, 'iq', 'eve@prosody.example/x', 'result' FROM question;
INSERT INTO put VALUES (270000, 'version', 'ann@prosody.example/a', 'bad-request'), (280000, 'version', 'ann@prosody.example/a', 'bad-request');
SELECT * FROM runs WHERE at > 250000;
-- expect
-- version|250050|-|-
-- version|260050|2|250050
-- version|280050|4|250050
