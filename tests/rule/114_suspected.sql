-- Weak signs make nobody invisible, neither one nor all of them; a denial ends the suspicion, an
-- answer ends it the other way.
INSERT INTO start VALUES (0, 'me@a.example');
INSERT INTO item VALUES (1, 'ann@a.example', 'both'), (1, 'bob@a.example', 'both');
INSERT INTO presence (at, sender, type) VALUES (50, 'ann@a.example/phone', 'unavailable'),
	(50, 'bob@a.example/phone', 'unavailable');
SELECT * FROM verdicts;
-- expect
-- ann@a.example|suspected|weak|full-unavailable|phone
-- bob@a.example|suspected|weak|full-unavailable|phone
INSERT INTO put VALUES (1000, 'ping', 'ann@a.example/phone', 'timeout'), (11000, 'ping', 'ann@a.example/phone', 'timeout');
INSERT INTO put_control VALUES (21000, 'ping', 'ann@a.example', 'service-unavailable');
SELECT * FROM verdicts;
-- expect
-- ann@a.example|suspected|weak|silence|phone
-- bob@a.example|suspected|weak|full-unavailable|phone
INSERT INTO put VALUES (22000, 'ping', 'ann@a.example/phone', 'service-unavailable'),
	(22000, 'ping', 'bob@a.example/phone', 'result');
SELECT * FROM verdicts;
-- expect
-- ann@a.example|unknown|-|-|-
-- bob@a.example|invisible|proof|answer|phone
