-- What an earlier watch knew is over: unknown until there is evidence in this one. Resources stay on
-- record, with their last presence.
INSERT INTO start VALUES (0, 'me@ejabberd.example');
INSERT INTO item SELECT 1, value || '@ejabberd.example', 'both' FROM json_each('["hidden", "shown", "off", "blocked"]');
INSERT INTO server VALUES (10, 'ejabberd.example', 'ejabberd');
INSERT INTO presence (at, sender, type) VALUES (50, 'hidden@ejabberd.example/phone', 'invisible'), (50, 'shown@ejabberd.example/phone', NULL);
INSERT INTO put VALUES (1000, 'last', 'off@ejabberd.example', '8'), (1000, 'last', 'blocked@ejabberd.example', 'forbidden');
SELECT * FROM reasons;
-- expect
-- blocked@ejabberd.example|unknown|withheld
-- hidden@ejabberd.example|invisible|-
-- off@ejabberd.example|offline|-
-- shown@ejabberd.example|visible|-
INSERT INTO stop VALUES (2000);
INSERT INTO start VALUES (100000, 'me@ejabberd.example');
SELECT * FROM reasons;
SELECT contact, resource, shown, connected, last_type, last_at FROM resource_status ORDER BY contact;
-- expect
-- blocked@ejabberd.example|unknown|no-resource
-- hidden@ejabberd.example|unknown|no-answer
-- off@ejabberd.example|unknown|no-resource
-- shown@ejabberd.example|unknown|no-answer
-- hidden@ejabberd.example|phone|0|-|invisible|1970-01-01T00:00:00.050Z
-- shown@ejabberd.example|phone|0|-|-|1970-01-01T00:00:00.050Z

-- The first stanza of this watch clears what the earlier one left, evidence too.
INSERT INTO presence (at, sender, type) SELECT 100050, contact, 'unavailable' FROM (SELECT contact FROM contact_status);
SELECT * FROM verdicts;
SELECT count(*) FROM state_evidence;
-- expect
-- blocked@ejabberd.example|unknown|-|-|-
-- hidden@ejabberd.example|unknown|-|-|-
-- off@ejabberd.example|unknown|-|-|-
-- shown@ejabberd.example|unknown|-|-|-
-- 0
