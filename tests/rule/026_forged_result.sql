-- A third party sends a result with the right id, before the real reply and after: it is no sign,
-- neither of it nor of the contact, and the real reply still counts.
INSERT INTO start VALUES (0, 'me@ejabberd.example');
INSERT INTO item VALUES (1, 'ann@ejabberd.example', 'both'), (1, 'eve@evil.example', 'both');
INSERT INTO server VALUES (10, 'ejabberd.example', 'ejabberd');
INSERT INTO put_control VALUES (1100, 'ping', 'ann@ejabberd.example', 'service-unavailable: User session not found');
INSERT INTO ask SELECT 101, max(id), 1200, 'ping', 'ann@ejabberd.example/phone', 0 FROM watch;
INSERT INTO hear_reply (question, at, kind, sender, type) VALUES (101, 1250, 'iq', 'eve@evil.example/x', 'result'),
	(101, 1250, 'iq', 'ann@ejabberd.example', 'result'), (101, 1250, 'iq', 'ann@ejabberd.example/other', 'result');
SELECT contact, verdict, sign FROM contact_status ORDER BY contact;
-- expect
-- ann@ejabberd.example|unknown|-
-- eve@evil.example|unknown|-
INSERT INTO hear_reply (question, at, kind, sender, type) VALUES (101, 1300, 'iq', 'ann@ejabberd.example/phone', 'result');
SELECT contact, verdict, sign FROM contact_status ORDER BY contact;
-- expect
-- ann@ejabberd.example|invisible|answer
-- eve@evil.example|unknown|-
