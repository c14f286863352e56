-- Whether anything was ever recorded.
SELECT EXISTS (SELECT 1 FROM watch) AS any;
