INSERT INTO hear_other (watch, at, sender, kind, type, delay, xml)
	VALUES (:watch, :at, :sender, :kind, :type, :delay, :xml);
