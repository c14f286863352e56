-- Logged out within this second: 0, but with the text of the logout.
INSERT INTO start VALUES (0, 'me@ejabberd.example');
INSERT INTO item VALUES (1, 'ann@ejabberd.example', 'both'), (1, 'bob@ejabberd.example', 'both');
INSERT INTO server VALUES (10, 'ejabberd.example', 'ejabberd');
INSERT INTO put VALUES (1100, 'last', 'ann@ejabberd.example', '0: Connection closed'),
	(1100, 'last', 'bob@ejabberd.example', '1');
SELECT * FROM verdicts;
-- expect
-- ann@ejabberd.example|offline|-|absent|-
-- bob@ejabberd.example|offline|-|absent|-
