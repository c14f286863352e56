-- A gateway is a server: it answers, and is never invisible; it can be visible.
INSERT INTO start VALUES (0, 'me@ejabberd.example');
INSERT INTO item VALUES (1, 'irc.example', 'both'), (1, 'icq.example', 'both'), (1, 'sms.example', 'both');
INSERT INTO server VALUES (10, 'irc.example', 'ejabberd');
INSERT INTO put VALUES (1100, 'disco#items', 'irc.example', '["phone"]'), (1200, 'last', 'irc.example', '0');
INSERT INTO put_control VALUES (1300, 'ping', 'irc.example', 'service-unavailable');
INSERT INTO put VALUES (1400, 'ping', 'irc.example/phone', 'result');
INSERT INTO presence (at, sender, type) VALUES (1500, 'irc.example/phone', 'invisible');
INSERT INTO presence (at, sender) VALUES (1500, 'icq.example/registered'), (1500, 'sms.example');
SELECT * FROM reasons;
SELECT count(*) FROM question_due;
-- expect
-- icq.example|visible|-
-- irc.example|unknown|gateway
-- sms.example|visible|-
-- 0
