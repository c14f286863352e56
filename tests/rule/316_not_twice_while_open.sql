-- A question that was open when the contact showed itself and left again is not put a second time
-- until it is answered or given up; nor does what an earlier watch knew of a listed resource ask twice.
INSERT INTO start VALUES (0, 'me@ejabberd.example');
INSERT INTO item VALUES (1, 'ann@ejabberd.example', 'both');
INSERT INTO server VALUES (10, 'ejabberd.example', 'ejabberd');
INSERT INTO ask VALUES (100, 1, 1000, 'disco#items', 'ann@ejabberd.example', 0);
INSERT INTO presence (at, sender, type) VALUES (2000, 'ann@ejabberd.example/phone', NULL), (3000, 'ann@ejabberd.example/phone', 'unavailable');
SELECT 'open', count(*) FROM question_due;
-- expect
-- open|0
INSERT INTO hear_reply (question, at, kind, sender) VALUES (100, 11000, 'timeout', 'ann@ejabberd.example');
SELECT channel, target, due_at FROM question_due;
-- expect
-- disco#items|ann@ejabberd.example|5000
INSERT INTO put VALUES (12000, 'disco#items', 'ann@ejabberd.example', '["phone"]'), (12100, 'last', 'ann@ejabberd.example', '0');
INSERT INTO put_control VALUES (12200, 'ping', 'ann@ejabberd.example', 'service-unavailable');
INSERT INTO put VALUES (12300, 'ping', 'ann@ejabberd.example/phone', 'service-unavailable');
INSERT INTO stop VALUES (13000);

INSERT INTO start VALUES (100000, 'me@ejabberd.example');
INSERT INTO server VALUES (100010, 'ejabberd.example', 'ejabberd');
SELECT channel, target, due_at FROM question_due;
-- expect
-- disco#items|ann@ejabberd.example|101000
INSERT INTO ask VALUES (200, 2, 101000, 'disco#items', 'ann@ejabberd.example', 0);
SELECT 'open', count(*) FROM question_due;
-- expect
-- open|0
