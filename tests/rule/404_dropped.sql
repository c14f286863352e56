-- What was asked before the line was cut, and has no answer, was never asked: it is no silence, it is asked
-- again, and an answer to it that comes all the same says nothing.
INSERT INTO begin_watch VALUES ('me@ejabberd.example', 'unseen', 0, 10000, 1, 3600000);
INSERT INTO item VALUES (1, 'ann@ejabberd.example', 'both');
INSERT INTO server VALUES (10, 'ejabberd.example', 'ejabberd');
INSERT INTO put VALUES (2000, 'disco#items', 'ann@ejabberd.example', '["phone"]');
INSERT INTO ask VALUES (10, 1, 2100, 'last', 'ann@ejabberd.example', 0), (11, 1, 2100, 'probe', 'ann@ejabberd.example', 0);
SELECT 'due while open', count(*) FROM question_due;
.parameter set :watch 1
.read drop_questions.sql
SELECT id, dropped FROM question ORDER BY id;
SELECT channel, target FROM question_due;
INSERT INTO hear_reply (question, at, kind, sender, type, seconds) VALUES (10, 3000, 'iq', 'ann@ejabberd.example', 'result', 0);
SELECT verdict FROM contact_status;
SELECT channel, target FROM question_due;
-- expect
-- due while open|0
-- 1|-
-- 2|-
-- 10|1
-- 11|-
-- last|ann@ejabberd.example
-- unknown
-- last|ann@ejabberd.example
INSERT INTO put VALUES (4000, 'last', 'ann@ejabberd.example', '0');
SELECT verdict, certainty FROM contact_status;
-- expect
-- invisible|session

-- A domain that was being asked what it is, and a control.
INSERT INTO ask VALUES (20, 1, 5000, 'ping', 'ann@ejabberd.example/made-up', 1);
SELECT 'control open', count(*) FROM question_due;
.read drop_questions.sql
SELECT channel, control FROM question_due;
-- expect
-- control open|0
-- ping|1
