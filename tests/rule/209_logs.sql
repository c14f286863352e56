-- Everything that was recorded is in the log in the order it came, presence also in a log of its own.
INSERT INTO start VALUES (1764000000123, 'me@a.example');
INSERT INTO item VALUES (1764000000123, 'ann@a.example', 'both');
INSERT INTO hear_presence VALUES (1, 1764000000999, 'ann@a.example/ph/one@home', NULL, 'away', 'a"b', -3, 'http://c',
	1763999999500, '<presence/>');
INSERT INTO hear_other VALUES (1, 1764000001000, 'ann@a.example/x', 'message', 'chat', NULL, '<message>');
INSERT INTO put VALUES (1764000002000, 'ping', 'ann@a.example/x', 'timeout');
SELECT * FROM stanza_log;
SELECT * FROM presence_log;
-- expect
-- 1|2025-11-24T16:00:00.999Z|me@a.example|ann@a.example|ph/one@home|presence|-|<presence/>
-- 2|2025-11-24T16:00:01.000Z|me@a.example|ann@a.example|x|message|chat|<message>
-- 3|2025-11-24T16:00:12.000Z|me@a.example|ann@a.example|x|timeout|-|-
-- 1|2025-11-24T16:00:00.999Z|me@a.example|ann@a.example|ph/one@home|-|away|a"b|-3|2025-11-24T15:59:59.500Z|1|<presence/>
