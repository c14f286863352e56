-- The answer as one object; :items is the array of what scan_ndjson.sql gives.
SELECT json_object('schema', 1, 'account', a.bare,
	'as_of', strftime('%Y-%m-%dT%H:%M:%fZ', w.heard_until / 1000.0, 'unixepoch'),
	'complete', json(iif(k.complete, 'true', 'false')),
	'contacts', json(:items)) AS json
FROM jid AS a
JOIN watch_latest AS w ON w.account = a.id
JOIN watch_complete AS k ON k.account = a.id
WHERE a.bare = :account;
