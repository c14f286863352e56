-- One proof counts no more, another one still does: the resource stays hidden.
INSERT INTO start VALUES (0, 'me@ejabberd.example');
INSERT INTO item VALUES (1, 'ann@ejabberd.example', 'both');
INSERT INTO server VALUES (10, 'ejabberd.example', 'ejabberd');
INSERT INTO put VALUES (1100, 'disco#items', 'ann@ejabberd.example', '["phone"]'), (1200, 'last', 'ann@ejabberd.example', '0');
INSERT INTO put_control VALUES (1300, 'ping', 'ann@ejabberd.example', 'service-unavailable: User session not found');
INSERT INTO put VALUES (1400, 'ping', 'ann@ejabberd.example/phone', 'result');
INSERT INTO put VALUES (2000, 'last', 'ann@ejabberd.example', 'policy-violation');
SELECT * FROM verdicts;
SELECT resource, connected FROM resource_status;
SELECT state, began, ended FROM resource_history;
-- expect
-- ann@ejabberd.example|invisible|proof|answer|phone
-- phone|1
-- hidden|1970-01-01T00:00:01.150Z|-
