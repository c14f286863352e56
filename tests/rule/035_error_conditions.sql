-- Conditions that servers write are no signs, whoever they claim to come from.
INSERT INTO start VALUES (0, 'me@prosody.example');
INSERT INTO item SELECT 1, value || '@prosody.example', 'both' FROM json_each('["remote-server-not-found",
	"remote-server-timeout", "resource-constraint", "policy-violation", "internal-server-error",
	"undefined-condition", "recipient-unavailable", "gone", "redirect", "jid-malformed", "item-not-found",
	"forbidden", "service-unavailable: User session terminated"]');
INSERT INTO server VALUES (10, 'prosody.example', 'Prosody');
INSERT INTO put_control VALUES (1100, 'ping', 'gone@prosody.example', 'service-unavailable: User session not found');
INSERT INTO put SELECT 1200, 'ping', contact || '/phone', substr(contact, 1, instr(contact, '@') - 1)
	FROM contact_status;
SELECT verdict, reason, sign, count(*) FROM contact_status GROUP BY 1, 2, 3;
SELECT shown, connected, count(*) FROM resource_status GROUP BY 1, 2;
-- expect
-- unknown|no-answer|-|13
-- 0|-|13
