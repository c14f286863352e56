-- What someone sends without being shown proves the connection, unless it was kept for later, is an
-- error, comes from the bare JID or out of a room.
INSERT INTO start VALUES (0, 'me@prosody.example');
INSERT INTO item SELECT 1, value || '@prosody.example', 'both' FROM json_each('["message", "chat", "headline",
	"get", "set", "no_delayed", "no_error", "no_groupchat", "no_bare", "no_iq_result", "no_iq_error", "shown"]');
INSERT INTO presence (at, sender) VALUES (50, 'shown@prosody.example/phone');
INSERT INTO hear_other (watch, at, sender, kind, type, delay) VALUES
	(1, 100, 'message@prosody.example/phone', 'message', NULL, NULL),
	(1, 100, 'chat@prosody.example/phone', 'message', 'chat', NULL),
	(1, 100, 'headline@prosody.example/phone', 'message', 'headline', NULL),
	(1, 100, 'get@prosody.example/phone', 'iq', 'get', NULL),
	(1, 100, 'set@prosody.example/phone', 'iq', 'set', NULL),
	(1, 100, 'no_delayed@prosody.example/phone', 'message', 'chat', 90),
	(1, 100, 'no_error@prosody.example/phone', 'message', 'error', NULL),
	(1, 100, 'no_groupchat@prosody.example/phone', 'message', 'groupchat', NULL),
	(1, 100, 'no_bare@prosody.example', 'message', 'chat', NULL),
	(1, 100, 'no_iq_result@prosody.example/phone', 'iq', 'result', NULL),
	(1, 100, 'no_iq_error@prosody.example/phone', 'iq', 'error', NULL),
	(1, 100, 'shown@prosody.example/phone', 'message', 'chat', NULL);
SELECT * FROM verdicts;
SELECT count(*) FROM resource_status WHERE contact LIKE 'no%';
-- expect
-- chat@prosody.example|invisible|proof|stanza|phone
-- get@prosody.example|invisible|proof|stanza|phone
-- headline@prosody.example|invisible|proof|stanza|phone
-- message@prosody.example|invisible|proof|stanza|phone
-- no_bare@prosody.example|unknown|-|-|-
-- no_delayed@prosody.example|unknown|-|-|-
-- no_error@prosody.example|unknown|-|-|-
-- no_groupchat@prosody.example|unknown|-|-|-
-- no_iq_error@prosody.example|unknown|-|-|-
-- no_iq_result@prosody.example|unknown|-|-|-
-- set@prosody.example|invisible|proof|stanza|phone
-- shown@prosody.example|visible|-|-|-
-- 0
