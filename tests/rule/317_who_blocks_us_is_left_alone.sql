-- Whoever withholds one answer is not asked for the others.
INSERT INTO start VALUES (0, 'me@ejabberd.example');
INSERT INTO item VALUES (1, 'ann@ejabberd.example', 'both');
INSERT INTO presence (at, sender) VALUES (50, 'ann@ejabberd.example/phone');
INSERT INTO server VALUES (60, 'ejabberd.example', 'ejabberd');
INSERT INTO presence (at, sender, type) VALUES (5000, 'ann@ejabberd.example/phone', 'unavailable');
INSERT INTO put VALUES (7000, 'disco#items', 'ann@ejabberd.example', 'forbidden');
SELECT * FROM reasons;
SELECT count(*) FROM question_due;
-- expect
-- ann@ejabberd.example|unknown|withheld
-- 0
