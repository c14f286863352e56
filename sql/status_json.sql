-- How the recorder and the file are, as one object. What only the recorder knows is given: times in ms
-- since 1970, 0: never; null: it was not told. Today begins at the local midnight, or with :utc at that
-- of UTC; time that nobody listened is counted up to :now.
WITH
told AS (
	SELECT nullif(CAST(:since AS INTEGER), 0) / 1000.0 AS since,
	       nullif(CAST(:connected_since AS INTEGER), 0) / 1000.0 AS connected_since,
	       nullif(CAST(:last_commit AS INTEGER), 0) / 1000.0 AS last_commit
),
today AS (
	SELECT 1000 * iif(:utc, strftime('%s', :now / 1000, 'unixepoch', 'start of day'),
		strftime('%s', :now / 1000, 'unixepoch', 'localtime', 'start of day', 'utc')) AS began
),
-- Whose gaps: of the account that is recorded, or was last, or is named.
whose AS (
	SELECT coalesce((SELECT id FROM jid WHERE bare = lower(coalesce(:account, :named))),
		(SELECT account FROM watch ORDER BY id DESC LIMIT 1)) AS account
),
-- A watch that nobody ended goes on when a recorder is alive, else it ended when it was last heard.
unheard AS (
	SELECT max(w.heard_until, t.began) AS began,
	       min(coalesce((SELECT min(n.began) FROM watch AS n WHERE n.account = w.account AND n.id > w.id),
	                    :now), :now) AS ended
	FROM today AS t, watch AS w
	WHERE w.account = (SELECT account FROM whose) AND (w.ended IS NOT NULL OR NOT :alive)
),
gap AS (SELECT count(*) AS n, coalesce(sum(ended - began), 0) / 1000 AS lasted FROM unheard WHERE ended > began),
verdicts AS (
	SELECT account, count(*) FILTER (WHERE verdict = 'invisible') AS invisible,
	       count(*) FILTER (WHERE verdict = 'suspected') AS suspected,
	       count(*) FILTER (WHERE verdict = 'visible') AS visible,
	       count(*) FILTER (WHERE verdict = 'offline') AS offline,
	       count(*) FILTER (WHERE verdict = 'unknown') AS unknown,
	       count(*) FILTER (WHERE verdict = 'unsubscribed') AS unsubscribed
	FROM contact_status GROUP BY account
)
SELECT json_object('schema', 1, 'file', :file,
	'alive', json(iif(:alive, 'true', 'false')), 'answers', json(iif(:answers, 'true', 'false')),
	'pid', CAST(:pid AS INTEGER), 'version', :version, 'account', :account, 'state', :state,
	'since', strftime('%Y-%m-%dT%H:%M:%fZ', told.since, 'unixepoch'),
	'connected_since', strftime('%Y-%m-%dT%H:%M:%fZ', told.connected_since, 'unixepoch'),
	'last_commit', strftime('%Y-%m-%dT%H:%M:%fZ', told.last_commit, 'unixepoch'),
	'last_heard', (SELECT strftime('%Y-%m-%dT%H:%M:%fZ', max(heard_until) / 1000.0, 'unixepoch') FROM watch),
	'queued', CAST(:queued AS INTEGER), 'queued_bytes', CAST(:queued_bytes AS INTEGER),
	'trouble', nullif(:degraded, ''), 'questions', CAST(:questions AS INTEGER),
	'size', :size, 'log_size', :log_size,
	'gaps_today', gap.n, 'gaps_today_lasted', gap.lasted,
	'contacts', (SELECT json_group_array(json_object('account', account, 'invisible', invisible,
		'suspected', suspected, 'visible', visible, 'offline', offline, 'unknown', unknown,
		'unsubscribed', unsubscribed)) FROM verdicts)) AS json
FROM told, gap;
