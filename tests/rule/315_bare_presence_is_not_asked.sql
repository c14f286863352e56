-- The contact behind a gateway shows itself from the bare JID; when gone, there is no resource to ask.
INSERT INTO start VALUES (0, 'me@a.example');
INSERT INTO item VALUES (1, 'ann@irc.example', 'both');
INSERT INTO server VALUES (10, 'irc.example', 'a gateway');
INSERT INTO put VALUES (20, 'version', 'irc.example', 'feature-not-implemented');
INSERT INTO presence (at, sender) VALUES (50, 'ann@irc.example');
SELECT contact, verdict, resource FROM contact_status;
-- expect
-- ann@irc.example|visible|-
INSERT INTO presence (at, sender, type) VALUES (5000, 'ann@irc.example', 'unavailable');
INSERT INTO put VALUES (7000, 'disco#items', 'ann@irc.example', '[]');
SELECT contact, verdict FROM contact_status;
SELECT resource, state FROM resource_history ORDER BY began;
SELECT 'end', count(*) FROM question_due;
-- expect
-- ann@irc.example|unknown
-- |shown
-- |unknown
-- end|0
