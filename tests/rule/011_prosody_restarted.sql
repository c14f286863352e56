-- After a restart Prosody says last = 0 of everyone, for ever, and lists nobody: that tells nothing.
INSERT INTO start VALUES (0, 'me@prosody.example');
INSERT INTO item VALUES (1, 'ann@prosody.example', 'both'), (1, 'bob@prosody.example', 'both');
INSERT INTO server VALUES (110, 'prosody.example', 'Prosody');
INSERT INTO put VALUES
	(1200, 'disco#items', 'ann@prosody.example', '[]'), (1300, 'last', 'ann@prosody.example', '0'),
	(1200, 'last',        'bob@prosody.example', '40');
SELECT * FROM verdicts;
-- expect
-- ann@prosody.example|unknown|-|-|-
-- bob@prosody.example|unknown|-|-|-
