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
-- C4 a cheque is in the house once while it lives
SELECT company_id, bank_folded, branch, account_number, number, drawer_folded FROM erp_treasury_cheque
WHERE kind = 'third' AND place NOT IN ('returned', 'voided')
GROUP BY company_id, bank_folded, branch, account_number, number, drawer_folded HAVING COUNT(*) > 1
-- C4 a number of our own is used once and is in a chequebook
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
