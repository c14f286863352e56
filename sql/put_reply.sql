INSERT INTO hear_reply (question, at, kind, sender, type, condition, text, seconds, echo, software, xml)
	VALUES (:question, :at, :kind, :sender, :type, :condition, :text, :seconds, :echo, :software, :xml);
