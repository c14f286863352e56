-- One object a gap.
SELECT json_object('began', g.began, 'ended', g.ended, 'lasted', g.lasted, 'reason', g.reason) AS json
FROM gaps AS g
WHERE g.account = :account
ORDER BY g.began, g.ended IS NULL, g.ended;
