-- The line on which these questions were put is gone: they count as never asked.
UPDATE question SET dropped = 1
	WHERE watch = :watch AND NOT EXISTS (SELECT 1 FROM stanza AS s WHERE s.question = question.id);
