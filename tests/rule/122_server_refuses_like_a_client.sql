-- Of whoever denies us everything by a privacy list, jabberd2 refuses as a client would, from any full JID
-- (measured). Ann is there and denies us, her phone is long gone; bob's client does not know ping. Both get a
-- control of their own, and one more question.
INSERT INTO start VALUES (0, 'me@jabberd2.example');
INSERT INTO item VALUES (1, 'ann@jabberd2.example', 'both'), (1, 'bob@jabberd2.example', 'both'), (1, 'cat@jabberd2.example', 'both');
INSERT INTO presence (at, sender) VALUES (50, 'ann@jabberd2.example/phone'), (50, 'bob@jabberd2.example/phone');
INSERT INTO stop VALUES (60);
INSERT INTO start VALUES (100000, 'me@jabberd2.example');
INSERT INTO server VALUES (100010, 'jabberd2.example', 'jabberd2');
INSERT INTO put SELECT 101000, 'disco#items', contact, 'feature-not-implemented' FROM contact_status;
INSERT INTO put SELECT 101100, 'last', contact, 'feature-not-implemented' FROM contact_status;
INSERT INTO put_control VALUES (101200, 'ping', 'cat@jabberd2.example', 'service-unavailable');
INSERT INTO put VALUES (101300, 'ping', 'ann@jabberd2.example/phone', 'feature-not-implemented'),
	(101300, 'ping', 'bob@jabberd2.example/phone', 'feature-not-implemented');
SELECT * FROM verdicts;
SELECT channel, substr(target, 1, 4) AS who, control FROM question_due ORDER BY target;
-- expect
-- ann@jabberd2.example|unknown|-|-|-
-- bob@jabberd2.example|unknown|-|-|-
-- cat@jabberd2.example|unknown|-|-|-
-- ping|ann@|1
-- ping|bob@|1
INSERT INTO put_control VALUES (101400, 'ping', 'ann@jabberd2.example', 'feature-not-implemented'),
	(101400, 'ping', 'bob@jabberd2.example', 'service-unavailable');
INSERT INTO put SELECT due_at + 1500, channel, target, 'feature-not-implemented' FROM question_due;
SELECT * FROM verdicts;
SELECT 'left', count(*) FROM question_due;
-- expect
-- ann@jabberd2.example|unknown|-|-|-
-- bob@jabberd2.example|invisible|proof|answer|phone
-- cat@jabberd2.example|unknown|-|-|-
-- left|0
