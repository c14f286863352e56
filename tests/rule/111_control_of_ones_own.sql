-- The control put to the contact itself goes before the domain's; one of another domain, or of an
-- earlier watch, or one that stayed without reply, is no control.
INSERT INTO start VALUES (0, 'me@a.example');
INSERT INTO item VALUES (1, 'ann@a.example', 'both'), (1, 'bob@a.example', 'both'), (1, 'cat@b.example', 'both');
INSERT INTO put_control VALUES (100, 'ping', 'bob@a.example', 'service-unavailable'),
	(200, 'ping', 'ann@a.example', 'service-unavailable: User session not found'),
	(300, 'ping', 'bob@a.example', 'timeout');
INSERT INTO put VALUES
	(1000, 'ping', 'ann@a.example/phone', 'service-unavailable'), -- as bob's, not as ann's
	(1000, 'ping', 'cat@b.example/phone', 'result');              -- no control there
SELECT contact, verdict FROM contact_status ORDER BY contact;
SELECT contact, connected FROM resource_status ORDER BY contact;
-- expect
-- ann@a.example|unknown
-- bob@a.example|unknown
-- cat@b.example|unknown
-- ann@a.example|-
-- cat@b.example|-
INSERT INTO stop VALUES (20000);
INSERT INTO start VALUES (30000, 'me@a.example');
INSERT INTO put VALUES (31000, 'ping', 'ann@a.example/phone', 'result');
SELECT contact, verdict FROM contact_status WHERE contact LIKE 'ann%';
-- expect
-- ann@a.example|unknown
