-- Where more than 0 s and a list without the contact are no denials, they still end what an earlier answer to
-- the same question said: the server names no session any more.
INSERT INTO begin_watch VALUES ('me@openfire.example', 'unseen', 0, 10000, 1, 3600000);
INSERT INTO item VALUES (1, 'ann@openfire.example', 'both'), (1, 'bob@openfire.example', 'both');
INSERT INTO server VALUES (10, 'openfire.example', 'Openfire Server');
INSERT INTO put VALUES (2000, 'last', 'ann@openfire.example', '0'), (2000, 'disco#items', 'bob@openfire.example', '["phone"]'),
	(2100, 'last', 'bob@openfire.example', '0'), (4100, 'last', 'ann@openfire.example', '0');
SELECT * FROM verdicts;
-- expect
-- ann@openfire.example|invisible|session|last-zero|-
-- bob@openfire.example|invisible|session|listed|phone

-- An error is no answer.
INSERT INTO put VALUES (60000, 'last', 'ann@openfire.example', 'resource-constraint'), (60000, 'disco#items', 'bob@openfire.example', 'timeout');
SELECT * FROM verdicts;
INSERT INTO put VALUES (70000, 'last', 'ann@openfire.example', '65'), (70000, 'disco#items', 'bob@openfire.example', '[]'),
	(70100, 'last', 'bob@openfire.example', '66');
SELECT * FROM verdicts;
-- expect
-- ann@openfire.example|invisible|session|last-zero|-
-- bob@openfire.example|invisible|session|listed|phone
-- ann@openfire.example|unknown|-|-|-
-- bob@openfire.example|unknown|-|-|-
