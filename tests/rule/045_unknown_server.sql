-- A server that is none of the known ones: lists, last and an empty list mean nothing, answers do.
INSERT INTO start VALUES (0, 'me@other.example');
INSERT INTO item VALUES (1, 'ann@other.example', 'both'), (1, 'bob@other.example', 'both'),
	(1, 'cat@other.example', 'both');
INSERT INTO server VALUES (10, 'other.example', 'Snikket 3000');
INSERT INTO put VALUES (1100, 'disco#items', 'ann@other.example', '["phone"]'), (1200, 'last', 'ann@other.example', '0'),
	(1100, 'disco#items', 'bob@other.example', '[]'), (1200, 'last', 'bob@other.example', '44');
INSERT INTO put_control VALUES (1300, 'ping', 'cat@other.example', 'item-not-found');
INSERT INTO put VALUES (1400, 'ping', 'cat@other.example/phone', 'result'),
	(1400, 'ping', 'bob@other.example/phone', 'item-not-found');
SELECT * FROM verdicts;
-- expect
-- ann@other.example|unknown|-|-|-
-- bob@other.example|unknown|-|-|-
-- cat@other.example|invisible|proof|answer|phone
