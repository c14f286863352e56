-- Subscription requests, probes, errors and types nobody has heard of change nothing that is shown,
-- and are no last presence; they are in the log.
INSERT INTO start VALUES (0, 'me@a.example');
INSERT INTO item VALUES (1, 'ann@a.example', 'both'), (1, 'bob@a.example', 'both');
INSERT INTO presence (at, sender) VALUES (50, 'ann@a.example/phone');
INSERT INTO presence (at, sender, type) SELECT 100, who, value FROM json_each('["subscribe", "subscribed",
	"unsubscribe", "unsubscribed", "probe", "error", "Unavailable", "vanished", ""]'),
	(SELECT 'ann@a.example/phone' AS who UNION SELECT 'ann@a.example' UNION SELECT 'bob@a.example/phone'
	 UNION SELECT 'bob@a.example');
SELECT contact, verdict, last_type, last_at FROM contact_status ORDER BY contact;
SELECT contact, resource, shown, last_type, last_at FROM resource_status;
SELECT contact, resource, state, ended FROM resource_history;
SELECT count(*) FROM presence_log;
-- expect
-- ann@a.example|visible|-|1970-01-01T00:00:00.050Z
-- bob@a.example|unknown|-|-
-- ann@a.example|phone|1|-|1970-01-01T00:00:00.050Z
-- ann@a.example|phone|shown|-
-- 37
