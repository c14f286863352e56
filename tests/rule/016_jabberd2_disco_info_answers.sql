-- On jabberd2 the server answers disco#info for an absent resource: with that channel's control
-- answered, the answer is no sign; without any control it is none either.
INSERT INTO start VALUES (0, 'me@jabberd2.example');
INSERT INTO item VALUES (1, 'ann@jabberd2.example', 'both');
INSERT INTO server VALUES (10, 'jabberd2.example', 'jabberd2');
INSERT INTO put VALUES (1100, 'disco#info', 'ann@jabberd2.example/phone', 'result');
SELECT * FROM verdicts;
-- expect
-- ann@jabberd2.example|unknown|-|-|-
INSERT INTO put_control VALUES (1200, 'disco#info', 'ann@jabberd2.example', 'result');
INSERT INTO put VALUES (1300, 'disco#info', 'ann@jabberd2.example/phone', 'result');
INSERT INTO put_control VALUES (1400, 'ping', 'ann@jabberd2.example', 'service-unavailable');
INSERT INTO put VALUES (1500, 'disco#info', 'ann@jabberd2.example/phone', 'result');
SELECT * FROM verdicts;
-- expect
-- ann@jabberd2.example|unknown|-|-|-
