-- Where the server's list proves the session, silence of the resource is not asked after twice.
INSERT INTO start VALUES (0, 'me@ejabberd.example');
INSERT INTO item VALUES (1, 'ann@ejabberd.example', 'both');
INSERT INTO server VALUES (10, 'ejabberd.example', 'ejabberd');
INSERT INTO put VALUES (1000, 'disco#items', 'ann@ejabberd.example', '["phone"]'), (1100, 'last', 'ann@ejabberd.example', '0');
INSERT INTO put_control VALUES (1200, 'ping', 'ann@ejabberd.example', 'service-unavailable: User session not found');
INSERT INTO put VALUES (1300, 'ping', 'ann@ejabberd.example/phone', 'timeout');
SELECT 'end', count(*) FROM question_due;
SELECT * FROM verdicts;
-- expect
-- end|0
-- ann@ejabberd.example|invisible|session|listed|phone
