-- The watch goes on. What is recorded from here on the server kept, until it has told all of that.
UPDATE cut SET resumed = :at, after = (SELECT coalesce(max(id), 0) FROM stanza)
WHERE id = (SELECT max(id) FROM cut WHERE watch = :watch AND resumed IS NULL);
