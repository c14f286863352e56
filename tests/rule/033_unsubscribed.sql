-- No right to their presence: nothing is said of them, whatever is known.
INSERT INTO start VALUES (0, 'me@ejabberd.example');
INSERT INTO item VALUES (1, 'none@ejabberd.example', 'none'), (1, 'from@ejabberd.example', 'from'),
	(1, 'to@ejabberd.example', 'to'), (1, 'both@ejabberd.example', 'both');
INSERT INTO server VALUES (10, 'ejabberd.example', 'ejabberd');
INSERT INTO put SELECT 1100, 'disco#items', contact, '["phone"]' FROM contact_status;
INSERT INTO put SELECT 1200, 'last', contact, '0' FROM contact_status;
INSERT INTO presence (at, sender) VALUES (2000, 'from@ejabberd.example/phone');
SELECT contact, subscription, verdict, certainty, since, sign, proof FROM contact_status ORDER BY contact;
-- expect
-- both@ejabberd.example|both|invisible|session|1970-01-01T00:00:01.150Z|listed|5
-- from@ejabberd.example|from|unsubscribed|-|-|-|-
-- none@ejabberd.example|none|unsubscribed|-|-|-|-
-- to@ejabberd.example|to|invisible|session|1970-01-01T00:00:01.150Z|listed|4
