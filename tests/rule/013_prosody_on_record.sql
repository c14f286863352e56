-- Prosody tells nothing of who hides, but a resource on record from an earlier watch answers.
INSERT INTO start VALUES (0, 'me@prosody.example');
INSERT INTO item VALUES
	(1, 'np@prosody.example', 'both'), (1, 'unav@prosody.example', 'both'), (1, 'x18@prosody.example', 'both'),
	(1, 'new@prosody.example', 'both');
INSERT INTO presence (at, sender) VALUES
	(50, 'np@prosody.example/phone'), (50, 'unav@prosody.example/phone'), (50, 'x18@prosody.example/phone');
INSERT INTO stop VALUES (60);

INSERT INTO start VALUES (100000, 'me@prosody.example');
INSERT INTO presence SELECT 100050, contact, 'unavailable', NULL FROM contact_status;
INSERT INTO server VALUES (100100, 'prosody.example', 'Prosody');
INSERT INTO put SELECT 101200, 'disco#items', contact, '[]' FROM contact_status;
INSERT INTO put_control VALUES (101300, 'ping', 'np@prosody.example', 'service-unavailable'),
	(101300, 'ping', 'x18@prosody.example', 'service-unavailable');
INSERT INTO put VALUES
	(101400, 'ping', 'np@prosody.example/phone', 'result'), (101400, 'ping', 'unav@prosody.example/phone', 'result'),
	(101400, 'ping', 'x18@prosody.example/phone', 'feature-not-implemented');
SELECT * FROM verdicts;
-- expect
-- new@prosody.example|unknown|-|-|-
-- np@prosody.example|invisible|proof|answer|phone
-- unav@prosody.example|invisible|proof|answer|phone
-- x18@prosody.example|invisible|proof|answer|phone
