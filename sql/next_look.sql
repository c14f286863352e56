-- When the next rest ends; null: nobody rests.
SELECT min(l.until) AS at FROM state_look AS l
WHERE l.account = (SELECT account FROM watch WHERE id = :watch) AND l.until > 0;
