-- QUO1 the net of a quote is the sum of its lines
SELECT q.id, q.net, SUM(l.net) AS of_lines
FROM crm_quotes_quote q JOIN crm_quotes_quote_line l ON l.quote_id = q.id
GROUP BY q.id, q.net HAVING q.net <> SUM(l.net)

-- QUO2 net and tax make the total
SELECT id, net, tax, total FROM crm_quotes_quote WHERE net + tax <> total

-- QUO3 what was sent or decided has a number, an order has one as well
SELECT id, state, number, order_number FROM crm_quotes_quote
WHERE (state <> 'draft' AND number IS NULL) OR (state = 'accepted') <> (order_number IS NOT NULL)

-- QUO4 what was decided says when, what was rejected says why
SELECT id, state, decided_on, reject_reason FROM crm_quotes_quote
WHERE (state IN ('accepted', 'rejected') AND decided_on IS NULL) OR (state = 'rejected' AND reject_reason IS NULL)
