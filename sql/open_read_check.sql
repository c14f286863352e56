-- The settings of open_read.sql that did not take.
SELECT 'query_only' AS setting FROM pragma_query_only WHERE query_only <> 1
UNION ALL SELECT 'trusted_schema' FROM pragma_trusted_schema WHERE trusted_schema <> 0
UNION ALL SELECT 'temp_store' FROM pragma_temp_store WHERE temp_store <> 2
LIMIT 1;
