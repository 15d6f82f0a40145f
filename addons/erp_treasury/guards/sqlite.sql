-- C3: a cheque keeps its identity and amount; its place changes one allowed step at a time, its log is written once.
CREATE TRIGGER erp_treasury_cheque_is_new BEFORE INSERT ON erp_treasury_cheque
    WHEN NEW.step <> 1 OR NEW.place <> CASE NEW.kind WHEN 'own' THEN 'handed' ELSE 'portfolio' END
         OR EXISTS (SELECT 1 FROM erp_treasury_cheque WHERE id = NEW.id)
         OR EXISTS (SELECT 1 FROM erp_treasury_cheque AS there
                    WHERE there.company_id = NEW.company_id AND there.kind = NEW.kind AND there.number = NEW.number
                      AND there.bank_folded = NEW.bank_folded AND there.branch = NEW.branch
                      AND there.account_number = NEW.account_number AND there.drawer_folded = NEW.drawer_folded
                      AND there.place NOT IN ('returned', 'voided'))
         OR (NEW.kind = 'own' AND EXISTS (SELECT 1 FROM erp_treasury_cheque AS there WHERE there.kind = 'own'
                      AND there.bank_account_id = NEW.bank_account_id AND there.number = NEW.number))
    BEGIN SELECT raise(ABORT, 'erp_treasury_cheque: here already, or not born where cheques are'); END;
;;
CREATE TRIGGER erp_treasury_cheque_keeps_what_it_is BEFORE UPDATE ON erp_treasury_cheque
    WHEN NEW.id <> OLD.id OR NEW.number IS NOT OLD.number OR NEW.kind IS NOT OLD.kind OR NEW.bank IS NOT OLD.bank OR
        NEW.branch IS NOT OLD.branch OR NEW.account_number IS NOT OLD.account_number OR NEW.drawer IS NOT OLD.drawer OR
        NEW.drawer_tax_id IS NOT OLD.drawer_tax_id OR NEW.amount IS NOT OLD.amount OR NEW.currency IS NOT OLD.currency OR
        NEW.issued_on IS NOT OLD.issued_on OR NEW.payable_on IS NOT OLD.payable_on OR NEW.received_from_id IS NOT
        OLD.received_from_id OR NEW.company_id IS NOT OLD.company_id
    BEGIN SELECT raise(ABORT, 'erp_treasury_cheque: what a cheque is never changes'); END;
;;
CREATE TRIGGER erp_treasury_cheque_goes_step_by_step BEFORE UPDATE ON erp_treasury_cheque
    WHEN NEW.place IS NOT OLD.place OR NEW.step IS NOT OLD.step
    BEGIN
        SELECT raise(ABORT, 'erp_treasury_cheque: it cannot go there from where it is')
            WHERE NEW.step IS NOT OLD.step + 1 OR OLD.place || '>' || NEW.place NOT IN (
            'portfolio>clearing', 'portfolio>credited', 'portfolio>endorsed', 'portfolio>rejected',
            'portfolio>returned', 'portfolio>voided', 'clearing>credited', 'clearing>rejected',
            'clearing>portfolio', 'credited>rejected', 'endorsed>rejected', 'endorsed>portfolio',
            'rejected>returned', 'rejected>clearing', 'handed>debited', 'handed>rejected',
            'handed>voided');
    END;
;;
CREATE TRIGGER erp_treasury_cheque_stays BEFORE DELETE ON erp_treasury_cheque
    BEGIN SELECT raise(ABORT, 'erp_treasury_cheque: a cheque is never removed'); END;
;;
CREATE TRIGGER erp_treasury_cheque_custody_follows BEFORE INSERT ON erp_treasury_cheque_custody
    WHEN NOT EXISTS (SELECT 1 FROM erp_treasury_cheque WHERE id = NEW.cheque_id AND place = NEW.place AND step = NEW.step)
         OR EXISTS (SELECT 1 FROM erp_treasury_cheque_custody WHERE id = NEW.id
                    OR (cheque_id = NEW.cheque_id AND step = NEW.step))
         OR (NEW.step > 1 AND NOT EXISTS (SELECT 1 FROM erp_treasury_cheque_custody WHERE cheque_id = NEW.cheque_id
                    AND step = NEW.step - 1 AND place = NEW.came_from AND date <= NEW.date))
    BEGIN SELECT raise(ABORT, 'erp_treasury_cheque_custody: not the next step of this cheque'); END;
;;
CREATE TRIGGER erp_treasury_cheque_custody_never_changes BEFORE UPDATE ON erp_treasury_cheque_custody
    BEGIN SELECT raise(ABORT, 'erp_treasury_cheque_custody: written once'); END;
;;
CREATE TRIGGER erp_treasury_cheque_custody_stays BEFORE DELETE ON erp_treasury_cheque_custody
    BEGIN SELECT raise(ABORT, 'erp_treasury_cheque_custody: written once'); END;
;;
CREATE TRIGGER erp_treasury_receipt_is_born_a_draft BEFORE INSERT ON erp_treasury_receipt
    WHEN NEW.state <> 'draft' OR EXISTS (SELECT 1 FROM erp_treasury_receipt WHERE id = NEW.id AND state <> 'draft')
    BEGIN SELECT raise(ABORT, 'erp_treasury_receipt: born posted, or replaces a posted one'); END;
;;
CREATE TRIGGER erp_treasury_receipt_is_frozen BEFORE UPDATE ON erp_treasury_receipt WHEN NEW.id <> OLD.id OR (OLD.state <>
    'draft'
        AND NOT (OLD.state = 'posted' AND NEW.state = 'reversed' AND NEW.date IS OLD.date AND NEW.contact_id IS
            OLD.contact_id AND NEW.reference IS OLD.reference AND NEW.oldest_first IS OLD.oldest_first AND NEW.currency IS
            OLD.currency AND NEW.amount IS OLD.amount AND NEW.allocated IS OLD.allocated AND NEW.unallocated IS
            OLD.unallocated AND NEW.entry_id IS OLD.entry_id AND NEW.note IS OLD.note AND NEW.number IS OLD.number AND
            NEW.sequence IS OLD.sequence AND NEW.company_id IS OLD.company_id))
    BEGIN SELECT raise(ABORT, 'erp_treasury_receipt: posted'); END;
;;
CREATE TRIGGER erp_treasury_receipt_stays BEFORE DELETE ON erp_treasury_receipt WHEN OLD.state <> 'draft'
    BEGIN SELECT raise(ABORT, 'erp_treasury_receipt: posted'); END;
;;
CREATE TRIGGER erp_treasury_receipt_mean_enters BEFORE INSERT ON erp_treasury_receipt_mean
    WHEN EXISTS (SELECT 1 FROM erp_treasury_receipt WHERE id = NEW.receipt_id AND state <> 'draft')
         OR EXISTS (SELECT 1 FROM erp_treasury_receipt_mean JOIN erp_treasury_receipt ON erp_treasury_receipt.id =
             receipt_id WHERE erp_treasury_receipt_mean.id = NEW.id AND state <> 'draft')
    BEGIN SELECT raise(ABORT, 'erp_treasury_receipt_mean: its document is posted'); END;
;;
CREATE TRIGGER erp_treasury_receipt_mean_changes BEFORE UPDATE ON erp_treasury_receipt_mean
    WHEN NEW.id <> OLD.id OR EXISTS (SELECT 1 FROM erp_treasury_receipt WHERE id IN (OLD.receipt_id, NEW.receipt_id) AND
        state <> 'draft')
    BEGIN SELECT raise(ABORT, 'erp_treasury_receipt_mean: its document is posted'); END;
;;
CREATE TRIGGER erp_treasury_receipt_mean_leaves BEFORE DELETE ON erp_treasury_receipt_mean
    WHEN EXISTS (SELECT 1 FROM erp_treasury_receipt WHERE id = OLD.receipt_id AND state <> 'draft')
    BEGIN SELECT raise(ABORT, 'erp_treasury_receipt_mean: its document is posted'); END;
;;
CREATE TRIGGER erp_treasury_receipt_allocation_enters BEFORE INSERT ON erp_treasury_receipt_allocation
    WHEN EXISTS (SELECT 1 FROM erp_treasury_receipt WHERE id = NEW.receipt_id AND state <> 'draft')
         OR EXISTS (SELECT 1 FROM erp_treasury_receipt_allocation JOIN erp_treasury_receipt ON erp_treasury_receipt.id =
             receipt_id WHERE erp_treasury_receipt_allocation.id = NEW.id AND state <> 'draft')
    BEGIN SELECT raise(ABORT, 'erp_treasury_receipt_allocation: its document is posted'); END;
;;
CREATE TRIGGER erp_treasury_receipt_allocation_changes BEFORE UPDATE ON erp_treasury_receipt_allocation
    WHEN NEW.id <> OLD.id OR EXISTS (SELECT 1 FROM erp_treasury_receipt WHERE id IN (OLD.receipt_id, NEW.receipt_id) AND
        state <> 'draft')
    BEGIN SELECT raise(ABORT, 'erp_treasury_receipt_allocation: its document is posted'); END;
;;
CREATE TRIGGER erp_treasury_receipt_allocation_leaves BEFORE DELETE ON erp_treasury_receipt_allocation
    WHEN EXISTS (SELECT 1 FROM erp_treasury_receipt WHERE id = OLD.receipt_id AND state <> 'draft')
    BEGIN SELECT raise(ABORT, 'erp_treasury_receipt_allocation: its document is posted'); END;
;;
CREATE TRIGGER erp_treasury_payment_is_born_a_draft BEFORE INSERT ON erp_treasury_payment
    WHEN NEW.state <> 'draft' OR EXISTS (SELECT 1 FROM erp_treasury_payment WHERE id = NEW.id AND state <> 'draft')
    BEGIN SELECT raise(ABORT, 'erp_treasury_payment: born posted, or replaces a posted one'); END;
;;
CREATE TRIGGER erp_treasury_payment_is_frozen BEFORE UPDATE ON erp_treasury_payment WHEN NEW.id <> OLD.id OR (OLD.state <>
    'draft'
        AND NOT (OLD.state = 'posted' AND NEW.state = 'reversed' AND NEW.date IS OLD.date AND NEW.contact_id IS
            OLD.contact_id AND NEW.reference IS OLD.reference AND NEW.oldest_first IS OLD.oldest_first AND NEW.currency IS
            OLD.currency AND NEW.amount IS OLD.amount AND NEW.allocated IS OLD.allocated AND NEW.unallocated IS
            OLD.unallocated AND NEW.entry_id IS OLD.entry_id AND NEW.note IS OLD.note AND NEW.number IS OLD.number AND
            NEW.sequence IS OLD.sequence AND NEW.company_id IS OLD.company_id))
    BEGIN SELECT raise(ABORT, 'erp_treasury_payment: posted'); END;
;;
CREATE TRIGGER erp_treasury_payment_stays BEFORE DELETE ON erp_treasury_payment WHEN OLD.state <> 'draft'
    BEGIN SELECT raise(ABORT, 'erp_treasury_payment: posted'); END;
;;
CREATE TRIGGER erp_treasury_payment_mean_enters BEFORE INSERT ON erp_treasury_payment_mean
    WHEN EXISTS (SELECT 1 FROM erp_treasury_payment WHERE id = NEW.payment_id AND state <> 'draft')
         OR EXISTS (SELECT 1 FROM erp_treasury_payment_mean JOIN erp_treasury_payment ON erp_treasury_payment.id =
             payment_id WHERE erp_treasury_payment_mean.id = NEW.id AND state <> 'draft')
    BEGIN SELECT raise(ABORT, 'erp_treasury_payment_mean: its document is posted'); END;
;;
CREATE TRIGGER erp_treasury_payment_mean_changes BEFORE UPDATE ON erp_treasury_payment_mean
    WHEN NEW.id <> OLD.id OR EXISTS (SELECT 1 FROM erp_treasury_payment WHERE id IN (OLD.payment_id, NEW.payment_id) AND
        state <> 'draft')
    BEGIN SELECT raise(ABORT, 'erp_treasury_payment_mean: its document is posted'); END;
;;
CREATE TRIGGER erp_treasury_payment_mean_leaves BEFORE DELETE ON erp_treasury_payment_mean
    WHEN EXISTS (SELECT 1 FROM erp_treasury_payment WHERE id = OLD.payment_id AND state <> 'draft')
    BEGIN SELECT raise(ABORT, 'erp_treasury_payment_mean: its document is posted'); END;
;;
CREATE TRIGGER erp_treasury_payment_allocation_enters BEFORE INSERT ON erp_treasury_payment_allocation
    WHEN EXISTS (SELECT 1 FROM erp_treasury_payment WHERE id = NEW.payment_id AND state <> 'draft')
         OR EXISTS (SELECT 1 FROM erp_treasury_payment_allocation JOIN erp_treasury_payment ON erp_treasury_payment.id =
             payment_id WHERE erp_treasury_payment_allocation.id = NEW.id AND state <> 'draft')
    BEGIN SELECT raise(ABORT, 'erp_treasury_payment_allocation: its document is posted'); END;
;;
CREATE TRIGGER erp_treasury_payment_allocation_changes BEFORE UPDATE ON erp_treasury_payment_allocation
    WHEN NEW.id <> OLD.id OR EXISTS (SELECT 1 FROM erp_treasury_payment WHERE id IN (OLD.payment_id, NEW.payment_id) AND
        state <> 'draft')
    BEGIN SELECT raise(ABORT, 'erp_treasury_payment_allocation: its document is posted'); END;
;;
CREATE TRIGGER erp_treasury_payment_allocation_leaves BEFORE DELETE ON erp_treasury_payment_allocation
    WHEN EXISTS (SELECT 1 FROM erp_treasury_payment WHERE id = OLD.payment_id AND state <> 'draft')
    BEGIN SELECT raise(ABORT, 'erp_treasury_payment_allocation: its document is posted'); END;
;;
CREATE TRIGGER erp_treasury_bank_transfer_is_born_a_draft BEFORE INSERT ON erp_treasury_bank_transfer
    WHEN NEW.state <> 'draft' OR EXISTS (SELECT 1 FROM erp_treasury_bank_transfer WHERE id = NEW.id AND state <> 'draft')
    BEGIN SELECT raise(ABORT, 'erp_treasury_bank_transfer: born posted, or replaces a posted one'); END;
;;
CREATE TRIGGER erp_treasury_bank_transfer_is_frozen BEFORE UPDATE ON erp_treasury_bank_transfer WHEN NEW.id <> OLD.id OR
    (OLD.state <> 'draft'
        AND NOT (OLD.state = 'posted' AND NEW.state = 'reversed' AND NEW.date IS OLD.date AND NEW.source_id IS OLD.source_id
            AND NEW.destination_id IS OLD.destination_id AND NEW.amount IS OLD.amount AND NEW.fee IS OLD.fee AND
            NEW.reference IS OLD.reference AND NEW.entry_id IS OLD.entry_id AND NEW.note IS OLD.note AND NEW.number IS
            OLD.number AND NEW.sequence IS OLD.sequence AND NEW.company_id IS OLD.company_id))
    BEGIN SELECT raise(ABORT, 'erp_treasury_bank_transfer: posted'); END;
;;
CREATE TRIGGER erp_treasury_bank_transfer_stays BEFORE DELETE ON erp_treasury_bank_transfer WHEN OLD.state <> 'draft'
    BEGIN SELECT raise(ABORT, 'erp_treasury_bank_transfer: posted'); END;
;;
-- L8, C9: a paper is posted only together with its number and its entry; its parts add up; a cheque pays once.
CREATE TRIGGER erp_treasury_receipt_agrees AFTER UPDATE ON erp_treasury_receipt WHEN NEW.state = 'posted' AND OLD.state = 'draft'
    BEGIN
        SELECT raise(ABORT, 'erp_treasury_receipt: its parts do not make it')
            WHERE NEW.amount IS NOT (SELECT sum(amount) FROM erp_treasury_receipt_mean WHERE receipt_id = NEW.id)
               OR NEW.allocated IS NOT coalesce((SELECT sum(amount) FROM erp_treasury_receipt_allocation WHERE receipt_id = NEW.id), 0)
               OR EXISTS (SELECT 1 FROM erp_treasury_receipt_mean AS mine
                          JOIN erp_treasury_receipt_mean AS other ON other.cheque_id = mine.cheque_id AND other.id <> mine.id
                          JOIN erp_treasury_receipt AS paper ON paper.id = other.receipt_id AND paper.state = 'posted'
                          WHERE mine.receipt_id = NEW.id);
        SELECT raise(ABORT, 'erp_treasury_receipt: not its entry')
            WHERE NEW.number IS NULL OR NOT EXISTS (SELECT 1 FROM erp_ledger_entry AS entry WHERE entry.id = NEW.entry_id
                AND entry.posted AND entry.source_model = 'erp_treasury.receipt' AND entry.source_id = NEW.id
                AND entry.date = NEW.date AND entry.company_id = NEW.company_id AND entry.amount = NEW.amount);
    END;
;;
CREATE TRIGGER erp_treasury_payment_agrees AFTER UPDATE ON erp_treasury_payment WHEN NEW.state = 'posted' AND OLD.state = 'draft'
    BEGIN
        SELECT raise(ABORT, 'erp_treasury_payment: its parts do not make it')
            WHERE NEW.amount IS NOT (SELECT sum(amount) FROM erp_treasury_payment_mean WHERE payment_id = NEW.id)
               OR NEW.allocated IS NOT coalesce((SELECT sum(amount) FROM erp_treasury_payment_allocation WHERE payment_id = NEW.id), 0)
               OR EXISTS (SELECT 1 FROM erp_treasury_payment_mean AS mine
                          JOIN erp_treasury_payment_mean AS other ON other.cheque_id = mine.cheque_id AND other.id <> mine.id
                          JOIN erp_treasury_payment AS paper ON paper.id = other.payment_id AND paper.state = 'posted'
                          WHERE mine.payment_id = NEW.id);
        SELECT raise(ABORT, 'erp_treasury_payment: not its entry')
            WHERE NEW.number IS NULL OR NOT EXISTS (SELECT 1 FROM erp_ledger_entry AS entry WHERE entry.id = NEW.entry_id
                AND entry.posted AND entry.source_model = 'erp_treasury.payment' AND entry.source_id = NEW.id
                AND entry.date = NEW.date AND entry.company_id = NEW.company_id AND entry.amount = NEW.amount);
    END;
;;
CREATE TRIGGER erp_treasury_bank_transfer_agrees AFTER UPDATE ON erp_treasury_bank_transfer
    WHEN NEW.state = 'posted' AND OLD.state = 'draft' AND (NEW.number IS NULL OR NOT EXISTS (
        SELECT 1 FROM erp_ledger_entry AS entry WHERE entry.id = NEW.entry_id AND entry.posted
            AND entry.source_model = 'erp_treasury.bank_transfer' AND entry.source_id = NEW.id AND entry.date = NEW.date
            AND entry.company_id = NEW.company_id AND entry.amount = NEW.amount + NEW.fee))
    BEGIN SELECT raise(ABORT, 'erp_treasury_bank_transfer: not its entry'); END;
;;
-- C4: our own cheques come from our chequebooks, which keep the numbers that were used.
CREATE TRIGGER erp_treasury_cheque_is_from_a_book AFTER INSERT ON erp_treasury_cheque
    WHEN NEW.kind = 'own' AND NOT EXISTS (SELECT 1 FROM erp_treasury_chequebook AS book
        WHERE book.bank_account_id = NEW.bank_account_id
          AND CAST(NEW.number AS INTEGER) BETWEEN book.first_number AND book.last_number)
    BEGIN SELECT raise(ABORT, 'A chequebook holds the number of every own cheque that was written'); END;
;;
CREATE TRIGGER erp_treasury_chequebook_keeps_its_cheques AFTER UPDATE ON erp_treasury_chequebook
    WHEN EXISTS (SELECT 1 FROM erp_treasury_cheque AS cheque WHERE kind = 'own'
        AND bank_account_id = OLD.bank_account_id AND NOT EXISTS (SELECT 1 FROM erp_treasury_chequebook AS book
            WHERE book.bank_account_id = cheque.bank_account_id
              AND CAST(cheque.number AS INTEGER) BETWEEN book.first_number AND book.last_number))
    BEGIN SELECT raise(ABORT, 'A chequebook holds the number of every own cheque that was written'); END;
;;
CREATE TRIGGER erp_treasury_chequebook_stays_for_its_cheques AFTER DELETE ON erp_treasury_chequebook
    WHEN EXISTS (SELECT 1 FROM erp_treasury_cheque AS cheque WHERE kind = 'own'
        AND bank_account_id = OLD.bank_account_id AND NOT EXISTS (SELECT 1 FROM erp_treasury_chequebook AS book
            WHERE book.bank_account_id = cheque.bank_account_id
              AND CAST(cheque.number AS INTEGER) BETWEEN book.first_number AND book.last_number))
    BEGIN SELECT raise(ABORT, 'A chequebook holds the number of every own cheque that was written'); END;
;;
