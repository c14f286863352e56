-- The line of the watch is cut, or was, at :at, unless that is noted already.
INSERT INTO cut (watch, began, reason)
	SELECT :watch, :at, :reason
	WHERE NOT EXISTS (SELECT 1 FROM cut WHERE watch = :watch AND resumed IS NULL);
