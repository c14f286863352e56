-- Our own resources are no contacts, even when the roster names our own JID.
INSERT INTO start VALUES (0, 'me@ejabberd.example');
INSERT INTO item VALUES (1, 'me@ejabberd.example', 'both');
INSERT INTO server VALUES (10, 'ejabberd.example', 'ejabberd');
INSERT INTO presence (at, sender, type) VALUES (50, 'me@ejabberd.example/other', 'invisible'), (50, 'me@ejabberd.example/unseen', NULL);
INSERT INTO put VALUES (1000, 'disco#items', 'me@ejabberd.example', '["other"]'), (1100, 'last', 'me@ejabberd.example', '0');
SELECT count(*) FROM contact_status;
SELECT count(*) FROM question_due;
SELECT resource, state FROM resource_history ORDER BY resource, began, ended IS NULL, ended;
-- expect
-- 0
-- 0
-- other|unknown
-- other|hidden
-- unseen|shown
