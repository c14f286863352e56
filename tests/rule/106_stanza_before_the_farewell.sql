-- A message before the unavailable proves nothing of what comes after; one after it does.
INSERT INTO start VALUES (0, 'me@prosody.example');
INSERT INTO item VALUES (1, 'ann@prosody.example', 'both');
INSERT INTO presence (at, sender) VALUES (50, 'ann@prosody.example/phone');
INSERT INTO hear_other (watch, at, sender, kind) VALUES (1, 100, 'ann@prosody.example/laptop', 'message');
INSERT INTO presence (at, sender, type) VALUES (200, 'ann@prosody.example/phone', 'unavailable');
SELECT * FROM verdicts;
-- expect
-- ann@prosody.example|unknown|-|-|-
INSERT INTO hear_other (watch, at, sender, kind) VALUES (1, 200, 'ann@prosody.example/phone', 'message');
SELECT * FROM verdicts;
-- expect
-- ann@prosody.example|invisible|proof|stanza|phone
