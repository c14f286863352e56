-- The first outcome of a question counts: neither a second reply nor a reply after the timeout does.
INSERT INTO start VALUES (0, 'me@prosody.example');
INSERT INTO item VALUES (1, 'ann@prosody.example', 'both'), (1, 'bob@prosody.example', 'both');
INSERT INTO put_control VALUES (1100, 'ping', 'ann@prosody.example', 'service-unavailable');
INSERT INTO put VALUES (1200, 'ping', 'ann@prosody.example/phone', 'service-unavailable');
INSERT INTO hear_reply (question, at, kind, sender, type)
	SELECT max(id), 1300, 'iq', 'ann@prosody.example/phone', 'result' FROM question;
INSERT INTO put VALUES (1200, 'ping', 'bob@prosody.example/phone', 'timeout');
INSERT INTO hear_reply (question, at, kind, sender, type)
	SELECT max(id), 13000, 'iq', 'bob@prosody.example/phone', 'result' FROM question;
SELECT * FROM verdicts;
-- expect
-- ann@prosody.example|unknown|-|-|-
-- bob@prosody.example|unknown|-|-|-
