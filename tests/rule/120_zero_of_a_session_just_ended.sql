-- Within the second in which a session ended ejabberd says last 0, and without a text when the goodbye
-- had no status (measured): beside its list of sessions that proves nothing of its own. Ann was listed,
-- left, and was refused; the list has not been read again yet. Bob is still listed. Cid is not.
INSERT INTO start VALUES (0, 'me@ejabberd.example');
INSERT INTO item VALUES (1, 'ann@ejabberd.example', 'both'), (1, 'bob@ejabberd.example', 'both'),
	(1, 'cid@ejabberd.example', 'both');
INSERT INTO server VALUES (10, 'ejabberd.example', 'ejabberd');
INSERT INTO put_control VALUES (1000, 'ping', 'bob@ejabberd.example', 'service-unavailable: User session not found');
INSERT INTO put VALUES (1100, 'disco#items', 'ann@ejabberd.example', '["phone"]'),
	(1100, 'disco#items', 'bob@ejabberd.example', '["phone"]'),
	(1100, 'disco#items', 'cid@ejabberd.example', 'timeout');
INSERT INTO put SELECT 1200, 'last', contact, '0' FROM contact_status;
INSERT INTO put VALUES
	(1300, 'ping', 'ann@ejabberd.example/phone', 'service-unavailable: User session not found');
SELECT * FROM verdicts;
-- expect
-- ann@ejabberd.example|unknown|-|-|-
-- bob@ejabberd.example|invisible|session|listed|phone
-- cid@ejabberd.example|unknown|-|-|-
