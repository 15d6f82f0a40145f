-- A posted document is frozen with its lines and taxes; it becomes posted only together with its entry, and agrees with it.
-- REPLACE removes rows without a DELETE trigger, so INSERT and UPDATE triggers also ask for the row that would go.
CREATE TRIGGER erp_invoicing_invoice_is_born_a_draft BEFORE INSERT ON erp_invoicing_invoice
    WHEN NEW.state <> 'draft' OR EXISTS (SELECT 1 FROM erp_invoicing_invoice AS other WHERE state = 'posted' AND (
        other.id = NEW.id OR other.number = NEW.number AND other.company_id = NEW.company_id
        OR other.contact_id = NEW.contact_id AND other.kind = NEW.kind AND other.reference = NEW.reference
            AND other.company_id = NEW.company_id AND NEW.kind IN ('bill', 'bill_credit')))
    BEGIN SELECT raise(ABORT, 'invoice: born posted, or replaces a posted one'); END
;;
CREATE TRIGGER erp_invoicing_invoice_is_frozen BEFORE UPDATE ON erp_invoicing_invoice
    WHEN OLD.state = 'posted' OR NEW.id <> OLD.id
        OR EXISTS (SELECT 1 FROM erp_invoicing_invoice AS other WHERE other.id <> OLD.id AND (
            other.entry_id = NEW.entry_id OR other.number = NEW.number AND other.company_id = NEW.company_id
            OR other.state = 'posted' AND other.contact_id = NEW.contact_id AND other.kind = NEW.kind
                AND other.reference = NEW.reference AND other.company_id = NEW.company_id AND NEW.kind IN ('bill', 'bill_credit')))
    BEGIN SELECT raise(ABORT, 'invoice: posted'); END
;;
CREATE TRIGGER erp_invoicing_invoice_stays BEFORE DELETE ON erp_invoicing_invoice WHEN OLD.state = 'posted'
    BEGIN SELECT raise(ABORT, 'invoice: posted'); END
;;
CREATE TRIGGER erp_invoicing_invoice_agrees AFTER UPDATE ON erp_invoicing_invoice WHEN NEW.state = 'posted'
    BEGIN
        SELECT raise(ABORT, 'invoice: lines and totals differ')
            WHERE (SELECT sum(net) FROM erp_invoicing_invoice_line WHERE invoice_id = NEW.id) IS NOT NEW.net
               OR coalesce((SELECT sum(amount) FROM erp_invoicing_invoice_tax WHERE invoice_id = NEW.id), 0) IS NOT NEW.tax
               OR EXISTS (SELECT 1 FROM erp_invoicing_invoice_line WHERE invoice_id = NEW.id AND date IS NOT NEW.date);
        SELECT raise(ABORT, 'invoice: a tax is not its rate of its base')
            WHERE EXISTS (SELECT 1 FROM erp_invoicing_invoice_tax AS tax WHERE invoice_id = NEW.id
                AND abs(tax.amount * 1000000 - tax.base * tax.rate) > 10000000000 * (1 + (
                    SELECT count(*) FROM erp_invoicing_invoice_line AS line WHERE line.invoice_id = NEW.id)));
        SELECT raise(ABORT, 'invoice: takes back more than there was')
            WHERE NEW.credits_id IS NOT NULL AND ((
                SELECT sum(total) FROM erp_invoicing_invoice WHERE credits_id = NEW.credits_id AND state = 'posted')
                > (SELECT total FROM erp_invoicing_invoice WHERE id = NEW.credits_id AND state = 'posted')) IS NOT FALSE;
        SELECT raise(ABORT, 'invoice: not the entry of this document')
            WHERE NOT EXISTS (SELECT 1 FROM erp_ledger_entry AS entry WHERE entry.id = NEW.entry_id AND entry.posted
                AND entry.source_model = 'erp_invoicing.invoice' AND entry.source_id = NEW.id AND entry.date = NEW.date
                AND entry.company_id = NEW.company_id AND entry.code = NEW.number);
    END
;;
CREATE TRIGGER erp_invoicing_line_enters BEFORE INSERT ON erp_invoicing_invoice_line
    WHEN EXISTS (SELECT 1 FROM erp_invoicing_invoice WHERE id = NEW.invoice_id AND state = 'posted')
        OR EXISTS (SELECT 1 FROM erp_invoicing_invoice_line AS line JOIN erp_invoicing_invoice AS invoice ON invoice.id = line.invoice_id
                   WHERE line.id = NEW.id AND state = 'posted')
    BEGIN SELECT raise(ABORT, 'invoice line: posted'); END
;;
CREATE TRIGGER erp_invoicing_line_changes BEFORE UPDATE ON erp_invoicing_invoice_line
    WHEN NEW.id <> OLD.id OR EXISTS (SELECT 1 FROM erp_invoicing_invoice
        WHERE id IN (OLD.invoice_id, NEW.invoice_id) AND state = 'posted')
    BEGIN SELECT raise(ABORT, 'invoice line: posted'); END
;;
CREATE TRIGGER erp_invoicing_line_leaves BEFORE DELETE ON erp_invoicing_invoice_line
    WHEN EXISTS (SELECT 1 FROM erp_invoicing_invoice WHERE id = OLD.invoice_id AND state = 'posted')
    BEGIN SELECT raise(ABORT, 'invoice line: posted'); END
;;
CREATE TRIGGER erp_invoicing_tax_enters BEFORE INSERT ON erp_invoicing_invoice_tax
    WHEN EXISTS (SELECT 1 FROM erp_invoicing_invoice WHERE id = NEW.invoice_id AND state = 'posted')
        OR EXISTS (SELECT 1 FROM erp_invoicing_invoice_tax AS tax JOIN erp_invoicing_invoice AS invoice ON invoice.id = tax.invoice_id
                   WHERE tax.id = NEW.id AND state = 'posted')
    BEGIN SELECT raise(ABORT, 'invoice tax: posted'); END
;;
CREATE TRIGGER erp_invoicing_tax_changes BEFORE UPDATE ON erp_invoicing_invoice_tax
    WHEN NEW.id <> OLD.id OR EXISTS (SELECT 1 FROM erp_invoicing_invoice
        WHERE id IN (OLD.invoice_id, NEW.invoice_id) AND state = 'posted')
    BEGIN SELECT raise(ABORT, 'invoice tax: posted'); END
;;
CREATE TRIGGER erp_invoicing_tax_leaves BEFORE DELETE ON erp_invoicing_invoice_tax
    WHEN EXISTS (SELECT 1 FROM erp_invoicing_invoice WHERE id = OLD.invoice_id AND state = 'posted')
    BEGIN SELECT raise(ABORT, 'invoice tax: posted'); END
;;
