-- Openfire lists the available sessions, and last = 0, said twice, that there is one; -1 and more than 0 say
-- nothing of a session without presence, nor does an empty list.
INSERT INTO start VALUES (0, 'me@openfire.example');
INSERT INTO item VALUES (1, 'x126@openfire.example', 'both'), (1, 'last@openfire.example', 'both'),
	(1, 'np@openfire.example', 'both'), (1, 'nodata@openfire.example', 'both');
INSERT INTO server VALUES (10, 'openfire.example', 'Openfire Server');
INSERT INTO put VALUES
	(1100, 'disco#items', 'x126@openfire.example', '["phone"]'), (1200, 'last', 'x126@openfire.example', '0'),
	(1100, 'disco#items', 'np@openfire.example', '[]'),          (1200, 'last', 'np@openfire.example', '77'),
	(1200, 'last', 'last@openfire.example', '0'),                (1200, 'last', 'nodata@openfire.example', '-1'),
	(3300, 'last', 'last@openfire.example', '0');
SELECT * FROM verdicts;
-- expect
-- last@openfire.example|invisible|session|last-zero|-
-- nodata@openfire.example|unknown|-|-|-
-- np@openfire.example|unknown|-|-|-
-- x126@openfire.example|invisible|session|listed|phone
