-- For machines: the same rows with every column of the public view.
SELECT * FROM contact_status WHERE account = :account AND (:all OR verdict = 'invisible')
ORDER BY contact;
