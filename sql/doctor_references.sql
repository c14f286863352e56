-- Rows of facts that point to a row that is not there.
SELECT count(*) || ' rows of ' || "table" || ' point to a ' || parent || ' that is not there' AS says
FROM pragma_foreign_key_check GROUP BY "table", parent;
