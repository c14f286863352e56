-- Found invisible, then it blocks us: nothing is claimed any more, not of its resources either.
INSERT INTO start VALUES (0, 'me@ejabberd.example');
INSERT INTO item VALUES (1, 'ann@ejabberd.example', 'both');
INSERT INTO server VALUES (10, 'ejabberd.example', 'ejabberd');
INSERT INTO put VALUES (1100, 'disco#items', 'ann@ejabberd.example', '["phone"]'), (1200, 'last', 'ann@ejabberd.example', '0');
SELECT * FROM verdicts;
-- expect
-- ann@ejabberd.example|invisible|session|listed|phone
INSERT INTO put VALUES (20000, 'last', 'ann@ejabberd.example', 'forbidden');
SELECT * FROM reasons;
SELECT resource, shown, connected FROM resource_status;
SELECT state, began, began_why, ended_why FROM resource_history;
-- expect
-- ann@ejabberd.example|unknown|withheld
-- phone|0|-
-- hidden|1970-01-01T00:00:01.150Z|listed|unproved
-- unknown|1970-01-01T00:00:20.050Z|unproved|-
