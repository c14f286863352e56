-- Takes the log into the file, as far as no reader needs it; what was committed is safe either way.
PRAGMA wal_checkpoint(TRUNCATE);
