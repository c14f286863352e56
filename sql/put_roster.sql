INSERT INTO hear_roster (watch, at, contact, name, subscription, ask, groups)
	VALUES (:watch, :at, :contact, :name, :subscription, :ask, :groups);
