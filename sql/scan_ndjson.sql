-- One object a line and contact.
SELECT json FROM contact_json
WHERE account = :account AND (:all OR verdict = 'invisible') ORDER BY contact;
