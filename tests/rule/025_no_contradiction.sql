-- A presence contradicts an unavailable only when we probed after it and the stamp is older: no
-- probe, a probe before the unavailable, a younger stamp and no stamp at all each just show.
INSERT INTO start VALUES (0, 'me@prosody.example');
INSERT INTO item VALUES (1, 'ann@prosody.example', 'both'), (1, 'bob@prosody.example', 'both'),
	(1, 'cat@prosody.example', 'both'), (1, 'dan@prosody.example', 'both');
INSERT INTO presence (at, sender) SELECT 100, contact || '/phone' FROM contact_status;
INSERT INTO ask SELECT 1, max(id), 4000, 'probe', 'bob@prosody.example', 0 FROM watch;
INSERT INTO presence SELECT 5000, contact || '/phone', 'unavailable', NULL FROM contact_status;
INSERT INTO ask SELECT 2, max(id), 8000, 'probe', 'cat@prosody.example', 0 FROM watch;
INSERT INTO ask SELECT 3, max(id), 8000, 'probe', 'dan@prosody.example', 0 FROM watch;
INSERT INTO presence (at, sender, delay) VALUES (8100, 'ann@prosody.example/phone', 100),
	(8100, 'bob@prosody.example/phone', 100), (8100, 'cat@prosody.example/phone', 6000),
	(8100, 'dan@prosody.example/phone', NULL);
SELECT * FROM verdicts;
-- expect
-- ann@prosody.example|visible|-|-|-
-- bob@prosody.example|visible|-|-|-
-- cat@prosody.example|visible|-|-|-
-- dan@prosody.example|visible|-|-|-
