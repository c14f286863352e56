-- What holds of every database, whatever was heard. Each statement prints what is wrong.

SELECT 'integrity', i.* FROM pragma_integrity_check AS i WHERE i.integrity_check <> 'ok';
SELECT 'foreign key', f.* FROM pragma_foreign_key_check AS f;

SELECT 'a proof that is not in the log', c.* FROM contact_status AS c
WHERE c.proof IS NOT NULL AND NOT EXISTS (SELECT 1 FROM stanza_log AS s
	WHERE s.id = c.proof AND s.account = c.account AND s.contact = c.contact);

SELECT 'invisible without proof', c.* FROM contact_status AS c
WHERE c.verdict = 'invisible' AND (c.proof IS NULL OR c.sign IS NULL OR c.since IS NULL
	OR c.certainty IS NULL OR c.certainty NOT IN ('proof', 'session'));
SELECT 'invisible is not contact_status', * FROM (
	SELECT * FROM invisible
	EXCEPT SELECT * FROM contact_status WHERE verdict = 'invisible');
SELECT 'contact_status is not invisible', * FROM (
	SELECT * FROM contact_status WHERE verdict = 'invisible' EXCEPT SELECT * FROM invisible);

SELECT 'visible, but not shown, or the reverse', c.account, c.contact, c.verdict FROM contact_status AS c
WHERE c.verdict <> 'unsubscribed' AND (c.verdict = 'visible') <> EXISTS (
	SELECT 1 FROM resource_status AS r
	WHERE r.account = c.account AND r.contact = c.contact AND r.shown = 1);
SELECT 'shown is miscounted', c.account, c.contact, c.shown FROM state_contact AS c
WHERE c.shown <> (SELECT count(*) FROM state_resource AS r
	WHERE r.account = c.account AND r.contact = c.contact AND r.state = 'shown');
SELECT 'hidden resource, but the contact is not', c.account, c.contact, c.verdict, r.resource
FROM contact_status AS c JOIN resource_status AS r ON r.account = c.account AND r.contact = c.contact
WHERE r.connected = 1 AND c.verdict NOT IN ('visible', 'invisible', 'unsubscribed') AND c.contact LIKE '%@%';
SELECT 'invisible by a resource that is not hidden', c.contact, c.resource, c.sign, r.shown, r.connected
FROM invisible AS c JOIN resource_status AS r ON r.account = c.account AND r.contact = c.contact
	AND r.resource = c.resource
WHERE r.connected IS NOT 1 OR r.shown;
SELECT 'what the resource is now is not what its history ends with', s.account, s.contact, s.resource,
       s.connected, h.state
FROM resource_status AS s JOIN resource_history AS h ON h.account = s.account
	AND h.contact = s.contact AND h.resource = s.resource AND h.ended IS NULL
WHERE h.state IS NOT CASE WHEN s.shown THEN 'shown' WHEN s.connected = 1 THEN 'hidden'
	WHEN s.connected = 0 THEN 'offline' ELSE 'unknown' END
  AND EXISTS (SELECT 1 FROM watch AS w JOIN jid AS a ON a.id = w.account
	WHERE a.bare = s.account AND w.ended IS NULL);

-- Intervals of a resource follow one another without hole or overlap. By time, where the clock did
-- not step back; in any case every end but the last is another's beginning.
SELECT 'history: it ended before it began', h.* FROM resource_history AS h
WHERE h.ended < h.began
  AND NOT EXISTS (SELECT 1 FROM (SELECT at, lag(at) OVER (ORDER BY id) AS before FROM stanza) WHERE at < before)
  AND NOT EXISTS (SELECT 1 FROM watch AS w JOIN watch AS l ON l.id < w.id AND l.heard_until > w.began);
SELECT 'history: not where the one before ended', * FROM (
	SELECT h.*, lag(h.ended) OVER resource AS before, row_number() OVER resource AS n
	FROM resource_history AS h
	WINDOW resource AS (PARTITION BY h.account, h.contact, h.resource ORDER BY h.began, h.ended IS NULL, h.ended))
WHERE n > 1 AND before IS NOT began
  AND NOT EXISTS (SELECT 1 FROM (SELECT at, lag(at) OVER (ORDER BY id) AS before FROM stanza) WHERE at < before)
  AND NOT EXISTS (SELECT 1 FROM watch AS w JOIN watch AS l ON l.id < w.id AND l.heard_until > w.began);
SELECT 'history: an end that is no beginning', h.* FROM resource_history AS h
WHERE h.ended IS NOT NULL AND NOT EXISTS (SELECT 1 FROM resource_history AS n
	WHERE n.account = h.account AND n.contact = h.contact AND n.resource = h.resource
	  AND n.began = h.ended);
SELECT 'history: not one interval goes on', h.account, h.contact, h.resource
FROM resource_history AS h GROUP BY h.account, h.contact, h.resource
HAVING sum(h.ended IS NULL) <> 1;

-- Nobody is asked whom there is no right or no reason to ask.
SELECT 'not to be asked', c.contact, c.verdict, q.* FROM question_due AS q JOIN jid AS a ON a.id = q.account
JOIN contact_status AS c ON c.account = a.bare AND (q.target = c.contact OR q.target GLOB c.contact || '/*')
WHERE c.verdict IN ('visible', 'unsubscribed') OR c.contact NOT LIKE '%@%';
SELECT 'our own, asked', q.* FROM question_due AS q JOIN jid AS a ON a.id = q.account
WHERE q.target = a.bare OR q.target GLOB a.bare || '/*';
SELECT 'asked in a watch that is over or asks nothing', q.* FROM question_due AS q
WHERE q.watch NOT IN (SELECT id FROM watch WHERE asks = 1 AND ended IS NULL);

-- Nothing refers to a stanza that is not there (of a run of equal replies the middle goes), nor to a question.
SELECT 'dangling', * FROM (
	SELECT 'evidence' AS what, stanza AS id FROM state_evidence
	UNION ALL SELECT 'control', stanza FROM state_control
	UNION ALL SELECT 'cause', cause FROM state_resource
	UNION ALL SELECT 'silence', silent_stanza FROM state_resource
	UNION ALL SELECT 'proof', proof FROM state_contact
	UNION ALL SELECT 'farewell', gone_stanza FROM state_contact
	UNION ALL SELECT 'change', changed FROM state_contact
	UNION ALL SELECT 'began', began_by FROM state_interval
	UNION ALL SELECT 'verdict', stanza FROM state_verdict
	UNION ALL SELECT 'past', stanza FROM state_past
	UNION ALL SELECT 'before the past', before FROM state_past
	UNION ALL SELECT 'proof of a verdict', proof FROM state_verdict
	UNION ALL SELECT 'run', run FROM stanza) AS r
WHERE id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM stanza AS s WHERE s.id = r.id);
SELECT 'open, but it has its outcome, or was dropped', o.* FROM state_open AS o
WHERE NOT EXISTS (SELECT 1 FROM asked AS q WHERE q.id = o.question AND q.outcome IS NULL);
SELECT 'a run of one', s.id, s.run, s.times FROM stanza AS s
WHERE (s.run IS NULL) <> (s.times IS NULL) OR s.times < 2 OR s.run >= s.id;
SELECT 'the last verdict of the log is not the verdict', c.account, c.contact, c.verdict FROM state_contact AS c
WHERE c.verdict <> coalesce((SELECT v.verdict FROM state_verdict AS v WHERE v.account = c.account
	AND v.contact = c.contact AND v.watch = c.watch ORDER BY v.id DESC LIMIT 1), 'unknown');

-- The reasons that `why` gives are those by which the evidence was weighed.
SELECT 'why: it does not count, or stand, and no reason is given', y.contact, y.sign, y.stanza FROM why AS y
WHERE y.counts = (y.because IS NOT NULL)
   OR (y.side IN ('for', 'against') AND y.counts AND y.stands = (y.rebutted_by IS NOT NULL));
SELECT 'why: not one step decides', c.contact, c.proof, count(y.stanza) FROM contact_status AS c
LEFT JOIN why AS y ON y.account = c.account AND y.contact = c.contact AND y.decides AND y.stanza = c.proof
WHERE c.proof IS NOT NULL GROUP BY c.account, c.contact HAVING count(y.stanza) <> 1;
