-- What the last watch on this account, of those inside TLS, knew its server by. The server decides how
-- an account is written, the user how it is typed.
SELECT s.key, s.mechanism
FROM watch AS w JOIN jid AS j ON j.id = w.account JOIN sign_in AS s ON s.watch = w.id
WHERE j.bare = :account COLLATE NOCASE AND s.key IS NOT NULL ORDER BY w.id DESC LIMIT 1;
