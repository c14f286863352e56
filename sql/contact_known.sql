-- Whether the record knows that JID: as a contact, or as someone who sent something.
SELECT 1 AS known FROM jid AS a JOIN jid AS j ON j.bare = :contact
WHERE a.bare = :account
  AND (EXISTS (SELECT 1 FROM state_roster AS r WHERE r.account = a.id AND r.contact = j.id)
    OR EXISTS (SELECT 1 FROM state_contact AS c WHERE c.account = a.id AND c.contact = j.id));
