-- Every change of a verdict is kept, with what it stands on; the recorder tells those that came after the
-- flood of presence at sign-in.
INSERT INTO begin_watch VALUES ('me@prosody.example', 'unseen', 0, 10000, 1, 3600000);
INSERT INTO item VALUES (1, 'ann@prosody.example', 'both'), (1, 'bob@prosody.example', 'none');
INSERT INTO server VALUES (10, 'prosody.example', 'Prosody');
INSERT INTO presence (at, sender) VALUES (50, 'ann@prosody.example/phone'), (60, 'bob@prosody.example/phone'),
	(70, 'ann@prosody.example/laptop');
INSERT INTO settle VALUES (3000);
INSERT INTO put_control VALUES (3100, 'ping', 'ann@prosody.example', 'service-unavailable');
INSERT INTO presence (at, sender, type) VALUES (4000, 'ann@prosody.example/laptop', 'unavailable'), (5000, 'ann@prosody.example/phone', 'unavailable');
INSERT INTO put VALUES (7000, 'ping', 'ann@prosody.example/phone', 'result'), (8000, 'ping', 'ann@prosody.example/phone', 'result'),
	(9000, 'ping', 'ann@prosody.example/phone', 'service-unavailable');
SELECT * FROM verdict_history;
.parameter set :watch 1
.parameter set :after 0
.parameter set :utc 1
.read changes_since.sql
.parameter set :after 3
.read changes_since_ndjson.sql
-- expect
-- 1|me@prosody.example|ann@prosody.example|1970-01-01T00:00:00.050Z|unknown|visible|-|-|-|-|1
-- 3|me@prosody.example|ann@prosody.example|1970-01-01T00:00:05.000Z|visible|unknown|-|-|-|-|1
-- 4|me@prosody.example|ann@prosody.example|1970-01-01T00:00:07.050Z|unknown|invisible|proof|phone|answer|8|1
-- 5|me@prosody.example|ann@prosody.example|1970-01-01T00:00:09.050Z|invisible|unknown|-|-|-|-|1
-- 1970-01-01T00:00:05.000Z|ann@prosody.example|visible|unknown|-|-
-- 1970-01-01T00:00:07.050Z|ann@prosody.example|unknown|invisible|phone|answered our question itself (stanza 8)
-- 1970-01-01T00:00:09.050Z|ann@prosody.example|invisible|unknown|-|-
-- {"contact":"ann@prosody.example","at":"1970-01-01T00:00:07.050Z","was":"unknown","verdict":"invisible","certainty":"proof","sign":"answer","resource":"phone","proof":8}
-- {"contact":"ann@prosody.example","at":"1970-01-01T00:00:09.050Z","was":"invisible","verdict":"unknown","certainty":null,"sign":null,"resource":null,"proof":null}
