-- To be run right after all questions that plan.sql gave were put, and only when these were all that were
-- due: whoever has none open, and waits for none, goes to rest until the next round.
INSERT INTO resting (account, contact, next, done)
	SELECT account, contact, next, coalesce(done, :at) FROM resting WHERE watch = :watch AND ready <= :at;
