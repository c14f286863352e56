-- Whose this file is: application_id 0x756e736e is ours, 0 nobody's; and whether it has no table yet.
SELECT a.application_id = 0x756e736e AS ours, u.user_version AS schema,
       (SELECT count(*) FROM sqlite_schema) = 0 AS empty, a.application_id = 0 AS blank
FROM pragma_application_id AS a, pragma_user_version AS u;
