INSERT INTO begin_watch (account, resource, began, settle_by, asks, every)
	VALUES (:account, :resource, :began, :settle_by, :asks, :every);
