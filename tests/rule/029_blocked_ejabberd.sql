-- Who blocks us is listed all the same on ejabberd, and reads unknown from the first answer to the
-- last: listed is believed only once last was answered.
INSERT INTO start VALUES (0, 'me@ejabberd.example');
INSERT INTO item VALUES (1, 'ann@ejabberd.example', 'both'), (1, 'bob@ejabberd.example', 'both'),
	(1, 'cat@ejabberd.example', 'both');
INSERT INTO server VALUES (10, 'ejabberd.example', 'ejabberd');
INSERT INTO put SELECT 1100, 'disco#items', contact, '["phone"]' FROM contact_status;
SELECT * FROM verdicts;
-- expect
-- ann@ejabberd.example|unknown|-|-|-
-- bob@ejabberd.example|unknown|-|-|-
-- cat@ejabberd.example|unknown|-|-|-
INSERT INTO put VALUES (1200, 'last', 'ann@ejabberd.example', 'forbidden'),
	(1200, 'last', 'bob@ejabberd.example', 'subscription-required'),
	(1200, 'last', 'cat@ejabberd.example', 'not-authorized');
INSERT INTO put_control VALUES (1300, 'ping', 'ann@ejabberd.example', 'service-unavailable: User session not found');
INSERT INTO put SELECT 1400, 'ping', contact || '/phone', 'service-unavailable' FROM contact_status;
SELECT * FROM reasons;
-- expect
-- ann@ejabberd.example|unknown|withheld
-- bob@ejabberd.example|unknown|withheld
-- cat@ejabberd.example|unknown|withheld
