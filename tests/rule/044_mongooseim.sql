-- MongooseIM answers as ejabberd does.
INSERT INTO start VALUES (0, 'me@mongoose.example');
INSERT INTO item VALUES (1, 'ann@mongoose.example', 'both'), (1, 'bob@mongoose.example', 'both'),
	(1, 'cat@mongoose.example', 'both');
INSERT INTO server VALUES (10, 'mongoose.example', 'MongooseIM');
INSERT INTO put VALUES (1100, 'disco#items', 'ann@mongoose.example', '["phone"]'), (1200, 'last', 'ann@mongoose.example', '0'),
	(1100, 'disco#items', 'bob@mongoose.example', '[]'), (1200, 'last', 'cat@mongoose.example', '5');
SELECT * FROM verdicts;
-- expect
-- ann@mongoose.example|invisible|session|listed|phone
-- bob@mongoose.example|offline|-|absent|-
-- cat@mongoose.example|offline|-|absent|-
