-- The statements that take an older rule out of the file. Views come before tables, triggers first.
SELECT 'DROP ' || type || ' IF EXISTS "' || replace(name, '"', '""') || '"' AS statement
FROM rule_part WHERE type IN ('trigger', 'view', 'table')
ORDER BY CASE type WHEN 'trigger' THEN 1 WHEN 'view' THEN 2 ELSE 3 END, name;
