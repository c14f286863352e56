-- Makes the state again from the facts, as if all of it were heard now. The state tables are empty.
INSERT INTO state_account (account, watch) SELECT account, max(id) FROM watch GROUP BY account;
INSERT OR REPLACE INTO state_roster (account, contact, watch, name, subscription, ask, groups)
	SELECT w.account, r.contact, r.watch, r.name, r.subscription, r.ask, r.groups
	FROM roster AS r JOIN watch AS w ON w.id = r.watch ORDER BY r.id;
INSERT INTO state_open (question, account, domain, contact, target, channel, control)
	SELECT q.id, a.account, coalesce(j.domain, j.id), j.id, q.target, q.channel, q.control
	FROM state_account AS a
	JOIN asked AS q ON q.watch = a.watch AND q.outcome IS NULL AND q.channel <> 'probe'
	JOIN resource AS r ON r.id = q.target
	JOIN jid AS j ON j.id = r.jid;
INSERT INTO heard SELECT * FROM heard ORDER BY stanza;
-- Everyone is looked at.
INSERT OR IGNORE INTO state_look (account, contact)
	SELECT r.account, r.contact
	FROM state_account AS a
	JOIN watch AS w ON w.id = a.watch
	JOIN state_roster AS r ON r.account = a.account AND r.subscription IN ('to', 'both')
	WHERE w.asks AND w.ended IS NULL;
UPDATE state_look SET until = 0, round = 0, done = NULL, after = 0;
