-- In one shot the sign-in's own probe is answered by an old presence: visible, and that is right.
INSERT INTO start VALUES (0, 'me@prosody.example');
INSERT INTO item VALUES (1, 'ann@prosody.example', 'both');
INSERT INTO presence (at, sender, delay) VALUES (100, 'ann@prosody.example/phone', -60000);
SELECT * FROM verdicts;
-- expect
-- ann@prosody.example|visible|-|-|-
