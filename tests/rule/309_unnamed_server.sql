-- A server whose identity tells nothing is asked for its version; the contacts wait for that. One
-- that tells nothing there either is asked what any server might answer.
INSERT INTO start VALUES (0, 'me@a.example');
INSERT INTO item VALUES (1, 'ann@a.example', 'both'), (1, 'bob@b.example', 'both');
INSERT INTO server VALUES (10, 'a.example', NULL), (10, 'b.example', 'Some Server');
SELECT channel, target FROM question_due ORDER BY target;
-- expect
-- version|a.example
-- version|b.example
INSERT INTO put_either VALUES (100, 'version', 'a.example', 'result', 'ejabberd', 0);
INSERT INTO put VALUES (100, 'version', 'b.example', 'feature-not-implemented');
SELECT channel, target FROM question_due ORDER BY target;
-- expect
-- disco#items|ann@a.example
-- disco#items|bob@b.example
INSERT INTO put VALUES (1100, 'disco#items', 'bob@b.example', '[]'), (1100, 'disco#items', 'ann@a.example', '[]');
SELECT * FROM verdicts;
SELECT 'end', count(*) FROM question_due;
-- expect
-- ann@a.example|offline|-|absent|-
-- bob@b.example|unknown|-|-|-
-- end|0
