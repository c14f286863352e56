-- An account on Prosody, contacts on ejabberd: the family is that of the contact's domain. A dead
-- domain reads unknown and keeps nobody else waiting.
INSERT INTO start VALUES (0, 'me@prosody.example');
INSERT INTO item VALUES (1, 'ann@ejabberd.example', 'both'), (1, 'bob@ejabberd.example', 'both'),
	(1, 'cat@prosody.example', 'both'), (1, 'dan@dead.example', 'both');
INSERT INTO server VALUES (10, 'prosody.example', 'Prosody'), (10, 'ejabberd.example', 'ejabberd');
INSERT INTO put VALUES (10, 'disco#info', 'dead.example', 'remote-server-not-found');
SELECT channel, target, due_at FROM question_due ORDER BY due_at, rank, target;
-- expect
-- disco#items|ann@ejabberd.example|1000
-- disco#items|bob@ejabberd.example|1000
INSERT INTO put VALUES (1000, 'disco#items', 'ann@ejabberd.example', '["phone"]'), (1100, 'last', 'ann@ejabberd.example', '0'),
	(1000, 'disco#items', 'bob@ejabberd.example', '[]'),
	(1000, 'disco#items', 'cat@prosody.example', '["phone"]'), (1100, 'last', 'cat@prosody.example', '0');
SELECT contact, verdict, certainty, sign, reason FROM contact_status ORDER BY contact;
-- expect
-- ann@ejabberd.example|invisible|session|listed|-
-- bob@ejabberd.example|offline|-|absent|-
-- cat@prosody.example|unknown|-|-|no-answer
-- dan@dead.example|unknown|-|-|unreachable
