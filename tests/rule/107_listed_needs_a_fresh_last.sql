-- That last was answered before ann left does not make believable a list read afterwards: she may
-- have blocked us in between, and is listed all the same.
INSERT INTO start VALUES (0, 'me@ejabberd.example');
INSERT INTO item VALUES (1, 'ann@ejabberd.example', 'both');
INSERT INTO server VALUES (10, 'ejabberd.example', 'ejabberd');
INSERT INTO put VALUES (1100, 'disco#items', 'ann@ejabberd.example', '["phone"]'), (1200, 'last', 'ann@ejabberd.example', '0');
INSERT INTO presence (at, sender) VALUES (5000, 'ann@ejabberd.example/phone');
INSERT INTO presence (at, sender, type) VALUES (9000, 'ann@ejabberd.example/phone', 'unavailable');
INSERT INTO put VALUES (11000, 'disco#items', 'ann@ejabberd.example', '["phone"]');
SELECT * FROM verdicts;
-- expect
-- ann@ejabberd.example|unknown|-|-|-
INSERT INTO put VALUES (12000, 'last', 'ann@ejabberd.example', 'forbidden');
SELECT * FROM reasons;
-- expect
-- ann@ejabberd.example|unknown|withheld
