-- Someone who was visible, or invisible, before this watch is so since this watch at the earliest.
INSERT INTO start VALUES (0, 'me@a.example');
INSERT INTO item VALUES (1, 'ann@a.example', 'both'), (1, 'bob@a.example', 'both');
INSERT INTO presence (at, sender) VALUES (50, 'ann@a.example/phone');
INSERT INTO presence (at, sender, type) VALUES (50, 'bob@a.example/phone', 'invisible');
INSERT INTO stop VALUES (1000);
INSERT INTO start VALUES (2000, 'me@a.example');
INSERT INTO presence (at, sender, type, delay) VALUES (2050, 'ann@a.example/phone', NULL, 40), (2050, 'bob@a.example/phone', 'invisible', 40);
SELECT contact, verdict, since FROM contact_status ORDER BY contact;
-- expect
-- ann@a.example|visible|1970-01-01T00:00:02.050Z
-- bob@a.example|invisible|1970-01-01T00:00:02.050Z
