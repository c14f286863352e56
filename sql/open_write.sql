-- How the recorder holds the file. Every line is read back by open_write_check.sql.
PRAGMA auto_vacuum = INCREMENTAL;       -- a new file only: pruning can give space back later
PRAGMA journal_mode = WAL;              -- readers and the recorder never block each other
PRAGMA synchronous = FULL;              -- what was committed survives a power cut
PRAGMA journal_size_limit = 16777216;
PRAGMA foreign_keys = ON;
PRAGMA trusted_schema = OFF;            -- no function in the schema may have side effects
PRAGMA cell_size_check = ON;
PRAGMA temp_store = MEMORY;
