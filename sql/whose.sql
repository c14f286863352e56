-- Whose file this is: application_id 0x756e736e is ours; a file without tables is nobody's yet.
SELECT a.application_id = 0x756e736e AS ours, u.user_version AS schema,
       (SELECT count(*) FROM sqlite_schema) = 0 AS empty
FROM pragma_application_id AS a, pragma_user_version AS u;
