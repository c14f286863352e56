-- An answer while visible proves nothing of what comes after.
INSERT INTO start VALUES (0, 'me@prosody.example');
INSERT INTO item VALUES (1, 'ann@prosody.example', 'both');
INSERT INTO server VALUES (10, 'prosody.example', 'Prosody');
INSERT INTO presence (at, sender) VALUES (50, 'ann@prosody.example/phone');
INSERT INTO put_control VALUES (60, 'ping', 'ann@prosody.example', 'service-unavailable');
INSERT INTO put VALUES (200, 'ping', 'ann@prosody.example/phone', 'result');
SELECT * FROM verdicts;
-- expect
-- ann@prosody.example|visible|-|-|-
INSERT INTO presence (at, sender, type) VALUES (5000, 'ann@prosody.example/phone', 'unavailable');
SELECT * FROM verdicts;
-- expect
-- ann@prosody.example|unknown|-|-|-
INSERT INTO put VALUES (7000, 'ping', 'ann@prosody.example/phone', 'service-unavailable'),
	(7100, 'disco#items', 'ann@prosody.example', '[]');
SELECT * FROM verdicts;
-- expect
-- ann@prosody.example|offline|-|refused|phone
