-- A full JID, or a bare one, is made known.
INSERT INTO know VALUES (:jid, substr(:jid, 1, instr(:jid || '/', '/') - 1));
