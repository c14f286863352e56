-- A watch that was left open ends, when the next begins, where it was last heard: for the reason of the cut
-- it did not come back from; else a recorder was killed, or a scan lost. What has ended cannot be resumed.
CREATE TEMP VIEW ends AS SELECT id, ended, reason FROM watch ORDER BY id;
INSERT INTO begin_watch VALUES ('me@a.example', 'unseen', 0, 10, 1, NULL);
INSERT INTO begin_watch VALUES ('me@a.example', 'unseen', 1000, 10, 1, 3600000);
INSERT INTO resumption VALUES (2, 'tok', 7);
UPDATE watch SET heard_until = 1500 WHERE id = 2;
.parameter set :account "'ME@a.example'"
.read resumption.sql
INSERT INTO begin_watch VALUES ('me@a.example', 'unseen', 2000, 10, 1, NULL);
INSERT INTO resumption VALUES (3, 'tok2', 0);
INSERT INTO begin_watch VALUES ('me@a.example', 'unseen', 3000, 10, 1, 60000);
INSERT INTO resumption VALUES (4, 'tok3', 1);
INSERT INTO cut (watch, began, reason, resumed, after) VALUES (4, 3000, 'suspend', 3010, 0);
INSERT INTO cut (watch, began, reason) VALUES (4, 3100, 'ping-timeout');
INSERT INTO begin_watch VALUES ('me@a.example', 'unseen', 4000, 10, 1, 60000);
SELECT * FROM ends;
SELECT 'can be resumed', * FROM resumption;
.read resumption.sql
SELECT began, ended, reason FROM cuts;
SELECT began, ended, reason FROM gaps;
-- expect
-- 2|tok|7|unseen|me@a.example|0|3600000|1500
-- 1|0|lost
-- 2|1500|killed
-- 3|2000|killed
-- 4|3000|ping-timeout
-- 5|-|-
-- 1970-01-01T00:00:03.000Z|1970-01-01T00:00:03.010Z|suspend
-- 1970-01-01T00:00:00.000Z|1970-01-01T00:00:01.000Z|lost
-- 1970-01-01T00:00:01.500Z|1970-01-01T00:00:02.000Z|killed
-- 1970-01-01T00:00:02.000Z|1970-01-01T00:00:03.000Z|killed
-- 1970-01-01T00:00:03.000Z|1970-01-01T00:00:04.000Z|ping-timeout
