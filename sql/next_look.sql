-- Whether anyone is to be looked at, and when the next rest ends; null: nobody rests. (Nobody rests for
-- longer than the trigger `wake` allows: our clock was set back.)
SELECT EXISTS (SELECT 1 FROM state_look AS l WHERE l.account = w.account AND l.until = 0) AS awake,
       (SELECT iif(min(l.until) > :now + 2 * w.every, :now, min(l.until))
        FROM state_look AS l WHERE l.account = w.account AND l.until > 0) AS at
FROM watch AS w WHERE w.id = :watch;
