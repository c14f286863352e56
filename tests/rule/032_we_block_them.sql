-- Our own server refuses our questions to someone we block (XEP-0191 4: not-acceptable, from their
-- JID). It is no answer of theirs.
INSERT INTO start VALUES (0, 'me@prosody.example');
INSERT INTO item VALUES (1, 'ann@prosody.example', 'both'), (1, 'bob@prosody.example', 'both');
INSERT INTO presence (at, sender) VALUES (50, 'ann@prosody.example/phone');
INSERT INTO stop VALUES (60);
INSERT INTO start VALUES (100000, 'me@prosody.example');
INSERT INTO server VALUES (100010, 'prosody.example', 'Prosody');
INSERT INTO put VALUES (101200, 'disco#items', 'ann@prosody.example', 'not-acceptable: You have blocked this JID');
INSERT INTO put_control VALUES (101300, 'ping', 'bob@prosody.example', 'service-unavailable');
INSERT INTO put VALUES (101400, 'ping', 'ann@prosody.example/phone', 'not-acceptable: You have blocked this JID');
SELECT * FROM reasons;
-- expect
-- ann@prosody.example|unknown|withheld
-- bob@prosody.example|unknown|no-resource
