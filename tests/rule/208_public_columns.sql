-- The public views: their columns stay, in this order, and more may follow.
SELECT view, group_concat(name, ' ') FROM (
	SELECT v.value AS view, c.name FROM json_each('["contact_status", "invisible", "resource_status",
		"resource_history", "stanza_log", "presence_log", "gaps", "cuts", "verdict_history"]') AS v, pragma_table_info(v.value) AS c
	ORDER BY v.key, c.cid)
GROUP BY view;
-- expect
-- contact_status|account contact name subscription verdict certainty since resource sign sign_at proof last_type last_at as_of reason
-- cuts|account began ended reason
-- gaps|account began ended reason lasted
-- invisible|account contact name subscription verdict certainty since resource sign sign_at proof last_type last_at as_of reason
-- presence_log|id at account contact resource type show status priority delay watch xml
-- resource_history|account contact resource began ended state show status began_by ended_by began_why ended_why uncertain
-- resource_status|account contact resource shown connected show status priority client last_type last_at
-- stanza_log|id at account contact resource kind type xml
-- verdict_history|id account contact at was verdict certainty resource sign proof watch
