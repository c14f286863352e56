-- The unavailable with which Prosody answers the sign-in's probe ends nothing and voids nothing: a
-- resource that answered just before it, or is asked right after it, is connected.
INSERT INTO start VALUES (0, 'me@prosody.example');
INSERT INTO item VALUES (1, 'ann@prosody.example', 'both'), (1, 'bob@prosody.example', 'both');
INSERT INTO put_control VALUES (10, 'ping', 'ann@prosody.example', 'service-unavailable');
INSERT INTO put VALUES (20, 'ping', 'ann@prosody.example/phone', 'result');
INSERT INTO presence (at, sender, type) VALUES (100, 'ann@prosody.example', 'unavailable'),
	(100, 'bob@prosody.example', 'unavailable');
INSERT INTO put VALUES (110, 'ping', 'bob@prosody.example/phone', 'result');
SELECT * FROM verdicts;
-- expect
-- ann@prosody.example|invisible|proof|answer|phone
-- bob@prosody.example|invisible|proof|answer|phone
