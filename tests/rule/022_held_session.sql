-- The line is lost, the server holds the session: ejabberd lists it, Prosody leaves the ping open.
INSERT INTO start VALUES (0, 'me@prosody.example');
INSERT INTO item VALUES (1, 'ann@ejabberd.example', 'both'), (1, 'bob@prosody.example', 'both');
INSERT INTO server VALUES (10, 'ejabberd.example', 'ejabberd'), (10, 'prosody.example', 'Prosody');
INSERT INTO put VALUES (1100, 'disco#items', 'ann@ejabberd.example', '["phone"]'),
	(1200, 'last', 'ann@ejabberd.example', '0'), (1100, 'disco#items', 'bob@prosody.example', '[]');
INSERT INTO put_control VALUES (1300, 'ping', 'ann@ejabberd.example', 'service-unavailable: User session not found'),
	(1300, 'ping', 'bob@prosody.example', 'service-unavailable');
INSERT INTO put VALUES (1400, 'ping', 'ann@ejabberd.example/phone', 'timeout'),
	(1400, 'ping', 'bob@prosody.example/phone', 'timeout');
SELECT * FROM verdicts;
-- expect
-- ann@ejabberd.example|invisible|session|listed|phone
-- bob@prosody.example|unknown|-|-|-
INSERT INTO put VALUES (12000, 'ping', 'bob@prosody.example/phone', 'timeout');
SELECT * FROM verdicts;
-- expect
-- ann@ejabberd.example|invisible|session|listed|phone
-- bob@prosody.example|unknown|-|-|-
INSERT INTO put_control VALUES (23000, 'ping', 'bob@prosody.example', 'service-unavailable');
SELECT * FROM verdicts;
-- expect
-- ann@ejabberd.example|invisible|session|listed|phone
-- bob@prosody.example|suspected|weak|silence|phone

-- The server gives the sessions up.
INSERT INTO put VALUES (400000, 'disco#items', 'ann@ejabberd.example', '[]'),
	(400000, 'ping', 'bob@prosody.example/phone', 'service-unavailable');
SELECT * FROM verdicts;
-- expect
-- ann@ejabberd.example|offline|-|absent|-
-- bob@prosody.example|unknown|-|-|-
