INSERT INTO stanza (watch, at, kind, type, sender, show, status, priority, client, delay, xml)
	VALUES (:watch, :at, 'presence', :type, :sender, :show, :status, :priority, :client, :delay, :xml);
