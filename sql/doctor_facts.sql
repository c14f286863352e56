-- What must hold of every record, and does not.
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
	UNION ALL
	SELECT count(*), 'pieces of evidence are of a stanza that is not there' FROM state_evidence
	WHERE stanza NOT IN (SELECT id FROM stanza)
	UNION ALL
	SELECT count(*), 'contacts have a proof that is not there' FROM state_contact
	WHERE proof NOT IN (SELECT id FROM stanza)
	UNION ALL
	SELECT count(*), 'contacts are invisible without a proof' FROM state_contact
	WHERE verdict = 'invisible' AND proof IS NULL
	UNION ALL
	SELECT count(*), 'resources are as a stanza says that is not there' FROM state_resource
	WHERE cause NOT IN (SELECT id FROM stanza) OR available NOT IN (SELECT id FROM stanza)
	   OR last NOT IN (SELECT id FROM stanza)
	UNION ALL
	SELECT count(*), 'intervals of the history begin by a stanza that is not there' FROM state_interval
	WHERE began_by NOT IN (SELECT id FROM stanza)
	UNION ALL
	SELECT count(*), 'contacts are counted wrong: how many resources they show' FROM state_contact AS c
	WHERE c.shown <> (SELECT count(*) FROM state_resource AS r
		WHERE r.account = c.account AND r.contact = c.contact AND r.state = 'shown')
)
SELECT n || ' ' || says AS says FROM problem WHERE n > 0;
