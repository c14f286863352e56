-- A domain is asked once its presence has been quiet for a second; a domain that never goes quiet is
-- asked when the longest wait is over. The flood of one domain delays no other.
INSERT INTO start VALUES (0, 'me@a.example');
INSERT INTO item VALUES (1, 'ann@a.example', 'both'), (1, 'bob@b.example', 'both');
INSERT INTO server VALUES (10, 'a.example', 'ejabberd'), (10, 'b.example', 'ejabberd');
SELECT target, due_at FROM question_due ORDER BY target;
-- expect
-- ann@a.example|1000
-- bob@b.example|1000
INSERT INTO presence (at, sender) VALUES (500, 'x@a.example/1'), (700, 'y@a.example/1');
SELECT target, due_at FROM question_due ORDER BY target;
-- expect
-- ann@a.example|1700
-- bob@b.example|1000
INSERT INTO presence (at, sender) SELECT value * 100, 'z@a.example/1' FROM generate_series(8, 95);
SELECT target, due_at FROM question_due ORDER BY target;
-- expect
-- ann@a.example|10000
-- bob@b.example|1000

-- Long after the sign-in: two seconds after the unavailable, and no other presence matters.
INSERT INTO presence (at, sender, type) VALUES (60000, 'ann@a.example/phone', NULL), (70000, 'ann@a.example/phone', 'unavailable'),
	(71500, 'z@a.example/1', NULL);
SELECT target, due_at FROM question_due ORDER BY target;
-- expect
-- ann@a.example|72000
-- bob@b.example|1000
