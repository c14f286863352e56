-- The newest word on an item holds: a push changes the subscription, the name; removed items
-- disappear, and come back.
INSERT INTO start VALUES (0, 'me@a.example');
INSERT INTO item VALUES (1, 'ann@a.example', 'none'), (1, 'bob@a.example', 'both');
INSERT INTO presence (at, sender, type) VALUES (50, 'ann@a.example/phone', NULL), (50, 'bob@a.example/phone', 'invisible');
SELECT contact, subscription, verdict FROM contact_status ORDER BY contact;
-- expect
-- ann@a.example|none|unsubscribed
-- bob@a.example|both|invisible
INSERT INTO hear_roster VALUES (1, 100, 'ann@a.example', 'Ann', 'to', NULL, '["Friends"]'), (1, 100, 'bob@a.example', NULL, 'from', NULL, NULL);
SELECT contact, name, subscription, verdict, since FROM contact_status ORDER BY contact;
-- expect
-- ann@a.example|Ann|to|visible|1970-01-01T00:00:00.050Z
-- bob@a.example|-|from|unsubscribed|-
INSERT INTO item VALUES (200, 'ann@a.example', 'remove');
SELECT contact, verdict FROM contact_status ORDER BY contact;
-- expect
-- bob@a.example|unsubscribed
INSERT INTO item VALUES (300, 'ann@a.example', 'both'), (300, 'bob@a.example', 'both');
SELECT contact, name, verdict FROM contact_status ORDER BY contact;
-- expect
-- ann@a.example|-|visible
-- bob@a.example|-|invisible

-- The same item told again is no change, in this watch and in the next.
INSERT INTO item VALUES (400, 'ann@a.example', 'both');
INSERT INTO stop VALUES (500);
INSERT INTO start VALUES (1000, 'me@a.example');
INSERT INTO item VALUES (1001, 'ann@a.example', 'both');
SELECT count(*) FROM roster;
-- expect
-- 7

-- What the whole roster does not mention any more is gone from it.
.parameter set :watch 2
.parameter set :at 1002
.read put_roster_end.sql
SELECT contact FROM contact_status;
SELECT count(*) FROM roster;
-- expect
-- ann@a.example
-- 8
