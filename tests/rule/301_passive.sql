-- A watch that asks nothing has no question due, whatever it hears, and says so.
INSERT INTO begin_watch VALUES ('me@ejabberd.example', 'unseen', 0, 10000, 0, NULL);
INSERT INTO item VALUES (1, 'ann@ejabberd.example', 'both'), (1, 'bob@ejabberd.example', 'both');
INSERT INTO presence (at, sender, type) VALUES (50, 'ann@ejabberd.example/phone', NULL), (5000, 'ann@ejabberd.example/phone', 'unavailable');
SELECT count(*) FROM question_due;
SELECT * FROM reasons;
-- expect
-- 0
-- ann@ejabberd.example|unknown|not-asked
-- bob@ejabberd.example|unknown|not-asked
