-- The server has told what it kept.
UPDATE cut SET until = (SELECT coalesce(max(id), 0) FROM stanza)
WHERE watch = :watch AND resumed IS NOT NULL AND until IS NULL;
