-- The server has told the whole roster: what it did not mention is gone from it.
INSERT INTO hear_roster (watch, at, contact, subscription)
	SELECT w.id, :at, j.bare, 'remove'
	FROM watch AS w
	JOIN state_roster AS r ON r.account = w.account AND r.watch <> w.id AND r.subscription <> 'remove'
	JOIN jid AS j ON j.id = r.contact
	WHERE w.id = :watch;
