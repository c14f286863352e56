-- Our clock steps back an hour between two stanzas. The later one still is the later one.
INSERT INTO start VALUES (3600000, 'me@ejabberd.example');
INSERT INTO item SELECT 3600001, value || '@ejabberd.example', 'both' FROM json_each('["ann", "bob", "cat", "dan"]');
INSERT INTO server VALUES (3600010, 'ejabberd.example', 'ejabberd');
INSERT INTO put_control VALUES (3600100, 'ping', 'ann@ejabberd.example', 'service-unavailable: User session not found');
INSERT INTO put VALUES (3602000, 'last', 'ann@ejabberd.example', '5'), (3602000, 'ping', 'bob@ejabberd.example/phone', 'result');
INSERT INTO presence (at, sender) VALUES (3602000, 'cat@ejabberd.example/phone');
INSERT INTO presence (at, sender, type) VALUES (3602000, 'dan@ejabberd.example/phone', 'unavailable');

INSERT INTO put VALUES (2000, 'ping', 'ann@ejabberd.example/phone', 'result'), (2000, 'last', 'bob@ejabberd.example', '5');
INSERT INTO presence (at, sender, type) VALUES (2000, 'cat@ejabberd.example/phone', 'unavailable');
INSERT INTO presence (at, sender) VALUES (2000, 'dan@ejabberd.example/phone');
SELECT * FROM verdicts;
-- expect
-- ann@ejabberd.example|invisible|proof|answer|phone
-- bob@ejabberd.example|offline|-|absent|-
-- cat@ejabberd.example|unknown|-|-|-
-- dan@ejabberd.example|visible|-|-|-
