-- What must hold of every record's facts, and does not.
WITH problem (n, says) AS (
	SELECT count(*), 'watches end before they began' FROM watch WHERE heard_until < began OR ended < began
	UNION ALL
	SELECT count(*), 'accounts have two open watches' FROM (
		SELECT 1 FROM watch WHERE ended IS NULL GROUP BY account HAVING count(*) > 1)
	UNION ALL
	SELECT count(*), 'open watches are not the last of their account' FROM watch AS w
	WHERE w.ended IS NULL AND EXISTS (SELECT 1 FROM watch AS l WHERE l.account = w.account AND l.id > w.id)
	UNION ALL
	SELECT count(*), 'tables have an id that was never given out: the order of things is lost' FROM (
		SELECT 'stanza' AS name, max(id) AS id FROM stanza UNION ALL SELECT 'watch', max(id) FROM watch) AS t
	WHERE t.id > coalesce((SELECT s.seq FROM sqlite_sequence AS s WHERE s.name = t.name), 0)
)
SELECT n || ' ' || says AS says FROM problem WHERE n > 0;
