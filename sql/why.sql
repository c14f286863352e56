-- For people: the verdict on a contact, then what it rests on, from the first stanza to the last, a line a
-- step. Times are local unless :utc.
WITH
verdict AS (
	SELECT s.verdict, s.certainty, s.reason, s.proof,
	       iif(:utc, s.since, strftime('%Y-%m-%d %H:%M:%S', s.since, 'localtime')) AS since,
	       iif(:utc, strftime('%Y-%m-%dT%H:%M:%fZ', w.heard_until / 1000.0, 'unixepoch'),
	           strftime('%Y-%m-%d %H:%M:%S', w.heard_until / 1000.0, 'unixepoch', 'localtime')) AS as_of
	FROM jid AS a
	JOIN watch_latest AS w ON w.account = a.id
	LEFT JOIN contact_status AS s ON s.account = a.bare AND s.contact = :contact
	WHERE a.bare = :account
),
step AS (
	SELECT y.stanza, y.side, y.resource, y.channel, y.says, y.decides, y.counts, y.stands, y.because,
	       y.rebutted_by, y.rebutted_if, y.asked, y.control, y.control_condition, y.control_text, y.control_stanza,
	       y.times, y.first, y.forgeable,
	       iif(:utc, y.at, strftime('%Y-%m-%d %H:%M:%S', y.at, 'localtime')) AS at,
	       iif(:utc, y.asked_at, strftime('%Y-%m-%d %H:%M:%S', y.asked_at, 'localtime')) AS asked_at,
	       iif(:utc, y.control_at, strftime('%Y-%m-%d %H:%M:%S', y.control_at, 'localtime')) AS control_at,
	       iif(:utc, y.first_at, strftime('%Y-%m-%d %H:%M:%S', y.first_at, 'localtime')) AS first_at,
	       row_number() OVER (ORDER BY y.stanza, y.sign, y.resource, y.channel) AS n
	FROM why AS y
	WHERE y.account = :account AND y.contact = :contact
	  -- of a stanza that says more, that it is an answer needs no saying
	  AND (y.sign <> 'answered' OR NOT EXISTS (SELECT 1 FROM why AS o WHERE o.account = y.account
		AND o.contact = y.contact AND o.stanza = y.stanza AND o.sign <> y.sign))
),
line (n, rank, what, how) AS (
	SELECT 0, 1, :contact, coalesce(verdict, 'not on the roster: there is no verdict')
	       || coalesce(' since ' || since, '') || coalesce('; as of ' || as_of, '') FROM verdict
	UNION ALL
	SELECT 0, 2, 'certainty', v.certainty || ': ' || c.says
	FROM verdict AS v JOIN certain AS c ON c.certainty = v.certainty
	UNION ALL
	SELECT 0, 3, 'reason', v.reason || ': ' || u.says
	FROM verdict AS v JOIN unknown_because AS u ON u.reason = v.reason
	UNION ALL
	SELECT 0, 4, 'decided by', 'stanza ' || proof FROM verdict WHERE proof IS NOT NULL
	UNION ALL
	SELECT n, 1, 'stanza ' || stanza, at || '  ' || coalesce(resource || ' ', '') || says FROM step
	UNION ALL
	SELECT n, 2, '  asked', channel || ' to ' || asked || ' at ' || asked_at FROM step WHERE asked_at IS NOT NULL
	UNION ALL
	SELECT n, 3, '  control', 'the made-up ' || control || ', asked at ' || control_at || ', got '
	       || control_condition || coalesce(' "' || control_text || '"', '') || ' (stanza ' || control_stanza || ')'
	FROM step WHERE control IS NOT NULL
	UNION ALL
	SELECT n, 4, '  counts', CASE WHEN decides THEN 'yes, and decides' WHEN NOT counts THEN 'no: ' || because
	       WHEN side = 'past' THEN 'for nothing now: it tells of the past'
	       WHEN side NOT IN ('for', 'against') THEN 'for nothing by itself: it is needed to read the others'
	       WHEN stands THEN 'yes'
	       ELSE 'no longer: stanza ' || rebutted_by || ' says the opposite' END
	FROM step WHERE side <> 'presence'
	UNION ALL
	SELECT n, 5, '  rebutted', 'by ' || rebutted_if FROM step
	WHERE counts AND (stands OR side = 'context') AND rebutted_if IS NOT NULL
	UNION ALL
	SELECT n, 6, '  repeated', times || ' times, word for word, since ' || first_at || ' (stanza ' || first || ')'
	FROM step WHERE first IS NOT NULL
	UNION ALL
	SELECT n, 7, '  forgeable', 'by ' || forgeable FROM step
)
SELECT what, how FROM line ORDER BY n, rank;
