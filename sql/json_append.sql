-- A JSON array with one more text.
SELECT json_insert(:array, '$[#]', :item) AS json;
