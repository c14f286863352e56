-- For machines: what the verdict on a contact rests on, every column of the view.
SELECT * FROM why WHERE account = :account AND contact = :contact ORDER BY stanza, sign, resource, channel;
