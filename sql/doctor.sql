-- The findings as rows.
SELECT value ->> 'verdict' AS verdict, value ->> 'check' AS "check", value ->> 'says' AS says
FROM json_each(:items) ORDER BY key;
