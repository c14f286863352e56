-- How many stanzas are on record.
SELECT count(*) FROM stanza;
