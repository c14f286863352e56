-- Refused, but not as the domain's made-up resource was: a control of its own, one more question, and
-- no more than that. ann then turns out to be refused like her own control, bob stays odd.
INSERT INTO start VALUES (0, 'me@a.example');
INSERT INTO item VALUES (1, 'ann@a.example', 'both'), (1, 'bob@a.example', 'both'), (1, 'cat@a.example', 'both');
INSERT INTO presence (at, sender) VALUES (50, 'ann@a.example/phone'), (50, 'bob@a.example/phone');
INSERT INTO stop VALUES (60);
INSERT INTO start VALUES (100000, 'me@a.example');
INSERT INTO server VALUES (100010, 'a.example', 'Prosody');
INSERT INTO put VALUES (101000, 'disco#items', 'ann@a.example', '[]'), (101000, 'disco#items', 'bob@a.example', '[]');
INSERT INTO put_control VALUES (101100, 'ping', 'cat@a.example', 'service-unavailable');
INSERT INTO put SELECT 101200, 'ping', contact || '/phone', 'service-unavailable: on holiday'
	FROM contact_status WHERE contact NOT LIKE 'cat%';
SELECT channel, substr(target, 1, 4) AS who, control FROM question_due ORDER BY target;
-- expect
-- ping|ann@|1
-- ping|bob@|1
INSERT INTO put_control VALUES (101300, 'ping', 'ann@a.example', 'service-unavailable: on holiday'),
	(101300, 'ping', 'bob@a.example', 'service-unavailable');
SELECT channel, target, control FROM question_due ORDER BY target;
-- expect
-- ping|ann@a.example/phone|0
-- ping|bob@a.example/phone|0
INSERT INTO put SELECT 101400, 'ping', contact || '/phone', 'service-unavailable: on holiday'
	FROM contact_status WHERE contact NOT LIKE 'cat%';
SELECT 'end', count(*) FROM question_due;
SELECT contact, connected FROM resource_status ORDER BY contact;
-- expect
-- end|0
-- ann@a.example|0
-- bob@a.example|-
