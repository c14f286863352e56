-- One contact's made-up resource is left open; the others are still judged by the domain's control.
INSERT INTO start VALUES (0, 'me@a.example');
INSERT INTO item VALUES (1, 'ann@a.example', 'both'), (1, 'bob@a.example', 'both');
INSERT INTO put_control VALUES (100, 'ping', 'ann@a.example', 'service-unavailable');
INSERT INTO put_control VALUES (200, 'ping', 'bob@a.example', 'timeout');
INSERT INTO put VALUES (11000, 'ping', 'ann@a.example/phone', 'result');
INSERT INTO item VALUES (11100, 'cat@a.example', 'both');
INSERT INTO put VALUES (11200, 'ping', 'cat@a.example/phone', 'result');
SELECT * FROM verdicts;
-- expect
-- ann@a.example|invisible|proof|answer|phone
-- bob@a.example|unknown|-|-|-
-- cat@a.example|invisible|proof|answer|phone
