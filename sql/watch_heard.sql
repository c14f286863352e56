UPDATE watch SET heard_until = max(heard_until, :at) WHERE id = :watch;
