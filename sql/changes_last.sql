-- The last change of a verdict there was.
SELECT coalesce(max(id), 0) AS id FROM state_verdict;
