-- A resource that leaves a question open gets a second one; then a control of its own; then peace.
INSERT INTO start VALUES (0, 'me@a.example');
INSERT INTO item VALUES (1, 'ann@a.example', 'both'), (1, 'bob@a.example', 'both');
INSERT INTO presence (at, sender) VALUES (50, 'ann@a.example/phone');
INSERT INTO stop VALUES (60);
INSERT INTO start VALUES (100000, 'me@a.example');
INSERT INTO server VALUES (100010, 'a.example', 'Prosody');
INSERT INTO put VALUES (101000, 'disco#items', 'ann@a.example', '[]');
INSERT INTO put_control VALUES (101100, 'ping', 'bob@a.example', 'service-unavailable');
INSERT INTO put VALUES (101200, 'ping', 'ann@a.example/phone', 'timeout');
SELECT channel, target, control FROM question_due;
-- expect
-- ping|ann@a.example/phone|0
INSERT INTO put VALUES (111300, 'ping', 'ann@a.example/phone', 'timeout');
SELECT channel, target GLOB 'ann@a.example/????????????' AS made_up, control FROM question_due;
-- expect
-- ping|1|1
INSERT INTO put_control VALUES (121400, 'ping', 'ann@a.example', 'service-unavailable');
SELECT 'end', count(*) FROM question_due;
SELECT * FROM verdicts;
-- expect
-- end|0
-- ann@a.example|suspected|weak|silence|phone
-- bob@a.example|unknown|-|-|-
