UPDATE watch SET settled_at = :at WHERE id = :watch AND settled_at IS NULL;
