-- At sign-in Tigase reports a session that went unavailable by its full JID; that is a proof there,
-- whether the server had said what it is before (bob) or says so afterwards (ann). Elsewhere it is weak.
INSERT INTO start VALUES (0, 'me@tigase.example');
INSERT INTO item VALUES (1, 'ann@tigase.example', 'both'), (1, 'bob@tigase.example', 'both'),
	(1, 'cat@other.example', 'both'), (1, 'old@tigase.example', 'both');
INSERT INTO presence (at, sender, type) VALUES (50, 'ann@tigase.example/phone', 'unavailable'),
	(50, 'cat@other.example/phone', 'unavailable');
INSERT INTO server VALUES (60, 'tigase.example', 'Tigase ver. 8.2.0'), (60, 'other.example', 'XYZ');
INSERT INTO presence (at, sender, type, delay) VALUES (200, 'bob@tigase.example/phone', 'unavailable', NULL),
	(200, 'old@tigase.example/phone', 'unavailable', -5000);
SELECT * FROM verdicts;
-- expect
-- ann@tigase.example|invisible|proof|full-unavailable|phone
-- bob@tigase.example|invisible|proof|full-unavailable|phone
-- cat@other.example|suspected|weak|full-unavailable|phone
-- old@tigase.example|unknown|-|-|-
INSERT INTO settle VALUES (1000);
-- After the sign-in, or of one who was shown, it is a plain farewell.
INSERT INTO item VALUES (1001, 'dan@tigase.example', 'both'), (1001, 'eve@tigase.example', 'both');
INSERT INTO presence (at, sender, type) VALUES (5000, 'dan@tigase.example/phone', 'unavailable'),
	(5000, 'eve@tigase.example/phone', NULL), (6000, 'eve@tigase.example/phone', 'unavailable');
SELECT contact, verdict FROM contact_status WHERE contact GLOB '[de]*';
-- expect
-- dan@tigase.example|unknown
-- eve@tigase.example|unknown
