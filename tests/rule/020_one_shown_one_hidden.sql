-- Who shows one resource is visible; the hidden one stands among the resources.
INSERT INTO start VALUES (0, 'me@prosody.example');
INSERT INTO item VALUES (1, 'ann@prosody.example', 'both');
INSERT INTO server VALUES (10, 'prosody.example', 'Prosody');
INSERT INTO presence (at, sender) VALUES (50, 'ann@prosody.example/phone');
INSERT INTO put_control VALUES (1000, 'ping', 'ann@prosody.example', 'service-unavailable');
INSERT INTO put VALUES (1200, 'ping', 'ann@prosody.example/laptop', 'result');
SELECT * FROM verdicts;
SELECT resource, shown, connected FROM resource_status ORDER BY resource;
-- expect
-- ann@prosody.example|visible|-|-|-
-- laptop|0|1
-- phone|1|1
