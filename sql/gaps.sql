-- For people: when nobody was listening. Times are local unless :utc; an open gap has no end.
SELECT iif(:utc, g.began, strftime('%Y-%m-%d %H:%M:%S', g.began, 'localtime')) AS began,
       iif(:utc, g.ended, strftime('%Y-%m-%d %H:%M:%S', g.ended, 'localtime')) AS ended,
       CASE WHEN g.lasted IS NULL THEN 'goes on'
            WHEN g.lasted < 60 THEN printf('%d s', g.lasted)
            WHEN g.lasted < 3600 THEN printf('%d min', g.lasted / 60)
            WHEN g.lasted < 86400 THEN printf('%d h %02d min', g.lasted / 3600, g.lasted / 60 % 60)
            ELSE printf('%d d %02d h', g.lasted / 86400, g.lasted / 3600 % 24) END AS lasted,
       g.reason
FROM gaps AS g
WHERE g.account = :account
ORDER BY g.began, g.ended IS NULL, g.ended;
