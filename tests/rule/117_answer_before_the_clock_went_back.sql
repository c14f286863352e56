-- ann answered while visible; our clock steps back an hour; she leaves. By their times the answer
-- came an hour after the farewell. A question put before the step and answered after it proves
-- nothing either.
INSERT INTO start VALUES (3600000, 'me@a.example');
INSERT INTO item VALUES (3600001, 'ann@a.example', 'both'), (3600001, 'bob@a.example', 'both');
INSERT INTO presence (at, sender) VALUES (3600050, 'ann@a.example/phone'), (3600050, 'bob@a.example/phone');
INSERT INTO put_control VALUES (3600100, 'ping', 'ann@a.example', 'service-unavailable');
INSERT INTO put VALUES (3600200, 'ping', 'ann@a.example/phone', 'result');
INSERT INTO ask VALUES (9, 1, 3600300, 'ping', 'bob@a.example/phone', 0);
INSERT INTO presence (at, sender, type) VALUES (1000, 'ann@a.example/phone', 'unavailable'),
	(1000, 'bob@a.example/phone', 'unavailable');
INSERT INTO hear_reply (question, at, kind, sender, type) VALUES (9, 1001, 'iq', 'bob@a.example/phone', 'result');
SELECT * FROM verdicts;
-- expect
-- ann@a.example|unknown|-|-|-
-- bob@a.example|unknown|-|-|-
