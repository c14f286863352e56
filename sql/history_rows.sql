-- For machines: the same rows with every column of the public view.
SELECT * FROM resource_history WHERE account = :account AND contact = :contact
ORDER BY resource, began, ended IS NULL, ended;
