-- A listed resource that refuses may have left just then: the list is read once more, and once only.
INSERT INTO start VALUES (0, 'me@ejabberd.example');
INSERT INTO item VALUES (1, 'ann@ejabberd.example', 'both'), (1, 'bob@ejabberd.example', 'both');
INSERT INTO server VALUES (10, 'ejabberd.example', 'ejabberd');
INSERT INTO put_control VALUES (1000, 'ping', 'ann@ejabberd.example', 'service-unavailable: User session not found');
INSERT INTO put SELECT 1100, 'disco#items', contact, '["phone"]' FROM contact_status;
INSERT INTO put SELECT 1200, 'last', contact, '0' FROM contact_status;
INSERT INTO put SELECT 1300, 'ping', contact || '/phone', 'service-unavailable: User session not found' FROM contact_status;
SELECT contact, verdict FROM contact_status ORDER BY contact;
SELECT channel, target FROM question_due ORDER BY target;
-- expect
-- ann@ejabberd.example|unknown
-- bob@ejabberd.example|unknown
-- disco#items|ann@ejabberd.example
-- disco#items|bob@ejabberd.example
INSERT INTO put VALUES (1400, 'disco#items', 'ann@ejabberd.example', '[]'), (1400, 'disco#items', 'bob@ejabberd.example', '["phone"]');
SELECT * FROM verdicts;
SELECT 'end', count(*) FROM question_due;
-- expect
-- ann@ejabberd.example|offline|-|absent|-
-- bob@ejabberd.example|invisible|session|listed|phone
-- end|0
