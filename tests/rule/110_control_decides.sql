-- The same reply is a denial or nothing, by what a made-up resource got: condition, text and echo
-- all have to be the same. Without a control no reply of a full JID is read.
INSERT INTO start VALUES (0, 'me@ejabberd.example');
INSERT INTO item SELECT 1, value || '@ejabberd.example', 'both' FROM json_each('["same", "text", "echo", "before"]');
INSERT INTO put VALUES (100, 'ping', 'before@ejabberd.example/phone', 'result');
INSERT INTO put_control VALUES (1100, 'ping', 'same@ejabberd.example', 'service-unavailable: User session not found');
INSERT INTO put VALUES (1200, 'ping', 'same@ejabberd.example/phone', 'service-unavailable: User session not found'),
	(1200, 'ping', 'text@ejabberd.example/phone', 'service-unavailable');
INSERT INTO ask SELECT 100, max(id), 1300, 'ping', 'echo@ejabberd.example/phone', 0 FROM watch;
INSERT INTO hear_reply (question, at, kind, sender, type, condition, text, echo)
	VALUES (100, 1350, 'iq', 'echo@ejabberd.example/phone', 'error', 'service-unavailable', 'User session not found', 1);
SELECT contact, verdict FROM contact_status ORDER BY contact;
SELECT contact, connected FROM resource_status ORDER BY contact;
-- expect
-- before@ejabberd.example|unknown
-- echo@ejabberd.example|unknown
-- same@ejabberd.example|unknown
-- text@ejabberd.example|unknown
-- before@ejabberd.example|-
-- echo@ejabberd.example|-
-- same@ejabberd.example|0
-- text@ejabberd.example|-
