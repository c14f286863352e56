-- ejabberd lists the session of everyone who hides, whatever the way; the device answers the ping.
INSERT INTO start VALUES (0, 'me@ejabberd.example');
INSERT INTO item VALUES
	(1, 'np@ejabberd.example', 'both'), (1, 'unav@ejabberd.example', 'both'), (1, 'x18@ejabberd.example', 'both'),
	(1, 'x126@ejabberd.example', 'both'), (1, 'x126b@ejabberd.example', 'both'), (1, 'off@ejabberd.example', 'to');
INSERT INTO server VALUES (10, 'ejabberd.example', 'ejabberd');
INSERT INTO put SELECT 1100, 'disco#items', contact, iif(contact LIKE 'off%', '[]', '["phone"]')
	FROM contact_status;
INSERT INTO put SELECT 1200, 'last', contact, iif(contact LIKE 'off%', '37: Connection lost', '0')
	FROM contact_status;
SELECT * FROM verdicts;
-- expect
-- np@ejabberd.example|invisible|session|listed|phone
-- off@ejabberd.example|offline|-|absent|-
-- unav@ejabberd.example|invisible|session|listed|phone
-- x126@ejabberd.example|invisible|session|listed|phone
-- x126b@ejabberd.example|invisible|session|listed|phone
-- x18@ejabberd.example|invisible|session|listed|phone
INSERT INTO put_control VALUES (1300, 'ping', 'np@ejabberd.example', 'service-unavailable: User session not found');
INSERT INTO put SELECT 1400, 'ping', contact || '/phone', 'result' FROM invisible;
SELECT contact, certainty, resource, sign, since FROM invisible ORDER BY contact;
-- expect
-- np@ejabberd.example|proof|phone|answer|1970-01-01T00:00:01.150Z
-- unav@ejabberd.example|proof|phone|answer|1970-01-01T00:00:01.150Z
-- x126@ejabberd.example|proof|phone|answer|1970-01-01T00:00:01.150Z
-- x126b@ejabberd.example|proof|phone|answer|1970-01-01T00:00:01.150Z
-- x18@ejabberd.example|proof|phone|answer|1970-01-01T00:00:01.150Z
