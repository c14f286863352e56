-- A farewell begins a round of questions 2 s later, in whatever round the contact is; but who comes and goes
-- all the time is asked each 10 s at the most.
INSERT INTO begin_watch VALUES ('me@prosody.example', 'unseen', 0, 10000, 1, 3600000);
INSERT INTO item VALUES (1, 'ann@prosody.example', 'both');
INSERT INTO server VALUES (10, 'prosody.example', 'Prosody');
INSERT INTO presence (at, sender) VALUES (50, 'ann@prosody.example/phone');
INSERT INTO go_to_rest VALUES (3000);
SELECT 'shown', count(*) FROM looks;
-- expect
-- shown|0
INSERT INTO presence (at, sender, type) VALUES (60000, 'ann@prosody.example/phone', 'unavailable');
SELECT channel, due_at FROM question_due;
INSERT INTO habit_of VALUES ('ann@prosody.example', 'disco#items', '[]'), ('ann@prosody.example/phone', 'ping', 'service-unavailable: User session not found');
INSERT INTO round_of_asking VALUES (62000);
SELECT contact, verdict FROM contact_status;
-- expect
-- disco#items|62000
-- ann@prosody.example|offline

-- The next begins 10 s after it; one that has not begun is put off, and no more than 2 s behind the last farewell.
INSERT INTO presence (at, sender, type) VALUES (63000, 'ann@prosody.example/phone', NULL), (64000, 'ann@prosody.example/phone', 'unavailable');
SELECT 'flaps', due_at FROM question_due;
INSERT INTO presence (at, sender, type) VALUES (65000, 'ann@prosody.example/phone', NULL), (66000, 'ann@prosody.example/phone', 'unavailable');
SELECT 'flaps', due_at FROM question_due;
INSERT INTO presence (at, sender, type) VALUES (71000, 'ann@prosody.example/phone', NULL), (71500, 'ann@prosody.example/phone', 'unavailable');
SELECT 'flaps', due_at FROM question_due;
INSERT INTO round_of_asking VALUES (73500);
INSERT INTO presence (at, sender, type) VALUES (74000, 'ann@prosody.example/phone', NULL), (74500, 'ann@prosody.example/phone', 'unavailable');
SELECT 'flaps', due_at FROM question_due;
-- expect
-- flaps|72000
-- flaps|72000
-- flaps|73500
-- flaps|83500

-- Later it is 2 s again; and a clock that was set back keeps nobody waiting.
INSERT INTO presence (at, sender, type) VALUES (200000, 'ann@prosody.example/phone', NULL), (200500, 'ann@prosody.example/phone', 'unavailable');
SELECT due_at FROM question_due;
INSERT INTO presence (at, sender, type) VALUES (100000, 'ann@prosody.example/phone', NULL), (100500, 'ann@prosody.example/phone', 'unavailable');
SELECT due_at FROM question_due;
-- expect
-- 202500
-- 112500
