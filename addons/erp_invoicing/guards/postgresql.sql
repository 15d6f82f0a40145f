-- A posted document is frozen with its lines and taxes; it becomes posted only together with its entry, and agrees with it.
CREATE OR REPLACE FUNCTION erp_invoicing_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '%: % refused', TG_NAME, TG_OP USING ERRCODE = 'integrity_constraint_violation';
END $$
;;
-- After the statement and FOR SHARE: see the guards of the ledger.
CREATE OR REPLACE FUNCTION erp_invoicing_follow() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE is_posted boolean;
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT bool_or(posted) INTO is_posted FROM (SELECT state = 'posted' AS posted FROM erp_invoicing_invoice
            WHERE id IN (SELECT invoice_id FROM arrived) FOR SHARE) AS parents;
    ELSE
        SELECT bool_or(posted) INTO is_posted FROM (SELECT state = 'posted' AS posted FROM erp_invoicing_invoice
            WHERE id IN (OLD.invoice_id, CASE TG_OP WHEN 'UPDATE' THEN NEW.invoice_id END) FOR SHARE) AS parents;
    END IF;
    IF is_posted THEN
        RAISE EXCEPTION '% on % of a posted document: refused', TG_OP, TG_TABLE_NAME
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$
;;
CREATE OR REPLACE FUNCTION erp_invoicing_agree() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT sum(net) FROM erp_invoicing_invoice_line WHERE invoice_id = NEW.id) IS DISTINCT FROM NEW.net
       OR coalesce((SELECT sum(amount) FROM erp_invoicing_invoice_tax WHERE invoice_id = NEW.id), 0) <> NEW.tax
       OR EXISTS (SELECT 1 FROM erp_invoicing_invoice_line WHERE invoice_id = NEW.id AND date IS DISTINCT FROM NEW.date) THEN
        RAISE EXCEPTION 'invoice %: lines and totals differ', NEW.id USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    -- to one unit per line, as the database does not know how many decimals a currency has; health knows
    IF EXISTS (SELECT 1 FROM erp_invoicing_invoice_tax AS tax WHERE invoice_id = NEW.id
               AND abs(tax.amount * 1000000 - tax.base * tax.rate) > 10000000000 * (1 + (
                   SELECT count(*) FROM erp_invoicing_invoice_line AS line WHERE line.invoice_id = NEW.id))) THEN
        RAISE EXCEPTION 'invoice %: a tax is not its rate of its base', NEW.id USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NEW.credits_id IS NOT NULL THEN
        PERFORM 1 FROM erp_invoicing_invoice WHERE id = NEW.credits_id FOR NO KEY UPDATE;
        IF (SELECT sum(total) FROM erp_invoicing_invoice WHERE credits_id = NEW.credits_id AND state = 'posted')
           > (SELECT total FROM erp_invoicing_invoice WHERE id = NEW.credits_id AND state = 'posted') IS NOT FALSE THEN
            RAISE EXCEPTION 'invoice %: takes back more than there was', NEW.id USING ERRCODE = 'integrity_constraint_violation';
        END IF;
    END IF;
    IF NOT EXISTS (SELECT 1 FROM erp_ledger_entry AS entry WHERE entry.id = NEW.entry_id AND entry.posted
                   AND entry.source_model = 'erp_invoicing.invoice' AND entry.source_id = NEW.id AND entry.date = NEW.date
                   AND entry.company_id = NEW.company_id AND entry.code = NEW.number) THEN
        RAISE EXCEPTION 'invoice %: not the entry of this document', NEW.id USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$
;;
CREATE TRIGGER invoice_is_born_a_draft BEFORE INSERT ON erp_invoicing_invoice
    FOR EACH ROW WHEN (NEW.state <> 'draft') EXECUTE FUNCTION erp_invoicing_refuse()
;;
CREATE TRIGGER invoice_is_frozen BEFORE UPDATE OR DELETE ON erp_invoicing_invoice
    FOR EACH ROW WHEN (OLD.state = 'posted') EXECUTE FUNCTION erp_invoicing_refuse()
;;
CREATE TRIGGER invoice_agrees AFTER UPDATE ON erp_invoicing_invoice
    FOR EACH ROW WHEN (NEW.state = 'posted') EXECUTE FUNCTION erp_invoicing_agree()
;;
CREATE TRIGGER invoice_lines_enter AFTER INSERT ON erp_invoicing_invoice_line REFERENCING NEW TABLE AS arrived
    FOR EACH STATEMENT EXECUTE FUNCTION erp_invoicing_follow()
;;
CREATE TRIGGER invoice_lines_follow AFTER UPDATE OR DELETE ON erp_invoicing_invoice_line
    FOR EACH ROW EXECUTE FUNCTION erp_invoicing_follow()
;;
CREATE TRIGGER invoice_taxes_enter AFTER INSERT ON erp_invoicing_invoice_tax REFERENCING NEW TABLE AS arrived
    FOR EACH STATEMENT EXECUTE FUNCTION erp_invoicing_follow()
;;
CREATE TRIGGER invoice_taxes_follow AFTER UPDATE OR DELETE ON erp_invoicing_invoice_tax
    FOR EACH ROW EXECUTE FUNCTION erp_invoicing_follow()
;;
CREATE TRIGGER invoice_stays BEFORE TRUNCATE ON erp_invoicing_invoice EXECUTE FUNCTION erp_invoicing_refuse()
;;
CREATE TRIGGER invoice_line_stays BEFORE TRUNCATE ON erp_invoicing_invoice_line EXECUTE FUNCTION erp_invoicing_refuse()
;;
CREATE TRIGGER invoice_tax_stays BEFORE TRUNCATE ON erp_invoicing_invoice_tax EXECUTE FUNCTION erp_invoicing_refuse()
;;
