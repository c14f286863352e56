-- Who blocks us on Prosody says unavailable and then refuses like one who is absent; what gives it
-- away is that its bare JID refuses disco#items.
INSERT INTO start VALUES (0, 'me@prosody.example');
INSERT INTO item VALUES (1, 'ann@prosody.example', 'both');
INSERT INTO server VALUES (10, 'prosody.example', 'Prosody');
INSERT INTO presence (at, sender) VALUES (50, 'ann@prosody.example/phone');
INSERT INTO presence (at, sender, type) VALUES (5000, 'ann@prosody.example/phone', 'unavailable');
INSERT INTO put_control VALUES (7000, 'ping', 'ann@prosody.example', 'service-unavailable');
INSERT INTO put VALUES (7100, 'ping', 'ann@prosody.example/phone', 'service-unavailable');
SELECT * FROM reasons;
-- expect
-- ann@prosody.example|unknown|refused
INSERT INTO put VALUES (7200, 'disco#items', 'ann@prosody.example', 'service-unavailable');
SELECT * FROM reasons;
-- expect
-- ann@prosody.example|unknown|withheld
