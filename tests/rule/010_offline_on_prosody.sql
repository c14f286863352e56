-- Prosody says unavailable, from the bare JID, of everyone who is offline; nobody is accused.
INSERT INTO start VALUES (0, 'me@prosody.example');
INSERT INTO item VALUES (1, 'ann@prosody.example', 'both');
INSERT INTO presence (at, sender, type) VALUES (100, 'ann@prosody.example', 'unavailable');
INSERT INTO server VALUES (110, 'prosody.example', 'Prosody');
SELECT contact, verdict, certainty, since, sign, proof, last_type, reason FROM contact_status;
-- expect
-- ann@prosody.example|unknown|-|-|-|-|unavailable|no-resource
SELECT count(*) FROM invisible;
-- expect
-- 0
