-- The rests that are over end: the next round of questions begins.
INSERT INTO wake (watch, at) VALUES (:watch, :at);
