-- One object a contact. (Not a view: with trusted_schema off, SQLite 3.40 refuses JSON functions
-- in views.)
SELECT json_object(
	'contact', s.contact, 'name', s.name, 'verdict', s.verdict, 'certainty', s.certainty,
	'reason', s.reason, 'since', s.since,
	'resources', (SELECT json_group_array(json_object(
		'resource', r.resource, 'shown', json(iif(r.shown, 'true', 'false')),
		'connected', json(CASE r.connected WHEN 1 THEN 'true' WHEN 0 THEN 'false' ELSE 'null' END),
		'show', r.show, 'status', r.status, 'client', r.client,
		'last_type', r.last_type, 'last_at', r.last_at))
		FROM (SELECT * FROM resource_status AS x
			WHERE x.account = s.account AND x.contact = s.contact ORDER BY x.resource) AS r),
	'signs', (SELECT json_group_array(json_object(
		'sign', g.sign, 'resource', g.resource, 'at', g.at, 'channel', g.channel, 'proof', g.proof))
		FROM (SELECT * FROM sign_status AS t
			WHERE t.account = s.account AND t.contact = s.contact AND t.side = 'for'
			ORDER BY t.proof) AS g)) AS json
FROM contact_status AS s
WHERE s.account = :account AND (:all OR s.verdict = 'invisible') ORDER BY s.contact;
