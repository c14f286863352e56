-- How often the clock was set while a recorder ran: the words, and 1 (a warning).
SELECT printf('it was set %d time%s while a recorder ran, by up to %.1f s, last at %s: ', count(*),
              iif(count(*) = 1, '', 's'), max(abs(moved)) / 1000.0,
              strftime('%Y-%m-%dT%H:%M:%SZ', max(at) / 1000, 'unixepoch'))
	|| 'times around these are off; keep it in step (NTP)' AS says, 1 AS health
FROM clock WHERE what = 'jump' HAVING count(*) > 0;
