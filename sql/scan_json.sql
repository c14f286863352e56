-- The whole answer as one object, every contact in it.
SELECT json_object('schema', 1, 'account', a.bare,
	'as_of', strftime('%Y-%m-%dT%H:%M:%fZ', w.heard_until / 1000.0, 'unixepoch'),
	'complete', json(iif(k.complete, 'true', 'false')),
	'contacts', (SELECT json_group_array(json(j.json))
		FROM (SELECT json FROM contact_json WHERE account = :account ORDER BY contact) AS j)) AS json
FROM jid AS a
JOIN watch_latest AS w ON w.account = a.id
JOIN watch_complete AS k ON k.account = a.id
WHERE a.bare = :account;
