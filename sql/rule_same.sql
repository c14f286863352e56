-- One row when the rule in the file is this one.
SELECT version FROM rule WHERE print = :print;
