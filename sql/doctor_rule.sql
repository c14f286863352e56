-- Whether the rule in the file is this program's: the words, and 0 or 1 (a warning).
SELECT iif(print = :print, 'this program''s',
           'of unseen ' || version || ': verdicts are as that one judged; the next scan or log replaces it'),
       print <> :print
FROM rule
UNION ALL
SELECT 'there is none; the next scan or log puts it in', 1 WHERE NOT EXISTS (SELECT 1 FROM rule);
