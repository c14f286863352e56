-- For machines: the same changes, one object each.
SELECT json_object('contact', v.contact, 'at', v.at, 'was', v.was, 'verdict', v.verdict,
	'certainty', v.certainty, 'sign', v.sign, 'resource', v.resource, 'proof', v.proof) AS json
FROM state_verdict AS n
JOIN watch AS w ON w.id = n.watch
JOIN verdict_history AS v ON v.id = n.id
WHERE n.watch = :watch AND n.id > :after AND n.at >= w.settled_at ORDER BY v.id;
