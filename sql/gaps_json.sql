-- The gaps of an account as one object; :items is the array of what gaps_ndjson.sql gives.
SELECT json_object('schema', 1, 'account', a.bare,
	'since', strftime('%Y-%m-%dT%H:%M:%fZ', (SELECT min(began) FROM watch WHERE account = a.id) / 1000.0,
		'unixepoch'),
	'as_of', strftime('%Y-%m-%dT%H:%M:%fZ', w.heard_until / 1000.0, 'unixepoch'),
	'gaps', json(:items)) AS json
FROM jid AS a JOIN watch_latest AS w ON w.account = a.id WHERE a.bare = :account;
