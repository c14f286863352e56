-- The user wants more or less to be asked from here on.
UPDATE watch SET asks = :asks, every = nullif(:every, 0) WHERE id = :watch;
