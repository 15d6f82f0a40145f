-- What nobody may do to posted books, whatever way he came in. REPLACE removes rows without a DELETE trigger, so INSERT and
-- UPDATE triggers also ask for the row that would be replaced; an id never changes.
CREATE TRIGGER erp_ledger_entry_is_born_a_draft BEFORE INSERT ON erp_ledger_entry
    WHEN NEW.posted OR EXISTS (SELECT 1 FROM erp_ledger_entry WHERE id = NEW.id AND posted)
        OR EXISTS (SELECT 1 FROM erp_ledger_entry WHERE reverses_id = NEW.reverses_id)
    BEGIN SELECT raise(ABORT, 'entry: born posted, or replaces a posted one'); END
;;
CREATE TRIGGER erp_ledger_entry_is_frozen BEFORE UPDATE ON erp_ledger_entry
    WHEN OLD.posted OR NEW.id <> OLD.id
        OR EXISTS (SELECT 1 FROM erp_ledger_entry WHERE reverses_id = NEW.reverses_id AND id <> OLD.id)
    BEGIN SELECT raise(ABORT, 'entry: posted'); END
;;
CREATE TRIGGER erp_ledger_entry_stays BEFORE DELETE ON erp_ledger_entry WHEN OLD.posted
    BEGIN SELECT raise(ABORT, 'entry: posted'); END
;;
-- Before the update, as UPDATE OR REPLACE would first remove the document that owns the number.
CREATE TRIGGER erp_ledger_entry_is_next BEFORE UPDATE ON erp_ledger_entry WHEN NEW.posted
    AND NEW.number IS NOT (SELECT last_number + 1 FROM erp_ledger_series WHERE id = NEW.series_id AND company_id = NEW.company_id)
    BEGIN SELECT raise(ABORT, 'entry: not the next number'); END
;;
CREATE TRIGGER erp_ledger_entry_is_sealed AFTER UPDATE ON erp_ledger_entry WHEN NEW.posted
    BEGIN
        SELECT raise(ABORT, 'entry: no open period')
            WHERE (SELECT min(state = 'open') FROM erp_ledger_period
                   WHERE company_id = NEW.company_id AND NEW.date BETWEEN first_day AND last_day) IS NOT 1;
        SELECT raise(ABORT, 'entry: not balanced')
            WHERE (SELECT count(*) < 2 OR sum(debit) <> sum(credit) OR sum(debit) <> NEW.amount
                       OR typeof(sum(debit) + sum(credit)) <> 'integer' OR max(date IS NOT NEW.date)
                       OR max(month IS NOT CAST(strftime('%Y%m', NEW.date) AS INTEGER))
                   FROM erp_ledger_entry_line WHERE entry_id = NEW.id);
        SELECT raise(ABORT, 'entry: not balanced in a currency')
            WHERE EXISTS (SELECT 1 FROM erp_ledger_entry_line WHERE entry_id = NEW.id AND currency IS NOT NULL
                          GROUP BY currency HAVING sum(amount_currency) <> 0);
        SELECT raise(ABORT, 'entry: an account that takes no lines of this company')
            WHERE EXISTS (SELECT 1 FROM erp_ledger_entry_line AS line JOIN erp_ledger_account AS account ON account.id = account_id
                          WHERE entry_id = NEW.id AND (heading OR account.company_id <> NEW.company_id));
        SELECT raise(ABORT, 'entry: not the opposite of what it reverses')
            WHERE NEW.reverses_id IS NOT NULL AND (
                NOT EXISTS (SELECT 1 FROM erp_ledger_entry AS origin WHERE origin.id = NEW.reverses_id AND origin.posted
                            AND origin.company_id = NEW.company_id AND origin.date <= NEW.date)
                OR EXISTS (SELECT 1 FROM erp_ledger_entry_line WHERE entry_id IN (NEW.id, NEW.reverses_id)
                           GROUP BY account_id, contact_id, currency
                           HAVING sum(debit) <> sum(credit) OR sum(amount_currency) <> 0));
        UPDATE erp_ledger_series SET last_number = NEW.number, last_hash = NEW.hash WHERE id = NEW.series_id;
    END
;;
CREATE TRIGGER erp_ledger_line_enters BEFORE INSERT ON erp_ledger_entry_line
    WHEN EXISTS (SELECT 1 FROM erp_ledger_entry WHERE id = NEW.entry_id AND posted)
        OR EXISTS (SELECT 1 FROM erp_ledger_entry_line AS line JOIN erp_ledger_entry AS entry ON entry.id = line.entry_id
                   WHERE line.id = NEW.id AND posted)
    BEGIN SELECT raise(ABORT, 'entry line: posted'); END
;;
CREATE TRIGGER erp_ledger_line_changes BEFORE UPDATE ON erp_ledger_entry_line
    WHEN NEW.id <> OLD.id OR EXISTS (SELECT 1 FROM erp_ledger_entry WHERE id IN (OLD.entry_id, NEW.entry_id) AND posted)
    BEGIN SELECT raise(ABORT, 'entry line: posted'); END
;;
CREATE TRIGGER erp_ledger_line_leaves BEFORE DELETE ON erp_ledger_entry_line
    WHEN EXISTS (SELECT 1 FROM erp_ledger_entry WHERE id = OLD.entry_id AND posted)
    BEGIN SELECT raise(ABORT, 'entry line: posted'); END
;;
-- The counter follows the documents, never the other way round.
CREATE TRIGGER erp_ledger_series_follows AFTER UPDATE ON erp_ledger_series
    WHEN (NEW.last_number IS NOT OLD.last_number OR NEW.last_hash IS NOT OLD.last_hash) AND (
        NOT EXISTS (SELECT 1 FROM erp_ledger_entry
                    WHERE series_id = NEW.id AND number = NEW.last_number AND hash = NEW.last_hash AND posted)
        OR EXISTS (SELECT 1 FROM erp_ledger_entry WHERE series_id = NEW.id AND number > NEW.last_number))
    BEGIN SELECT raise(ABORT, 'series: no such document'); END
;;
CREATE TRIGGER erp_ledger_series_keeps_its_name BEFORE UPDATE ON erp_ledger_series
    WHEN NEW.id <> OLD.id OR EXISTS (SELECT 1 FROM erp_ledger_series WHERE company_id = NEW.company_id AND code = NEW.code AND id <> OLD.id)
        OR (OLD.last_number > 0 AND (NEW.code IS NOT OLD.code OR NEW.prefix IS NOT OLD.prefix OR NEW.width IS NOT OLD.width
            OR NEW.company_id IS NOT OLD.company_id OR NEW.journal_id IS NOT OLD.journal_id))
    BEGIN SELECT raise(ABORT, 'series: in use'); END
;;
CREATE TRIGGER erp_ledger_series_is_new BEFORE INSERT ON erp_ledger_series
    WHEN NEW.last_number <> 0 OR NEW.last_hash <> ''
        OR EXISTS (SELECT 1 FROM erp_ledger_series WHERE id = NEW.id OR (company_id = NEW.company_id AND code = NEW.code))
    BEGIN SELECT raise(ABORT, 'series: in use'); END
;;
CREATE TRIGGER erp_ledger_series_stays BEFORE DELETE ON erp_ledger_series WHEN OLD.last_number > 0
    BEGIN SELECT raise(ABORT, 'series: in use'); END
;;
CREATE TRIGGER erp_ledger_period_is_alone BEFORE INSERT ON erp_ledger_period
    WHEN EXISTS (SELECT 1 FROM erp_ledger_period WHERE id = NEW.id OR (company_id = NEW.company_id
                 AND first_day <= NEW.last_day AND last_day >= NEW.first_day))
    BEGIN SELECT raise(ABORT, 'period: overlaps another'); END
;;
CREATE TRIGGER erp_ledger_period_changes BEFORE UPDATE ON erp_ledger_period
    WHEN OLD.state = 'locked' OR NEW.id <> OLD.id OR (
        (NEW.first_day IS NOT OLD.first_day OR NEW.last_day IS NOT OLD.last_day OR NEW.company_id IS NOT OLD.company_id)
        AND (OLD.state <> 'open' OR EXISTS (SELECT 1 FROM erp_ledger_entry WHERE posted AND company_id = OLD.company_id
             AND date BETWEEN OLD.first_day AND OLD.last_day)
             OR EXISTS (SELECT 1 FROM erp_ledger_period WHERE company_id = NEW.company_id AND id <> OLD.id
                        AND first_day <= NEW.last_day AND last_day >= NEW.first_day)))
    BEGIN SELECT raise(ABORT, 'period: in use'); END
;;
CREATE TRIGGER erp_ledger_period_stays BEFORE DELETE ON erp_ledger_period
    WHEN OLD.state <> 'open' OR EXISTS (SELECT 1 FROM erp_ledger_entry WHERE posted AND company_id = OLD.company_id
        AND date BETWEEN OLD.first_day AND OLD.last_day)
    BEGIN SELECT raise(ABORT, 'period: in use'); END
;;
CREATE TRIGGER erp_ledger_account_is_new BEFORE INSERT ON erp_ledger_account
    WHEN EXISTS (SELECT 1 FROM erp_ledger_account WHERE id = NEW.id)
    BEGIN SELECT raise(ABORT, 'account: in use'); END
;;
CREATE TRIGGER erp_ledger_account_keeps_its_kind BEFORE UPDATE ON erp_ledger_account
    WHEN NEW.id <> OLD.id OR ((NEW.kind IS NOT OLD.kind OR NEW.company_id IS NOT OLD.company_id)
        AND EXISTS (SELECT 1 FROM erp_ledger_entry_line WHERE account_id = OLD.id))
    BEGIN SELECT raise(ABORT, 'account: in use'); END
;;
CREATE TRIGGER erp_ledger_allocation_fits AFTER INSERT ON erp_ledger_allocation
    BEGIN
        SELECT raise(ABORT, 'allocation: the two lines do not match')
            WHERE NOT EXISTS (SELECT 1 FROM erp_ledger_entry_line AS d
                JOIN erp_ledger_entry_line AS c ON c.id = NEW.credit_line_id AND c.account_id = d.account_id
                    AND c.contact_id IS d.contact_id AND c.currency IS d.currency AND c.credit > 0
                JOIN erp_ledger_entry AS de ON de.id = d.entry_id AND de.posted AND de.company_id = NEW.company_id
                JOIN erp_ledger_entry AS ce ON ce.id = c.entry_id AND ce.posted AND ce.company_id = NEW.company_id
                JOIN erp_ledger_account AS account ON account.id = d.account_id AND account.reconcile
                WHERE d.id = NEW.debit_line_id AND d.debit > 0 AND NEW.date >= d.date AND NEW.date >= c.date
                    AND (d.currency IS NULL) = (NEW.amount_currency IS NULL) AND coalesce(NEW.amount_currency, 0) >= 0
                    AND typeof(NEW.amount) = 'integer');
        SELECT raise(ABORT, 'allocation: more than is open')
            WHERE (SELECT sum(a.amount) > max(debit) OR sum(a.amount_currency) > max(line.amount_currency)
                   FROM erp_ledger_allocation AS a JOIN erp_ledger_entry_line AS line ON line.id = a.debit_line_id
                   WHERE a.debit_line_id = NEW.debit_line_id)
               OR (SELECT sum(a.amount) > max(credit) OR sum(a.amount_currency) > max(-line.amount_currency)
                   FROM erp_ledger_allocation AS a JOIN erp_ledger_entry_line AS line ON line.id = a.credit_line_id
                   WHERE a.credit_line_id = NEW.credit_line_id);
    END
;;
CREATE TRIGGER erp_ledger_allocation_is_undone_not_changed BEFORE UPDATE ON erp_ledger_allocation
    BEGIN SELECT raise(ABORT, 'allocation: undo it and make another'); END
;;
