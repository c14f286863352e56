-- A thousand rounds in which a hidden contact answers the same: of each question the first reply and the
-- last are kept, and in the last how many there were. The first proof stays, and since when. (Of the bare JID
-- that is the run after the first round: there the list and the zero were followed by a change, the proof.)
INSERT INTO begin_watch VALUES ('me@ejabberd.example', 'unseen', 0, 10000, 1, 60000);
INSERT INTO item VALUES (1, 'ann@ejabberd.example', 'both'), (1, 'bob@ejabberd.example', 'both');
INSERT INTO server VALUES (60, 'ejabberd.example', 'ejabberd');
INSERT INTO habit_of VALUES ('ann@ejabberd.example', 'disco#items', '["phone"]'), ('ann@ejabberd.example', 'last', '0'),
	('ann@ejabberd.example/phone', 'ping', 'result');
INSERT INTO round_of_asking VALUES (2000);
SELECT 'first proof', proof FROM invisible;
-- bob's server does not answer for him.
INSERT INTO round_of_asking SELECT 2000 + value * 80000 FROM generate_series(1, 999);
CREATE TEMP VIEW kept AS SELECT j.bare AS contact, q.channel, count(*) AS kept, count(DISTINCT s.run) AS runs, max(s.times) AS times
	FROM stanza AS s JOIN question AS q ON q.id = s.question
	JOIN resource AS r ON r.id = q.target JOIN jid AS j ON j.id = r.jid AND j.domain IS NOT NULL
	WHERE q.control = 0 GROUP BY j.bare, q.channel;
SELECT * FROM kept WHERE contact LIKE 'ann@%';
SELECT contact, channel, kept, runs FROM kept WHERE contact LIKE 'bob@%';
SELECT verdict, certainty, since FROM contact_status WHERE contact LIKE 'ann@%';
SELECT 'changes', count(*) FROM verdict_history WHERE contact LIKE 'ann@%';
SELECT 'the first proof', kind, type, run IS NULL AS first FROM stanza WHERE id IN (SELECT proof FROM verdict_history ORDER BY id DESC LIMIT 1);
-- expect
-- first proof|7
-- ann@ejabberd.example|disco#items|3|1|999
-- ann@ejabberd.example|last|3|1|999
-- ann@ejabberd.example|ping|2|1|1000
-- bob@ejabberd.example|disco#items|2|1
-- bob@ejabberd.example|last|2|1
-- invisible|proof|1970-01-01T00:00:02.050Z
-- changes|1
-- the first proof|iq|result|1
