-- What the rule tests write their facts with: the doors of state.sql, shortened. Temporary, so that
-- nothing of it is in the file under test. Every fact goes to the newest watch. Times are
-- milliseconds, a reply comes 50 ms after its question, a timeout after 10 s.

-- A watch begins: we sign in, ask questions, and wait 10 s for late presence at the most.
CREATE TEMP VIEW start AS SELECT NULL AS at, NULL AS account;
CREATE TEMP TRIGGER start INSTEAD OF INSERT ON start
BEGIN
	INSERT INTO begin_watch VALUES (NEW.account, 'unseen', NEW.at, NEW.at + 10000, 1, NULL);
END;

-- The watch ends: the server was last heard at that moment.
CREATE TEMP VIEW stop AS SELECT NULL AS at;
CREATE TEMP TRIGGER stop INSTEAD OF INSERT ON stop
BEGIN
	UPDATE watch SET settled_at = coalesce(settled_at, NEW.at), heard_until = NEW.at, ended = NEW.at,
		reason = 'done' WHERE id = (SELECT max(id) FROM watch);
END;

-- The flood of presence after the sign-in has gone quiet.
CREATE TEMP VIEW settle AS SELECT NULL AS at;
CREATE TEMP TRIGGER settle INSTEAD OF INSERT ON settle
BEGIN
	UPDATE watch SET settled_at = NEW.at, heard_until = NEW.at WHERE id = (SELECT max(id) FROM watch);
END;

CREATE TEMP VIEW item AS SELECT NULL AS at, NULL AS contact, NULL AS subscription;
CREATE TEMP TRIGGER item INSTEAD OF INSERT ON item
BEGIN
	INSERT INTO hear_roster SELECT max(id), NEW.at, NEW.contact, NULL, NEW.subscription, NULL, NULL
		FROM watch;
	UPDATE watch SET heard_until = NEW.at WHERE id = (SELECT max(id) FROM watch);
END;

CREATE TEMP VIEW presence AS SELECT NULL AS at, NULL AS sender, NULL AS type, NULL AS delay;
CREATE TEMP TRIGGER presence INSTEAD OF INSERT ON presence
BEGIN
	INSERT INTO hear_presence (watch, at, sender, type, delay)
		SELECT max(id), NEW.at, NEW.sender, NEW.type, NEW.delay FROM watch;
	UPDATE watch SET heard_until = NEW.at WHERE id = (SELECT max(id) FROM watch);
END;

-- A question to a contact, and what comes of it: 'result'; for last the seconds; for disco#items a
-- JSON array of resources; a condition; 'timeout'. A text follows after a colon and a space.
CREATE TEMP VIEW put AS SELECT NULL AS at, NULL AS channel, NULL AS target, NULL AS reply;
CREATE TEMP TRIGGER put INSTEAD OF INSERT ON put
BEGIN
	INSERT INTO put_either VALUES (NEW.at, NEW.channel, NEW.target, NEW.reply, NULL, 0);
END;

-- The same question to a made-up resource of a contact.
CREATE TEMP VIEW put_control AS SELECT NULL AS at, NULL AS channel, NULL AS contact, NULL AS reply;
CREATE TEMP TRIGGER put_control INSTEAD OF INSERT ON put_control
BEGIN
	INSERT INTO put_either VALUES (NEW.at, NEW.channel,
		NEW.contact || '/made-up-' || (SELECT count(*) FROM question), NEW.reply, NULL, 1);
END;

-- The domain is asked what it is.
CREATE TEMP VIEW server AS SELECT NULL AS at, NULL AS domain, NULL AS software;
CREATE TEMP TRIGGER server INSTEAD OF INSERT ON server
BEGIN
	INSERT INTO put_either VALUES (NEW.at, 'disco#info', NEW.domain, 'result', NEW.software, 0);
END;

CREATE TEMP VIEW put_either AS
	SELECT NULL AS at, NULL AS channel, NULL AS target, NULL AS reply, NULL AS software, NULL AS control;
CREATE TEMP TRIGGER put_either INSTEAD OF INSERT ON put_either
BEGIN
	INSERT INTO ask
		SELECT (SELECT coalesce(max(id), 0) + 1 FROM question), max(id), NEW.at, NEW.channel, NEW.target,
		       NEW.control
		FROM watch;
	INSERT INTO hear_item SELECT (SELECT max(id) FROM question), NEW.target || '/' || value
		FROM json_each(iif(NEW.reply LIKE '[%', NEW.reply, '[]'));
	INSERT INTO hear_reply (question, at, kind, sender, type, condition, text, seconds, software)
		SELECT max(id), NEW.at + iif(what = 'timeout', 10000, 50), iif(what = 'timeout', 'timeout', 'iq'),
		       NEW.target, CASE WHEN what = 'timeout' THEN NULL
		                        WHEN what = 'result' OR what GLOB '[[0-9]*' THEN 'result' ELSE 'error' END,
		       iif(what IN ('timeout', 'result') OR what GLOB '[[0-9]*', NULL, what),
		       text, iif(what GLOB '[0-9]*', what + 0, NULL), NEW.software
		FROM question, (SELECT substr(NEW.reply, 1, instr(NEW.reply || ': ', ': ') - 1) AS what,
		                nullif(substr(NEW.reply, instr(NEW.reply || ': ', ': ') + 2), '') AS text);
	UPDATE watch SET heard_until = max(heard_until, NEW.at + iif(NEW.reply = 'timeout', 10000, 50))
		WHERE id = (SELECT max(id) FROM watch);
END;

-- The answers that most tests look at.
CREATE TEMP VIEW verdicts AS
	SELECT contact, verdict, certainty, sign, resource FROM contact_status ORDER BY account, contact;
CREATE TEMP VIEW reasons AS
	SELECT contact, verdict, reason FROM contact_status ORDER BY account, contact;

-- The recorder looks whom to ask: rests that are over end; and after it has asked, who has nothing to be
-- asked goes to rest (sql/wake.sql, sql/rest.sql).
CREATE TEMP VIEW wake_up AS SELECT NULL AS at;
CREATE TEMP TRIGGER wake_up INSTEAD OF INSERT ON wake_up
BEGIN
	INSERT INTO wake SELECT max(id), NEW.at FROM watch;
END;
CREATE TEMP VIEW go_to_rest AS SELECT NULL AS at;
CREATE TEMP TRIGGER go_to_rest INSTEAD OF INSERT ON go_to_rest
BEGIN
	INSERT INTO resting (account, contact, next, done)
		SELECT account, contact, next, coalesce(done, NEW.at) FROM resting
		WHERE watch = (SELECT max(id) FROM watch) AND ready <= NEW.at;
END;
CREATE TEMP VIEW looks AS
	SELECT j.bare AS contact, l.until FROM state_look AS l JOIN jid AS j ON j.id = l.contact ORDER BY 1;

-- What contacts answer whom the recorder asks round after round: the reply as in `put`, by channel. Who is
-- in no row does not answer. A made-up resource is refused.
CREATE TEMP TABLE habit_of (target TEXT, channel TEXT, reply TEXT);
CREATE TEMP VIEW turn_of_asking AS SELECT NULL AS at;
CREATE TEMP TRIGGER turn_of_asking INSTEAD OF INSERT ON turn_of_asking
BEGIN
	INSERT INTO put_either
		SELECT NEW.at, q.channel, q.target,
		       iif(q.control, 'service-unavailable: User session not found', coalesce(h.reply, 'timeout')),
		       iif(q.target LIKE '%@%', NULL, h.reply), q.control
		FROM question_due AS q LEFT JOIN habit_of AS h ON h.target = q.target AND h.channel = q.channel
		WHERE q.watch = (SELECT max(id) FROM watch) AND q.due_at <= NEW.at;
END;
-- A whole round, as far as one is due.
CREATE TEMP VIEW round_of_asking AS SELECT NULL AS at;
CREATE TEMP TRIGGER round_of_asking INSTEAD OF INSERT ON round_of_asking
BEGIN
	INSERT INTO wake_up VALUES (NEW.at);
	INSERT INTO turn_of_asking VALUES (NEW.at), (NEW.at + 100), (NEW.at + 200), (NEW.at + 300), (NEW.at + 400);
	INSERT INTO go_to_rest VALUES (NEW.at + 500);
END;
