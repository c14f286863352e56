-- What is broken in the file itself, at most 20 rows; none when it is sound.
SELECT integrity_check AS says FROM pragma_integrity_check(20) WHERE integrity_check <> 'ok';
