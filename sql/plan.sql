-- The next questions to ask, those that are due first. `due_at` may lie ahead.
SELECT q.channel, q.target, q.control, q.due_at
FROM question_due AS q WHERE q.watch = :watch
ORDER BY q.due_at > :now, q.rank, q.due_at LIMIT :window;
