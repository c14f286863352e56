-- An unavailable from the bare JID closes all resources that are shown, and starts the two seconds.
INSERT INTO start VALUES (0, 'me@prosody.example');
INSERT INTO item VALUES (1, 'ann@prosody.example', 'both');
INSERT INTO server VALUES (10, 'prosody.example', 'Prosody');
INSERT INTO presence (at, sender) VALUES (50, 'ann@prosody.example/phone'), (60, 'ann@prosody.example/laptop');
INSERT INTO put_control VALUES (100, 'ping', 'ann@prosody.example', 'service-unavailable');
INSERT INTO presence (at, sender, type) VALUES (5000, 'ann@prosody.example', 'unavailable');
INSERT INTO put VALUES (6000, 'ping', 'ann@prosody.example/phone', 'result');
SELECT * FROM verdicts;
SELECT resource, shown, connected, last_type, last_at FROM resource_status ORDER BY resource;
-- expect
-- ann@prosody.example|unknown|-|-|-
-- laptop|0|-|unavailable|1970-01-01T00:00:05.000Z
-- phone|0|-|unavailable|1970-01-01T00:00:05.000Z

-- All that were shown have to refuse before it reads offline.
INSERT INTO put VALUES (7000, 'disco#items', 'ann@prosody.example', '[]'),
	(7100, 'ping', 'ann@prosody.example/phone', 'service-unavailable');
SELECT * FROM verdicts;
-- expect
-- ann@prosody.example|unknown|-|-|-
INSERT INTO put VALUES (7200, 'ping', 'ann@prosody.example/laptop', 'service-unavailable');
SELECT * FROM verdicts;
-- expect
-- ann@prosody.example|offline|-|refused|laptop
