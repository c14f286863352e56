-- A denial from one resource rebuts that resource only, a denial for the account rebuts all, and a
-- later proof rebuts that again.
INSERT INTO start VALUES (0, 'me@ejabberd.example');
INSERT INTO item VALUES (1, 'ann@ejabberd.example', 'both');
INSERT INTO server VALUES (10, 'ejabberd.example', 'ejabberd');
INSERT INTO put_control VALUES (1100, 'ping', 'ann@ejabberd.example', 'service-unavailable: User session not found');
INSERT INTO put VALUES
	(1200, 'ping', 'ann@ejabberd.example/a', 'result'),
	(1300, 'ping', 'ann@ejabberd.example/b', 'service-unavailable: User session not found');
SELECT * FROM verdicts;
SELECT resource, connected FROM resource_status ORDER BY resource;
-- expect
-- ann@ejabberd.example|invisible|proof|answer|a
-- a|1
-- b|0
INSERT INTO put VALUES (2000, 'last', 'ann@ejabberd.example', '1');
SELECT * FROM verdicts;
SELECT resource, connected FROM resource_status ORDER BY resource;
-- expect
-- ann@ejabberd.example|offline|-|absent|-
-- a|0
-- b|0
INSERT INTO put VALUES (3000, 'ping', 'ann@ejabberd.example/b', 'result');
SELECT * FROM verdicts;
SELECT resource, connected FROM resource_status ORDER BY resource;
-- expect
-- ann@ejabberd.example|invisible|proof|answer|b
-- a|0
-- b|1
INSERT INTO put VALUES (4000, 'ping', 'ann@ejabberd.example/b', 'service-unavailable: User session not found');
SELECT contact, verdict FROM contact_status;
-- expect
-- ann@ejabberd.example|unknown
