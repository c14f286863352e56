-- The array of findings with one more; bytes that are no text are no JSON either.
SELECT json_insert(:items, '$[#]', json_object('check', :check, 'verdict', :verdict, 'says', :says)) AS json;
