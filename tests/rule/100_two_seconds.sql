-- An answer to a question put 1999 ms after the unavailable may speak of the time before; 2000 ms
-- after it does not. The same holds for what the server says of the account, and for denials.
INSERT INTO start VALUES (0, 'me@ejabberd.example');
INSERT INTO item SELECT 1, value || '@ejabberd.example', 'both'
	FROM json_each('["full_1999", "full_2000", "last_1999", "last_2000", "gone_1999", "gone_2000"]');
INSERT INTO server VALUES (10, 'ejabberd.example', 'ejabberd');
INSERT INTO presence (at, sender) SELECT 50, contact || '/phone' FROM contact_status;
INSERT INTO put_control VALUES (100, 'ping', 'full_1999@ejabberd.example', 'service-unavailable: User session not found');
INSERT INTO presence SELECT 5000, contact || '/phone', 'unavailable', NULL FROM contact_status;
INSERT INTO put VALUES
	(6999, 'ping', 'full_1999@ejabberd.example/phone', 'result'), (7000, 'ping', 'full_2000@ejabberd.example/phone', 'result'),
	(6999, 'last', 'last_1999@ejabberd.example', '0'),            (7000, 'last', 'last_2000@ejabberd.example', '0'),
	(6999, 'last', 'gone_1999@ejabberd.example', '2'),            (7000, 'last', 'gone_2000@ejabberd.example', '2'),
	(7500, 'disco#items', 'last_1999@ejabberd.example', '["phone"]'), (7500, 'disco#items', 'last_2000@ejabberd.example', '["phone"]');
SELECT * FROM verdicts;
-- expect
-- full_1999@ejabberd.example|unknown|-|-|-
-- full_2000@ejabberd.example|invisible|proof|answer|phone
-- gone_1999@ejabberd.example|unknown|-|-|-
-- gone_2000@ejabberd.example|offline|-|absent|-
-- last_1999@ejabberd.example|unknown|-|-|-
-- last_2000@ejabberd.example|invisible|session|listed|phone
