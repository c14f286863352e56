-- A file of schema 1, as .dump of sqlite3 gives it: its rule is that of 370091c, its facts are of every kind. The watch
-- of me@left.example was left open by a crash; my_notes and my_view are a user's own.
PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE jid (
	id     INTEGER PRIMARY KEY,
	bare   TEXT NOT NULL UNIQUE,        -- as the server wrote it
	domain INTEGER REFERENCES jid       -- the domain of local@domain; null: this is one
) STRICT;
INSERT INTO jid VALUES(1,'ejabberd.example',NULL);
INSERT INTO jid VALUES(2,'me@ejabberd.example',1);
INSERT INTO jid VALUES(3,'ann@ejabberd.example',1);
INSERT INTO jid VALUES(4,'bob@ejabberd.example',1);
INSERT INTO jid VALUES(5,'cat@ejabberd.example',1);
INSERT INTO jid VALUES(6,'dead.example',NULL);
INSERT INTO jid VALUES(7,'dan@dead.example',6);
INSERT INTO jid VALUES(8,'eve@ejabberd.example',1);
INSERT INTO jid VALUES(9,'fay@ejabberd.example',1);
INSERT INTO jid VALUES(10,'prosody.example',NULL);
INSERT INTO jid VALUES(11,'me@prosody.example',10);
INSERT INTO jid VALUES(12,'ann@prosody.example',10);
INSERT INTO jid VALUES(13,'kim@prosody.example',10);
INSERT INTO jid VALUES(14,'lee@prosody.example',10);
INSERT INTO jid VALUES(15,'left.example',NULL);
INSERT INTO jid VALUES(16,'me@left.example',15);
INSERT INTO jid VALUES(17,'zoe@left.example',15);
CREATE TABLE resource (
	id   INTEGER PRIMARY KEY,
	jid  INTEGER NOT NULL REFERENCES jid,
	name TEXT NOT NULL,
	UNIQUE (jid, name)
) STRICT;
INSERT INTO resource VALUES(1,2,'');
INSERT INTO resource VALUES(2,3,'');
INSERT INTO resource VALUES(3,3,'phone');
INSERT INTO resource VALUES(4,4,'');
INSERT INTO resource VALUES(5,5,'');
INSERT INTO resource VALUES(6,7,'');
INSERT INTO resource VALUES(7,8,'');
INSERT INTO resource VALUES(8,9,'');
INSERT INTO resource VALUES(9,4,'desk');
INSERT INTO resource VALUES(10,4,'Telefon');
INSERT INTO resource VALUES(11,1,'');
INSERT INTO resource VALUES(12,6,'');
INSERT INTO resource VALUES(13,11,'');
INSERT INTO resource VALUES(14,12,'');
INSERT INTO resource VALUES(15,13,'');
INSERT INTO resource VALUES(16,14,'');
INSERT INTO resource VALUES(17,10,'');
INSERT INTO resource VALUES(18,13,'laptop');
INSERT INTO resource VALUES(19,13,'made-up-8');
INSERT INTO resource VALUES(20,16,'');
INSERT INTO resource VALUES(21,17,'');
INSERT INTO resource VALUES(22,17,'phone');
CREATE TABLE watch (
	id          INTEGER PRIMARY KEY AUTOINCREMENT,
	account     INTEGER NOT NULL REFERENCES jid, -- whom we signed in as
	resource    TEXT NOT NULL,                   -- our own resource
	began       INTEGER NOT NULL,                -- our initial presence was sent
	settle_by   INTEGER NOT NULL,                -- late presence was waited for until then, at the most
	asks        INTEGER NOT NULL,                -- 1; 0: it asks nobody anything (--passive)
	settled_at  INTEGER,                         -- (changes) the flood of presence had gone quiet
	heard_until INTEGER NOT NULL,                -- (changes) the last sign of the server; nothing is known after it
	ended       INTEGER,                         -- (changes) null: goes on, or nobody noted the end
	reason      TEXT                             -- (changes) why it ended: done, interrupted, lost, conflict, …
) STRICT;
INSERT INTO watch VALUES(1,2,'unseen',1774659590000,1774659600000,1,1774659600000,1774659600000,1774659600000,'done');
INSERT INTO watch VALUES(2,2,'unseen',1774745990000,1774746000000,1,1774745991300,1774746002345,1774746002345,'done');
INSERT INTO watch VALUES(3,11,'unseen',1774900000000,1774900010000,1,1774900001300,1774900010000,1774900010000,'done');
INSERT INTO watch VALUES(4,16,'unseen',1774900020000,1774900030000,1,NULL,1774900020001,NULL,NULL);
CREATE TABLE sign_in (
	watch       INTEGER PRIMARY KEY REFERENCES watch,
	mechanism   TEXT NOT NULL,          -- SASL
	tls         TEXT,                   -- TLSv1.3, …; null: none
	certificate TEXT,                   -- SHA-256 of the server's certificate, hex
	key         TEXT                    -- SHA-256 of its subject public key info, hex (--pin)
) STRICT;
INSERT INTO sign_in VALUES(3,'SCRAM-SHA-256-PLUS','TLSv1.3','aa','bb');
CREATE TABLE roster (
	id           INTEGER PRIMARY KEY,
	watch        INTEGER NOT NULL REFERENCES watch,
	contact      INTEGER NOT NULL REFERENCES jid,
	at           INTEGER NOT NULL,
	name         TEXT,                  -- the name we gave the contact
	subscription TEXT NOT NULL,         -- none, to, from, both (RFC 6121 2.1.2.5); remove: no longer there
	ask          TEXT,                  -- subscribe: our request is not answered yet
	groups       TEXT                   -- a JSON array of group names; null: none
) STRICT;
INSERT INTO roster VALUES(1,1,3,1774659590001,NULL,'both',NULL,NULL);
INSERT INTO roster VALUES(2,2,3,1774745990001,'Ann','both',NULL,'["friends"]');
INSERT INTO roster VALUES(3,2,4,1774745990001,'Böb','both',NULL,NULL);
INSERT INTO roster VALUES(4,2,5,1774745990001,NULL,'to',NULL,NULL);
INSERT INTO roster VALUES(5,2,7,1774745990001,NULL,'both',NULL,NULL);
INSERT INTO roster VALUES(6,2,8,1774745990001,NULL,'from',NULL,NULL);
INSERT INTO roster VALUES(7,2,9,1774745990001,NULL,'both',NULL,NULL);
INSERT INTO roster VALUES(8,3,12,1774900000001,'Ann ☺','both',NULL,'["a","b"]');
INSERT INTO roster VALUES(9,3,13,1774900000001,NULL,'to',NULL,NULL);
INSERT INTO roster VALUES(10,3,14,1774900000001,NULL,'none','subscribe',NULL);
INSERT INTO roster VALUES(11,4,17,1774900020001,NULL,'both',NULL,NULL);
CREATE TABLE question (
	id      INTEGER PRIMARY KEY,
	watch   INTEGER NOT NULL REFERENCES watch,
	at      INTEGER NOT NULL,                     -- when it was handed to the line
	channel TEXT NOT NULL,                        -- disco#items, disco#info, last, ping, version, probe
	target  INTEGER NOT NULL REFERENCES resource, -- the JID asked
	control INTEGER NOT NULL                      -- 1: the resource is made up, to learn how this server says "absent"
) STRICT;
INSERT INTO question VALUES(1,2,1774745990100,'disco#info',11,0);
INSERT INTO question VALUES(2,2,1774745990100,'disco#info',12,0);
INSERT INTO question VALUES(3,2,1774745991100,'disco#items',2,0);
INSERT INTO question VALUES(4,2,1774745991100,'disco#items',5,0);
INSERT INTO question VALUES(5,2,1774745991100,'disco#items',8,0);
INSERT INTO question VALUES(6,2,1774745991200,'last',2,0);
INSERT INTO question VALUES(7,2,1774745991200,'last',5,0);
INSERT INTO question VALUES(8,3,1774900000010,'disco#info',17,0);
INSERT INTO question VALUES(9,3,1774900004000,'ping',19,1);
INSERT INTO question VALUES(10,3,1774900004100,'ping',18,0);
CREATE TABLE listed (
	question INTEGER NOT NULL REFERENCES question,
	resource INTEGER NOT NULL REFERENCES resource,
	PRIMARY KEY (question, resource)
) STRICT, WITHOUT ROWID;
INSERT INTO listed VALUES(3,3);
CREATE TABLE stanza (
	id        INTEGER PRIMARY KEY AUTOINCREMENT,
	watch     INTEGER NOT NULL REFERENCES watch,
	at        INTEGER NOT NULL,
	kind      TEXT NOT NULL,            -- presence, iq, message; timeout: a question stayed without
	                                    -- reply; other: what is no stanza, and was refused
	type      TEXT,                     -- the attribute, whatever it says; null: none (presence: available)
	sender    INTEGER NOT NULL REFERENCES resource,
	question  INTEGER REFERENCES question, -- the question this replies to
	show      TEXT,                     -- presence: <show/> (RFC 6121 4.7.2.1)
	status    TEXT,                     -- presence: the first <status/>
	priority  INTEGER,                  -- presence: <priority/>; null when it is none or no number
	client    TEXT,                     -- presence: the caps node (XEP-0115), as claimed
	delay     INTEGER,                  -- <delay/> (XEP-0203), as claimed; null when there is none or it is no time
	condition TEXT,                     -- error: the defined condition (RFC 6120 8.3.3)
	text      TEXT,                     -- error: its <text/>; last (XEP-0012): the text of the answer
	seconds   INTEGER,                  -- last (XEP-0012): the seconds
	echo      INTEGER,                  -- error: 1 when it carries our question's payload back
	software  TEXT,                     -- of a domain: the name its identity or version gives
	xml       TEXT                      -- the bytes of the wire; their beginning where they were cut
) STRICT;
INSERT INTO stanza VALUES(1,1,1774659591000,'presence',NULL,3,NULL,'away','at lunch; back when the queue is shorter',5,'https://phone.example/',NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO stanza VALUES(2,2,1774745990050,'presence',NULL,9,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO stanza VALUES(3,2,1774745990060,'presence',NULL,10,NULL,'dnd','schläft 💤',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO stanza VALUES(4,2,1774745990150,'iq','result',11,1,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'ejabberd',NULL);
INSERT INTO stanza VALUES(5,2,1774745990150,'iq','error',12,2,NULL,NULL,NULL,NULL,NULL,'remote-server-not-found',NULL,NULL,NULL,NULL,NULL);
INSERT INTO stanza VALUES(6,2,1774745991150,'iq','result',2,3,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO stanza VALUES(7,2,1774745991150,'iq','result',5,4,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO stanza VALUES(8,2,1774745991150,'iq','error',8,5,NULL,NULL,NULL,NULL,NULL,'forbidden',NULL,NULL,NULL,NULL,NULL);
INSERT INTO stanza VALUES(9,2,1774745991250,'iq','result',2,6,NULL,NULL,NULL,NULL,NULL,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO stanza VALUES(10,2,1774745991250,'iq','result',5,7,NULL,NULL,NULL,NULL,NULL,NULL,NULL,500,NULL,NULL,NULL);
INSERT INTO stanza VALUES(11,2,1774746001000,'presence','unavailable',9,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO stanza VALUES(12,3,1774900000060,'iq','result',17,8,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'Prosody',NULL);
INSERT INTO stanza VALUES(13,3,1774900000050,'presence',NULL,18,NULL,'xa','x''y',-5,'https://c.example/#v',1774899000000,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO stanza VALUES(14,3,1774900001000,'presence','unavailable',18,NULL,NULL,'bye',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO stanza VALUES(15,3,1774900004050,'iq','error',19,9,NULL,NULL,NULL,NULL,NULL,'service-unavailable',NULL,NULL,NULL,NULL,NULL);
INSERT INTO stanza VALUES(16,3,1774900004150,'iq','result',18,10,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO stanza VALUES(17,4,1774900020050,'presence',NULL,22,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
CREATE TABLE refused (
	stanza INTEGER PRIMARY KEY REFERENCES stanza,
	reason TEXT NOT NULL                -- too-big, too-deep, too-many-children, …
) STRICT;
INSERT INTO refused VALUES(14,'too-big');
CREATE TABLE rule (
	one     INTEGER PRIMARY KEY CHECK (one = 1),
	print   TEXT NOT NULL,              -- a hash of its text
	version TEXT NOT NULL               -- of the program that installed it
) STRICT;
INSERT INTO rule VALUES(1,'5ddf3239c671a333','0.1.0');
CREATE TABLE rule_part (
	type TEXT NOT NULL,
	name TEXT NOT NULL,
	PRIMARY KEY (type, name)
) STRICT, WITHOUT ROWID;
INSERT INTO rule_part VALUES('index','state_interval_contact');
INSERT INTO rule_part VALUES('index','state_interval_resource');
INSERT INTO rule_part VALUES('index','state_resource_newest');
INSERT INTO rule_part VALUES('table','client_refusal');
INSERT INTO rule_part VALUES('table','family');
INSERT INTO rule_part VALUES('table','family_name');
INSERT INTO rule_part VALUES('table','full_channel');
INSERT INTO rule_part VALUES('table','sign');
INSERT INTO rule_part VALUES('table','state_account');
INSERT INTO rule_part VALUES('table','state_contact');
INSERT INTO rule_part VALUES('table','state_control');
INSERT INTO rule_part VALUES('table','state_domain');
INSERT INTO rule_part VALUES('table','state_evidence');
INSERT INTO rule_part VALUES('table','state_interval');
INSERT INTO rule_part VALUES('table','state_resource');
INSERT INTO rule_part VALUES('table','state_roster');
INSERT INTO rule_part VALUES('table','unknown_because');
INSERT INTO rule_part VALUES('trigger','ask');
INSERT INTO rule_part VALUES('trigger','begin_watch');
INSERT INTO rule_part VALUES('trigger','hear_item');
INSERT INTO rule_part VALUES('trigger','hear_other');
INSERT INTO rule_part VALUES('trigger','hear_presence');
INSERT INTO rule_part VALUES('trigger','hear_reply');
INSERT INTO rule_part VALUES('trigger','hear_roster');
INSERT INTO rule_part VALUES('trigger','heard_control');
INSERT INTO rule_part VALUES('trigger','heard_identity');
INSERT INTO rule_part VALUES('trigger','heard_other');
INSERT INTO rule_part VALUES('trigger','heard_presence');
INSERT INTO rule_part VALUES('trigger','heard_reply');
INSERT INTO rule_part VALUES('trigger','judge');
INSERT INTO rule_part VALUES('trigger','know');
INSERT INTO rule_part VALUES('trigger','meet');
INSERT INTO rule_part VALUES('trigger','resource_interval');
INSERT INTO rule_part VALUES('trigger','resource_shown');
INSERT INTO rule_part VALUES('trigger','roster_state');
INSERT INTO rule_part VALUES('trigger','stanza_heard');
INSERT INTO rule_part VALUES('trigger','watch_state');
INSERT INTO rule_part VALUES('view','account_summary');
INSERT INTO rule_part VALUES('view','all_refused');
INSERT INTO rule_part VALUES('view','ask');
INSERT INTO rule_part VALUES('view','asked');
INSERT INTO rule_part VALUES('view','begin_watch');
INSERT INTO rule_part VALUES('view','believed');
INSERT INTO rule_part VALUES('view','contact_status');
INSERT INTO rule_part VALUES('view','control');
INSERT INTO rule_part VALUES('view','control_asked');
INSERT INTO rule_part VALUES('view','credible');
INSERT INTO rule_part VALUES('view','domain_ready');
INSERT INTO rule_part VALUES('view','full_jid');
INSERT INTO rule_part VALUES('view','gaps');
INSERT INTO rule_part VALUES('view','ground');
INSERT INTO rule_part VALUES('view','hear_item');
INSERT INTO rule_part VALUES('view','hear_other');
INSERT INTO rule_part VALUES('view','hear_presence');
INSERT INTO rule_part VALUES('view','hear_reply');
INSERT INTO rule_part VALUES('view','hear_roster');
INSERT INTO rule_part VALUES('view','heard');
INSERT INTO rule_part VALUES('view','invisible');
INSERT INTO rule_part VALUES('view','judge');
INSERT INTO rule_part VALUES('view','know');
INSERT INTO rule_part VALUES('view','lists_sessions');
INSERT INTO rule_part VALUES('view','meet');
INSERT INTO rule_part VALUES('view','presence_log');
INSERT INTO rule_part VALUES('view','question_due');
INSERT INTO rule_part VALUES('view','reading_other');
INSERT INTO rule_part VALUES('view','reading_presence');
INSERT INTO rule_part VALUES('view','reading_reply');
INSERT INTO rule_part VALUES('view','reading_silence');
INSERT INTO rule_part VALUES('view','resource_history');
INSERT INTO rule_part VALUES('view','resource_standing');
INSERT INTO rule_part VALUES('view','resource_status');
INSERT INTO rule_part VALUES('view','sign_status');
INSERT INTO rule_part VALUES('view','standing');
INSERT INTO rule_part VALUES('view','stanza_log');
INSERT INTO rule_part VALUES('view','timely');
INSERT INTO rule_part VALUES('view','unknown_summary');
INSERT INTO rule_part VALUES('view','unrebutted');
INSERT INTO rule_part VALUES('view','watch_complete');
INSERT INTO rule_part VALUES('view','watch_latest');
CREATE TABLE my_notes (contact, note);
INSERT INTO my_notes VALUES('ann','likes tea');
CREATE TABLE state_account (
	account INTEGER PRIMARY KEY,
	watch   INTEGER NOT NULL
) STRICT;
INSERT INTO state_account VALUES(2,2);
INSERT INTO state_account VALUES(11,3);
INSERT INTO state_account VALUES(16,4);
CREATE TABLE state_domain (
	account  INTEGER NOT NULL,
	domain   INTEGER NOT NULL,
	watch    INTEGER NOT NULL,
	heard_at INTEGER,                   -- the last presence of anyone there
	software TEXT,                      -- as it calls itself
	family   TEXT,                      -- whose habits it has, table family; null: not known
	dead     INTEGER NOT NULL DEFAULT 0, -- 1: it cannot be reached
	PRIMARY KEY (account, domain)
) STRICT, WITHOUT ROWID;
INSERT INTO state_domain VALUES(2,1,2,1774746001000,'ejabberd','ejabberd',0);
INSERT INTO state_domain VALUES(2,6,2,NULL,NULL,NULL,1);
INSERT INTO state_domain VALUES(11,10,3,1774900001000,'Prosody','Prosody',0);
INSERT INTO state_domain VALUES(16,15,4,1774900020050,NULL,NULL,0);
CREATE TABLE state_control (
	account   INTEGER NOT NULL,
	domain    INTEGER NOT NULL,
	channel   TEXT NOT NULL,
	contact   INTEGER NOT NULL,         -- whose made-up resource was asked
	watch     INTEGER NOT NULL,
	stanza    INTEGER NOT NULL,
	asked_at  INTEGER NOT NULL,
	type      TEXT,                     -- null: no reply at all
	condition TEXT,
	text      TEXT,
	echo      INTEGER,
	PRIMARY KEY (account, domain, channel, contact)
) STRICT, WITHOUT ROWID;
INSERT INTO state_control VALUES(11,10,'ping',13,3,15,1774900004000,'error','service-unavailable',NULL,NULL);
CREATE TABLE state_roster (
	account      INTEGER NOT NULL,
	contact      INTEGER NOT NULL,
	watch        INTEGER NOT NULL,      -- the last watch that saw the item
	name         TEXT,
	subscription TEXT NOT NULL,
	ask          TEXT,
	groups       TEXT,
	PRIMARY KEY (account, contact)
) STRICT, WITHOUT ROWID;
INSERT INTO state_roster VALUES(2,3,2,'Ann','both',NULL,'["friends"]');
INSERT INTO state_roster VALUES(2,4,2,'Böb','both',NULL,NULL);
INSERT INTO state_roster VALUES(2,5,2,NULL,'to',NULL,NULL);
INSERT INTO state_roster VALUES(2,7,2,NULL,'both',NULL,NULL);
INSERT INTO state_roster VALUES(2,8,2,NULL,'from',NULL,NULL);
INSERT INTO state_roster VALUES(2,9,2,NULL,'both',NULL,NULL);
INSERT INTO state_roster VALUES(11,12,3,'Ann ☺','both',NULL,'["a","b"]');
INSERT INTO state_roster VALUES(11,13,3,NULL,'to',NULL,NULL);
INSERT INTO state_roster VALUES(11,14,3,NULL,'none','subscribe',NULL);
INSERT INTO state_roster VALUES(16,17,4,NULL,'both',NULL,NULL);
CREATE TABLE state_contact (
	account     INTEGER NOT NULL,
	contact     INTEGER NOT NULL,
	watch       INTEGER NOT NULL,
	shown       INTEGER NOT NULL DEFAULT 0, -- how many resources are shown
	shown_since INTEGER,                -- the start of the unbroken shown run
	gone_at     INTEGER,                -- the last unavailable that was a farewell
	gone_stanza INTEGER,
	last_type   TEXT,                   -- of the last presence, in whatever watch
	last_at     INTEGER,
	verdict     TEXT NOT NULL DEFAULT 'unknown', -- as in view ground
	reason      TEXT,
	certainty   TEXT,
	since       INTEGER,
	resource    INTEGER,                -- 0: the account as a whole
	sign        TEXT,
	sign_at     INTEGER,
	proof       INTEGER,
	PRIMARY KEY (account, contact)
) STRICT, WITHOUT ROWID;
INSERT INTO state_contact VALUES(2,3,2,0,NULL,NULL,NULL,NULL,1774659591000,'invisible',NULL,'session',1774745991150,3,'listed',1774745991150,6);
INSERT INTO state_contact VALUES(2,4,2,1,1774745990050,1774746001000,11,'unavailable',1774746001000,'visible',NULL,NULL,1774745990050,NULL,NULL,NULL,NULL);
INSERT INTO state_contact VALUES(2,5,2,0,NULL,NULL,NULL,NULL,NULL,'offline',NULL,NULL,1774745991150,0,'absent',1774745991250,10);
INSERT INTO state_contact VALUES(2,9,2,0,NULL,NULL,NULL,NULL,NULL,'unknown','withheld',NULL,NULL,0,'withheld',1774745991150,8);
INSERT INTO state_contact VALUES(11,13,3,0,1774900000050,1774900001000,14,'unavailable',1774900001000,'invisible',NULL,'proof',1774900004150,18,'answer',1774900004150,16);
INSERT INTO state_contact VALUES(16,17,4,1,1774900020050,NULL,NULL,NULL,1774900020050,'visible',NULL,NULL,1774900020050,NULL,NULL,NULL,NULL);
CREATE TABLE state_resource (
	account   INTEGER NOT NULL,
	contact   INTEGER NOT NULL,
	resource  INTEGER NOT NULL,
	watch     INTEGER NOT NULL,
	state     TEXT NOT NULL DEFAULT 'unknown', -- shown, hidden, offline, unknown
	was_shown INTEGER NOT NULL DEFAULT 0, -- 1: shown at some time in this watch
	gone_at   INTEGER,                  -- its last unavailable while shown, in this watch
	silent    INTEGER NOT NULL DEFAULT 0, -- questions in a row without reply
	silent_stanza INTEGER,              -- the last of those timeouts
	silent_asked_at INTEGER,
	show      TEXT,
	status    TEXT,
	priority  INTEGER,
	client    TEXT,
	last_type TEXT,                     -- of its last presence, in whatever watch
	last_at   INTEGER,
	cause     INTEGER,                  -- the stanza that put it in this state; null: none in this watch
	cause_at  INTEGER,
	cause_by  TEXT,                     -- the reason word of resource_history
	PRIMARY KEY (account, contact, resource)
) STRICT, WITHOUT ROWID;
INSERT INTO state_resource VALUES(2,3,3,2,'hidden',0,NULL,0,NULL,NULL,NULL,NULL,NULL,'https://phone.example/',NULL,1774659591000,6,1774745991150,'listed');
INSERT INTO state_resource VALUES(2,4,9,2,'unknown',1,1774746001000,0,NULL,NULL,NULL,NULL,NULL,NULL,'unavailable',1774746001000,11,1774746001000,'unavailable');
INSERT INTO state_resource VALUES(2,4,10,2,'shown',1,NULL,0,NULL,NULL,'dnd','schläft 💤',NULL,NULL,NULL,1774745990060,3,1774745990060,'available');
INSERT INTO state_resource VALUES(11,13,18,3,'hidden',1,1774900001000,0,NULL,NULL,NULL,NULL,NULL,'https://c.example/#v','unavailable',1774900001000,16,1774900004150,'answer');
INSERT INTO state_resource VALUES(16,17,22,4,'shown',1,NULL,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,1774900020050,17,1774900020050,'available');
CREATE TABLE state_evidence (
	account   INTEGER NOT NULL,
	contact   INTEGER NOT NULL,
	resource  INTEGER NOT NULL,         -- 0: the account as a whole
	sign      TEXT NOT NULL,            -- table sign
	channel   TEXT NOT NULL,            -- what was asked; '': it came unasked
	watch     INTEGER NOT NULL,
	stanza    INTEGER NOT NULL,
	at        INTEGER NOT NULL,
	asked_at  INTEGER,
	certainty TEXT,
	counts    INTEGER NOT NULL DEFAULT 0, -- 1: it is to be believed (view credible)
	stands    INTEGER NOT NULL DEFAULT 0, -- 1: and nothing later says the opposite (view unrebutted)
	PRIMARY KEY (account, contact, resource, sign, channel)
) STRICT, WITHOUT ROWID;
INSERT INTO state_evidence VALUES(2,3,0,'answered','disco#items',2,6,1774745991150,1774745991100,NULL,1,0);
INSERT INTO state_evidence VALUES(2,3,0,'answered','last',2,9,1774745991250,1774745991200,NULL,1,0);
INSERT INTO state_evidence VALUES(2,3,0,'last-zero','last',2,9,1774745991250,1774745991200,'session',1,1);
INSERT INTO state_evidence VALUES(2,3,3,'listed','disco#items',2,6,1774745991150,1774745991100,'session',1,1);
INSERT INTO state_evidence VALUES(2,5,0,'absent','disco#items',2,7,1774745991150,1774745991100,NULL,1,1);
INSERT INTO state_evidence VALUES(2,5,0,'absent','last',2,10,1774745991250,1774745991200,NULL,1,1);
INSERT INTO state_evidence VALUES(2,5,0,'answered','disco#items',2,7,1774745991150,1774745991100,NULL,1,0);
INSERT INTO state_evidence VALUES(2,5,0,'answered','last',2,10,1774745991250,1774745991200,NULL,1,0);
INSERT INTO state_evidence VALUES(2,9,0,'withheld','disco#items',2,8,1774745991150,1774745991100,NULL,0,0);
INSERT INTO state_evidence VALUES(11,13,18,'answer','ping',3,16,1774900004150,1774900004100,'proof',1,1);
CREATE TABLE state_interval (
	id       INTEGER PRIMARY KEY,
	account  INTEGER NOT NULL,
	contact  INTEGER NOT NULL,
	resource INTEGER NOT NULL,
	watch    INTEGER NOT NULL,
	state    TEXT NOT NULL,
	show     TEXT,
	status   TEXT,
	began    INTEGER NOT NULL,
	began_by INTEGER NOT NULL,          -- a stanza
	began_why TEXT NOT NULL,
	ended    INTEGER,                   -- null: still so, or so when the watch ended
	ended_by INTEGER,
	ended_why TEXT
) STRICT;
INSERT INTO state_interval VALUES(1,2,3,3,1,'shown','away','at lunch; back when the queue is shorter',1774659591000,1,'available',NULL,NULL,NULL);
INSERT INTO state_interval VALUES(2,2,4,9,2,'shown',NULL,NULL,1774745990050,2,'available',1774746001000,11,'unavailable');
INSERT INTO state_interval VALUES(3,2,4,10,2,'shown','dnd','schläft 💤',1774745990060,3,'available',NULL,NULL,NULL);
INSERT INTO state_interval VALUES(4,2,3,3,2,'hidden',NULL,NULL,1774745991150,6,'listed',NULL,NULL,NULL);
INSERT INTO state_interval VALUES(5,2,4,9,2,'unknown',NULL,NULL,1774746001000,11,'unavailable',NULL,NULL,NULL);
INSERT INTO state_interval VALUES(6,11,13,18,3,'shown','xa','x''y',1774900000050,13,'available',1774900001000,14,'unavailable');
INSERT INTO state_interval VALUES(7,11,13,18,3,'unknown',NULL,'bye',1774900001000,14,'unavailable',1774900004150,16,'answer');
INSERT INTO state_interval VALUES(8,11,13,18,3,'hidden',NULL,NULL,1774900004150,16,'answer',NULL,NULL,NULL);
INSERT INTO state_interval VALUES(9,16,17,22,4,'shown',NULL,NULL,1774900020050,17,'available',NULL,NULL,NULL);
CREATE TABLE sign (
	name      TEXT PRIMARY KEY,
	side      TEXT NOT NULL,
	certainty TEXT,
	says      TEXT NOT NULL             -- for people, after "… is invisible: its resource …"
) STRICT, WITHOUT ROWID;
INSERT INTO sign VALUES('absent','against',NULL,'has no session, says the server');
INSERT INTO sign VALUES('answer','for','proof','answered our question itself');
INSERT INTO sign VALUES('answered','context',NULL,'had its server answer for it');
INSERT INTO sign VALUES('contradiction','for','proof','is still available when probed: hidden from us only');
INSERT INTO sign VALUES('full-unavailable','for','weak','was reported unavailable by name at sign-in');
INSERT INTO sign VALUES('last-zero','for','session','has a session, says the server (idle 0 s)');
INSERT INTO sign VALUES('listed','for','session','is in the server''s list of sessions');
INSERT INTO sign VALUES('odd','context',NULL,'was refused, but not like a made-up resource');
INSERT INTO sign VALUES('refused','against',NULL,'was refused like a made-up resource');
INSERT INTO sign VALUES('silence','for','weak','leaves questions open that a made-up resource is refused at once');
INSERT INTO sign VALUES('stanza','for','proof','sent us something without being shown');
INSERT INTO sign VALUES('typed-invisible','for','proof','said type=''invisible''');
INSERT INTO sign VALUES('withheld','context',NULL,'does not let us ask: it seems to block us, or we block it');
CREATE TABLE family (
	name    TEXT PRIMARY KEY,
	items   TEXT NOT NULL,
	blocked TEXT,
	last    TEXT NOT NULL,
	last_n  TEXT NOT NULL,
	typed   TEXT NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO family VALUES('MongooseIM','session',NULL,'session','absent','weak');
INSERT INTO family VALUES('Openfire','available',NULL,'available','nothing','weak');
INSERT INTO family VALUES('Prosody','nothing','service-unavailable','nothing','nothing','weak');
INSERT INTO family VALUES('Tigase','nothing',NULL,'nothing','nothing','proof');
INSERT INTO family VALUES('ejabberd','session',NULL,'session','absent','weak');
INSERT INTO family VALUES('jabberd2','nothing',NULL,'available','nothing','weak');
CREATE TABLE family_name (
	pattern TEXT PRIMARY KEY,           -- GLOB
	family  TEXT NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO family_name VALUES('Jabberd*','jabberd2');
INSERT INTO family_name VALUES('MongooseIM*','MongooseIM');
INSERT INTO family_name VALUES('Openfire*','Openfire');
INSERT INTO family_name VALUES('Prosody*','Prosody');
INSERT INTO family_name VALUES('Tigase*','Tigase');
INSERT INTO family_name VALUES('ejabberd*','ejabberd');
INSERT INTO family_name VALUES('jabberd*','jabberd2');
CREATE TABLE client_refusal (condition TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
INSERT INTO client_refusal VALUES('bad-request');
INSERT INTO client_refusal VALUES('feature-not-implemented');
INSERT INTO client_refusal VALUES('not-acceptable');
INSERT INTO client_refusal VALUES('not-allowed');
CREATE TABLE unknown_because (
	reason TEXT PRIMARY KEY,
	says   TEXT NOT NULL,
	many   TEXT NOT NULL                -- after "57 unknown"; %s: the domain and its server
) STRICT, WITHOUT ROWID;
INSERT INTO unknown_because VALUES('gateway','a server or gateway, not a person','gateways, not people');
INSERT INTO unknown_because VALUES('no-answer','no answer that proves anything','no answer that proves anything');
INSERT INTO unknown_because VALUES('no-resource','its server tells nothing, and no resource of it is on record to ask','%s and has no resource of theirs on record: scan again while they are visible');
INSERT INTO unknown_because VALUES('not-asked','nobody was asked','nobody was asked');
INSERT INTO unknown_because VALUES('refused','the resources on record refuse like made-up ones; a new one may be there','%s and their resources on record refuse: a new one may be there');
INSERT INTO unknown_because VALUES('unreachable','its server cannot be reached','%s cannot be reached');
INSERT INTO unknown_because VALUES('withheld','it does not let us ask: it seems to block us','they do not let us ask and seem to block us');
CREATE TABLE full_channel (name TEXT PRIMARY KEY, rank INTEGER NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO full_channel VALUES('disco#info',3);
INSERT INTO full_channel VALUES('ping',1);
INSERT INTO full_channel VALUES('version',2);
DELETE FROM sqlite_sequence;
INSERT INTO sqlite_sequence VALUES('watch',4);
INSERT INTO sqlite_sequence VALUES('stanza',17);
CREATE INDEX jid_domain ON jid (domain);
CREATE INDEX watch_account ON watch (account);
CREATE UNIQUE INDEX watch_open ON watch (account) WHERE ended IS NULL;
CREATE INDEX question_target ON question (target, watch);
CREATE INDEX question_control ON question (watch) WHERE control = 1;
CREATE INDEX stanza_sender ON stanza (sender);
CREATE INDEX stanza_question ON stanza (question) WHERE question IS NOT NULL;
CREATE VIEW my_view AS SELECT contact FROM invisible;
CREATE INDEX state_resource_newest ON state_resource (account, contact, last_at);
CREATE INDEX state_interval_contact ON state_interval (contact);
CREATE INDEX state_interval_resource ON state_interval (resource);
CREATE VIEW know AS SELECT NULL AS full, NULL AS bare;
CREATE TRIGGER know INSTEAD OF INSERT ON know
BEGIN
	INSERT OR IGNORE INTO jid (bare)
		SELECT substr(NEW.bare, instr(NEW.bare, '@') + 1)
		WHERE NOT EXISTS (SELECT 1 FROM jid WHERE bare = NEW.bare);
	INSERT OR IGNORE INTO jid (bare, domain)
		SELECT NEW.bare, d.id FROM jid AS d
		WHERE d.bare = substr(NEW.bare, instr(NEW.bare, '@') + 1) AND d.bare <> NEW.bare;
	INSERT OR IGNORE INTO resource (jid, name)
		SELECT id, substr(NEW.full, length(NEW.bare) + 2) FROM jid WHERE bare = NEW.bare;
END;
CREATE VIEW full_jid AS
SELECT r.id, j.bare, r.name, j.bare || iif(r.name = '', '', '/' || r.name) AS full
FROM resource AS r JOIN jid AS j ON j.id = r.jid;
CREATE VIEW begin_watch AS
	SELECT NULL AS account, NULL AS resource, NULL AS began, NULL AS settle_by, NULL AS asks;
CREATE TRIGGER begin_watch INSTEAD OF INSERT ON begin_watch
BEGIN
	INSERT INTO know VALUES (NEW.account, NEW.account);
	UPDATE watch SET ended = heard_until, reason = 'lost'
		WHERE ended IS NULL AND account = (SELECT id FROM jid WHERE bare = NEW.account);
	INSERT INTO watch (account, resource, began, settle_by, asks, heard_until)
		SELECT id, NEW.resource, NEW.began, NEW.settle_by, NEW.asks, NEW.began
		FROM jid WHERE bare = NEW.account;
END;
CREATE TRIGGER watch_state AFTER INSERT ON watch
BEGIN
	INSERT OR REPLACE INTO state_account (account, watch) VALUES (NEW.account, NEW.id);
END;
CREATE VIEW hear_roster AS
	SELECT NULL AS watch, NULL AS at, NULL AS contact, NULL AS name, NULL AS subscription,
	       NULL AS ask, NULL AS groups;
CREATE TRIGGER hear_roster INSTEAD OF INSERT ON hear_roster
BEGIN
	INSERT INTO know VALUES (NEW.contact, NEW.contact);
	UPDATE state_roster SET watch = NEW.watch
		WHERE account = (SELECT account FROM watch WHERE id = NEW.watch)
		  AND contact = (SELECT id FROM jid WHERE bare = NEW.contact);
	INSERT INTO roster (watch, contact, at, name, subscription, ask, groups)
		SELECT w.id, j.id, NEW.at, NEW.name, NEW.subscription, NEW.ask, NEW.groups
		FROM watch AS w JOIN jid AS j ON j.bare = NEW.contact
		WHERE w.id = NEW.watch AND NOT EXISTS (
			SELECT 1 FROM state_roster AS o WHERE o.account = w.account AND o.contact = j.id
			AND o.name IS NEW.name AND o.subscription = NEW.subscription
			AND o.ask IS NEW.ask AND o.groups IS NEW.groups);
END;
CREATE TRIGGER roster_state AFTER INSERT ON roster
BEGIN
	INSERT OR REPLACE INTO state_roster (account, contact, watch, name, subscription, ask, groups)
		SELECT account, NEW.contact, NEW.watch, NEW.name, NEW.subscription, NEW.ask, NEW.groups
		FROM watch WHERE id = NEW.watch;
END;
CREATE VIEW hear_presence AS
	SELECT NULL AS watch, NULL AS at, NULL AS sender, NULL AS type, NULL AS show, NULL AS status,
	       NULL AS priority, NULL AS client, NULL AS delay, NULL AS xml;
CREATE TRIGGER hear_presence INSTEAD OF INSERT ON hear_presence
BEGIN
	INSERT INTO know VALUES (NEW.sender, substr(NEW.sender, 1, instr(NEW.sender || '/', '/') - 1));
	INSERT INTO stanza (watch, at, kind, type, sender, show, status, priority, client, delay, xml)
		SELECT NEW.watch, NEW.at, 'presence', NEW.type, id,
		       NEW.show, NEW.status, NEW.priority, NEW.client, NEW.delay, NEW.xml
		FROM full_jid WHERE bare = substr(NEW.sender, 1, instr(NEW.sender || '/', '/') - 1)
		  AND name = substr(NEW.sender, length(bare) + 2);
END;
CREATE VIEW hear_other AS
	SELECT NULL AS watch, NULL AS at, NULL AS sender, NULL AS kind, NULL AS type, NULL AS delay,
	       NULL AS xml;
CREATE TRIGGER hear_other INSTEAD OF INSERT ON hear_other
BEGIN
	INSERT INTO know VALUES (NEW.sender, substr(NEW.sender, 1, instr(NEW.sender || '/', '/') - 1));
	INSERT INTO stanza (watch, at, kind, type, sender, delay, xml)
		SELECT NEW.watch, NEW.at, NEW.kind, NEW.type, id, NEW.delay, NEW.xml
		FROM full_jid WHERE bare = substr(NEW.sender, 1, instr(NEW.sender || '/', '/') - 1)
		  AND name = substr(NEW.sender, length(bare) + 2);
END;
CREATE VIEW ask AS
	SELECT NULL AS id, NULL AS watch, NULL AS at, NULL AS channel, NULL AS target, NULL AS control;
CREATE TRIGGER ask INSTEAD OF INSERT ON ask
BEGIN
	INSERT INTO know VALUES (NEW.target, substr(NEW.target, 1, instr(NEW.target || '/', '/') - 1));
	INSERT INTO question (id, watch, at, channel, target, control)
		SELECT NEW.id, NEW.watch, NEW.at, NEW.channel, id, NEW.control
		FROM full_jid WHERE bare = substr(NEW.target, 1, instr(NEW.target || '/', '/') - 1)
		  AND name = substr(NEW.target, length(bare) + 2);
END;
CREATE VIEW hear_item AS SELECT NULL AS question, NULL AS item;
CREATE TRIGGER hear_item INSTEAD OF INSERT ON hear_item
BEGIN
	INSERT INTO know VALUES (NEW.item, substr(NEW.item, 1, instr(NEW.item || '/', '/') - 1));
	INSERT OR IGNORE INTO listed (question, resource)
		SELECT NEW.question, id FROM full_jid WHERE bare = substr(NEW.item, 1, instr(NEW.item || '/', '/') - 1)
		  AND name = substr(NEW.item, length(bare) + 2);
END;
CREATE VIEW hear_reply AS
	SELECT NULL AS question, NULL AS at, NULL AS kind, NULL AS sender, NULL AS type,
	       NULL AS condition, NULL AS text, NULL AS seconds, NULL AS echo, NULL AS software,
	       NULL AS xml;
CREATE TRIGGER hear_reply INSTEAD OF INSERT ON hear_reply
BEGIN
	INSERT INTO know VALUES (NEW.sender, substr(NEW.sender, 1, instr(NEW.sender || '/', '/') - 1));
	INSERT INTO stanza (watch, at, kind, type, sender, question, condition, text, seconds, echo,
	                    software, xml)
		SELECT q.watch, NEW.at, NEW.kind, NEW.type, f.id, q.id, NEW.condition, NEW.text,
		       NEW.seconds, NEW.echo, NEW.software, NEW.xml
		FROM full_jid AS f JOIN question AS q ON q.id = NEW.question
		WHERE f.bare = substr(NEW.sender, 1, instr(NEW.sender || '/', '/') - 1)
		  AND f.name = substr(NEW.sender, length(f.bare) + 2);
END;
CREATE VIEW heard AS
SELECT s.id AS stanza, s.watch, w.account, s.at, s.kind, s.type,
       r.jid AS contact, coalesce(j.domain, j.id) AS domain, r.id AS resource, r.name <> '' AS full,
       s.show, s.status, s.priority, s.client, s.delay,
       q.id AS question, q.channel, q.at AS asked_at, q.control,
       s.condition, s.text, s.seconds, s.echo, s.software
FROM stanza AS s
JOIN watch AS w ON w.id = s.watch
JOIN resource AS r ON r.id = s.sender
JOIN jid AS j ON j.id = r.jid
LEFT JOIN question AS q ON q.id = s.question AND q.target = s.sender AND q.watch = s.watch
	AND NOT EXISTS (SELECT 1 FROM stanza AS f
		WHERE f.question = q.id AND f.sender = q.target AND f.id < s.id);
CREATE TRIGGER stanza_heard AFTER INSERT ON stanza
BEGIN
	INSERT INTO heard SELECT * FROM heard WHERE stanza = NEW.id;
END;
CREATE VIEW meet AS SELECT NULL AS account, NULL AS contact, NULL AS watch;
CREATE TRIGGER meet INSTEAD OF INSERT ON meet
BEGIN
	INSERT OR IGNORE INTO state_contact (account, contact, watch)
		VALUES (NEW.account, NEW.contact, NEW.watch);
	DELETE FROM state_evidence
		WHERE account = NEW.account AND contact = NEW.contact AND watch <> NEW.watch;
	UPDATE state_resource
		SET watch = NEW.watch, state = 'unknown', was_shown = 0, gone_at = NULL, silent = 0,
		    silent_stanza = NULL, silent_asked_at = NULL, show = NULL, status = NULL,
		    priority = NULL, cause = NULL, cause_at = NULL, cause_by = NULL
		WHERE account = NEW.account AND contact = NEW.contact AND watch <> NEW.watch;
	UPDATE state_contact
		SET watch = NEW.watch, shown = 0, shown_since = NULL, gone_at = NULL, gone_stanza = NULL,
		    verdict = 'unknown', reason = NULL, certainty = NULL, since = NULL, resource = NULL,
		    sign = NULL, sign_at = NULL, proof = NULL
		WHERE account = NEW.account AND contact = NEW.contact AND watch <> NEW.watch;
END;
CREATE TRIGGER heard_presence INSTEAD OF INSERT ON heard WHEN NEW.kind = 'presence'
BEGIN
	INSERT INTO meet SELECT NEW.account, NEW.contact, NEW.watch
		WHERE NOT EXISTS (SELECT 1 FROM state_contact WHERE account = NEW.account
		                  AND contact = NEW.contact AND watch = NEW.watch);
	INSERT OR IGNORE INTO state_resource (account, contact, resource, watch)
		SELECT NEW.account, NEW.contact, NEW.resource, NEW.watch
		WHERE NEW.type IS NULL OR (NEW.full AND NEW.type IN ('unavailable', 'invisible'));
	INSERT INTO state_domain (account, domain, watch, heard_at)
		VALUES (NEW.account, NEW.domain, NEW.watch, NEW.at)
		ON CONFLICT DO UPDATE SET heard_at = NEW.at,
			family = iif(watch = NEW.watch, family, NULL),
			software = iif(watch = NEW.watch, software, NULL),
			dead = iif(watch = NEW.watch, dead, 0), watch = NEW.watch;
	-- Who shows itself does not block us.
	DELETE FROM state_evidence
		WHERE NEW.type IS NULL AND account = NEW.account AND contact = NEW.contact
		  AND sign = 'withheld';
	-- What it means is read before it changes what is shown.
	INSERT OR REPLACE INTO state_evidence
		(account, contact, resource, sign, channel, watch, stanza, at, asked_at, certainty)
		SELECT account, contact, resource, sign, channel, watch, stanza, at, asked_at, certainty
		FROM reading_presence WHERE stanza = NEW.stanza;
	UPDATE state_contact SET last_type = NEW.type, last_at = NEW.at
		WHERE (NEW.type IS NULL OR NEW.type IN ('unavailable', 'invisible'))
		  AND account = NEW.account AND contact = NEW.contact;
	-- A farewell: from a full JID, unless that is how it was reported at sign-in; from the bare JID when
	-- someone was shown, or it is but the answer to the probe.
	UPDATE state_contact SET gone_at = NEW.at, gone_stanza = NEW.stanza
		WHERE NEW.type = 'unavailable' AND account = NEW.account AND contact = NEW.contact
		  AND iif(NEW.full, NOT EXISTS (SELECT 1 FROM state_evidence AS e
				WHERE e.account = NEW.account AND e.contact = NEW.contact
				  AND e.resource = NEW.resource AND e.sign = 'full-unavailable'
				  AND e.stanza = NEW.stanza),
			shown > 0);
	-- Available: shown, unless it is the answer to our probe that contradicts an unavailable.
	UPDATE state_resource
		SET state = 'shown', was_shown = 1, silent = 0, show = NEW.show, status = NEW.status,
		    priority = NEW.priority, client = NEW.client, last_type = NULL, last_at = NEW.at,
		    cause = NEW.stanza, cause_at = NEW.at, cause_by = 'available'
		WHERE NEW.type IS NULL AND account = NEW.account AND contact = NEW.contact
		  AND resource = NEW.resource
		  AND NOT EXISTS (SELECT 1 FROM state_evidence AS e
			WHERE e.account = NEW.account AND e.contact = NEW.contact
			  AND e.resource = NEW.resource AND e.sign = 'contradiction'
			  AND e.stanza = NEW.stanza);
	-- Unavailable, and XEP-0018's invisible: no longer shown. From the bare JID it speaks for all.
	-- A hidden resource that says unavailable may be there or not, as one that was shown.
	UPDATE state_resource
		SET gone_at = iif(state IN ('shown', 'hidden') AND NEW.type = 'unavailable', NEW.at, gone_at),
		    last_type = NEW.type, last_at = NEW.at
		WHERE NEW.type IN ('unavailable', 'invisible')
		  AND account = NEW.account AND contact = NEW.contact
		  AND (resource = NEW.resource OR (NOT NEW.full AND state = 'shown'));
	UPDATE state_resource
		SET state = 'unknown', show = NULL, status = NEW.status, priority = NULL,
		    cause = NEW.stanza, cause_at = NEW.at, cause_by = NEW.type
		WHERE NEW.type IN ('unavailable', 'invisible')
		  AND account = NEW.account AND contact = NEW.contact
		  AND ((resource = NEW.resource AND (state IN ('shown', 'unknown')
				OR (state = 'hidden' AND NEW.type = 'unavailable')))
		    OR (NOT NEW.full AND state = 'shown'));
	INSERT INTO judge SELECT NEW.account, NEW.contact, NEW.stanza, NEW.at
		WHERE NOT EXISTS (SELECT 1 FROM state_contact WHERE account = NEW.account
			AND contact = NEW.contact AND shown > 0 AND verdict = 'visible');
END
;
CREATE TRIGGER heard_other INSTEAD OF INSERT ON heard
WHEN NEW.kind = 'message' OR (NEW.kind = 'iq' AND NEW.question IS NULL)
BEGIN
	INSERT INTO meet SELECT NEW.account, NEW.contact, NEW.watch WHERE NEW.full;
	INSERT OR IGNORE INTO state_resource (account, contact, resource, watch)
		SELECT account, contact, resource, watch FROM reading_other WHERE stanza = NEW.stanza;
	INSERT OR REPLACE INTO state_evidence
		(account, contact, resource, sign, channel, watch, stanza, at, asked_at, certainty)
		SELECT account, contact, resource, sign, channel, watch, stanza, at, asked_at, certainty
		FROM reading_other WHERE stanza = NEW.stanza;
	INSERT INTO judge SELECT NEW.account, NEW.contact, NEW.stanza, NEW.at WHERE NEW.full;
END;
CREATE TRIGGER heard_identity INSTEAD OF INSERT ON heard
WHEN NEW.question IS NOT NULL AND NEW.channel IN ('disco#info', 'version') AND NOT NEW.full
BEGIN
	INSERT INTO state_domain (account, domain, watch, software, family, dead)
		SELECT NEW.account, NEW.domain, NEW.watch, NEW.software,
			(SELECT n.family FROM family_name AS n WHERE NEW.software GLOB n.pattern),
			NEW.kind = 'timeout' OR coalesce(NEW.condition IN (
				'remote-server-not-found', 'remote-server-timeout', 'internal-server-error'), 0)
		WHERE true
		ON CONFLICT DO UPDATE SET
			software = coalesce(excluded.software, iif(watch = NEW.watch, software, NULL)),
			family = coalesce(excluded.family, iif(watch = NEW.watch, family, NULL)),
			heard_at = iif(watch = NEW.watch, heard_at, NULL),
			dead = iif(NEW.channel = 'disco#info', excluded.dead, dead), watch = NEW.watch;
	-- What was reported at sign-in, before it was known what kind of server reported it.
	UPDATE state_evidence SET certainty = 'proof'
		WHERE account = NEW.account AND watch = NEW.watch AND sign = 'full-unavailable'
		  AND contact IN (SELECT j.id FROM state_domain AS d JOIN family AS f ON f.name = d.family
			JOIN jid AS j ON j.domain = d.domain
			WHERE d.account = NEW.account AND d.domain = NEW.domain AND f.typed = 'proof');
	INSERT INTO judge SELECT DISTINCT account, contact, NEW.stanza, NEW.at FROM state_evidence
		WHERE account = NEW.account AND watch = NEW.watch AND sign = 'full-unavailable'
		  AND contact IN (SELECT id FROM jid WHERE domain = NEW.domain);
END
;
CREATE TRIGGER heard_control INSTEAD OF INSERT ON heard WHEN NEW.control = 1
BEGIN
	INSERT OR REPLACE INTO state_control (account, domain, channel, contact, watch, stanza, asked_at,
	                                      type, condition, text, echo)
		VALUES (NEW.account, NEW.domain, NEW.channel, NEW.contact, NEW.watch, NEW.stanza,
		        NEW.asked_at, NEW.type, NEW.condition, NEW.text, NEW.echo);
	INSERT INTO meet VALUES (NEW.account, NEW.contact, NEW.watch);
	INSERT OR REPLACE INTO state_evidence
		(account, contact, resource, sign, channel, watch, stanza, at, asked_at, certainty)
		SELECT account, contact, resource, sign, channel, watch, stanza, at, asked_at, certainty
		FROM reading_silence WHERE control = NEW.stanza;
	INSERT INTO judge VALUES (NEW.account, NEW.contact, NEW.stanza, NEW.at);
END;
CREATE TRIGGER heard_reply INSTEAD OF INSERT ON heard
WHEN NEW.question IS NOT NULL AND NEW.control = 0
 AND NOT (NEW.channel IN ('disco#info', 'version') AND NOT NEW.full)
BEGIN
	INSERT INTO meet VALUES (NEW.account, NEW.contact, NEW.watch);
	INSERT OR IGNORE INTO state_resource (account, contact, resource, watch)
		SELECT NEW.account, NEW.contact, l.resource, NEW.watch
		FROM listed AS l JOIN resource AS r ON r.id = l.resource
		WHERE l.question = NEW.question AND r.jid = NEW.contact AND r.name <> '';
	INSERT OR IGNORE INTO state_resource (account, contact, resource, watch)
		SELECT NEW.account, NEW.contact, NEW.resource, NEW.watch WHERE NEW.full;
	UPDATE state_resource
		SET silent = iif(NEW.kind = 'timeout', silent + 1, 0),
		    silent_stanza = iif(NEW.kind = 'timeout', NEW.stanza, NULL),
		    silent_asked_at = iif(NEW.kind = 'timeout', NEW.asked_at, NULL)
		WHERE account = NEW.account AND contact = NEW.contact AND resource = NEW.resource;
	-- An answer replaces what the same question brought before, for everything it spoke of.
	DELETE FROM state_evidence
		WHERE NEW.kind = 'iq' AND account = NEW.account AND contact = NEW.contact
		  AND channel = NEW.channel AND (NOT NEW.full OR resource = NEW.resource)
		  AND sign IN ('withheld', 'answered', 'odd');
	INSERT OR REPLACE INTO state_evidence
		(account, contact, resource, sign, channel, watch, stanza, at, asked_at, certainty)
		SELECT account, contact, resource, sign, channel, watch, stanza, at, asked_at, certainty
		FROM reading_reply WHERE stanza = NEW.stanza AND sign IS NOT NULL;
	INSERT INTO judge VALUES (NEW.account, NEW.contact, NEW.stanza, NEW.at);
END
;
CREATE VIEW judge AS SELECT NULL AS account, NULL AS contact, NULL AS stanza, NULL AS at;
CREATE TRIGGER judge INSTEAD OF INSERT ON judge
BEGIN
	UPDATE state_evidence
		SET counts = (resource, sign, channel) IN (SELECT resource, sign, channel FROM credible
			WHERE account = NEW.account AND contact = NEW.contact)
		WHERE account = NEW.account AND contact = NEW.contact;
	UPDATE state_evidence
		SET stands = (resource, sign, channel) IN (SELECT resource, sign, channel FROM unrebutted
			WHERE account = NEW.account AND contact = NEW.contact)
		WHERE account = NEW.account AND contact = NEW.contact;
	UPDATE state_resource
		SET show = NULL, status = NULL, priority = NULL,
		    (state, cause, cause_at, cause_by) = (SELECT s.state, s.stanza, s.at, s.sign
			FROM resource_standing AS s WHERE s.account = NEW.account
			AND s.contact = NEW.contact AND s.resource = state_resource.resource
			ORDER BY s.stanza DESC LIMIT 1)
		WHERE account = NEW.account AND contact = NEW.contact AND state <> 'shown'
		  AND EXISTS (SELECT 1 FROM resource_standing AS s WHERE s.account = NEW.account
			AND s.contact = NEW.contact AND s.resource = state_resource.resource
			AND s.state <> state_resource.state
			AND s.stanza >= coalesce(state_resource.cause, 0));
	UPDATE state_resource
		SET state = 'unknown', cause = NEW.stanza, cause_at = NEW.at, cause_by = 'unproved'
		WHERE account = NEW.account AND contact = NEW.contact AND state IN ('hidden', 'offline')
		  AND NOT EXISTS (SELECT 1 FROM believed AS b WHERE b.account = NEW.account
			AND b.contact = NEW.contact AND coalesce(b.certainty, '') <> 'weak'
			AND ((state_resource.state = 'hidden' AND b.side = 'for'
				AND b.resource = state_resource.resource)
			  OR (state_resource.state = 'offline' AND b.side = 'against'
				AND b.resource IN (0, state_resource.resource))));
	UPDATE state_contact
		SET verdict = g.verdict, reason = g.reason, certainty = g.certainty,
		    since = iif(state_contact.verdict = g.verdict, coalesce(state_contact.since, g.since),
		                g.since),
		    resource = g.resource, sign = g.sign, sign_at = g.sign_at, proof = g.proof
		FROM (SELECT * FROM ground WHERE account = NEW.account AND contact = NEW.contact
			ORDER BY rank, proof DESC LIMIT 1) AS g
		WHERE state_contact.account = NEW.account AND state_contact.contact = NEW.contact;
END;
CREATE TRIGGER resource_shown AFTER UPDATE OF cause ON state_resource
WHEN NEW.cause IS NOT NULL AND (NEW.state = 'shown') <> (OLD.state = 'shown')
BEGIN
	UPDATE state_contact
		SET shown_since = iif(shown = 0, NEW.cause_at, shown_since),
		    shown = shown + (NEW.state = 'shown') - (OLD.state = 'shown')
		WHERE account = NEW.account AND contact = NEW.contact;
END;
CREATE TRIGGER resource_interval AFTER UPDATE OF cause ON state_resource
WHEN NEW.cause IS NOT NULL AND (OLD.cause IS NULL OR NEW.state <> OLD.state
	OR NEW.show IS NOT OLD.show OR NEW.status IS NOT OLD.status)
BEGIN
	UPDATE state_interval SET ended = NEW.cause_at, ended_by = NEW.cause, ended_why = NEW.cause_by
		WHERE id = (SELECT max(id) FROM state_interval
			WHERE resource = NEW.resource AND account = NEW.account)
		  AND ended IS NULL AND watch = NEW.watch;
	INSERT INTO state_interval (account, contact, resource, watch, state, show, status,
	                            began, began_by, began_why)
		VALUES (NEW.account, NEW.contact, NEW.resource, NEW.watch, NEW.state, NEW.show, NEW.status,
		        NEW.cause_at, NEW.cause, NEW.cause_by);
END;
CREATE VIEW reading_presence AS
SELECT h.account, h.contact, h.resource, 'typed-invisible' AS sign, '' AS channel, h.watch, h.stanza,
       h.at, NULL AS asked_at, 'proof' AS certainty
FROM heard AS h WHERE h.kind = 'presence' AND h.full AND h.type = 'invisible'
UNION ALL
SELECT h.account, h.contact, h.resource, 'full-unavailable', '', h.watch, h.stanza, h.at, NULL,
       coalesce(f.typed, 'weak')
FROM heard AS h
JOIN watch AS w ON w.id = h.watch
JOIN state_resource AS r ON r.account = h.account AND r.contact = h.contact AND r.resource = h.resource
LEFT JOIN state_domain AS d ON d.account = h.account AND d.domain = h.domain AND d.watch = h.watch
LEFT JOIN family AS f ON f.name = d.family
WHERE h.kind = 'presence' AND h.full AND h.type = 'unavailable' AND h.delay IS NULL
  AND NOT r.was_shown AND r.state <> 'hidden' AND h.at <= coalesce(w.settled_at, h.at)
UNION ALL
SELECT h.account, h.contact, h.resource, 'contradiction', 'probe', h.watch, h.stanza, h.at, q.at, 'proof'
FROM heard AS h
JOIN state_resource AS r ON r.account = h.account AND r.contact = h.contact AND r.resource = h.resource
JOIN resource AS b ON b.jid = h.contact AND b.name = ''
JOIN question AS q ON q.id = (SELECT max(id) FROM question AS p
	WHERE p.target = b.id AND p.watch = h.watch AND p.channel = 'probe' AND p.at <= h.at)
WHERE h.kind = 'presence' AND h.full AND h.type IS NULL
  AND r.gone_at IS NOT NULL AND r.state <> 'shown' AND q.at >= r.gone_at AND h.delay < r.gone_at;
CREATE VIEW reading_other AS
SELECT h.account, h.contact, h.resource, 'stanza' AS sign, '' AS channel, h.watch, h.stanza, h.at,
       NULL AS asked_at, 'proof' AS certainty
FROM heard AS h
WHERE h.full AND h.delay IS NULL
  AND ((h.kind = 'message' AND coalesce(h.type, 'normal') IN ('normal', 'chat', 'headline'))
    OR (h.kind = 'iq' AND h.type IN ('get', 'set')))
  AND NOT EXISTS (SELECT 1 FROM state_resource AS r WHERE r.account = h.account
	AND r.contact = h.contact AND r.resource = h.resource AND r.state = 'shown');
CREATE VIEW control AS
SELECT h.stanza AS of_stanza, c.*
FROM heard AS h
JOIN state_control AS c ON c.account = h.account AND c.domain = h.domain AND c.channel = h.channel
	AND c.watch = h.watch
	AND c.contact = coalesce(
		(SELECT o.contact FROM state_control AS o WHERE o.account = h.account AND o.domain = h.domain
		 AND o.channel = h.channel AND o.contact = h.contact AND o.watch = h.watch),
		(SELECT o.contact FROM state_control AS o WHERE o.account = h.account AND o.domain = h.domain
		 AND o.channel = h.channel AND o.watch = h.watch AND o.type IS NOT NULL
		 ORDER BY o.stanza DESC LIMIT 1))
WHERE c.type = 'error';
CREATE VIEW reading_reply AS
SELECT h.account, h.contact, h.resource,
       CASE WHEN h.type = 'error' AND h.condition IS c.condition AND h.text IS c.text
                 AND h.echo IS c.echo
            THEN iif(h.condition = 'service-unavailable', 'refused', NULL)
            WHEN h.type = 'result' OR k.condition IS NOT NULL THEN 'answer'
            WHEN h.condition = 'service-unavailable' THEN 'odd' END AS sign,
       h.channel, h.watch, h.stanza, h.at, h.asked_at,
       iif(h.type = 'result' OR k.condition IS NOT NULL, 'proof', NULL) AS certainty
FROM heard AS h
JOIN control AS c ON c.of_stanza = h.stanza
LEFT JOIN client_refusal AS k ON k.condition = h.condition
WHERE h.kind = 'iq' AND h.question IS NOT NULL AND h.control = 0 AND h.full
UNION ALL
SELECT h.account, h.contact, l.resource, 'listed', h.channel, h.watch, h.stanza, h.at, h.asked_at,
       'session'
FROM heard AS h
JOIN state_domain AS d ON d.account = h.account AND d.domain = h.domain AND d.watch = h.watch
JOIN family AS f ON f.name = d.family AND f.items <> 'nothing'
JOIN listed AS l ON l.question = h.question
JOIN resource AS r ON r.id = l.resource AND r.jid = h.contact AND r.name <> ''
WHERE h.channel = 'disco#items' AND h.type = 'result' AND NOT h.full
UNION ALL
SELECT h.account, h.contact, 0, 'absent', h.channel, h.watch, h.stanza, h.at, h.asked_at, NULL
FROM heard AS h
JOIN state_domain AS d ON d.account = h.account AND d.domain = h.domain AND d.watch = h.watch
JOIN family AS f ON f.name = d.family
WHERE h.type = 'result' AND NOT h.full
  AND ((h.channel = 'disco#items' AND f.items = 'session' AND NOT EXISTS (
		SELECT 1 FROM listed AS l JOIN resource AS r ON r.id = l.resource
		WHERE l.question = h.question AND r.jid = h.contact AND r.name <> ''))
    OR (h.channel = 'last' AND f.last_n = 'absent' AND (h.seconds > 0
		-- 0 with a text is a session that ended within this second
		OR (h.seconds = 0 AND coalesce(h.text, '') <> ''))))
UNION ALL
SELECT h.account, h.contact, 0, 'last-zero', h.channel, h.watch, h.stanza, h.at, h.asked_at, 'session'
FROM heard AS h
JOIN state_domain AS d ON d.account = h.account AND d.domain = h.domain AND d.watch = h.watch
JOIN family AS f ON f.name = d.family AND f.last <> 'nothing'
WHERE h.channel = 'last' AND h.type = 'result' AND NOT h.full
  AND h.seconds = 0 AND coalesce(h.text, '') = ''
UNION ALL
SELECT h.account, h.contact, 0, 'withheld', h.channel, h.watch, h.stanza, h.at, h.asked_at, NULL
FROM heard AS h
LEFT JOIN state_domain AS d ON d.account = h.account AND d.domain = h.domain AND d.watch = h.watch
LEFT JOIN family AS f ON f.name = d.family
WHERE h.channel IN ('disco#items', 'last') AND h.type = 'error' AND NOT h.full
  AND (h.condition IN ('forbidden', 'subscription-required', 'not-authorized',
		-- our own server, of someone whom we block (XEP-0191 4)
		'not-acceptable')
    OR (h.channel = 'disco#items' AND h.condition = f.blocked))
UNION ALL
SELECT h.account, h.contact, 0, 'answered', h.channel, h.watch, h.stanza, h.at, h.asked_at, NULL
FROM heard AS h
WHERE h.channel IN ('disco#items', 'last') AND h.type = 'result' AND NOT h.full
;
CREATE VIEW reading_silence AS
SELECT h.stanza AS control, h.account, h.contact, r.resource, 'silence' AS sign, h.channel, h.watch,
       r.silent_stanza AS stanza, h.at, r.silent_asked_at AS asked_at, 'weak' AS certainty
FROM heard AS h
JOIN state_resource AS r ON r.account = h.account AND r.contact = h.contact AND r.watch = h.watch
WHERE h.control = 1 AND h.type = 'error' AND h.condition = 'service-unavailable'
  AND r.silent >= 2 AND h.asked_at >= r.silent_asked_at;
CREATE VIEW timely AS
SELECT e.account, e.contact, e.resource, e.sign, e.channel, e.watch, e.stanza, e.at, e.asked_at,
       e.certainty, s.side
FROM state_contact AS c
JOIN state_evidence AS e ON e.account = c.account AND e.contact = c.contact AND e.watch = c.watch
JOIN sign AS s ON s.name = e.sign
WHERE e.stanza > coalesce(c.gone_stanza, 0)
  AND (e.asked_at IS NULL OR e.asked_at BETWEEN coalesce(c.gone_at + 2000, 0) AND e.at);
CREATE VIEW lists_sessions AS
SELECT d.account, j.id AS contact
FROM jid AS j
JOIN state_domain AS d ON d.domain = j.domain
JOIN family AS f ON f.name = d.family AND f.items = 'session';
CREATE VIEW credible AS
SELECT t.* FROM timely AS t
WHERE NOT EXISTS (SELECT 1 FROM state_evidence AS w WHERE w.account = t.account
	AND w.contact = t.contact AND w.watch = t.watch AND w.sign = 'withheld')
  AND (t.sign <> 'listed' OR EXISTS (SELECT 1 FROM timely AS l WHERE l.account = t.account
	AND l.contact = t.contact AND l.sign = 'answered' AND l.channel = 'last'))
  AND (t.sign <> 'last-zero' OR NOT EXISTS (SELECT 1 FROM lists_sessions AS f
	WHERE f.account = t.account AND f.contact = t.contact)
    OR EXISTS (SELECT 1 FROM timely AS l WHERE l.account = t.account AND l.contact = t.contact
	AND l.sign = 'listed' AND NOT EXISTS (SELECT 1 FROM timely AS n WHERE n.account = l.account
		AND n.contact = l.contact AND n.resource = l.resource AND n.sign = 'refused'
		AND n.stanza > l.stanza)));
CREATE VIEW believed AS
SELECT e.*, s.side FROM state_evidence AS e JOIN sign AS s ON s.name = e.sign WHERE e.counts;
CREATE VIEW unrebutted AS
SELECT b.* FROM believed AS b
WHERE b.side IN ('for', 'against') AND NOT EXISTS (
	SELECT 1 FROM believed AS o
	WHERE o.account = b.account AND o.contact = b.contact AND o.stanza > b.stanza
	  AND o.side IN ('for', 'against') AND o.side <> b.side
	  AND coalesce(o.certainty, '') <> 'weak'
	  AND (o.resource = b.resource OR (b.side = 'for' AND o.resource = 0)
	       OR (b.side = 'against' AND b.resource = 0)));
CREATE VIEW standing AS SELECT * FROM believed WHERE stands;
CREATE VIEW resource_standing AS
SELECT s.account, s.contact, s.resource, 'hidden' AS state, s.sign, s.stanza, s.at
FROM standing AS s
WHERE s.side = 'for' AND s.resource <> 0 AND s.certainty <> 'weak'
UNION ALL
SELECT r.account, r.contact, r.resource, 'offline', s.sign, s.stanza, s.at
FROM standing AS s
JOIN state_resource AS r ON r.account = s.account AND r.contact = s.contact
	AND s.resource IN (0, r.resource)
WHERE s.side = 'against' AND NOT EXISTS (SELECT 1 FROM standing AS o
	WHERE o.account = r.account AND o.contact = r.contact AND o.resource = r.resource
	  AND o.side = 'for' AND o.certainty <> 'weak');
CREATE VIEW all_refused AS
SELECT c.account, c.contact FROM state_contact AS c
WHERE EXISTS (SELECT 1 FROM state_resource AS r
		WHERE r.account = c.account AND r.contact = c.contact AND r.was_shown)
  AND NOT EXISTS (SELECT 1 FROM state_resource AS r
		WHERE r.account = c.account AND r.contact = c.contact AND r.was_shown
		AND NOT EXISTS (SELECT 1 FROM standing AS s WHERE s.account = r.account
			AND s.contact = r.contact AND s.resource = r.resource AND s.sign = 'refused'))
  AND EXISTS (SELECT 1 FROM believed AS b WHERE b.account = c.account AND b.contact = c.contact
		AND b.sign = 'answered');
CREATE VIEW ground AS
SELECT account, contact, 1 AS rank, 'visible' AS verdict, NULL AS reason, NULL AS certainty,
       shown_since AS since, NULL AS resource, NULL AS sign, NULL AS sign_at, NULL AS proof
FROM state_contact WHERE shown > 0
UNION ALL
SELECT e.account, e.contact, 2, 'unknown', 'withheld', NULL, NULL, e.resource, e.sign, e.at, e.stanza
FROM state_evidence AS e
JOIN state_contact AS c ON c.account = e.account AND c.contact = e.contact AND c.watch = e.watch
WHERE e.sign = 'withheld'
UNION ALL
SELECT c.account, c.contact, 2, 'unknown', 'gateway', NULL, NULL, NULL, NULL, NULL, NULL
FROM state_contact AS c JOIN jid AS j ON j.id = c.contact WHERE j.domain IS NULL
UNION ALL
SELECT s.account, s.contact,
       CASE WHEN s.certainty = 'proof' THEN 3 WHEN s.resource <> 0 THEN 4 ELSE 5 END, 'invisible', NULL, s.certainty,
       (SELECT min(f.at) FROM standing AS f WHERE f.account = s.account AND f.contact = s.contact
        AND f.side = 'for' AND f.certainty <> 'weak'),
       s.resource, s.sign, s.at, s.stanza
FROM standing AS s WHERE s.side = 'for' AND s.certainty <> 'weak'
UNION ALL
SELECT s.account, s.contact, 6, 'suspected', NULL, s.certainty,
       (SELECT min(f.at) FROM standing AS f WHERE f.account = s.account AND f.contact = s.contact
        AND f.side = 'for'),
       s.resource, s.sign, s.at, s.stanza
FROM standing AS s WHERE s.side = 'for' AND s.certainty = 'weak'
UNION ALL
SELECT s.account, s.contact, 7, 'offline', NULL, NULL,
       (SELECT min(f.at) FROM standing AS f WHERE f.account = s.account AND f.contact = s.contact
        AND f.sign = 'absent'),
       s.resource, s.sign, s.at, s.stanza
FROM standing AS s WHERE s.sign = 'absent'
UNION ALL
SELECT s.account, s.contact, 8, 'offline', NULL, NULL,
       (SELECT min(f.at) FROM standing AS f WHERE f.account = s.account AND f.contact = s.contact
        AND f.sign = 'refused'),
       s.resource, s.sign, s.at, s.stanza
FROM all_refused AS a
JOIN standing AS s ON s.account = a.account AND s.contact = a.contact AND s.sign = 'refused'
UNION ALL
SELECT account, contact, 9, 'unknown', NULL, NULL, NULL, NULL, NULL, NULL, NULL FROM state_contact;
CREATE VIEW watch_latest AS
SELECT w.* FROM state_account AS s CROSS JOIN watch AS w ON w.account = s.account AND w.id = s.watch;
CREATE VIEW asked AS
SELECT q.*, (SELECT min(s.id) FROM stanza AS s WHERE s.question = q.id AND s.sender = q.target) AS outcome
FROM question AS q;
CREATE VIEW control_asked AS
SELECT q.watch, q.channel, q.at, q.outcome, r.jid AS contact, coalesce(j.domain, j.id) AS domain
FROM asked AS q
JOIN resource AS r ON r.id = q.target
JOIN jid AS j ON j.id = r.jid
WHERE q.control = 1;
CREATE VIEW domain_ready AS
SELECT w.account, w.id AS watch, d.domain, f.name AS family, f.items, f.last,
       min(w.settle_by, max(w.began, coalesce(d.heard_at, 0)) + 1000) AS ready_at
FROM watch_latest AS w
JOIN state_domain AS d ON d.account = w.account AND d.watch = w.id AND NOT d.dead
JOIN resource AS b ON b.jid = d.domain AND b.name = ''
LEFT JOIN family AS f ON f.name = d.family
WHERE EXISTS (SELECT 1 FROM asked AS a WHERE a.target = b.id AND a.watch = w.id
	AND a.outcome IS NOT NULL AND a.channel = iif(f.name IS NULL, 'version', 'disco#info'));
CREATE VIEW question_due AS
WITH
-- A contact whose verdict more answers could change. Nobody who is shown is asked, nobody without
-- local part, nobody to whose presence we have no right. Answers to questions asked before `floor`
-- would not count.
candidate AS MATERIALIZED (
	SELECT w.account, w.id AS watch, r.contact, j.bare, j.domain, b.id AS target,
	       max(w.began, coalesce(c.gone_at + 2000, 0)) AS floor,
	       coalesce(c.verdict, 'unknown') AS verdict
	FROM watch_latest AS w
	CROSS JOIN state_roster AS r ON r.account = w.account
	LEFT JOIN state_contact AS c ON c.account = w.account AND c.contact = r.contact AND c.watch = w.id
	CROSS JOIN jid AS j ON j.id = r.contact
	LEFT JOIN resource AS b ON b.jid = j.id AND b.name = ''
	WHERE w.asks AND w.ended IS NULL
	  AND r.subscription IN ('to', 'both') AND r.contact <> w.account AND j.domain IS NOT NULL
	  AND coalesce(c.verdict, 'unknown') NOT IN ('visible', 'offline')
	  AND NOT (c.verdict IS 'invisible' AND c.certainty = 'proof')
	  AND c.reason IS NOT 'withheld'
),
-- 1. What the domain is: its disco#info identity (XEP-0030), and where that does not tell, its
-- version (XEP-0092).
due_identity AS (
	SELECT c.account, c.watch, 'disco#info' AS channel, d.bare AS target, min(c.floor) AS due_at
	FROM candidate AS c
	JOIN jid AS d ON d.id = c.domain
	LEFT JOIN resource AS b ON b.jid = d.id AND b.name = ''
	WHERE NOT EXISTS (SELECT 1 FROM question AS q
		WHERE q.target = b.id AND q.watch = c.watch AND q.channel = 'disco#info')
	GROUP BY c.account, c.domain
	UNION ALL
	SELECT s.account, s.watch, 'version', d.bare, 0
	FROM watch_latest AS w
	JOIN state_domain AS s ON s.account = w.account AND s.watch = w.id
	JOIN jid AS d ON d.id = s.domain
	JOIN resource AS b ON b.jid = d.id AND b.name = ''
	WHERE w.asks AND w.ended IS NULL AND s.family IS NULL AND NOT s.dead
	  AND EXISTS (SELECT 1 FROM asked AS a WHERE a.target = b.id AND a.watch = w.id
		AND a.channel = 'disco#info' AND a.outcome IS NOT NULL)
	  AND NOT EXISTS (SELECT 1 FROM question AS q
		WHERE q.target = b.id AND q.watch = w.id AND q.channel = 'version')
),
-- The candidates whose domain is ready and of whose bare JID no question is open, from when on they
-- may be asked, and whether to ask them for a list (disco#items, XEP-0030): where the server lists
-- sessions, or might; elsewhere only beside a resource to ask, to see whether the contact blocks us.
ready AS MATERIALIZED (
	SELECT c.*, max(d.ready_at, c.floor) AS due_at, d.last,
	       d.items IS NOT 'nothing' OR EXISTS (SELECT 1 FROM state_resource AS r
			WHERE r.account = c.account AND r.contact = c.contact AND r.resource <> c.target) AS list
	FROM candidate AS c
	JOIN domain_ready AS d ON d.account = c.account AND d.domain = c.domain
	WHERE NOT EXISTS (SELECT 1 FROM asked AS a WHERE a.target = c.target AND a.watch = c.watch
		AND a.outcome IS NULL AND a.channel <> 'probe')
),
-- 2. The bare JID, which its server answers for: the list, once more when a listed resource was
-- refused; then last (XEP-0012) where it tells something.
due_bare AS MATERIALIZED (
	SELECT c.account, c.contact, c.watch, 'disco#items' AS channel, c.bare AS target, c.due_at
	FROM ready AS c
	WHERE c.list
	  AND CASE (SELECT count(*) FROM question AS q WHERE q.target = c.target AND q.watch = c.watch
		AND q.channel = 'disco#items' AND q.at >= c.floor)
		WHEN 0 THEN 1
		WHEN 1 THEN EXISTS (SELECT 1 FROM believed AS l
			JOIN believed AS n ON n.account = l.account AND n.contact = l.contact
				AND n.resource = l.resource AND n.watch = l.watch
			WHERE l.account = c.account AND l.contact = c.contact AND l.watch = c.watch
			  AND l.sign = 'listed' AND n.sign = 'refused' AND n.stanza > l.stanza)
		ELSE 0 END
	UNION ALL
	SELECT c.account, c.contact, c.watch, 'last', c.bare, c.due_at
	FROM ready AS c
	WHERE c.last <> 'nothing'
	  AND (NOT c.list OR EXISTS (SELECT 1 FROM asked AS a WHERE a.target = c.target AND a.watch = c.watch
		AND a.channel = 'disco#items' AND a.at >= c.floor AND a.outcome IS NOT NULL))
	  AND NOT EXISTS (SELECT 1 FROM question AS q WHERE q.target = c.target AND q.watch = c.watch
		AND q.channel = 'last' AND q.at >= c.floor)
),
-- Resources worth asking: not shown; heard of in this watch, or among the five newest on record; of
-- a contact whose bare JID has nothing more to tell.
askable AS MATERIALIZED (
	SELECT c.account, c.watch, c.contact, c.bare, c.domain, c.floor, c.verdict, c.due_at, r.resource,
	       n.name, iif(r.watch = c.watch, r.silent, 0) AS silent, r.silent_stanza, r.silent_asked_at
	FROM ready AS c
	JOIN state_resource AS r ON r.account = c.account AND r.contact = c.contact
	JOIN resource AS n ON n.id = r.resource
	WHERE n.name <> '' AND NOT (r.watch = c.watch AND r.state = 'shown')
	  AND (r.resource IN (SELECT i.resource FROM state_resource AS i
			WHERE i.account = c.account AND i.contact = c.contact ORDER BY i.last_at DESC LIMIT 5)
	    OR EXISTS (SELECT 1 FROM state_evidence AS e WHERE e.account = c.account
			AND e.contact = c.contact AND e.resource = r.resource AND e.watch = c.watch))
	  AND (c.account, c.contact) NOT IN (SELECT b.account, b.contact FROM due_bare AS b)
),
-- A contact that behaves as no made-up resource of its domain did: one of its resources left two
-- questions open, or was refused in other words. Its own control tells whether that means anything.
doubt AS (
	SELECT a.account, a.watch, a.contact, a.bare, q.channel, a.silent_asked_at AS since
	FROM askable AS a
	JOIN stanza AS s ON s.id = a.silent_stanza
	JOIN question AS q ON q.id = s.question
	WHERE a.silent >= 2
	UNION ALL
	SELECT a.account, a.watch, a.contact, a.bare, e.channel, e.asked_at
	FROM askable AS a
	JOIN state_evidence AS e ON e.account = a.account AND e.contact = a.contact
		AND e.resource = a.resource AND e.watch = a.watch AND e.sign = 'odd'
	WHERE (SELECT count(*) FROM question AS q WHERE q.target = a.resource AND q.watch = a.watch
		AND q.channel = e.channel AND q.at >= a.floor) = 1
),
-- 3. The control: a made-up resource. Once per domain, on channel after channel until one is
-- refused; and put to the very contact that raises a doubt.
due_control AS (
	SELECT a.account, a.watch, k.name AS channel,
	       a.bare || '/' || lower(hex(randomblob(6))) AS target, a.due_at, min(k.rank)
	FROM askable AS a
	JOIN full_channel AS k
	WHERE NOT EXISTS (SELECT 1 FROM state_control AS s WHERE s.account = a.account
			AND s.domain = a.domain AND s.watch = a.watch AND s.type = 'error')
	  AND NOT EXISTS (SELECT 1 FROM control_asked AS o WHERE o.watch = a.watch
			AND o.domain = a.domain AND (o.channel = k.name OR o.outcome IS NULL))
	GROUP BY a.account, a.domain
	UNION ALL
	SELECT d.account, d.watch, d.channel, d.bare || '/' || lower(hex(randomblob(6))), d.since, 0
	FROM doubt AS d
	WHERE NOT EXISTS (SELECT 1 FROM control_asked AS o WHERE o.watch = d.watch
		AND o.contact = d.contact AND o.channel = d.channel AND o.at >= d.since)
	GROUP BY d.account, d.contact, d.channel
),
-- 4. The resource itself, on the first channel whose control was refused. Once; again when it left
-- the question open and nothing else proves a session, or when the doubt about it is resolved.
channel_of AS MATERIALIZED (
	SELECT s.account, s.domain, s.watch, s.channel, min(k.rank)
	FROM state_control AS s JOIN full_channel AS k ON k.name = s.channel
	WHERE s.type = 'error' GROUP BY s.account, s.domain, s.watch
),
due_full AS (
	SELECT a.account, a.watch, t.channel, a.bare || '/' || a.name AS target, a.due_at
	FROM askable AS a
	JOIN channel_of AS t ON t.account = a.account AND t.domain = a.domain AND t.watch = a.watch
	WHERE NOT EXISTS (SELECT 1 FROM asked AS q
			WHERE q.target = a.resource AND q.watch = a.watch AND q.outcome IS NULL)
	  AND CASE (SELECT count(*) FROM question AS q WHERE q.target = a.resource AND q.watch = a.watch
		AND q.channel = t.channel AND q.at >= a.floor)
		WHEN 0 THEN 1
		WHEN 1 THEN (a.silent = 1 AND a.verdict <> 'invisible') OR EXISTS (
			SELECT 1 FROM state_evidence AS e
			JOIN state_control AS s ON s.account = e.account AND s.contact = e.contact
				AND s.channel = e.channel AND s.stanza > e.stanza
			WHERE e.account = a.account AND e.contact = a.contact AND e.resource = a.resource
			  AND e.watch = a.watch AND e.sign = 'odd')
		ELSE 0 END
)
SELECT account, watch, channel, target, 0 AS control, due_at, 1 AS rank FROM due_identity
UNION ALL
SELECT account, watch, channel, target, 0, due_at, iif(channel = 'last', 3, 2) FROM due_bare
UNION ALL
SELECT account, watch, channel, target, 1, due_at, 4 FROM due_control
UNION ALL
SELECT account, watch, channel, target, 0, due_at, 5 FROM due_full
;
CREATE VIEW contact_status AS
SELECT a.bare AS account, j.bare AS contact, r.name, r.subscription,
       iif(r.subscription IN ('to', 'both'), coalesce(c.verdict, 'unknown'), 'unsubscribed') AS verdict,
       c.certainty,
       strftime('%Y-%m-%dT%H:%M:%fZ', c.since / 1000.0, 'unixepoch') AS since,
       (SELECT n.name FROM resource AS n WHERE n.id = c.resource) AS resource,
       c.sign,
       strftime('%Y-%m-%dT%H:%M:%fZ', c.sign_at / 1000.0, 'unixepoch') AS sign_at,
       c.proof, o.last_type,
       strftime('%Y-%m-%dT%H:%M:%fZ', o.last_at / 1000.0, 'unixepoch') AS last_at,
       strftime('%Y-%m-%dT%H:%M:%fZ', w.heard_until / 1000.0, 'unixepoch') AS as_of,
       CASE WHEN r.subscription NOT IN ('to', 'both') OR coalesce(c.verdict, 'unknown') <> 'unknown'
            THEN NULL
            WHEN c.reason IS NOT NULL THEN c.reason
            WHEN j.domain IS NULL THEN 'gateway'
            WHEN NOT w.asks THEN 'not-asked'
            WHEN d.dead THEN 'unreachable'
            WHEN NOT EXISTS (SELECT 1 FROM state_resource AS x
                             WHERE x.account = r.account AND x.contact = r.contact) THEN 'no-resource'
            WHEN NOT EXISTS (SELECT 1 FROM state_resource AS x
                             WHERE x.account = r.account AND x.contact = r.contact
                               AND NOT (x.watch = w.id AND x.state = 'offline')) THEN 'refused'
            ELSE 'no-answer' END AS reason
FROM watch_latest AS w
JOIN jid AS a ON a.id = w.account
JOIN state_roster AS r ON r.account = w.account
JOIN jid AS j ON j.id = r.contact
LEFT JOIN state_contact AS o ON o.account = r.account AND o.contact = r.contact
LEFT JOIN state_contact AS c ON c.account = r.account AND c.contact = r.contact AND c.watch = w.id
	AND r.subscription IN ('to', 'both')
LEFT JOIN state_domain AS d ON d.account = r.account AND d.domain = coalesce(j.domain, j.id)
	AND d.watch = w.id
WHERE r.subscription <> 'remove' AND r.contact <> r.account;
CREATE VIEW invisible AS SELECT * FROM contact_status WHERE verdict = 'invisible';
CREATE VIEW resource_status AS
SELECT a.bare AS account, j.bare AS contact, n.name AS resource,
       (r.watch = w.id AND r.state = 'shown') + 0 AS shown,
       CASE iif(r.watch = w.id, r.state, 'unknown')
            WHEN 'shown' THEN 1 WHEN 'hidden' THEN 1 WHEN 'offline' THEN 0 END AS connected,
       iif(r.watch = w.id, r.show, NULL) AS show, iif(r.watch = w.id, r.status, NULL) AS status,
       iif(r.watch = w.id, r.priority, NULL) AS priority, r.client, r.last_type,
       strftime('%Y-%m-%dT%H:%M:%fZ', r.last_at / 1000.0, 'unixepoch') AS last_at
FROM watch_latest AS w
JOIN jid AS j
CROSS JOIN state_resource AS r ON r.account = w.account AND r.contact = j.id
JOIN resource AS n ON n.id = r.resource
JOIN jid AS a ON a.id = r.account;
CREATE VIEW sign_status AS
SELECT a.bare AS account, j.bare AS contact, t.sign, t.side, t.certainty, n.name AS resource,
       strftime('%Y-%m-%dT%H:%M:%fZ', t.at / 1000.0, 'unixepoch') AS at,
       nullif(t.channel, '') AS channel, t.stanza AS proof
FROM jid AS j
JOIN standing AS t ON t.contact = j.id
JOIN jid AS a ON a.id = t.account
JOIN watch_latest AS w ON w.account = t.account AND w.id = t.watch
LEFT JOIN resource AS n ON n.id = t.resource;
CREATE VIEW resource_history AS
SELECT a.bare AS account, j.bare AS contact, n.name AS resource,
       strftime('%Y-%m-%dT%H:%M:%fZ', i.began / 1000.0, 'unixepoch') AS began,
       strftime('%Y-%m-%dT%H:%M:%fZ', coalesce(i.ended, iif(w.ended IS NULL, NULL, w.heard_until))
                / 1000.0, 'unixepoch') AS ended,
       i.state, i.show, i.status, i.began_by, i.ended_by, i.began_why,
       coalesce(i.ended_why, iif(w.ended IS NULL, NULL, 'gap')) AS ended_why
FROM jid AS j
JOIN state_interval AS i ON i.contact = j.id
JOIN watch AS w ON w.id = i.watch
JOIN resource AS n ON n.id = i.resource
JOIN jid AS a ON a.id = i.account
UNION ALL
SELECT a.bare, j.bare, n.name,
       strftime('%Y-%m-%dT%H:%M:%fZ', w.heard_until / 1000.0, 'unixepoch'),
       strftime('%Y-%m-%dT%H:%M:%fZ', x.began / 1000.0, 'unixepoch'),
       'unknown', NULL, NULL, NULL, x.began_by, 'gap', x.began_why
FROM jid AS j
JOIN state_interval AS i ON i.contact = j.id AND i.ended IS NULL
JOIN watch AS w ON w.id = i.watch AND w.ended IS NOT NULL
JOIN resource AS n ON n.id = i.resource
JOIN jid AS a ON a.id = i.account
LEFT JOIN state_interval AS x ON x.id = (SELECT min(y.id) FROM state_interval AS y
	WHERE y.resource = i.resource AND y.account = i.account AND y.id > i.id);
CREATE VIEW stanza_log AS
SELECT s.id, strftime('%Y-%m-%dT%H:%M:%fZ', s.at / 1000.0, 'unixepoch') AS at,
       a.bare AS account, j.bare AS contact, r.name AS resource, s.kind, s.type, s.xml
FROM stanza AS s
JOIN resource AS r ON r.id = s.sender
JOIN jid AS j ON j.id = r.jid
JOIN watch AS w ON w.id = s.watch
JOIN jid AS a ON a.id = w.account;
CREATE VIEW presence_log AS
SELECT s.id, strftime('%Y-%m-%dT%H:%M:%fZ', s.at / 1000.0, 'unixepoch') AS at,
       a.bare AS account, j.bare AS contact, r.name AS resource, s.type, s.show, s.status, s.priority,
       strftime('%Y-%m-%dT%H:%M:%fZ', s.delay / 1000.0, 'unixepoch') AS delay, s.watch, s.xml
FROM stanza AS s
JOIN resource AS r ON r.id = s.sender
JOIN jid AS j ON j.id = r.jid
JOIN watch AS w ON w.id = s.watch
JOIN jid AS a ON a.id = w.account
WHERE s.kind = 'presence';
CREATE VIEW gaps AS
SELECT a.bare AS account,
       strftime('%Y-%m-%dT%H:%M:%fZ', w.heard_until / 1000.0, 'unixepoch') AS began,
       strftime('%Y-%m-%dT%H:%M:%fZ', (SELECT n.began FROM watch AS n
	WHERE n.account = w.account AND n.id > w.id ORDER BY n.id LIMIT 1) / 1000.0, 'unixepoch') AS ended,
       w.reason
FROM watch AS w JOIN jid AS a ON a.id = w.account
WHERE w.ended IS NOT NULL;
CREATE VIEW watch_complete AS
SELECT w.account, w.id AS watch, coalesce(w.reason = 'done', 0) AS complete
FROM watch_latest AS w;
CREATE VIEW unknown_summary AS
SELECT s.account, s.reason, count(*) AS contacts,
       printf(u.many, d.bare || coalesce(' is ' || f.software, '')) AS says
FROM contact_status AS s
JOIN unknown_because AS u ON u.reason = s.reason
JOIN jid AS a ON a.bare = s.account
JOIN jid AS j ON j.bare = s.contact
JOIN jid AS d ON d.id = coalesce(j.domain, j.id)
LEFT JOIN state_domain AS f ON f.account = a.id AND f.domain = d.id
WHERE s.verdict = 'unknown'
GROUP BY s.account, s.reason, iif(u.many GLOB '*%s*', d.bare, NULL);
CREATE VIEW account_summary AS
SELECT t.account, t.invisible,
       t.invisible || ' invisible, ' || iif(t.suspected, t.suspected || ' suspected, ', '')
       || t.visible || ' visible, ' || t.offline || ' offline, ' || t.unknown || ' unknown'
       || coalesce(' (' || (SELECT group_concat(
			iif(n.contacts = t.unknown, '', n.contacts || ': ') || n.says, '; ')
		FROM (SELECT * FROM unknown_summary AS x WHERE x.account = t.account
			ORDER BY x.contacts DESC, x.says) AS n) || ')', '')
       || iif(t.unsubscribed, ', ' || t.unsubscribed || ' unsubscribed', '') AS line
FROM (SELECT account,
		count(*) FILTER (WHERE verdict = 'invisible') AS invisible,
		count(*) FILTER (WHERE verdict = 'suspected') AS suspected,
		count(*) FILTER (WHERE verdict = 'visible') AS visible,
		count(*) FILTER (WHERE verdict = 'offline') AS offline,
		count(*) FILTER (WHERE verdict = 'unknown') AS unknown,
		count(*) FILTER (WHERE verdict = 'unsubscribed') AS unsubscribed
	FROM contact_status GROUP BY account) AS t;
PRAGMA application_id = 0x756e736e;
PRAGMA user_version = 1;
COMMIT;
PRAGMA journal_mode = WAL;
