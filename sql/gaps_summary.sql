-- The line under the gaps: how much of the time since the first watch was listened to, and whether
-- anybody listens now. Times are local unless :utc.
WITH
total AS (
	SELECT a.id AS account, count(g.began) AS n,
	       max(g.ended IS NULL AND g.began IS NOT NULL) AS open
	FROM jid AS a LEFT JOIN gaps AS g ON g.account = a.bare
	WHERE a.bare = :account
),
heard AS (
	SELECT t.*, min(w.began) AS since, max(w.heard_until) AS until,
	       100.0 * sum(w.heard_until - w.began) / max(max(w.heard_until) - min(w.began), 1) AS share
	FROM total AS t JOIN watch AS w ON w.account = t.account
),
words AS (
	SELECT h.*,
	       iif(:utc, strftime('%Y-%m-%dT%H:%M:%SZ', since / 1000, 'unixepoch'),
	           strftime('%Y-%m-%d %H:%M:%S', since / 1000, 'unixepoch', 'localtime')) AS since_at,
	       iif(:utc, strftime('%Y-%m-%dT%H:%M:%SZ', until / 1000, 'unixepoch'),
	           strftime('%Y-%m-%d %H:%M:%S', until / 1000, 'unixepoch', 'localtime')) AS until_at
	FROM heard AS h
)
SELECT printf('%s gap%s; %s %% of the time from %s to %s was listened to', iif(n, n, 'no'),
	iif(n = 1, '', 's'),
	-- never 100 % where something is missing
	CASE WHEN n - open = 0 THEN '100' WHEN share > 99.9 THEN '99.9' ELSE printf('%.1f', share) END,
	since_at, until_at)
	|| iif(open, '; nobody has listened since then', '') AS line
FROM words;
