UPDATE cut SET resumed = :at, after = (SELECT coalesce(max(id), 0) FROM stanza)
	WHERE watch = :watch AND resumed IS NULL;
