-- The history of one resource, cut where its state, show or status changed, and over the watches.
INSERT INTO start VALUES (0, 'me@a.example');
INSERT INTO item VALUES (1, 'ann@a.example', 'both');
INSERT INTO hear_presence (watch, at, sender, show, status, priority) VALUES
	(1, 100, 'ann@a.example/phone', NULL, NULL, 5), (1, 200, 'ann@a.example/phone', NULL, NULL, 6),
	(1, 300, 'ann@a.example/phone', 'away', NULL, 6), (1, 400, 'ann@a.example/phone', 'away', 'lunch', 6);
INSERT INTO hear_presence (watch, at, sender, type, status) VALUES (1, 500, 'ann@a.example/phone', 'unavailable', 'bye');
INSERT INTO put_control VALUES (2600, 'ping', 'ann@a.example', 'service-unavailable');
INSERT INTO put VALUES (2700, 'ping', 'ann@a.example/phone', 'service-unavailable'),
	(2800, 'ping', 'ann@a.example/phone', 'service-unavailable');
INSERT INTO stop VALUES (3000);
INSERT INTO start VALUES (5000, 'me@a.example');
INSERT INTO presence (at, sender) VALUES (5100, 'ann@a.example/phone');
INSERT INTO stop VALUES (6000);
INSERT INTO start VALUES (7000, 'me@a.example'), (8000, 'me@a.example');
INSERT INTO presence (at, sender) VALUES (8100, 'ann@a.example/phone');
SELECT substr(began, 18, 6) AS began, substr(ended, 18, 6) AS ended, state, show, status, began_by, ended_by,
       began_why, ended_why
FROM resource_history WHERE contact = 'ann@a.example' ORDER BY began;
-- expect
-- 00.100|00.300|shown|-|-|1|3|available|available
-- 00.300|00.400|shown|away|-|3|4|available|available
-- 00.400|00.500|shown|away|lunch|4|5|available|unavailable
-- 00.500|02.750|unknown|-|bye|5|7|unavailable|refused
-- 02.750|03.000|offline|-|-|7|-|refused|gap
-- 03.000|05.100|unknown|-|-|-|9|gap|available
-- 05.100|06.000|shown|-|-|9|-|available|gap
-- 06.000|08.100|unknown|-|-|-|10|gap|available
-- 08.100|-|shown|-|-|10|-|available|-
SELECT * FROM gaps;
-- expect
-- me@a.example|1970-01-01T00:00:03.000Z|1970-01-01T00:00:05.000Z|done|2
-- me@a.example|1970-01-01T00:00:06.000Z|1970-01-01T00:00:07.000Z|done|1
-- me@a.example|1970-01-01T00:00:07.000Z|1970-01-01T00:00:08.000Z|lost|1
