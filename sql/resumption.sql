-- How the open watch of an account can be taken up again. The server decides how an account is written,
-- the user how it is typed.
SELECT w.id AS watch, r.id, r.handled, w.resource, j.bare AS account, w.settled_at IS NOT NULL AS settled,
       w.every, w.heard_until
FROM jid AS j
JOIN watch AS w ON w.account = j.id AND w.ended IS NULL
JOIN resumption AS r ON r.watch = w.id
WHERE j.bare = :account COLLATE NOCASE ORDER BY w.id DESC LIMIT 1;
