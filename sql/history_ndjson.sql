-- One object an interval.
SELECT json_object(
	'contact', h.contact, 'resource', h.resource, 'began', h.began, 'ended', h.ended,
	'state', h.state, 'show', h.show, 'status', h.status,
	'began_by', h.began_by, 'began_why', h.began_why,
	'ended_by', h.ended_by, 'ended_why', h.ended_why,
	'uncertain', json(iif(h.uncertain, 'true', 'false'))) AS json
FROM resource_history AS h
WHERE h.account = :account AND h.contact = :contact
ORDER BY h.resource, h.began, h.ended IS NULL, h.ended;
