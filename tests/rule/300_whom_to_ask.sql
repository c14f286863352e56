-- Asked is who is not shown: not the visible, the unsubscribed, a gateway, ourselves, a removed item.
INSERT INTO start VALUES (0, 'me@ejabberd.example');
INSERT INTO item VALUES (1, 'ann@ejabberd.example', 'both'), (1, 'to@ejabberd.example', 'to'),
	(1, 'shown@ejabberd.example', 'both'), (1, 'from@ejabberd.example', 'from'), (1, 'none@ejabberd.example', 'none'),
	(1, 'removed@ejabberd.example', 'both'), (2, 'removed@ejabberd.example', 'remove'), (1, 'me@ejabberd.example', 'both'),
	(1, 'ejabberd.example', 'both'), (1, 'irc.example', 'both');
INSERT INTO presence (at, sender) VALUES (50, 'shown@ejabberd.example/phone'), (60, 'stranger@ejabberd.example/phone');
SELECT channel, target, control, due_at, rank FROM question_due;
-- expect
-- disco#info|ejabberd.example|0|0|1
INSERT INTO server VALUES (100, 'ejabberd.example', 'ejabberd');
SELECT channel, target, control, due_at FROM question_due ORDER BY target;
-- expect
-- disco#items|ann@ejabberd.example|0|1060
-- disco#items|to@ejabberd.example|0|1060

-- Presence comes: nobody is left to ask but one.
INSERT INTO presence (at, sender) VALUES (500, 'to@ejabberd.example/phone');
SELECT channel, target, control, due_at FROM question_due;
-- expect
-- disco#items|ann@ejabberd.example|0|1500
INSERT INTO item VALUES (600, 'ann@ejabberd.example', 'from');
SELECT count(*) FROM question_due;
-- expect
-- 0
