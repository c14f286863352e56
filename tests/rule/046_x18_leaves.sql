-- An invisible resource that says unavailable is not proved to be there any more; it is asked again.
-- During the sign-in (bob) that is no report of a hidden session either.
INSERT INTO start VALUES (0, 'me@jabberd2.example');
INSERT INTO item VALUES (1, 'ann@jabberd2.example', 'both'), (1, 'bob@jabberd2.example', 'both');
INSERT INTO server VALUES (10, 'jabberd2.example', 'jabberd2');
INSERT INTO presence (at, sender, type) VALUES (50, 'ann@jabberd2.example/phone', 'invisible'),
	(50, 'bob@jabberd2.example/phone', 'invisible');
SELECT * FROM verdicts;
-- expect
-- ann@jabberd2.example|invisible|proof|typed-invisible|phone
-- bob@jabberd2.example|invisible|proof|typed-invisible|phone
INSERT INTO presence (at, sender, type) VALUES (500, 'bob@jabberd2.example/phone', 'unavailable');
INSERT INTO settle VALUES (1500);
INSERT INTO presence (at, sender, type) VALUES (5000, 'ann@jabberd2.example/phone', 'unavailable');
SELECT * FROM verdicts;
SELECT contact, resource, shown, connected, last_type FROM resource_status ORDER BY contact;
SELECT channel, target, due_at FROM question_due ORDER BY due_at;
-- expect
-- ann@jabberd2.example|unknown|-|-|-
-- bob@jabberd2.example|unknown|-|-|-
-- ann@jabberd2.example|phone|0|-|unavailable
-- bob@jabberd2.example|phone|0|-|unavailable
-- disco#items|bob@jabberd2.example|6000
-- disco#items|ann@jabberd2.example|7000
