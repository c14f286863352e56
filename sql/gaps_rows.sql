-- For machines: the same rows with every column of the public view.
SELECT * FROM gaps WHERE account = :account ORDER BY began, ended IS NULL, ended;
