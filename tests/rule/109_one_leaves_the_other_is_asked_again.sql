-- A hidden resource was proved while another was shown. When that one says unavailable, both have to
-- be asked anew: nothing is claimed of either.
INSERT INTO start VALUES (0, 'me@prosody.example');
INSERT INTO item VALUES (1, 'ann@prosody.example', 'both');
INSERT INTO server VALUES (10, 'prosody.example', 'Prosody');
INSERT INTO presence (at, sender) VALUES (50, 'ann@prosody.example/phone');
INSERT INTO put_control VALUES (1000, 'ping', 'ann@prosody.example', 'service-unavailable');
INSERT INTO put VALUES (1200, 'ping', 'ann@prosody.example/laptop', 'result');
INSERT INTO presence (at, sender, type) VALUES (5000, 'ann@prosody.example/phone', 'unavailable');
SELECT * FROM verdicts;
SELECT resource, connected FROM resource_status ORDER BY resource;
SELECT target, due_at FROM question_due;
-- expect
-- ann@prosody.example|unknown|-|-|-
-- laptop|-
-- phone|-
-- ann@prosody.example|7000
