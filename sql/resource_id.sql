-- The number of a JID that is known.
SELECT id FROM full_jid WHERE bare = substr(:jid, 1, instr(:jid || '/', '/') - 1)
	AND name = substr(:jid, length(bare) + 2);
