-- The whole history of a contact as one object.
SELECT json_object('schema', 1, 'account', :account, 'contact', :contact,
	'as_of', strftime('%Y-%m-%dT%H:%M:%fZ', w.heard_until / 1000.0, 'unixepoch'),
	'intervals', (SELECT json_group_array(json(h.json)) FROM (SELECT json FROM history_json
		WHERE account = :account AND contact = :contact
		ORDER BY resource, began, ended IS NULL, ended) AS h)) AS json
FROM jid AS a JOIN watch_latest AS w ON w.account = a.id WHERE a.bare = :account;
