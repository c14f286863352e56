-- Silence says nothing when the made-up resource of the same contact is left open too (ann), is
-- answered (bob), was asked before (cat; fay, though refused only afterwards), or when only one question
-- was left open (dan), or one was answered in between (eve).
INSERT INTO start VALUES (0, 'me@prosody.example');
INSERT INTO item SELECT 1, value || '@prosody.example', 'both' FROM json_each('["ann", "bob", "cat", "dan", "eve", "fay"]');
INSERT INTO put_control VALUES (100, 'ping', 'cat@prosody.example', 'service-unavailable');
INSERT INTO put SELECT 1000, 'ping', contact || '/phone', 'timeout' FROM contact_status;
INSERT INTO put VALUES (11500, 'ping', 'eve@prosody.example/phone', 'remote-server-timeout');
INSERT INTO ask SELECT 1000, max(id), 11900, 'ping', 'fay@prosody.example/made-up', 1 FROM watch;
INSERT INTO put SELECT 12000, 'ping', contact || '/phone', 'timeout' FROM contact_status WHERE contact NOT LIKE 'dan%';
INSERT INTO put_control VALUES (23000, 'ping', 'ann@prosody.example', 'timeout'),
	(23000, 'ping', 'bob@prosody.example', 'result'), (23000, 'ping', 'dan@prosody.example', 'service-unavailable'),
	(23000, 'ping', 'eve@prosody.example', 'service-unavailable');
INSERT INTO hear_reply (question, at, kind, sender, type, condition)
	VALUES (1000, 23100, 'iq', 'fay@prosody.example/made-up', 'error', 'service-unavailable');
SELECT * FROM verdicts;
-- expect
-- ann@prosody.example|unknown|-|-|-
-- bob@prosody.example|unknown|-|-|-
-- cat@prosody.example|unknown|-|-|-
-- dan@prosody.example|unknown|-|-|-
-- eve@prosody.example|unknown|-|-|-
-- fay@prosody.example|unknown|-|-|-
