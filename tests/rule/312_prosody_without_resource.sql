-- Prosody's bare JID tells nothing: a contact without a resource on record is not asked at all; one
-- with a resource is asked for the list, to see whether it blocks us.
INSERT INTO start VALUES (0, 'me@prosody.example');
INSERT INTO item VALUES (1, 'ann@prosody.example', 'both'), (1, 'bob@prosody.example', 'both');
INSERT INTO presence (at, sender) VALUES (50, 'bob@prosody.example/phone');
INSERT INTO stop VALUES (60);
INSERT INTO start VALUES (100000, 'me@prosody.example');
INSERT INTO server VALUES (100010, 'prosody.example', 'Prosody');
SELECT channel, target FROM question_due;
SELECT * FROM reasons;
-- expect
-- disco#items|bob@prosody.example
-- ann@prosody.example|unknown|no-resource
-- bob@prosody.example|unknown|no-answer
