-- jabberd2: last = 0, said twice, shows who is available behind a privacy list, x18 is relayed literally, np and
-- unav show when a resource is on record; what disco#info says there means nothing.
INSERT INTO start VALUES (0, 'me@jabberd2.example');
INSERT INTO item VALUES
	(1, 'np@jabberd2.example', 'both'),   (1, 'unav@jabberd2.example', 'both'), (1, 'x18@jabberd2.example', 'both'),
	(1, 'x18b@jabberd2.example', 'both'), (1, 'x126@jabberd2.example', 'both'), (1, 'x126b@jabberd2.example', 'both'),
	(1, 'np_new@jabberd2.example', 'both'), (1, 'off@jabberd2.example', 'both');
INSERT INTO presence (at, sender) VALUES
	(50, 'np@jabberd2.example/phone'), (50, 'unav@jabberd2.example/phone'), (50, 'off@jabberd2.example/phone');
INSERT INTO stop VALUES (60);

INSERT INTO start VALUES (100000, 'me@jabberd2.example');
INSERT INTO presence VALUES
	(100050, 'np@jabberd2.example', 'unavailable', NULL), (100050, 'unav@jabberd2.example', 'unavailable', NULL),
	(100050, 'off@jabberd2.example', 'unavailable', NULL), (100050, 'np_new@jabberd2.example', 'unavailable', NULL),
	(100050, 'x18@jabberd2.example/phone', 'invisible', 90000), (100050, 'x18b@jabberd2.example/phone', NULL, NULL),
	(100060, 'x18b@jabberd2.example/phone', 'invisible', NULL);
INSERT INTO server VALUES (100100, 'jabberd2.example', 'Jabber IM server');
INSERT INTO put_either VALUES (100200, 'version', 'jabberd2.example', 'result', 'jabberd2', 0);
INSERT INTO put SELECT 101200, 'disco#items', contact, 'feature-not-implemented' FROM contact_status;
INSERT INTO put SELECT 101300, 'last', contact, iif(contact LIKE 'x126%', '0', '500') FROM contact_status;
INSERT INTO put_control VALUES (101400, 'disco#info', 'off@jabberd2.example', 'result'),
	(101400, 'ping', 'off@jabberd2.example', 'service-unavailable');
INSERT INTO put VALUES
	(101500, 'disco#info', 'off@jabberd2.example/phone', 'result'),
	(101500, 'ping', 'off@jabberd2.example/phone', 'service-unavailable'),
	(101500, 'ping', 'np@jabberd2.example/phone', 'result'), (101500, 'ping', 'unav@jabberd2.example/phone', 'result');
INSERT INTO put VALUES (103400, 'last', 'x126@jabberd2.example', '0'), (103400, 'last', 'x126b@jabberd2.example', '0');
SELECT * FROM verdicts;
-- expect
-- np@jabberd2.example|invisible|proof|answer|phone
-- np_new@jabberd2.example|unknown|-|-|-
-- off@jabberd2.example|unknown|-|-|-
-- unav@jabberd2.example|invisible|proof|answer|phone
-- x126@jabberd2.example|invisible|session|last-zero|-
-- x126b@jabberd2.example|invisible|session|last-zero|-
-- x18@jabberd2.example|invisible|proof|typed-invisible|phone
-- x18b@jabberd2.example|invisible|proof|typed-invisible|phone
