-- What was asked before the line was cut and has no outcome will have none: it was never asked. (Not a
-- timeout: silence would be a sign. A probe has no outcome of its own.)
UPDATE question SET dropped = 1
WHERE id IN (SELECT o.question FROM watch AS w JOIN state_open AS o ON o.account = w.account WHERE w.id = :watch)
  AND watch = :watch;
