-- jabberd2 lists nobody, so nobody without a resource is asked for a list; but last = 0 tells who is
-- behind a privacy list: said again 2 s after it was heard, for it is said of a session that just ended, too.
INSERT INTO start VALUES (0, 'me@jabberd2.example');
INSERT INTO item VALUES (1, 'ann@jabberd2.example', 'both');
INSERT INTO server VALUES (10, 'jabberd2.example', 'jabberd2');
SELECT channel, target, due_at FROM question_due;
-- expect
-- last|ann@jabberd2.example|1000
INSERT INTO put VALUES (1000, 'last', 'ann@jabberd2.example', '0');
SELECT * FROM verdicts;
SELECT channel, target, due_at FROM question_due;
-- expect
-- ann@jabberd2.example|unknown|-|-|-
-- last|ann@jabberd2.example|3050
INSERT INTO put VALUES (3050, 'last', 'ann@jabberd2.example', '0');
SELECT * FROM verdicts;
SELECT 'end', count(*) FROM question_due;
-- expect
-- ann@jabberd2.example|invisible|session|last-zero|-
-- end|0
