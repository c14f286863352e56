-- The verdict on a contact and what it rests on as one object; :items is the array of what why_ndjson.sql
-- gives. Of who is not on the roster there is no verdict.
SELECT json_object('schema', 1, 'account', a.bare, 'contact', :contact,
	'as_of', strftime('%Y-%m-%dT%H:%M:%fZ', w.heard_until / 1000.0, 'unixepoch'),
	'verdict', s.verdict, 'certainty', s.certainty, 'since', s.since, 'reason', s.reason,
	'says', coalesce(c.says, u.says), 'proof', s.proof, 'chain', json(:items)) AS json
FROM jid AS a
JOIN watch_latest AS w ON w.account = a.id
LEFT JOIN contact_status AS s ON s.account = a.bare AND s.contact = :contact
LEFT JOIN certain AS c ON c.certainty = s.certainty
LEFT JOIN unknown_because AS u ON u.reason = s.reason
WHERE a.bare = :account;
