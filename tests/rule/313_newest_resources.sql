-- Of the resources on record the five newest are asked, and those that the server lists now; old
-- ones that it listed in another watch are not asked for ever.
INSERT INTO start VALUES (0, 'me@ejabberd.example');
INSERT INTO item VALUES (1, 'ann@ejabberd.example', 'both');
INSERT INTO server VALUES (10, 'ejabberd.example', 'ejabberd');
INSERT INTO presence (at, sender) SELECT 100 + value, 'ann@ejabberd.example/seen-' || value FROM generate_series(1, 7);
INSERT INTO put VALUES (1000, 'disco#items', 'ann@ejabberd.example', '["web-1", "web-2", "web-3"]');
INSERT INTO stop VALUES (2000);
INSERT INTO start VALUES (100000, 'me@ejabberd.example');
INSERT INTO server VALUES (100010, 'ejabberd.example', 'ejabberd');
INSERT INTO put VALUES (101000, 'disco#items', 'ann@ejabberd.example', '["web-4", "seen-1"]'), (101100, 'last', 'ann@ejabberd.example', '0');
INSERT INTO put_control VALUES (101200, 'ping', 'ann@ejabberd.example', 'service-unavailable: User session not found');
SELECT target FROM question_due ORDER BY target;
-- expect
-- ann@ejabberd.example/seen-1
-- ann@ejabberd.example/seen-3
-- ann@ejabberd.example/seen-4
-- ann@ejabberd.example/seen-5
-- ann@ejabberd.example/seen-6
-- ann@ejabberd.example/seen-7
-- ann@ejabberd.example/web-4
