-- The line of account under a scan or report: an empty list must not read as "nobody is hidden".
-- Times are local unless :utc.
SELECT s.line, s.invisible, k.complete,
       iif(:utc, strftime('%Y-%m-%dT%H:%M:%SZ', w.heard_until / 1000, 'unixepoch'),
           strftime('%Y-%m-%d %H:%M:%S', w.heard_until / 1000, 'unixepoch', 'localtime')) AS as_of
FROM jid AS a
JOIN watch_latest AS w ON w.account = a.id
JOIN watch_complete AS k ON k.account = a.id
LEFT JOIN account_summary AS s ON s.account = a.bare
WHERE a.bare = :account;
