-- What must hold of what the rule made of the facts, and does not. For a file with this program's rule.
WITH problem (n, says) AS (
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
	WHERE cause NOT IN (SELECT id FROM stanza)
	UNION ALL
	SELECT count(*), 'intervals of the history begin by a stanza that is not there' FROM state_interval
	WHERE began_by NOT IN (SELECT id FROM stanza)
	UNION ALL
	SELECT count(*), 'moments of the past are told by a stanza that is not there' FROM state_past
	WHERE stanza NOT IN (SELECT id FROM stanza) OR before NOT IN (SELECT id FROM stanza)
	UNION ALL
	SELECT count(*), 'contacts are counted wrong: how many resources they show' FROM state_contact AS c
	WHERE c.shown <> (SELECT count(*) FROM state_resource AS r
		WHERE r.account = c.account AND r.contact = c.contact AND r.state = 'shown')
)
SELECT n || ' ' || says AS says FROM problem WHERE n > 0;
