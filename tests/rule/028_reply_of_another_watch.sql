-- A reply to a question of an earlier watch means nothing in this one.
INSERT INTO start VALUES (0, 'me@prosody.example');
INSERT INTO item VALUES (1, 'ann@prosody.example', 'both');
INSERT INTO put_control VALUES (1100, 'ping', 'ann@prosody.example', 'service-unavailable');
INSERT INTO ask SELECT 7, max(id), 1200, 'ping', 'ann@prosody.example/phone', 0 FROM watch;
INSERT INTO stop VALUES (1300);
INSERT INTO start VALUES (5000, 'me@prosody.example');
INSERT INTO put_control VALUES (6000, 'ping', 'ann@prosody.example', 'service-unavailable');
INSERT INTO stanza (watch, at, kind, type, sender, question)
	SELECT w, 6100, 'iq', 'result', target, id FROM question, (SELECT max(id) AS w FROM watch) WHERE id = 7;
UPDATE watch SET heard_until = 6100 WHERE ended IS NULL;
SELECT * FROM verdicts;
-- expect
-- ann@prosody.example|unknown|-|-|-
