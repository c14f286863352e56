-- Someone wants to know now: a round of questions begins for everyone who is not shown.
INSERT INTO look_again (watch, at) VALUES (:watch, :at);
