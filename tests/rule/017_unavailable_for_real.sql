-- ann goes unavailable and is gone, bob goes unavailable and stays: the log tells them apart within
-- seconds, on Prosody and on ejabberd.
INSERT INTO start VALUES (0, 'me@prosody.example');
INSERT INTO item VALUES
	(1, 'ann@prosody.example', 'both'), (1, 'bob@prosody.example', 'both'),
	(1, 'ann@ejabberd.example', 'both'), (1, 'bob@ejabberd.example', 'both');
INSERT INTO server VALUES (10, 'prosody.example', 'Prosody'), (10, 'ejabberd.example', 'ejabberd');
INSERT INTO presence (at, sender) SELECT 50, contact || '/phone' FROM contact_status;
INSERT INTO settle VALUES (1000);
INSERT INTO presence SELECT 5000, contact || '/phone', 'unavailable', NULL FROM contact_status;
SELECT contact, verdict FROM contact_status ORDER BY contact;
-- expect
-- ann@ejabberd.example|unknown
-- ann@prosody.example|unknown
-- bob@ejabberd.example|unknown
-- bob@prosody.example|unknown
INSERT INTO put VALUES
	(7000, 'disco#items', 'ann@ejabberd.example', '[]'), (7000, 'disco#items', 'bob@ejabberd.example', '["phone"]'),
	(7000, 'disco#items', 'ann@prosody.example', '[]'),  (7000, 'disco#items', 'bob@prosody.example', '[]'),
	(7100, 'last', 'bob@ejabberd.example', '0');
INSERT INTO put_control VALUES (7200, 'ping', 'ann@prosody.example', 'service-unavailable'),
	(7200, 'ping', 'bob@ejabberd.example', 'service-unavailable: User session not found');
INSERT INTO put VALUES
	(7300, 'ping', 'ann@prosody.example/phone', 'service-unavailable'),
	(7300, 'ping', 'bob@prosody.example/phone', 'result'), (7300, 'ping', 'bob@ejabberd.example/phone', 'result');
SELECT contact, verdict, certainty, sign, resource, since FROM contact_status ORDER BY contact;
-- expect
-- ann@ejabberd.example|offline|-|absent|-|1970-01-01T00:00:07.050Z
-- ann@prosody.example|offline|-|refused|phone|1970-01-01T00:00:07.350Z
-- bob@ejabberd.example|invisible|proof|answer|phone|1970-01-01T00:00:07.050Z
-- bob@prosody.example|invisible|proof|answer|phone|1970-01-01T00:00:07.350Z
