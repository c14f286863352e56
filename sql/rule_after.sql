-- What the rule put in.
INSERT INTO rule_part (type, name)
	SELECT type, name FROM sqlite_schema WHERE name NOT GLOB 'sqlite_*'
	EXCEPT SELECT type, name FROM temp.before;
DROP TABLE temp.before;
