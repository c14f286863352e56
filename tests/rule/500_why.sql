-- The chain from stanza to verdict. Ann blocked the account's view of her, or so it seems; Bob left, was asked too
-- early, then in time; his refusal is rebutted by his answer. Cat is listed, and last was not told; Dan's
-- server says 0 and lists nobody; Eve leaves a question open.
INSERT INTO start VALUES (0, 'me@ejabberd.example');
INSERT INTO item VALUES (1, 'ann@ejabberd.example', 'both'), (1, 'bob@ejabberd.example', 'both'), (1, 'cat@ejabberd.example', 'both'),
	(1, 'dan@ejabberd.example', 'both'), (1, 'eve@ejabberd.example', 'both');
INSERT INTO server VALUES (10, 'ejabberd.example', 'ejabberd');
INSERT INTO presence (at, sender, type) VALUES (20, 'bob@ejabberd.example/phone', NULL), (30, 'bob@ejabberd.example/phone', 'unavailable');
INSERT INTO put VALUES (1100, 'disco#items', 'ann@ejabberd.example', '["tablet"]'), (1200, 'last', 'ann@ejabberd.example', 'forbidden');
INSERT INTO put_control VALUES (1300, 'ping', 'bob@ejabberd.example', 'service-unavailable: User session not found');
INSERT INTO put VALUES (1400, 'ping', 'bob@ejabberd.example/phone', 'result'),
	(2100, 'version', 'bob@ejabberd.example/phone', 'service-unavailable: User session not found'),
	(2200, 'disco#items', 'cat@ejabberd.example', '["desk"]'), (2300, 'last', 'dan@ejabberd.example', '0'),
	(2400, 'ping', 'eve@ejabberd.example/phone', 'timeout');
CREATE TEMP VIEW told AS SELECT contact, stanza, sign, resource, counts, stands, decides, because, rebutted_by FROM why
	WHERE sign <> 'answered' ORDER BY contact, stanza, sign;
SELECT * FROM told;
-- Without a control on the channel, the refusal says nothing; asked too early, the answer does not count.
-- expect
-- ann@ejabberd.example|4|listed|tablet|0|0|0|it seems to block us, and then no answer proves anything|-
-- ann@ejabberd.example|5|withheld|-|1|0|1|-|-
-- bob@ejabberd.example|3|left|phone|1|1|0|-|-
-- bob@ejabberd.example|7|answer|phone|0|0|0|it was asked less than 2 s after the unavailable of stanza 3|-
-- cat@ejabberd.example|9|listed|desk|0|0|0|last activity was not told as well: who blocks us is listed, too|-
-- dan@ejabberd.example|10|last-zero|-|0|0|0|its server lists sessions, and the list does not confirm it|-
-- eve@ejabberd.example|11|unanswered|phone|1|0|0|-|-

-- Refused like the made-up resource, then he answers; then he answers the same again and again.
INSERT INTO put VALUES (5000, 'ping', 'bob@ejabberd.example/phone', 'service-unavailable: User session not found');
SELECT sign, stanza, asked, asked_at, control LIKE 'bob@ejabberd.example/made-up-%' AS made_up, control_at, control_condition,
	control_text, control_stanza, stands FROM why WHERE sign = 'refused';
INSERT INTO put VALUES (6000, 'ping', 'bob@ejabberd.example/phone', 'result'), (7000, 'ping', 'bob@ejabberd.example/phone', 'result'),
	(8000, 'ping', 'bob@ejabberd.example/phone', 'result');
SELECT sign, stanza, certainty, decides, stands, rebutted_by, times, first, first_at FROM why
	WHERE contact LIKE 'bob@%' AND side IN ('for', 'against');
-- A farewell voids it all.
INSERT INTO presence (at, sender, type) VALUES (9000, 'bob@ejabberd.example/phone', 'unavailable');
SELECT sign, stanza, because FROM why WHERE contact LIKE 'bob@%' AND side IN ('for', 'against');
-- expect
-- refused|12|bob@ejabberd.example/phone|1970-01-01T00:00:05.000Z|1|1970-01-01T00:00:01.300Z|service-unavailable|User session not found|6|1
-- answer|15|proof|1|1|-|3|13|1970-01-01T00:00:06.050Z
-- refused|12|-|0|0|15|1|-|-
-- answer|15|it came before stanza 16, the last unavailable
-- refused|12|it came before stanza 16, the last unavailable

-- Who could forge it is told of everything, and what would rebut it of all that is for or against.
SELECT count(*) FROM sign WHERE forgeable = '' OR (side IN ('for', 'against') AND rebutted IS NULL);
SELECT name, forgeable FROM sign WHERE name = 'refused';
-- expect
-- 0
-- refused|its own client: who is there can say, word for word, that nobody is; its server or ours

-- Who shows itself: the presence it is shown by.
INSERT INTO presence (at, sender) VALUES (20000, 'cat@ejabberd.example/desk');
SELECT sign, resource, stands FROM why WHERE contact LIKE 'cat@%' AND side = 'presence';
-- Another watch, of which there is no evidence yet.
INSERT INTO stop VALUES (30000);
INSERT INTO start VALUES (40000, 'me@ejabberd.example');
SELECT count(*) FROM why;
-- expect
-- shown|desk|1
-- 0
