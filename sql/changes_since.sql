-- For people: the changes of verdicts after one of them. What the flood of presence at sign-in brought is no
-- news. Times are local unless :utc.
SELECT iif(:utc, v.at, strftime('%Y-%m-%d %H:%M:%S', v.at, 'localtime')) AS at, v.contact, v.was,
       v.verdict, v.resource, s.says || ' (stanza ' || v.proof || ')' AS how_it_is_known
FROM state_verdict AS n
JOIN watch AS w ON w.id = n.watch
JOIN verdict_history AS v ON v.id = n.id
LEFT JOIN sign AS s ON s.name = v.sign
WHERE n.watch = :watch AND n.id > :after AND n.at >= w.settled_at ORDER BY v.id;
