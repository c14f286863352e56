-- What the last watch on this account, of those inside TLS, knew its server by.
SELECT s.key, s.mechanism
FROM jid AS j JOIN watch AS w ON w.account = j.id JOIN sign_in AS s ON s.watch = w.id
WHERE j.bare = :account AND s.key IS NOT NULL ORDER BY w.id DESC LIMIT 1;
