INSERT INTO clock (watch, what, at, mono, boot, boot_id, moved)
	VALUES (:watch, :what, :at, :mono, :boot, :boot_id, :moved);
