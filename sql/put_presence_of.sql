-- The same, by name: of a sender whose number is not known.
INSERT INTO hear_presence (watch, at, sender, type, show, status, priority, client, delay, xml)
	VALUES (:watch, :at, :sender, :type, :show, :status, :priority, :client, :delay, :xml);
