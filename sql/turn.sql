-- How many transactions are in the file.
SELECT n FROM turn;
