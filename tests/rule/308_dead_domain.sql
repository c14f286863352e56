-- A domain that cannot be reached, or does not answer, is not asked again, nor is anyone there; the
-- next watch tries anew.
INSERT INTO start VALUES (0, 'me@a.example');
INSERT INTO item VALUES (1, 'ann@dead.example', 'both'), (1, 'bob@mute.example', 'both');
INSERT INTO put VALUES (10, 'disco#info', 'dead.example', 'remote-server-not-found'), (10, 'disco#info', 'mute.example', 'timeout');
INSERT INTO presence (at, sender, type) VALUES (20000, 'ann@dead.example', 'error');
SELECT * FROM reasons;
SELECT count(*) FROM question_due;
-- expect
-- ann@dead.example|unknown|unreachable
-- bob@mute.example|unknown|unreachable
-- 0
INSERT INTO stop VALUES (21000);
INSERT INTO start VALUES (30000, 'me@a.example');
SELECT channel, target FROM question_due ORDER BY target;
SELECT * FROM reasons;
-- expect
-- disco#info|dead.example
-- disco#info|mute.example
-- ann@dead.example|unknown|no-resource
-- bob@mute.example|unknown|no-resource
