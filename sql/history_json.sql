-- The history of a contact as one object; :items is the array of what history_ndjson.sql gives.
SELECT json_object('schema', 1, 'account', a.bare, 'contact', :contact,
	'as_of', strftime('%Y-%m-%dT%H:%M:%fZ', w.heard_until / 1000.0, 'unixepoch'),
	'intervals', json(:items)) AS json
FROM jid AS a JOIN watch_latest AS w ON w.account = a.id WHERE a.bare = :account;
