-- For people: the invisible contacts and how each is known. Times are local unless :utc.
SELECT c.contact,
       iif(:utc, c.since, strftime('%Y-%m-%d %H:%M:%S', c.since, 'localtime')) AS since,
       c.resource, s.says || ' (stanza ' || c.proof || ')' AS how_it_is_known
FROM invisible AS c JOIN sign AS s ON s.name = c.sign
WHERE c.account = :account ORDER BY c.contact;
