-- Where a made-up resource is refused in a client's words, those words prove nothing; they deny
-- nothing either.
INSERT INTO start VALUES (0, 'me@odd.example');
INSERT INTO item VALUES (1, 'ann@odd.example', 'both'), (1, 'bob@odd.example', 'both');
INSERT INTO put_control VALUES (1100, 'ping', 'ann@odd.example', 'feature-not-implemented');
INSERT INTO put VALUES (1200, 'ping', 'ann@odd.example/phone', 'feature-not-implemented'),
	(1200, 'ping', 'bob@odd.example/phone', 'result');
SELECT * FROM verdicts;
-- expect
-- ann@odd.example|unknown|-|-|-
-- bob@odd.example|invisible|proof|answer|phone
