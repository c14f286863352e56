-- What status_json.sql gives (:items), a row a value.
SELECT replace(substr(fullkey, 3), '"', '') AS name, iif(type IN ('true', 'false'), type, atom) AS value
FROM json_tree(:items) WHERE type NOT IN ('object', 'array');
