-- T1 net, taxes and rounding make the total
SELECT id FROM erp_invoicing_invoice WHERE net + tax + rounding <> total

-- T1 lines make the net of a posted document
SELECT invoice.id FROM erp_invoicing_invoice AS invoice JOIN erp_invoicing_invoice_line AS line ON line.invoice_id = invoice.id
WHERE state = 'posted' GROUP BY invoice.id, invoice.net HAVING sum(line.net) <> invoice.net

-- T1 taxes make the tax of a posted document
SELECT invoice.id FROM erp_invoicing_invoice AS invoice
LEFT JOIN erp_invoicing_invoice_tax AS tax ON tax.invoice_id = invoice.id
WHERE state = 'posted' GROUP BY invoice.id, invoice.tax HAVING coalesce(sum(tax.amount), 0) <> invoice.tax

-- T2 a tax is its rate of its base, to the cent per line
SELECT tax.id FROM erp_invoicing_invoice_tax AS tax JOIN erp_invoicing_invoice AS invoice ON invoice.id = tax.invoice_id
WHERE state = 'posted' AND abs(tax.amount * 1000000 - tax.base * tax.rate) >
  10000000000 * (1 + (SELECT count(*) FROM erp_invoicing_invoice_line AS line WHERE line.invoice_id = invoice.id))

-- T5 credits take back no more than there was
SELECT origin.id FROM erp_invoicing_invoice AS origin JOIN erp_invoicing_invoice AS credit ON credit.credits_id = origin.id
WHERE credit.state = 'posted' GROUP BY origin.id, origin.total HAVING sum(credit.total) > origin.total

-- T5 credits take back no more of a line than there was
SELECT origin.id FROM erp_invoicing_invoice_line AS origin
JOIN erp_invoicing_invoice_line AS line ON line.credits_line_id = origin.id
JOIN erp_invoicing_invoice AS credit ON credit.id = line.invoice_id
WHERE credit.state = 'posted' GROUP BY origin.id, origin.net, origin.quantity
HAVING abs(sum(line.net)) > abs(origin.net) OR abs(sum(line.quantity)) > abs(origin.quantity)

-- T7 instalments are due in order and none is negative
SELECT line.id FROM erp_invoicing_invoice AS invoice JOIN erp_ledger_entry_line AS line ON line.entry_id = invoice.entry_id
JOIN erp_ledger_entry_line AS next ON next.entry_id = line.entry_id AND next.position = line.position + 1
WHERE line.due IS NOT NULL AND next.due IS NOT NULL AND next.due < line.due

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

-- N3 drafts own no number
SELECT id FROM erp_invoicing_invoice WHERE (number IS NULL) <> (state = 'draft')
