-- Someone wants to know now: everyone who is not shown is asked anew. Nobody else is.
INSERT INTO begin_watch VALUES ('me@ejabberd.example', 'unseen', 0, 10000, 1, NULL);
INSERT INTO item VALUES (1, 'ann@ejabberd.example', 'both'), (1, 'bob@ejabberd.example', 'both'), (1, 'cid@ejabberd.example', 'from');
INSERT INTO presence (at, sender) VALUES (50, 'bob@ejabberd.example/phone');
INSERT INTO server VALUES (60, 'ejabberd.example', 'ejabberd');
INSERT INTO habit_of VALUES ('ann@ejabberd.example', 'disco#items', '[]');
INSERT INTO round_of_asking VALUES (2000);
SELECT 'asked once: nobody is looked at', count(*) FROM looks;
INSERT INTO wake_up VALUES (100000000);
SELECT 'due', count(*) FROM question_due;
.parameter set :watch 1
.parameter set :at 200000
.read look_again.sql
SELECT channel, target, due_at FROM question_due;
INSERT INTO round_of_asking VALUES (200000);
SELECT 'looked at', count(*) FROM looks;
-- expect
-- asked once: nobody is looked at|0
-- due|0
-- disco#items|ann@ejabberd.example|200000
-- looked at|0
