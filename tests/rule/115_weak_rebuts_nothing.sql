-- A weak sign does not stand up to a denial of the account, earlier or later.
INSERT INTO start VALUES (0, 'me@ejabberd.example');
INSERT INTO item VALUES (1, 'ann@ejabberd.example', 'both'), (1, 'bob@ejabberd.example', 'both');
INSERT INTO server VALUES (10, 'ejabberd.example', 'ejabberd');
INSERT INTO put VALUES (100, 'last', 'ann@ejabberd.example', '9');
INSERT INTO presence (at, sender, type) VALUES (200, 'ann@ejabberd.example/phone', 'unavailable'),
	(200, 'bob@ejabberd.example/phone', 'unavailable');
INSERT INTO put VALUES (300, 'last', 'bob@ejabberd.example', '9');
SELECT * FROM verdicts;
-- expect
-- ann@ejabberd.example|suspected|weak|full-unavailable|phone
-- bob@ejabberd.example|offline|-|absent|-
