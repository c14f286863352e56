-- One object a line and interval.
SELECT json FROM history_json WHERE account = :account AND contact = :contact
ORDER BY resource, began, ended IS NULL, ended;
