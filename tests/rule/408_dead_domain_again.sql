-- A domain that could not be reached is asked again in the next round, and once it can be, so are the
-- contacts there. What a domain is, and how it says "absent", is asked anew after a day.
INSERT INTO begin_watch VALUES ('me@a.example', 'unseen', 0, 10000, 1, 3600000);
INSERT INTO item VALUES (1, 'ann@b.example', 'both'), (1, 'bob@b.example', 'both');
INSERT INTO put VALUES (10, 'disco#info', 'b.example', 'timeout');
INSERT INTO go_to_rest VALUES (12000);
SELECT count(*) FROM question_due;
SELECT contact, until FROM looks;
INSERT INTO wake_up VALUES (3600000);
SELECT channel, target, due_at FROM question_due;
-- expect
-- 0
-- ann@b.example|3600000
-- bob@b.example|3600000
-- disco#info|b.example|3600000
INSERT INTO server VALUES (3600000, 'b.example', 'ejabberd');
SELECT channel, target FROM question_due;
INSERT INTO habit_of VALUES ('ann@b.example', 'disco#items', '["phone"]'), ('bob@b.example', 'disco#items', '["phone"]'),
	('ann@b.example', 'last', '0'), ('bob@b.example', 'last', '0'),
	('ann@b.example/phone', 'ping', 'result'), ('bob@b.example/phone', 'ping', 'result'), ('b.example', 'disco#info', 'ejabberd');
INSERT INTO round_of_asking VALUES (3600100);
SELECT contact, verdict FROM contact_status;
CREATE TEMP VIEW of_the_domain AS SELECT (SELECT count(*) FROM question WHERE control) AS controls,
	(SELECT count(*) FROM question WHERE channel = 'disco#info') AS identities;
SELECT * FROM of_the_domain;
INSERT INTO round_of_asking VALUES (9000000), (80000000);
SELECT * FROM of_the_domain;
INSERT INTO round_of_asking VALUES (91000000);
SELECT * FROM of_the_domain;
-- expect
-- disco#items|ann@b.example
-- disco#items|bob@b.example
-- ann@b.example|invisible
-- bob@b.example|invisible
-- 1|2
-- 1|2
-- 2|3
