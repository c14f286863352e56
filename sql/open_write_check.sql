-- The settings of open_write.sql that did not take.
SELECT 'journal_mode' AS setting FROM pragma_journal_mode WHERE journal_mode <> 'wal'
UNION ALL SELECT 'synchronous' FROM pragma_synchronous WHERE synchronous <> 2
UNION ALL SELECT 'journal_size_limit' FROM pragma_journal_size_limit WHERE journal_size_limit <> 16777216
UNION ALL SELECT 'foreign_keys' FROM pragma_foreign_keys WHERE foreign_keys <> 1
UNION ALL SELECT 'trusted_schema' FROM pragma_trusted_schema WHERE trusted_schema <> 0
UNION ALL SELECT 'cell_size_check' FROM pragma_cell_size_check WHERE cell_size_check <> 1
UNION ALL SELECT 'temp_store' FROM pragma_temp_store WHERE temp_store <> 2
LIMIT 1;
