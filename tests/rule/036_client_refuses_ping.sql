-- A client that does not know the question says so itself: connected. That its server would not say so for it
-- the control of the very contact tells.
INSERT INTO start VALUES (0, 'me@prosody.example');
INSERT INTO item SELECT 1, value || '@prosody.example', 'both' FROM json_each('["feature-not-implemented",
	"not-allowed", "not-acceptable", "bad-request"]');
INSERT INTO server VALUES (10, 'prosody.example', 'Prosody');
INSERT INTO put_control SELECT 1100, 'ping', contact, 'service-unavailable' FROM contact_status;
INSERT INTO put SELECT 1200, 'ping', contact || '/phone', substr(contact, 1, instr(contact, '@') - 1)
	FROM contact_status;
SELECT * FROM verdicts;
-- expect
-- bad-request@prosody.example|invisible|proof|answer|phone
-- feature-not-implemented@prosody.example|invisible|proof|answer|phone
-- not-acceptable@prosody.example|invisible|proof|answer|phone
-- not-allowed@prosody.example|invisible|proof|answer|phone
