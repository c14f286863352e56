-- A probe of ours has no reply of its own; the questions do not wait for one.
INSERT INTO start VALUES (0, 'me@a.example');
INSERT INTO item VALUES (1, 'ann@a.example', 'both');
INSERT INTO server VALUES (10, 'a.example', 'Prosody');
INSERT INTO presence (at, sender, type) VALUES (50, 'ann@a.example/phone', NULL), (5000, 'ann@a.example/phone', 'unavailable');
INSERT INTO ask SELECT 50, max(id), 7000, 'probe', 'ann@a.example', 0 FROM watch;
INSERT INTO put VALUES (7000, 'disco#items', 'ann@a.example', '[]');
INSERT INTO put_control VALUES (7100, 'ping', 'ann@a.example', 'service-unavailable');
SELECT channel, target FROM question_due;
-- expect
-- ping|ann@a.example/phone
