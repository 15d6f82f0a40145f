-- CON1 the last contact of a card is no earlier than its last talk
SELECT c.id, c.last_contact_at, MAX(t.at) AS last_talk
FROM crm_contacts_contact c JOIN crm_contacts_timeline_entry t ON t.contact_id = c.id AND t.kind = 'talk'
GROUP BY c.id, c.last_contact_at
HAVING c.last_contact_at IS NULL OR c.last_contact_at < MAX(t.at)

-- CON2 a merged card is archived and leads to one that was not merged itself into it
SELECT g.id, g.merged_into_id
FROM crm_contacts_contact g JOIN crm_contacts_contact k ON k.id = g.merged_into_id
WHERE g.active OR k.merged_into_id = g.id

-- CON3 nobody works at a person
SELECT p.id, p.company_id
FROM crm_contacts_contact p JOIN crm_contacts_contact c ON c.id = p.company_id
WHERE c.kind <> 'company'
