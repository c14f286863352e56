-- What the file holds before the rule is put in: facts, and what a user added.
CREATE TEMP TABLE before AS SELECT type, name FROM sqlite_schema;
DELETE FROM rule_part;
