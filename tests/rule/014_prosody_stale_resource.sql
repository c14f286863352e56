-- A resource on record that is refused like a made-up one may have been replaced by a new one.
INSERT INTO start VALUES (0, 'me@prosody.example');
INSERT INTO item VALUES (1, 'ann@prosody.example', 'both');
INSERT INTO presence (at, sender) VALUES (50, 'ann@prosody.example/phone');
INSERT INTO stop VALUES (60);

INSERT INTO start VALUES (100000, 'me@prosody.example');
INSERT INTO presence (at, sender, type) VALUES (100050, 'ann@prosody.example', 'unavailable');
INSERT INTO server VALUES (100100, 'prosody.example', 'Prosody');
INSERT INTO put VALUES (101200, 'disco#items', 'ann@prosody.example', '[]');
INSERT INTO put_control VALUES (101300, 'ping', 'ann@prosody.example', 'service-unavailable');
INSERT INTO put VALUES (101400, 'ping', 'ann@prosody.example/phone', 'service-unavailable');
SELECT contact, verdict, sign, reason FROM contact_status;
SELECT resource, shown, connected FROM resource_status;
-- expect
-- ann@prosody.example|unknown|-|refused
-- phone|0|0
