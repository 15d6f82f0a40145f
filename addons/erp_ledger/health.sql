-- L1 every posted entry balances
SELECT entry_id, sum(debit), sum(credit) FROM erp_ledger_entry_line AS line
JOIN erp_ledger_entry AS entry ON entry.id = entry_id WHERE posted
GROUP BY entry_id, entry.amount HAVING sum(debit) <> sum(credit) OR sum(debit) <> entry.amount OR count(*) < 2

-- L1 every posted entry balances in each currency
SELECT entry_id, currency, sum(amount_currency) FROM erp_ledger_entry_line AS line
JOIN erp_ledger_entry AS entry ON entry.id = entry_id WHERE posted AND currency IS NOT NULL
GROUP BY entry_id, currency HAVING sum(amount_currency) <> 0

-- L1 no posted entry is without lines
SELECT id FROM erp_ledger_entry WHERE posted AND NOT EXISTS (SELECT 1 FROM erp_ledger_entry_line WHERE entry_id = erp_ledger_entry.id)

-- L2 every line has one side
SELECT id FROM erp_ledger_entry_line WHERE debit < 0 OR credit < 0 OR (debit = 0) = (credit = 0)

-- L3 the trial balance of every company and month is zero
SELECT entry.company_id, line.month, sum(debit) - sum(credit) FROM erp_ledger_entry_line AS line
JOIN erp_ledger_entry AS entry ON entry.id = entry_id WHERE posted
GROUP BY entry.company_id, line.month HAVING sum(debit) <> sum(credit)

-- L4 lines carry the day of their entry
SELECT line.id FROM erp_ledger_entry_line AS line JOIN erp_ledger_entry AS entry ON entry.id = entry_id
WHERE posted AND (line.date IS NULL OR line.date <> entry.date)

-- L6 a reversal is the opposite of what it reverses, account by account
SELECT reversal.id, line.account_id FROM erp_ledger_entry AS reversal
JOIN erp_ledger_entry_line AS line ON line.entry_id IN (reversal.id, reversal.reverses_id)
WHERE reversal.posted AND reversal.reverses_id IS NOT NULL
GROUP BY reversal.id, line.account_id, coalesce(line.contact_id, 0), coalesce(line.currency, '')
HAVING sum(debit) <> sum(credit)

-- L6 a reversal is the opposite in every currency, and comes after what it reverses
SELECT reversal.id, line.account_id FROM erp_ledger_entry AS reversal
JOIN erp_ledger_entry AS origin ON origin.id = reversal.reverses_id
JOIN erp_ledger_entry_line AS line ON line.entry_id IN (reversal.id, origin.id)
WHERE reversal.posted
GROUP BY reversal.id, origin.id, origin.posted, origin.date, reversal.date, line.account_id, coalesce(line.contact_id, 0), line.currency
HAVING coalesce(sum(amount_currency), 0) <> 0 OR NOT origin.posted OR origin.date > reversal.date

-- L7 every posted entry is in exactly one period
SELECT entry.id FROM erp_ledger_entry AS entry WHERE posted AND 1 <> (SELECT count(*) FROM erp_ledger_period AS period
WHERE period.company_id = entry.company_id AND entry.date BETWEEN first_day AND last_day)

-- L2 accounts are of the company of the entry, and no headings
SELECT line.id FROM erp_ledger_entry_line AS line JOIN erp_ledger_entry AS entry ON entry.id = entry_id
JOIN erp_ledger_account AS account ON account.id = account_id
WHERE posted AND (heading OR account.company_id <> entry.company_id)

-- N1 numbers of a series are 1..n
SELECT series_id FROM erp_ledger_entry WHERE posted
GROUP BY series_id HAVING count(*) <> max(number) OR min(number) <> 1 OR count(DISTINCT number) <> count(*)

-- N2 the counter of a series shows its last entry
SELECT series.id FROM erp_ledger_series AS series
LEFT JOIN erp_ledger_entry AS entry ON entry.series_id = series.id AND number = last_number
WHERE (last_number > 0 AND (entry.hash IS NULL OR entry.hash <> last_hash)) OR (last_number = 0 AND last_hash <> '')

-- N2 no entry has a number above its counter
SELECT entry.id FROM erp_ledger_entry AS entry JOIN erp_ledger_series AS series ON series.id = series_id WHERE number > last_number

-- N3 drafts own no number
SELECT id FROM erp_ledger_entry WHERE (number IS NULL) = posted OR (hash IS NULL) = posted OR (code IS NULL) = posted

-- O1 what is open of a contact is his balance, in every account of open items
SELECT balances.account_id, balances.contact_id, balance, settled FROM (
  SELECT account_id, contact_id, sum(debit) - sum(credit) AS balance FROM erp_ledger_entry_line AS line
  JOIN erp_ledger_account AS account ON account.id = account_id
  WHERE reconcile AND line.date IS NOT NULL GROUP BY account_id, contact_id) AS balances
JOIN (
  SELECT line.account_id, line.contact_id,
    sum(line.debit - line.credit) - sum(coalesce(d.amount, 0)) + sum(coalesce(c.amount, 0)) AS settled
  FROM erp_ledger_entry_line AS line
  JOIN erp_ledger_account AS account ON account.id = line.account_id
  LEFT JOIN (SELECT debit_line_id, sum(amount) AS amount FROM erp_ledger_allocation GROUP BY debit_line_id) AS d ON d.debit_line_id = line.id
  LEFT JOIN (SELECT credit_line_id, sum(amount) AS amount FROM erp_ledger_allocation GROUP BY credit_line_id) AS c ON c.credit_line_id = line.id
  WHERE reconcile AND line.date IS NOT NULL GROUP BY line.account_id, line.contact_id) AS items
ON items.account_id = balances.account_id AND coalesce(items.contact_id, 0) = coalesce(balances.contact_id, 0)
WHERE balance <> settled

-- O2 no line is settled by more than its amount
SELECT line.id FROM erp_ledger_entry_line AS line JOIN erp_ledger_allocation AS allocation ON allocation.debit_line_id = line.id
GROUP BY line.id, line.debit HAVING sum(allocation.amount) > line.debit
UNION ALL
SELECT line.id FROM erp_ledger_entry_line AS line JOIN erp_ledger_allocation AS allocation ON allocation.credit_line_id = line.id
GROUP BY line.id, line.credit HAVING sum(allocation.amount) > line.credit

-- O2 no line is settled by more than its amount in its own currency
SELECT line.id FROM erp_ledger_entry_line AS line
JOIN erp_ledger_allocation AS allocation ON line.id IN (allocation.debit_line_id, allocation.credit_line_id)
WHERE line.currency IS NOT NULL
GROUP BY line.id, line.amount_currency HAVING sum(coalesce(allocation.amount_currency, 0)) > abs(line.amount_currency)

-- O2 an allocation joins opposite sides of one account, contact and currency
SELECT allocation.id FROM erp_ledger_allocation AS allocation
JOIN erp_ledger_entry_line AS d ON d.id = debit_line_id JOIN erp_ledger_entry_line AS c ON c.id = credit_line_id
WHERE d.debit = 0 OR c.credit = 0 OR d.account_id <> c.account_id OR coalesce(d.contact_id, 0) <> coalesce(c.contact_id, 0)
  OR coalesce(d.currency, '') <> coalesce(c.currency, '') OR allocation.date < d.date OR allocation.date < c.date

-- O4 what is settled in its own currency is settled in the company's
SELECT line.id FROM erp_ledger_entry_line AS line
JOIN (SELECT line_id, sum(amount) AS amount, sum(amount_currency) AS amount_currency FROM (
    SELECT debit_line_id AS line_id, amount, amount_currency FROM erp_ledger_allocation
    UNION ALL SELECT credit_line_id, amount, amount_currency FROM erp_ledger_allocation) AS parts GROUP BY line_id) AS settled
ON settled.line_id = line.id
WHERE currency IS NOT NULL AND abs(line.amount_currency) = settled.amount_currency AND settled.amount <> line.debit + line.credit
