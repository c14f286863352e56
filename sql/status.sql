-- The same for people. Times are local unless :utc; what is not known has no row.
WITH
s AS (SELECT CAST(:items AS TEXT) AS j),
t AS (
	SELECT key, iif(:utc, strftime('%Y-%m-%dT%H:%M:%SZ', value), strftime('%Y-%m-%d %H:%M:%S', value, 'localtime')) AS at
	FROM s, json_each(s.j) WHERE key IN ('since', 'connected_since', 'last_commit', 'last_heard')
),
line (rank, name, says) AS (
	SELECT 1, 'recorder', iif(j ->> 'alive', 'running, process ' || coalesce(j ->> 'pid', '?')
		|| coalesce(', since ' || (SELECT at FROM t WHERE key = 'since'), '')
		|| coalesce(', unseen ' || (j ->> 'version'), ''), 'none') FROM s
	UNION ALL
	SELECT 2, 'tells', 'nothing: it is older than this command, or of another user; what follows is from the file'
	FROM s WHERE j ->> 'alive' AND NOT j ->> 'answers'
	UNION ALL
	SELECT 3, 'account', j ->> 'account' FROM s
	UNION ALL
	SELECT 4, 'state', (j ->> 'state')
		|| coalesce(', connected since ' || (SELECT at FROM t WHERE key = 'connected_since'), '') FROM s
	UNION ALL
	SELECT 5, 'last heard', at FROM t WHERE key = 'last_heard'
	UNION ALL
	SELECT 6, 'last commit', at FROM t WHERE key = 'last_commit'
	UNION ALL
	SELECT 7, 'waits', printf('%d writes, %.1f MB: %s', j ->> 'queued', (j ->> 'queued_bytes') / 1e6,
		coalesce(j ->> 'trouble', 'not yet in the file')) FROM s WHERE j ->> 'queued' > 0 OR j ->> 'trouble' <> ''
	UNION ALL
	SELECT 8, 'questions', (j ->> 'questions') || ' asked on this line' FROM s
	UNION ALL
	SELECT 9, 'file', printf('%.1f MB, and %.1f MB of log', (j ->> 'size') / 1e6, (j ->> 'log_size') / 1e6) FROM s
	UNION ALL
	SELECT 10, 'gaps today', iif(n, n || CASE WHEN d < 60 THEN printf(', %d s', d)
		WHEN d < 3600 THEN printf(', %d min', d / 60) ELSE printf(', %d h %02d min', d / 3600, d / 60 % 60) END, 'none')
	FROM (SELECT j ->> 'gaps_today' AS n, j ->> 'gaps_today_lasted' AS d FROM s)
	UNION ALL
	SELECT 11, 'contacts', printf('%d invisible, %s%d visible, %d offline, %d unknown%s', value ->> 'invisible',
		iif(value ->> 'suspected', (value ->> 'suspected') || ' suspected, ', ''), value ->> 'visible',
		value ->> 'offline', value ->> 'unknown',
		iif(json_array_length(j, '$.contacts') > 1, '  (' || (value ->> 'account') || ')', ''))
	FROM s, json_each(s.j, '$.contacts')
)
SELECT name, says FROM line WHERE says IS NOT NULL ORDER BY rank;
