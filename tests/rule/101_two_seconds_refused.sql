-- A refusal counts for `offline` only when it was asked 2 s after the unavailable, and the bare JID
-- must have answered a question put 2 s after it as well.
INSERT INTO start VALUES (0, 'me@prosody.example');
INSERT INTO item VALUES (1, 'ann@prosody.example', 'both'), (1, 'bob@prosody.example', 'both'),
	(1, 'cat@prosody.example', 'both');
INSERT INTO server VALUES (10, 'prosody.example', 'Prosody');
INSERT INTO presence (at, sender) SELECT 50, contact || '/phone' FROM contact_status;
INSERT INTO put_control VALUES (100, 'ping', 'ann@prosody.example', 'service-unavailable');
INSERT INTO presence SELECT 5000, contact || '/phone', 'unavailable', NULL FROM contact_status;
INSERT INTO put VALUES
	(6999, 'ping', 'ann@prosody.example/phone', 'service-unavailable'), (7000, 'disco#items', 'ann@prosody.example', '[]'),
	(7000, 'ping', 'bob@prosody.example/phone', 'service-unavailable'), (6999, 'disco#items', 'bob@prosody.example', '[]'),
	(7000, 'ping', 'cat@prosody.example/phone', 'service-unavailable'), (7000, 'disco#items', 'cat@prosody.example', '[]');
SELECT * FROM verdicts;
-- expect
-- ann@prosody.example|unknown|-|-|-
-- bob@prosody.example|unknown|-|-|-
-- cat@prosody.example|offline|-|refused|phone
