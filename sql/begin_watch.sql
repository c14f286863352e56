INSERT INTO begin_watch (account, resource, began, settle_by, asks)
	VALUES (:account, :resource, :began, :settle_by, :asks);
