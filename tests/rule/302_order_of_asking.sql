-- Cheapest first: the domain, the list, last, a control, the resource. No question is put twice while
-- it is open, and the next step waits for the answer.
INSERT INTO start VALUES (0, 'me@ejabberd.example');
INSERT INTO item VALUES (1, 'ann@ejabberd.example', 'both');
CREATE TEMP VIEW due AS SELECT channel, target, control, due_at FROM question_due;
SELECT * FROM due;
-- expect
-- disco#info|ejabberd.example|0|0
INSERT INTO ask VALUES (1, 1, 10, 'disco#info', 'ejabberd.example', 0);
SELECT 'open', count(*) FROM question_due;
-- expect
-- open|0
INSERT INTO hear_reply (question, at, kind, sender, type, software) VALUES (1, 60, 'iq', 'ejabberd.example', 'result', 'ejabberd');
SELECT * FROM due;
-- expect
-- disco#items|ann@ejabberd.example|0|1000
INSERT INTO ask VALUES (2, 1, 1000, 'disco#items', 'ann@ejabberd.example', 0);
SELECT 'open', count(*) FROM question_due;
-- expect
-- open|0
INSERT INTO hear_item VALUES (2, 'ann@ejabberd.example/phone');
INSERT INTO hear_reply (question, at, kind, sender, type) VALUES (2, 1050, 'iq', 'ann@ejabberd.example', 'result');
SELECT * FROM due;
-- expect
-- last|ann@ejabberd.example|0|1000
INSERT INTO ask VALUES (3, 1, 1060, 'last', 'ann@ejabberd.example', 0);
SELECT 'open', count(*) FROM question_due;
-- expect
-- open|0
INSERT INTO hear_reply (question, at, kind, sender, type, seconds) VALUES (3, 1100, 'iq', 'ann@ejabberd.example', 'result', 0);
SELECT channel, control, target GLOB 'ann@ejabberd.example/????????????' AS made_up, due_at FROM question_due;
-- expect
-- ping|1|1|1000
INSERT INTO ask VALUES (4, 1, 1110, 'ping', 'ann@ejabberd.example/made-up', 1);
SELECT 'open', count(*) FROM question_due;
-- expect
-- open|0
INSERT INTO hear_reply (question, at, kind, sender, type, condition) VALUES (4, 1150, 'iq', 'ann@ejabberd.example/made-up', 'error', 'service-unavailable');
SELECT channel, target, control, due_at FROM question_due;
-- expect
-- ping|ann@ejabberd.example/phone|0|1000
INSERT INTO ask VALUES (5, 1, 1160, 'ping', 'ann@ejabberd.example/phone', 0);
SELECT 'open', count(*) FROM question_due;
-- expect
-- open|0
INSERT INTO hear_reply (question, at, kind, sender, type) VALUES (5, 1200, 'iq', 'ann@ejabberd.example/phone', 'result');
SELECT 'end', count(*) FROM question_due;
SELECT * FROM verdicts;
SELECT resource FROM resource_status; -- the made-up one is not on record
-- expect
-- end|0
-- ann@ejabberd.example|invisible|proof|answer|phone
-- phone
