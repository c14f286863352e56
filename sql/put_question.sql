INSERT INTO ask (id, watch, at, channel, target, control)
	VALUES (:id, :watch, :at, :channel, :target, :control);
