-- For people: everything heard of one contact, by resource. Times are local unless :utc.
SELECT h.resource, h.state,
       iif(:utc, h.began, strftime('%Y-%m-%d %H:%M:%S', h.began, 'localtime')) AS began,
       iif(:utc, h.ended, strftime('%Y-%m-%d %H:%M:%S', h.ended, 'localtime')) AS ended,
       h.began_why AS because, h.show, h.status
FROM resource_history AS h
WHERE h.account = :account AND h.contact = :contact
ORDER BY h.resource, h.began, h.ended IS NULL, h.ended;
