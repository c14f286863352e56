-- For people: every contact, the verdict and how it is known. Times are local unless :utc.
SELECT c.contact, c.verdict,
       iif(:utc, c.since, strftime('%Y-%m-%d %H:%M:%S', c.since, 'localtime')) AS since,
       c.resource,
       coalesce(s.says || ' (stanza ' || c.proof || ')', u.says) AS how_it_is_known
FROM contact_status AS c
LEFT JOIN sign AS s ON s.name = c.sign
LEFT JOIN unknown_because AS u ON u.reason = c.reason
WHERE c.account = :account ORDER BY c.contact;
