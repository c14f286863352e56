UPDATE watch SET heard_until = max(heard_until, :at), ended = max(heard_until, :at), reason = :reason
	WHERE id = :watch AND ended IS NULL;
