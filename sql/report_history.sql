-- For people: the recent history of the resources of the invisible contacts, the newest five each.
SELECT h.contact, h.resource, h.state,
       iif(:utc, h.began, strftime('%Y-%m-%d %H:%M:%S', h.began, 'localtime')) AS began,
       iif(:utc, h.ended, strftime('%Y-%m-%d %H:%M:%S', h.ended, 'localtime')) AS ended,
       h.began_why AS because, h.show, h.status
FROM (SELECT r.*, row_number() OVER (PARTITION BY r.contact, r.resource
		ORDER BY r.began DESC, r.ended IS NULL DESC) AS newest
	FROM invisible AS i JOIN resource_history AS r ON r.contact = i.contact AND r.account = i.account
	WHERE i.account = :account) AS h
WHERE h.newest <= 5
ORDER BY h.contact, h.resource, h.began, h.ended IS NULL, h.ended;
