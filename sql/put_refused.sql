-- The stanza that was put last was cut.
INSERT INTO refused (stanza, reason) SELECT max(id), :reason FROM stanza;
