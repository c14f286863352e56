-- The watch that is open.
SELECT w.id FROM watch AS w JOIN jid AS j ON j.id = w.account
WHERE j.bare = :account AND w.ended IS NULL;
