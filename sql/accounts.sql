-- The accounts this file has a record of.
SELECT j.bare AS account FROM jid AS j WHERE j.id IN (SELECT account FROM watch) ORDER BY 1;
