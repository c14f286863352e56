-- Makes the state again from the facts, as if all of it were heard now. The state tables are empty.
INSERT INTO state_account (account, watch) SELECT account, max(id) FROM watch GROUP BY account;
INSERT OR REPLACE INTO state_roster (account, contact, watch, name, subscription, ask, groups)
	SELECT w.account, r.contact, r.watch, r.name, r.subscription, r.ask, r.groups
	FROM roster AS r JOIN watch AS w ON w.id = r.watch ORDER BY r.id;
INSERT INTO heard SELECT * FROM heard ORDER BY stanza;
