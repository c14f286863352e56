-- Whether the rule in the file can tell what a verdict rests on: an older one cannot.
SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE type = 'view' AND name = 'why') AS can;
