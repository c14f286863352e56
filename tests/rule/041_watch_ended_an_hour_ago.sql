-- The report speaks as of the last byte heard; the hour since is a gap without end, and unknown.
INSERT INTO start VALUES (0, 'me@ejabberd.example');
INSERT INTO item VALUES (1, 'ann@ejabberd.example', 'both'), (1, 'bob@ejabberd.example', 'both');
INSERT INTO server VALUES (10, 'ejabberd.example', 'ejabberd');
INSERT INTO presence (at, sender) VALUES (100, 'bob@ejabberd.example/phone');
INSERT INTO put VALUES (1100, 'disco#items', 'ann@ejabberd.example', '["phone"]'), (1200, 'last', 'ann@ejabberd.example', '0');
INSERT INTO stop VALUES (60000);
SELECT contact, verdict, since, as_of FROM contact_status ORDER BY contact;
SELECT * FROM gaps;
SELECT contact, resource, began, ended, state, ended_why FROM resource_history ORDER BY contact, began;
SELECT count(*) FROM question_due;
-- expect
-- ann@ejabberd.example|invisible|1970-01-01T00:00:01.150Z|1970-01-01T00:01:00.000Z
-- bob@ejabberd.example|visible|1970-01-01T00:00:00.100Z|1970-01-01T00:01:00.000Z
-- me@ejabberd.example|1970-01-01T00:01:00.000Z|-|done|-
-- ann@ejabberd.example|phone|1970-01-01T00:00:01.150Z|1970-01-01T00:01:00.000Z|hidden|gap
-- ann@ejabberd.example|phone|1970-01-01T00:01:00.000Z|-|unknown|-
-- bob@ejabberd.example|phone|1970-01-01T00:00:00.100Z|1970-01-01T00:01:00.000Z|shown|gap
-- bob@ejabberd.example|phone|1970-01-01T00:01:00.000Z|-|unknown|-
-- 0
