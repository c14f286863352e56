-- The line of a watch is cut. One cut at a time.
INSERT INTO cut (watch, began, reason)
	SELECT w.id, w.heard_until, :reason FROM watch AS w
	WHERE w.id = :watch AND NOT EXISTS (SELECT 1 FROM cut WHERE watch = :watch AND resumed IS NULL);
