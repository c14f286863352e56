-- The plan of one account takes no notice of what the other asked or was told.
INSERT INTO begin_watch VALUES ('me@a.example', 'unseen', 0, 10000, 1, NULL), ('you@b.example', 'unseen', 0, 10000, 1, NULL);
INSERT INTO hear_roster (watch, at, contact, subscription) VALUES (1, 1, 'ann@ejabberd.example', 'both'), (2, 1, 'ann@ejabberd.example', 'both');
INSERT INTO server VALUES (10, 'ejabberd.example', 'ejabberd'); -- in the newest watch, the second
INSERT INTO put VALUES (1000, 'disco#items', 'ann@ejabberd.example', '["phone"]'), (1100, 'last', 'ann@ejabberd.example', '0');
SELECT contact, verdict FROM contact_status ORDER BY account;
SELECT watch, channel, substr(target, 1, 21) AS target, control FROM question_due ORDER BY watch;
-- expect
-- ann@ejabberd.example|unknown
-- ann@ejabberd.example|invisible
-- 1|disco#info|ejabberd.example|0
-- 2|ping|ann@ejabberd.example/|1
