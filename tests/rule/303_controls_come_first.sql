-- A resource is asked only on a channel whose control was refused: after ping, version, disco#info in
-- turn, one control a domain at a time. None is refused: nobody is asked.
INSERT INTO start VALUES (0, 'me@a.example');
INSERT INTO item VALUES (1, 'ann@a.example', 'both'), (1, 'bob@a.example', 'both');
INSERT INTO presence (at, sender) VALUES (50, 'ann@a.example/phone'), (50, 'bob@a.example/phone');
INSERT INTO stop VALUES (60);
INSERT INTO start VALUES (100000, 'me@a.example');
INSERT INTO server VALUES (100010, 'a.example', 'Prosody');
INSERT INTO put VALUES (101000, 'disco#items', 'ann@a.example', '[]'), (101000, 'disco#items', 'bob@a.example', '[]');
SELECT channel, control FROM question_due;
-- expect
-- ping|1
INSERT INTO put_control VALUES (101100, 'ping', 'ann@a.example', 'result');
SELECT channel, control FROM question_due;
-- expect
-- version|1
INSERT INTO put_control VALUES (101200, 'version', 'ann@a.example', 'service-unavailable');
SELECT channel, target, control FROM question_due ORDER BY target;
-- expect
-- version|ann@a.example/phone|0
-- version|bob@a.example/phone|0
INSERT INTO stop VALUES (102000);

INSERT INTO start VALUES (200000, 'me@a.example');
INSERT INTO server VALUES (200010, 'a.example', 'Prosody');
INSERT INTO put VALUES (201000, 'disco#items', 'ann@a.example', '[]'), (201000, 'disco#items', 'bob@a.example', '[]');
INSERT INTO put_control VALUES (201100, 'ping', 'ann@a.example', 'result'), (201200, 'version', 'ann@a.example', 'timeout'),
	(220000, 'disco#info', 'ann@a.example', 'result');
SELECT 'nobody', count(*) FROM question_due;
-- expect
-- nobody|0
