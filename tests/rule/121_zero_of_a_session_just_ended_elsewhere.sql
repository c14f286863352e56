-- Within the second in which a session ended, one without presence too, jabberd2 says last 0 as it does of
-- who is available behind a privacy list (measured). Only a 0 that was said 2 s before the question is a sign.
INSERT INTO start VALUES (0, 'me@jabberd2.example');
INSERT INTO item VALUES (1, 'ann@jabberd2.example', 'both'), (1, 'bob@jabberd2.example', 'both'),
	(1, 'cid@jabberd2.example', 'both'), (1, 'dan@jabberd2.example', 'both');
INSERT INTO server VALUES (10, 'jabberd2.example', 'jabberd2');
INSERT INTO put SELECT 1200, 'last', contact, '0' FROM contact_status;
SELECT * FROM verdicts;
-- expect
-- ann@jabberd2.example|unknown|-|-|-
-- bob@jabberd2.example|unknown|-|-|-
-- cid@jabberd2.example|unknown|-|-|-
-- dan@jabberd2.example|unknown|-|-|-

-- Bob is gone, cid was asked too soon, dan's server had no time.
INSERT INTO put VALUES (3300, 'last', 'ann@jabberd2.example', '0'), (3300, 'last', 'bob@jabberd2.example', '2'),
	(3200, 'last', 'cid@jabberd2.example', '0'), (3300, 'last', 'dan@jabberd2.example', 'timeout');
SELECT * FROM verdicts;
SELECT 'left', count(*) FROM question_due;
-- expect
-- ann@jabberd2.example|invisible|session|last-zero|-
-- bob@jabberd2.example|unknown|-|-|-
-- cid@jabberd2.example|unknown|-|-|-
-- dan@jabberd2.example|unknown|-|-|-
-- left|0

-- The next round: a 0 said before holds, unless another number came in between.
INSERT INTO put VALUES (60000, 'last', 'ann@jabberd2.example', '0'), (60000, 'last', 'bob@jabberd2.example', '0'),
	(60000, 'last', 'cid@jabberd2.example', '0'), (60000, 'last', 'dan@jabberd2.example', '0');
SELECT * FROM verdicts;
-- expect
-- ann@jabberd2.example|invisible|session|last-zero|-
-- bob@jabberd2.example|unknown|-|-|-
-- cid@jabberd2.example|invisible|session|last-zero|-
-- dan@jabberd2.example|invisible|session|last-zero|-
INSERT INTO put VALUES (70000, 'last', 'ann@jabberd2.example', '9'), (73000, 'last', 'ann@jabberd2.example', '0');
SELECT * FROM verdicts;
-- expect
-- ann@jabberd2.example|unknown|-|-|-
-- bob@jabberd2.example|unknown|-|-|-
-- cid@jabberd2.example|invisible|session|last-zero|-
-- dan@jabberd2.example|invisible|session|last-zero|-
