-- A client that never answers: suspected on Prosody; on ejabberd the list proves the session.
INSERT INTO start VALUES (0, 'me@prosody.example');
INSERT INTO item VALUES (1, 'ann@prosody.example', 'both'), (1, 'ann@ejabberd.example', 'both');
INSERT INTO server VALUES (10, 'prosody.example', 'Prosody'), (10, 'ejabberd.example', 'ejabberd');
INSERT INTO put VALUES (1100, 'disco#items', 'ann@prosody.example', '[]'),
	(1100, 'disco#items', 'ann@ejabberd.example', '["phone"]'), (1200, 'last', 'ann@ejabberd.example', '0'),
	(1300, 'ping', 'ann@ejabberd.example/phone', 'timeout'), (1300, 'ping', 'ann@prosody.example/phone', 'timeout'),
	(12000, 'ping', 'ann@prosody.example/phone', 'timeout');
INSERT INTO put_control VALUES (23000, 'ping', 'ann@prosody.example', 'service-unavailable');
SELECT contact, verdict, certainty, sign, resource, since FROM contact_status ORDER BY contact;
-- expect
-- ann@ejabberd.example|invisible|session|listed|phone|1970-01-01T00:00:01.150Z
-- ann@prosody.example|suspected|weak|silence|phone|1970-01-01T00:00:23.050Z
