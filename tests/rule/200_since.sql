-- `since` is when the run began that still goes on: it survives more of the same, and starts anew
-- after a break. For the invisible it is the first proof, not the unavailable; for the offline the
-- first denial.
INSERT INTO start VALUES (0, 'me@ejabberd.example');
INSERT INTO item VALUES (1, 'ann@ejabberd.example', 'both');
INSERT INTO server VALUES (10, 'ejabberd.example', 'ejabberd');
INSERT INTO put_control VALUES (20, 'ping', 'ann@ejabberd.example', 'service-unavailable: User session not found');
INSERT INTO put VALUES (1000, 'ping', 'ann@ejabberd.example/phone', 'result'), (2000, 'last', 'ann@ejabberd.example', '0'),
	(3000, 'ping', 'ann@ejabberd.example/phone', 'result'), (4000, 'ping', 'ann@ejabberd.example/laptop', 'result'),
	(5000, 'ping', 'ann@ejabberd.example/phone', 'service-unavailable: User session not found');
SELECT verdict, certainty, resource, since, sign_at FROM contact_status;
-- expect
-- invisible|proof|laptop|1970-01-01T00:00:01.050Z|1970-01-01T00:00:04.050Z
INSERT INTO put VALUES (10000, 'last', 'ann@ejabberd.example', '3'), (11000, 'last', 'ann@ejabberd.example', '4');
SELECT verdict, since, sign_at FROM contact_status;
-- expect
-- offline|1970-01-01T00:00:10.050Z|1970-01-01T00:00:11.050Z
INSERT INTO put VALUES (20000, 'ping', 'ann@ejabberd.example/phone', 'result');
SELECT verdict, since, sign_at FROM contact_status;
-- expect
-- invisible|1970-01-01T00:00:20.050Z|1970-01-01T00:00:20.050Z

INSERT INTO presence (at, sender) VALUES (30000, 'ann@ejabberd.example/phone'), (31000, 'ann@ejabberd.example/laptop'),
	(32000, 'ann@ejabberd.example/phone');
INSERT INTO presence (at, sender, type) VALUES (33000, 'ann@ejabberd.example/phone', 'unavailable');
SELECT verdict, since, sign FROM contact_status;
-- expect
-- visible|1970-01-01T00:00:30.000Z|-
INSERT INTO presence (at, sender, type) VALUES (34000, 'ann@ejabberd.example/laptop', 'unavailable');
INSERT INTO put VALUES (36000, 'ping', 'ann@ejabberd.example/laptop', 'result');
SELECT verdict, since FROM contact_status;
-- expect
-- invisible|1970-01-01T00:00:36.050Z
INSERT INTO presence (at, sender) VALUES (40000, 'ann@ejabberd.example/phone');
SELECT verdict, since FROM contact_status;
-- expect
-- visible|1970-01-01T00:00:40.000Z
