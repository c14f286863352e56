-- An invisible resource that says unavailable is not proved to be there any more; it is asked again.
INSERT INTO start VALUES (0, 'me@jabberd2.example');
INSERT INTO item VALUES (1, 'ann@jabberd2.example', 'both');
INSERT INTO server VALUES (10, 'jabberd2.example', 'jabberd2');
INSERT INTO presence (at, sender, type) VALUES (50, 'ann@jabberd2.example/phone', 'invisible');
INSERT INTO settle VALUES (1000);
SELECT * FROM verdicts;
-- expect
-- ann@jabberd2.example|invisible|proof|typed-invisible|phone
INSERT INTO presence (at, sender, type) VALUES (5000, 'ann@jabberd2.example/phone', 'unavailable');
SELECT * FROM verdicts;
SELECT resource, shown, connected, last_type FROM resource_status;
SELECT channel, target, due_at FROM question_due;
-- expect
-- ann@jabberd2.example|unknown|-|-|-
-- phone|0|-|unavailable
-- disco#items|ann@jabberd2.example|7000
