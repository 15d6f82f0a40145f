-- C1 a cheque is where the last row of its log says
SELECT cheque.id, cheque.number, cheque.place FROM erp_treasury_cheque AS cheque
WHERE NOT EXISTS (SELECT 1 FROM erp_treasury_cheque_custody AS custody
    WHERE custody.cheque_id = cheque.id AND custody.step = cheque.step AND custody.place = cheque.place)
   OR EXISTS (SELECT 1 FROM erp_treasury_cheque_custody AS custody
    WHERE custody.cheque_id = cheque.id AND custody.step > cheque.step)
-- C1 the log of a cheque is a path without gaps, forward in time
SELECT step.id, step.cheque_id FROM erp_treasury_cheque_custody AS step
WHERE step.step > 1 AND NOT EXISTS (SELECT 1 FROM erp_treasury_cheque_custody AS before
    WHERE before.cheque_id = step.cheque_id AND before.step = step.step - 1 AND before.place = step.came_from
      AND before.date <= step.date)
-- C3 a cheque is in one live payment at most
SELECT mean.cheque_id FROM erp_treasury_payment_mean AS mean
JOIN erp_treasury_payment AS payment ON payment.id = mean.payment_id AND payment.state = 'posted'
WHERE mean.cheque_id IS NOT NULL
GROUP BY mean.cheque_id HAVING COUNT(*) > 1
-- C3 the amount of a cheque is what its receipt or payment says
SELECT cheque.id FROM erp_treasury_cheque AS cheque
LEFT JOIN erp_treasury_receipt_mean AS received ON received.cheque_id = cheque.id
LEFT JOIN erp_treasury_payment_mean AS paid ON paid.cheque_id = cheque.id
WHERE received.amount <> cheque.amount OR paid.amount <> cheque.amount
-- C3 an endorsed cheque is in the payment by which its holder has it
SELECT cheque.id, cheque.number FROM erp_treasury_cheque AS cheque
WHERE cheque.place = 'endorsed' AND NOT EXISTS (SELECT 1 FROM erp_treasury_payment_mean AS mean
    JOIN erp_treasury_payment AS payment ON payment.id = mean.payment_id AND payment.state = 'posted'
    WHERE mean.cheque_id = cheque.id AND payment.contact_id = cheque.holder_id)
-- C4 a cheque is in the house once while it lives
SELECT company_id, bank_folded, branch, account_number, number, drawer_folded FROM erp_treasury_cheque
WHERE kind = 'third' AND place NOT IN ('returned', 'voided')
GROUP BY company_id, bank_folded, branch, account_number, number, drawer_folded HAVING COUNT(*) > 1
-- C4 a number of our own is used once
SELECT bank_account_id, number FROM erp_treasury_cheque WHERE kind = 'own' GROUP BY bank_account_id, number HAVING COUNT(*) > 1
-- C4 a number of our own is in a chequebook
SELECT cheque.id, cheque.number FROM erp_treasury_cheque AS cheque
WHERE cheque.kind = 'own' AND NOT EXISTS (SELECT 1 FROM erp_treasury_chequebook AS book
    WHERE book.bank_account_id = cheque.bank_account_id
      AND CAST(cheque.number AS BIGINT) BETWEEN book.first_number AND book.last_number)
-- C5 whoever a rejected cheque had paid is owed its amount again
SELECT step.id FROM erp_treasury_cheque_custody AS step
JOIN erp_treasury_cheque AS cheque ON cheque.id = step.cheque_id
WHERE step.place = 'rejected' AND step.came_from IN ('endorsed', 'handed')
  AND NOT EXISTS (SELECT 1 FROM erp_ledger_entry_line AS line
    JOIN erp_ledger_account AS account ON account.id = line.account_id AND account.purpose = 'payable'
    WHERE line.entry_id = step.entry_id AND line.credit = cheque.amount)
-- C5 a returned cheque is owed again by whom it came from
SELECT step.id FROM erp_treasury_cheque_custody AS step
JOIN erp_treasury_cheque AS cheque ON cheque.id = step.cheque_id
WHERE step.place = 'returned' AND cheque.kind = 'third'
  AND NOT EXISTS (SELECT 1 FROM erp_ledger_entry_line AS line
    JOIN erp_ledger_account AS account ON account.id = line.account_id AND account.purpose = 'receivable'
    WHERE line.entry_id = step.entry_id AND line.debit = cheque.amount AND line.contact_id = cheque.received_from_id)
-- C6 a line of the bank is matched with its own amount
SELECT bank.id, bank.amount FROM erp_treasury_statement_line AS bank
JOIN erp_treasury_statement_match AS link ON link.statement_line_id = bank.id
JOIN erp_ledger_entry_line AS line ON line.id = link.item_id
GROUP BY bank.id, bank.amount HAVING SUM(line.debit - line.credit) <> bank.amount
-- C6 a reconciled statement closes where its lines lead
SELECT statement.id FROM erp_treasury_statement AS statement
WHERE statement.state = 'reconciled' AND statement.closing <> statement.opening
    + (SELECT COALESCE(SUM(amount), 0) FROM erp_treasury_statement_line WHERE statement_id = statement.id)
-- L8 a posted receipt, payment or transfer has its entry, and no entry is without its paper
SELECT 'erp_treasury.receipt', id FROM erp_treasury_receipt AS paper WHERE (state = 'draft') <> (NOT EXISTS (SELECT 1
    FROM erp_ledger_entry WHERE id = paper.entry_id AND posted AND source_model = 'erp_treasury.receipt' AND source_id = paper.id
    AND erp_ledger_entry.date = paper.date AND erp_ledger_entry.amount = paper.amount))
UNION ALL SELECT 'erp_treasury.payment', id FROM erp_treasury_payment AS paper WHERE (state = 'draft') <> (NOT EXISTS (SELECT 1
    FROM erp_ledger_entry WHERE id = paper.entry_id AND posted AND source_model = 'erp_treasury.payment' AND source_id = paper.id
    AND erp_ledger_entry.date = paper.date AND erp_ledger_entry.amount = paper.amount))
UNION ALL SELECT 'erp_treasury.bank_transfer', id FROM erp_treasury_bank_transfer AS paper WHERE (state = 'draft') <> (NOT EXISTS (SELECT 1
    FROM erp_ledger_entry WHERE id = paper.entry_id AND posted AND source_model = 'erp_treasury.bank_transfer' AND source_id = paper.id
    AND erp_ledger_entry.date = paper.date AND erp_ledger_entry.amount = paper.amount + paper.fee))
-- N1 numbers of receipts of money are 1..n, as far as the counter shows
SELECT numbered.company_id, series, max(numbered.sequence) FROM (
  SELECT company_id, replace(number, '-' || sequence, '') AS series, sequence FROM erp_treasury_receipt WHERE number IS NOT NULL) AS numbered
LEFT JOIN core_series AS counter ON counter.company_id = numbered.company_id AND coalesce(counter.prefix, counter.code) = series
GROUP BY numbered.company_id, series, counter.last_number, counter.begins_at
HAVING count(*) <> max(numbered.sequence) - coalesce(counter.begins_at, 1) + 1 OR min(numbered.sequence) <> coalesce(counter.begins_at, 1)
  OR count(DISTINCT numbered.sequence) <> count(*) OR max(numbered.sequence) <> coalesce(counter.last_number, 0)
-- N3 receipts of money own a number once they are posted, not before
SELECT id, number, state FROM erp_treasury_receipt WHERE (number IS NULL) <> (state IN ('draft'))
-- N1 numbers of payments are 1..n, as far as the counter shows
SELECT numbered.company_id, series, max(numbered.sequence) FROM (
  SELECT company_id, replace(number, '-' || sequence, '') AS series, sequence FROM erp_treasury_payment WHERE number IS NOT NULL) AS numbered
LEFT JOIN core_series AS counter ON counter.company_id = numbered.company_id AND coalesce(counter.prefix, counter.code) = series
GROUP BY numbered.company_id, series, counter.last_number, counter.begins_at
HAVING count(*) <> max(numbered.sequence) - coalesce(counter.begins_at, 1) + 1 OR min(numbered.sequence) <> coalesce(counter.begins_at, 1)
  OR count(DISTINCT numbered.sequence) <> count(*) OR max(numbered.sequence) <> coalesce(counter.last_number, 0)
-- N3 payments own a number once they are posted, not before
SELECT id, number, state FROM erp_treasury_payment WHERE (number IS NULL) <> (state IN ('draft'))
-- N1 numbers of transfers of money are 1..n, as far as the counter shows
SELECT numbered.company_id, series, max(numbered.sequence) FROM (
  SELECT company_id, replace(number, '-' || sequence, '') AS series, sequence FROM erp_treasury_bank_transfer WHERE number IS NOT NULL) AS numbered
LEFT JOIN core_series AS counter ON counter.company_id = numbered.company_id AND coalesce(counter.prefix, counter.code) = series
GROUP BY numbered.company_id, series, counter.last_number, counter.begins_at
HAVING count(*) <> max(numbered.sequence) - coalesce(counter.begins_at, 1) + 1 OR min(numbered.sequence) <> coalesce(counter.begins_at, 1)
  OR count(DISTINCT numbered.sequence) <> count(*) OR max(numbered.sequence) <> coalesce(counter.last_number, 0)
-- N3 transfers of money own a number once they are posted, not before
SELECT id, number, state FROM erp_treasury_bank_transfer WHERE (number IS NULL) <> (state IN ('draft'))
-- C9 the means of a receipt make its amount, which is allocated or an advance
SELECT receipt.id, receipt.number FROM erp_treasury_receipt AS receipt
WHERE receipt.state <> 'draft' AND (
    receipt.amount <> (SELECT COALESCE(SUM(amount), 0) FROM erp_treasury_receipt_mean WHERE receipt_id = receipt.id)
    OR receipt.allocated <> (SELECT COALESCE(SUM(amount), 0) FROM erp_treasury_receipt_allocation WHERE receipt_id = receipt.id)
    OR receipt.amount <> receipt.allocated + receipt.unallocated)
-- C9 the means of a payment make its amount, which is allocated or an advance
SELECT payment.id, payment.number FROM erp_treasury_payment AS payment
WHERE payment.state <> 'draft' AND (
    payment.amount <> (SELECT COALESCE(SUM(amount), 0) FROM erp_treasury_payment_mean WHERE payment_id = payment.id)
    OR payment.allocated <> (SELECT COALESCE(SUM(amount), 0) FROM erp_treasury_payment_allocation WHERE payment_id = payment.id)
    OR payment.amount <> payment.allocated + payment.unallocated)
