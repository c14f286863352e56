-- A presence with an old stamp arrives by itself; a probe of ours that comes later does not make it a
-- contradiction, nor does it when the state is made again.
INSERT INTO start VALUES (0, 'me@a.example');
INSERT INTO item VALUES (1, 'ann@a.example', 'both'), (1, 'bob@a.example', 'both');
INSERT INTO presence (at, sender) VALUES (50, 'ann@a.example/phone'), (50, 'bob@a.example/phone');
INSERT INTO presence (at, sender, type) VALUES (1000, 'ann@a.example/phone', 'unavailable'), (1000, 'bob@a.example/phone', 'unavailable');
INSERT INTO ask VALUES (1, 1, 3000, 'probe', 'bob@a.example', 0);
INSERT INTO presence (at, sender, delay) VALUES (3100, 'ann@a.example/phone', 20), (3100, 'bob@a.example/phone', 20);
INSERT INTO ask VALUES (2, 1, 9000, 'probe', 'ann@a.example', 0), (3, 1, 9000, 'probe', 'bob@a.example', 0);
SELECT contact, verdict, sign, since FROM contact_status ORDER BY contact;
-- expect
-- ann@a.example|visible|-|1970-01-01T00:00:03.100Z
-- bob@a.example|invisible|contradiction|1970-01-01T00:00:03.100Z
