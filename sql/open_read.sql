-- How a reader holds the file. Every line is read back by open_read_check.sql.
PRAGMA query_only = ON;
PRAGMA trusted_schema = OFF;
PRAGMA temp_store = MEMORY;
