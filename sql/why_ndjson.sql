-- One object a step.
SELECT json_object(
	'stanza', y.stanza, 'at', y.at, 'sign', y.sign, 'says', y.says, 'side', y.side, 'certainty', y.certainty,
	'resource', y.resource, 'decides', json(iif(y.decides, 'true', 'false')),
	'counts', json(iif(y.counts, 'true', 'false')), 'stands', json(iif(y.stands, 'true', 'false')),
	'because', y.because, 'rebutted_by', y.rebutted_by, 'rebutted_if', y.rebutted_if,
	'question', json(iif(y.asked_at IS NULL, 'null', json_object('channel', y.channel, 'to', y.asked, 'at', y.asked_at))),
	'control', json(iif(y.control IS NULL, 'null', json_object('to', y.control, 'at', y.control_at,
		'condition', y.control_condition, 'text', y.control_text, 'stanza', y.control_stanza))),
	'times', y.times, 'first', y.first, 'first_at', y.first_at, 'forgeable', y.forgeable) AS json
FROM why AS y
WHERE y.account = :account AND y.contact = :contact ORDER BY y.stanza, y.sign, y.resource, y.channel;
