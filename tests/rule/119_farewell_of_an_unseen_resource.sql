-- A resource we were never shown says unavailable: what was asked before, or within 2 s, may speak
-- of the time before it left. At sign-in it is a report, not a farewell, and voids nothing.
INSERT INTO start VALUES (0, 'me@ejabberd.example');
INSERT INTO item VALUES (1, 'ann@ejabberd.example', 'both'), (1, 'bob@ejabberd.example', 'both');
INSERT INTO server VALUES (10, 'ejabberd.example', 'ejabberd');
INSERT INTO put VALUES (20, 'disco#items', 'bob@ejabberd.example', '["phone"]'), (30, 'last', 'bob@ejabberd.example', '0');
INSERT INTO presence (at, sender, type) VALUES (100, 'bob@ejabberd.example/laptop', 'unavailable'),
	(110, 'bob@ejabberd.example/web', 'unavailable');
INSERT INTO settle VALUES (1000);
INSERT INTO put VALUES (3000, 'disco#items', 'ann@ejabberd.example', '["phone"]');
INSERT INTO presence (at, sender, type) VALUES (3200, 'ann@ejabberd.example/phone', 'unavailable');
INSERT INTO put VALUES (3300, 'last', 'ann@ejabberd.example', '0');
SELECT * FROM verdicts;
-- expect
-- ann@ejabberd.example|unknown|-|-|-
-- bob@ejabberd.example|invisible|session|listed|phone
