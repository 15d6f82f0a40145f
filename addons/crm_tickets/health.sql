-- TIC1 every ticket has a number
SELECT id FROM crm_tickets_ticket WHERE number IS NULL

-- TIC2 a finished ticket says when, an open one does not
SELECT id, state, solved_at, closed_at FROM crm_tickets_ticket
WHERE (state IN ('solved', 'closed') AND solved_at IS NULL)
   OR (state = 'closed' AND closed_at IS NULL)
   OR (state IN ('new', 'open', 'waiting') AND (solved_at IS NOT NULL OR closed_at IS NOT NULL))

-- TIC3 only a waiting ticket waits
SELECT id, state, waiting_since FROM crm_tickets_ticket WHERE (state = 'waiting') <> (waiting_since IS NOT NULL)

-- TIC4 hours worked are positive and at most a day
SELECT id, ticket_id, hours FROM crm_tickets_work_log WHERE hours <= 0 OR hours > 24000000
