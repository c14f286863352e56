-- Who shows a presence blocks us no longer; when it goes, it is asked anew.
INSERT INTO start VALUES (0, 'me@prosody.example');
INSERT INTO item VALUES (1, 'ann@prosody.example', 'both');
INSERT INTO server VALUES (10, 'prosody.example', 'Prosody');
INSERT INTO put VALUES (1100, 'disco#items', 'ann@prosody.example', 'service-unavailable');
SELECT * FROM reasons;
-- expect
-- ann@prosody.example|unknown|withheld
INSERT INTO presence (at, sender) VALUES (20000, 'ann@prosody.example/phone');
INSERT INTO presence (at, sender, type) VALUES (30000, 'ann@prosody.example/phone', 'unavailable');
SELECT * FROM reasons;
SELECT channel, target, due_at FROM question_due;
-- expect
-- ann@prosody.example|unknown|no-answer
-- disco#items|ann@prosody.example|32000
INSERT INTO put VALUES (32000, 'disco#items', 'ann@prosody.example', '[]');
INSERT INTO put_control VALUES (32100, 'ping', 'ann@prosody.example', 'service-unavailable');
INSERT INTO put VALUES (32200, 'ping', 'ann@prosody.example/phone', 'result');
SELECT * FROM verdicts;
-- expect
-- ann@prosody.example|invisible|proof|answer|phone
