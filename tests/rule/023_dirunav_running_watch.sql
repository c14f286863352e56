-- A directed unavailable: our probe is answered by a presence older than it. It hides from us only;
-- the resource is not shown by it.
INSERT INTO start VALUES (0, 'me@prosody.example');
INSERT INTO item VALUES (1, 'ann@prosody.example', 'both');
INSERT INTO presence (at, sender, delay) VALUES (100, 'ann@prosody.example/phone', -60000);
INSERT INTO settle VALUES (1000);
INSERT INTO presence (at, sender, type) VALUES (5000, 'ann@prosody.example/phone', 'unavailable');
INSERT INTO ask SELECT 1, max(id), 7000, 'probe', 'ann@prosody.example', 0 FROM watch;
INSERT INTO presence (at, sender, delay) VALUES (7100, 'ann@prosody.example/phone', -60000);
SELECT * FROM verdicts;
SELECT resource, shown, connected, last_type FROM resource_status;
-- expect
-- ann@prosody.example|invisible|proof|contradiction|phone
-- phone|0|1|unavailable

-- A new presence, sent to all, shows it again.
INSERT INTO presence (at, sender) VALUES (9000, 'ann@prosody.example/phone');
SELECT * FROM verdicts;
SELECT state, began, began_why, ended_why FROM resource_history ORDER BY began;
-- expect
-- ann@prosody.example|visible|-|-|-
-- shown|1970-01-01T00:00:00.100Z|available|unavailable
-- unknown|1970-01-01T00:00:05.000Z|unavailable|contradiction
-- hidden|1970-01-01T00:00:07.100Z|contradiction|available
-- shown|1970-01-01T00:00:09.000Z|available|-
