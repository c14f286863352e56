-- Every kind of server with every kind of contact, each with a resource on record, and all questions
-- answered as soon as they are due: after a few rounds nothing is left to ask, and nobody who is
-- away has been called invisible, nobody who is there offline.
CREATE TEMP TABLE kind (domain, software, absent, list_here, list_away, last_here, last_away, list_blocked);
INSERT INTO kind VALUES
	('prosody.example',  'Prosody',    'service-unavailable', '[]', '[]', '500', '500', 'service-unavailable'),
	('ejabberd.example', 'ejabberd',   'service-unavailable: User session not found', '["phone"]', '[]', '0', '500', '["phone"]'),
	('mongoose.example', 'MongooseIM', 'service-unavailable: Route offline', '["phone"]', '[]', '0', '500', '["phone"]'),
	('jabberd2.example', 'jabberd2',   'service-unavailable', 'feature-not-implemented', 'feature-not-implemented', '0', '500', 'forbidden'),
	('openfire.example', 'Openfire',   'service-unavailable', '["phone"]', '[]', '0', '500', 'service-unavailable'),
	('tigase.example',   'Tigase',     'recipient-unavailable', 'feature-not-implemented', 'feature-not-implemented', '500', '500', 'forbidden'),
	('nobody.example',   NULL,         'item-not-found', '[]', '[]', '500', '500', 'forbidden'),
	('silent.example',   'Prosody',    'timeout', '[]', '[]', '500', '500', 'timeout'),
	('open.example',     'Prosody',    'result', '[]', '[]', '500', '500', '[]'),
	('dead.example',     'remote-server-not-found', '', '', '', '', '', ''),
	('mute.example',     'timeout', '', '', '', '', '', '');
-- What comes back from the device; null: it is away, the server refuses.
CREATE TEMP TABLE habit (name, device);
INSERT INTO habit VALUES ('away', NULL), ('hidden', 'result'), ('plain', 'feature-not-implemented'),
	('mute', 'timeout'), ('curt', 'service-unavailable: no'), ('throttled', 'resource-constraint'), ('blocks', NULL);

CREATE TEMP VIEW answer AS
SELECT q.channel, q.target, q.control, q.due_at,
       CASE WHEN q.target = k.domain THEN iif(k.software GLOB '[a-z]*-*' OR k.software = 'timeout', k.software, 'result')
            WHEN q.control OR (q.target LIKE '%/%' AND h.device IS NULL) THEN k.absent
            WHEN q.target LIKE '%/%' THEN h.device
            WHEN q.channel = 'disco#items' THEN CASE h.name WHEN 'away' THEN k.list_away
				WHEN 'blocks' THEN k.list_blocked ELSE k.list_here END
            WHEN h.name = 'blocks' THEN 'forbidden'
            WHEN h.name = 'away' THEN k.last_away ELSE k.last_here END AS reply,
       iif(q.target = k.domain, k.software, NULL) AS software
FROM question_due AS q
JOIN kind AS k ON q.target = k.domain OR q.target GLOB '*@' || k.domain || '*'
LEFT JOIN habit AS h ON q.target GLOB h.name || '@*';
CREATE TEMP VIEW round AS SELECT NULL AS at;
CREATE TEMP TRIGGER round INSTEAD OF INSERT ON round
BEGIN
	INSERT INTO put_either SELECT NEW.at, channel, target, reply, software, control FROM answer WHERE due_at <= NEW.at;
END;

INSERT INTO start VALUES (0, 'me@a.example');
INSERT INTO item SELECT 1, name || '@' || domain, 'both' FROM habit, kind;
INSERT INTO presence (at, sender) SELECT 50, contact || '/phone' FROM contact_status;
INSERT INTO stop VALUES (60);
INSERT INTO start VALUES (100000, 'me@a.example');
SELECT 'before', count(*) > 0 FROM question_due;
INSERT INTO round SELECT 100000 + value * 11000 FROM generate_series(1, 10);
SELECT 'left', * FROM question_due;
SELECT 'wrong', contact, verdict, sign FROM contact_status
	WHERE (verdict = 'invisible' AND contact GLOB '[ab][wl]*@*') OR (verdict = 'offline' AND contact NOT GLOB 'away@*');
SELECT 'most questions to one contact', max(n) FROM (SELECT count(*) AS n FROM question AS q
	JOIN resource AS r ON r.id = q.target JOIN jid AS j ON j.id = r.jid AND j.domain IS NOT NULL
	GROUP BY j.id);
SELECT substr(contact, 1, instr(contact, '@') - 1) AS habit, substr(contact, instr(contact, '@') + 1) AS domain,
       verdict, certainty, sign FROM contact_status WHERE verdict NOT IN ('unknown') ORDER BY 1, 2;
-- expect
-- before|1
-- most questions to one contact|6
-- away|ejabberd.example|offline|-|absent
-- away|mongoose.example|offline|-|absent
-- curt|ejabberd.example|invisible|session|listed
-- curt|jabberd2.example|invisible|session|last-zero
-- curt|mongoose.example|invisible|session|listed
-- curt|openfire.example|invisible|session|listed
-- hidden|ejabberd.example|invisible|proof|answer
-- hidden|jabberd2.example|invisible|proof|answer
-- hidden|mongoose.example|invisible|proof|answer
-- hidden|nobody.example|invisible|proof|answer
-- hidden|openfire.example|invisible|proof|answer
-- hidden|prosody.example|invisible|proof|answer
-- hidden|tigase.example|invisible|proof|answer
-- mute|ejabberd.example|invisible|session|listed
-- mute|jabberd2.example|invisible|session|last-zero
-- mute|mongoose.example|invisible|session|listed
-- mute|openfire.example|invisible|session|listed
-- mute|prosody.example|suspected|weak|silence
-- plain|ejabberd.example|invisible|proof|answer
-- plain|jabberd2.example|invisible|proof|answer
-- plain|mongoose.example|invisible|proof|answer
-- plain|nobody.example|invisible|proof|answer
-- plain|openfire.example|invisible|proof|answer
-- plain|prosody.example|invisible|proof|answer
-- plain|tigase.example|invisible|proof|answer
-- throttled|ejabberd.example|invisible|session|listed
-- throttled|jabberd2.example|invisible|session|last-zero
-- throttled|mongoose.example|invisible|session|listed
-- throttled|openfire.example|invisible|session|listed
