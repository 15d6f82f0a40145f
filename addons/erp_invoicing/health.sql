-- T1 net, taxes and rounding make the total
SELECT id FROM erp_invoicing_invoice WHERE net + tax + rounding <> total

-- T1 lines make the net of a posted document
SELECT invoice.id FROM erp_invoicing_invoice AS invoice JOIN erp_invoicing_invoice_line AS line ON line.invoice_id = invoice.id
WHERE state = 'posted' GROUP BY invoice.id, invoice.net HAVING sum(line.net) <> invoice.net

-- T1 taxes make the tax of a posted document
SELECT invoice.id FROM erp_invoicing_invoice AS invoice
LEFT JOIN erp_invoicing_invoice_tax AS tax ON tax.invoice_id = invoice.id
WHERE state = 'posted' GROUP BY invoice.id, invoice.tax HAVING coalesce(sum(tax.amount), 0) <> invoice.tax

-- T5 credits take back no more than there was
SELECT origin.id FROM erp_invoicing_invoice AS origin JOIN erp_invoicing_invoice AS credit ON credit.credits_id = origin.id
WHERE credit.state = 'posted' GROUP BY origin.id, origin.total HAVING sum(credit.total) > origin.total

-- T5 credits take back no more of a line than there was
SELECT origin.id FROM erp_invoicing_invoice_line AS origin
JOIN erp_invoicing_invoice_line AS line ON line.credits_line_id = origin.id
JOIN erp_invoicing_invoice AS credit ON credit.id = line.invoice_id
WHERE credit.state = 'posted' GROUP BY origin.id, origin.net, origin.quantity
HAVING abs(sum(line.net)) > abs(origin.net) OR abs(sum(line.quantity)) > abs(origin.quantity)

-- T5 what is credited completely is credited exactly
SELECT origin.id FROM erp_invoicing_invoice AS origin
JOIN erp_invoicing_invoice AS credit ON credit.credits_id = origin.id AND credit.state = 'posted'
GROUP BY origin.id, origin.net, origin.tax, origin.total
HAVING (sum(credit.net), sum(credit.tax), sum(credit.total)) <> (origin.net, origin.tax, origin.total)
  AND NOT EXISTS (SELECT 1 FROM erp_invoicing_invoice AS free JOIN erp_invoicing_invoice_line AS line ON line.invoice_id = free.id
                  WHERE free.credits_id = origin.id AND line.credits_line_id IS NULL)
  AND NOT EXISTS (SELECT 1 FROM erp_invoicing_invoice_line AS line WHERE line.invoice_id = origin.id
                  AND line.quantity <> (SELECT coalesce(sum(back.quantity), 0) FROM erp_invoicing_invoice_line AS back
                                        JOIN erp_invoicing_invoice AS note ON note.id = back.invoice_id AND note.state = 'posted'
                                        WHERE back.credits_line_id = line.id))

-- T7 instalments are due in order and none is negative
SELECT line.id FROM erp_invoicing_invoice AS invoice JOIN erp_ledger_entry_line AS line ON line.entry_id = invoice.entry_id
JOIN erp_ledger_entry_line AS next ON next.entry_id = line.entry_id AND next.position = line.position + 1
WHERE line.due IS NOT NULL AND next.due IS NOT NULL
  AND (next.due < line.due OR (line.debit = 0) <> (next.debit = 0) OR line.account_id <> next.account_id)

-- O1 instalments make the total
SELECT invoice.id FROM erp_invoicing_invoice AS invoice
JOIN erp_ledger_entry_line AS line ON line.entry_id = invoice.entry_id AND line.due IS NOT NULL AND line.contact_id IS NOT NULL
WHERE state = 'posted' GROUP BY invoice.id, invoice.total, invoice.rate
HAVING abs(sum(coalesce(line.amount_currency, line.debit - line.credit))) <> invoice.total

-- M3 the cube's amounts make the net in the company's currency
SELECT invoice.id FROM erp_invoicing_invoice AS invoice JOIN erp_invoicing_invoice_line AS line ON line.invoice_id = invoice.id
WHERE state = 'posted' AND rate = 1000000 GROUP BY invoice.id, invoice.net, invoice.kind
HAVING sum(line.amount) <> CASE WHEN invoice.kind IN ('credit_note', 'bill_credit') THEN -invoice.net ELSE invoice.net END

-- M5 no entry of a document without the document
SELECT entry.id FROM erp_ledger_entry AS entry
LEFT JOIN erp_invoicing_invoice AS invoice ON invoice.entry_id = entry.id
WHERE posted AND source_model = 'erp_invoicing.invoice' AND (invoice.id IS NULL OR invoice.id <> source_id)

-- N1 a posted document has the number of its entry
SELECT invoice.id FROM erp_invoicing_invoice AS invoice LEFT JOIN erp_ledger_entry AS entry ON entry.id = entry_id
WHERE state = 'posted' AND (entry.id IS NULL OR entry.code <> invoice.number OR entry.date <> invoice.date)

-- N3 draft documents own no number
SELECT id FROM erp_invoicing_invoice WHERE (number IS NULL) <> (state = 'draft')
