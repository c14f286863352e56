-- The findings as one object; the worst of them is its verdict.
SELECT json_object('schema', 1, 'file', :file,
	'verdict', (SELECT coalesce(max(CASE value ->> 'verdict' WHEN 'wrong' THEN 'wrong' END),
		max(CASE value ->> 'verdict' WHEN 'warning' THEN 'warning' END), 'ok') FROM json_each(:items)),
	'checks', json(:items)) AS json;
