-- What status_json.sql gives, as it is.
SELECT :items AS json;
