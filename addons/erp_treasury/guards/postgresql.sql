CREATE FUNCTION erp_treasury_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '%: % refused', TG_NAME, TG_OP USING ERRCODE = 'integrity_constraint_violation';
END $$;
;;
-- C3: a cheque keeps its identity and amount; its place changes one allowed step at a time.
CREATE FUNCTION erp_treasury_keep_cheque() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.step <> 1 OR NEW.place <> (CASE NEW.kind WHEN 'own' THEN 'handed' ELSE 'portfolio' END) THEN
            RAISE EXCEPTION 'cheque %: not born where cheques are', NEW.number USING ERRCODE =
                'integrity_constraint_violation';
        END IF;
    ELSE
        IF (NEW.id, NEW.number, NEW.kind, NEW.bank, NEW.branch, NEW.account_number, NEW.drawer, NEW.drawer_tax_id,
            NEW.amount, NEW.currency, NEW.issued_on, NEW.payable_on, NEW.received_from_id, NEW.company_id)
           IS DISTINCT FROM (OLD.id, OLD.number, OLD.kind, OLD.bank, OLD.branch, OLD.account_number, OLD.drawer,
               OLD.drawer_tax_id, OLD.amount, OLD.currency, OLD.issued_on, OLD.payable_on, OLD.received_from_id,
               OLD.company_id) THEN
            RAISE EXCEPTION 'cheque %: what it is never changes', OLD.number USING ERRCODE =
                'integrity_constraint_violation';
        END IF;
        IF (NEW.place, NEW.step) IS DISTINCT FROM (OLD.place, OLD.step)
           AND (NEW.step IS DISTINCT FROM OLD.step + 1 OR OLD.place || '>' || NEW.place NOT IN (
            'portfolio>clearing', 'portfolio>credited', 'portfolio>endorsed', 'portfolio>rejected',
            'portfolio>returned', 'portfolio>voided', 'clearing>credited', 'clearing>rejected',
            'clearing>portfolio', 'credited>rejected', 'endorsed>rejected', 'endorsed>portfolio',
            'rejected>returned', 'rejected>clearing', 'handed>debited', 'handed>rejected',
            'handed>voided')) THEN
            RAISE EXCEPTION 'cheque %: it cannot go from % to %', OLD.number, OLD.place, NEW.place
                USING ERRCODE = 'integrity_constraint_violation';
        END IF;
    END IF;
    RETURN NEW;
END $$;
;;
-- A row of the log is the next step of its cheque, which its own transaction has moved there and so holds.
CREATE FUNCTION erp_treasury_follow_cheque() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM erp_treasury_cheque WHERE id = NEW.cheque_id AND place = NEW.place AND step = NEW.step)
       OR (NEW.step > 1 AND NOT EXISTS (SELECT 1 FROM erp_treasury_cheque_custody WHERE cheque_id = NEW.cheque_id
               AND step = NEW.step - 1 AND place = NEW.came_from AND date <= NEW.date)) THEN
        RAISE EXCEPTION 'cheque %: not its next step', NEW.cheque_id USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
;;
-- A posted document changes in one way only: it is reversed.
CREATE FUNCTION erp_treasury_keep_document() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE free text[] := ARRAY['state', 'version', 'updated_at', 'updated_by_id', 'search_text'];
BEGIN
    IF OLD.state = 'posted' AND NEW.state = 'reversed' AND to_jsonb(NEW) - free = to_jsonb(OLD) - free THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '% %: posted', TG_TABLE_NAME, OLD.id USING ERRCODE = 'integrity_constraint_violation';
END $$;
;;
-- A line follows its document, TG_ARGV[0], by its column TG_ARGV[1]; AFTER the statement and FOR SHARE, so that the check
-- comes after the wait for another session that is posting it.
CREATE FUNCTION erp_treasury_follow() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE is_posted boolean; documents bigint[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        EXECUTE format('SELECT array_agg(DISTINCT %I) FROM arrived', TG_ARGV[1]) INTO documents;
    ELSIF TG_OP = 'UPDATE' THEN
        documents := ARRAY[(to_jsonb(OLD) ->> TG_ARGV[1])::bigint, (to_jsonb(NEW) ->> TG_ARGV[1])::bigint];
    ELSE
        documents := ARRAY[(to_jsonb(OLD) ->> TG_ARGV[1])::bigint];
    END IF;
    EXECUTE format('SELECT bool_or(state <> ''draft'') FROM (SELECT state FROM %I WHERE id = ANY($1) FOR SHARE) AS parents',
                   TG_ARGV[0]) INTO is_posted USING documents;
    IF is_posted THEN
        RAISE EXCEPTION '% of %, whose document is posted: refused', TG_OP, TG_TABLE_NAME
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;
;;
-- L8, C9: a paper is posted only together with its number and its entry, of its day and amount; its means and what it
-- settles add up; a cheque pays once. TG_ARGV: the kind of paper, or a transfer, which has no means.
CREATE FUNCTION erp_treasury_agree() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE fits boolean; paper text := TG_ARGV[0]; whole bigint := NEW.amount;
BEGIN
    IF paper = 'bank_transfer' THEN
        whole := whole + (to_jsonb(NEW) ->> 'fee')::bigint;
    ELSE
        EXECUTE format('SELECT $2 = (SELECT sum(amount) FROM erp_treasury_%1$s_mean WHERE %1$s_id = $1) '
            'AND $3 = coalesce((SELECT sum(amount) FROM erp_treasury_%1$s_allocation WHERE %1$s_id = $1), 0) '
            'AND NOT EXISTS (SELECT 1 FROM erp_treasury_%1$s_mean AS mine JOIN erp_treasury_%1$s_mean AS other '
            'ON other.cheque_id = mine.cheque_id AND other.id <> mine.id JOIN erp_treasury_%1$s AS paper '
            'ON paper.id = other.%1$s_id AND paper.state = ''posted'' WHERE mine.%1$s_id = $1)', paper)
            INTO fits USING NEW.id, NEW.amount, (to_jsonb(NEW) ->> 'allocated')::bigint;
        IF fits IS NOT TRUE THEN
            RAISE EXCEPTION '% %: its parts do not make it', paper, NEW.id USING ERRCODE = 'integrity_constraint_violation';
        END IF;
    END IF;
    IF NEW.number IS NULL OR NOT EXISTS (SELECT 1 FROM erp_ledger_entry AS entry WHERE entry.id = NEW.entry_id AND entry.posted
            AND entry.source_model = 'erp_treasury.' || paper AND entry.source_id = NEW.id AND entry.date = NEW.date
            AND entry.company_id = NEW.company_id AND entry.amount = whole) THEN
        RAISE EXCEPTION '% %: not its entry', paper, NEW.id USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;
;;
-- C1: at the commit, the last row of a cheque's log says where it is.
CREATE FUNCTION erp_treasury_is_logged() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM erp_treasury_cheque AS cheque JOIN erp_treasury_cheque_custody AS custody
                   ON custody.cheque_id = cheque.id AND custody.step = cheque.step AND custody.place = cheque.place
                   WHERE cheque.id = NEW.id) THEN
        RAISE EXCEPTION 'cheque %: its log does not say where it is', NEW.number USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;
;;
-- C4: our own cheques come from our chequebooks, which keep the numbers that were used.
CREATE FUNCTION erp_treasury_from_a_book() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM erp_treasury_cheque AS cheque WHERE kind = 'own'
               AND CASE WHEN TG_TABLE_NAME = 'erp_treasury_cheque' THEN cheque.id = (to_jsonb(NEW) ->> 'id')::bigint
                        ELSE bank_account_id = (to_jsonb(OLD) ->> 'bank_account_id')::bigint END
               AND NOT EXISTS (SELECT 1 FROM erp_treasury_chequebook AS book WHERE book.bank_account_id = cheque.bank_account_id
                   AND CAST(cheque.number AS bigint) BETWEEN book.first_number AND book.last_number)) THEN
        RAISE EXCEPTION 'A chequebook holds the number of every own cheque that was written'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;
;;
CREATE TRIGGER erp_treasury_cheque_keeps_what_it_is BEFORE INSERT OR UPDATE ON erp_treasury_cheque
    FOR EACH ROW EXECUTE FUNCTION erp_treasury_keep_cheque();
;;
CREATE TRIGGER erp_treasury_cheque_stays BEFORE DELETE ON erp_treasury_cheque
    FOR EACH ROW EXECUTE FUNCTION erp_treasury_refuse();
;;
CREATE TRIGGER erp_treasury_cheque_custody_follows BEFORE INSERT ON erp_treasury_cheque_custody
    FOR EACH ROW EXECUTE FUNCTION erp_treasury_follow_cheque();
;;
CREATE TRIGGER erp_treasury_cheque_custody_never_changes BEFORE UPDATE OR DELETE ON erp_treasury_cheque_custody
    FOR EACH ROW EXECUTE FUNCTION erp_treasury_refuse();
;;
CREATE TRIGGER erp_treasury_cheque_is_kept BEFORE TRUNCATE ON erp_treasury_cheque EXECUTE FUNCTION erp_treasury_refuse();
;;
CREATE TRIGGER erp_treasury_cheque_custody_is_kept BEFORE TRUNCATE ON erp_treasury_cheque_custody EXECUTE FUNCTION
    erp_treasury_refuse();
;;
CREATE TRIGGER erp_treasury_receipt_is_kept BEFORE TRUNCATE ON erp_treasury_receipt EXECUTE FUNCTION erp_treasury_refuse();
;;
CREATE TRIGGER erp_treasury_payment_is_kept BEFORE TRUNCATE ON erp_treasury_payment EXECUTE FUNCTION erp_treasury_refuse();
;;
CREATE TRIGGER erp_treasury_bank_transfer_is_kept BEFORE TRUNCATE ON erp_treasury_bank_transfer EXECUTE FUNCTION
    erp_treasury_refuse();
;;
CREATE TRIGGER erp_treasury_receipt_is_born_a_draft BEFORE INSERT ON erp_treasury_receipt
    FOR EACH ROW WHEN (NEW.state <> 'draft') EXECUTE FUNCTION erp_treasury_refuse();
;;
CREATE TRIGGER erp_treasury_receipt_is_frozen BEFORE UPDATE ON erp_treasury_receipt
    FOR EACH ROW WHEN (OLD.state <> 'draft') EXECUTE FUNCTION erp_treasury_keep_document();
;;
CREATE TRIGGER erp_treasury_receipt_stays BEFORE DELETE ON erp_treasury_receipt
    FOR EACH ROW WHEN (OLD.state <> 'draft') EXECUTE FUNCTION erp_treasury_refuse();
;;
CREATE TRIGGER erp_treasury_receipt_mean_enters AFTER INSERT ON erp_treasury_receipt_mean REFERENCING NEW TABLE AS arrived
    FOR EACH STATEMENT EXECUTE FUNCTION erp_treasury_follow('erp_treasury_receipt', 'receipt_id');
;;
CREATE TRIGGER erp_treasury_receipt_mean_follows AFTER UPDATE OR DELETE ON erp_treasury_receipt_mean
    FOR EACH ROW EXECUTE FUNCTION erp_treasury_follow('erp_treasury_receipt', 'receipt_id');
;;
CREATE TRIGGER erp_treasury_receipt_allocation_enters AFTER INSERT ON erp_treasury_receipt_allocation REFERENCING NEW TABLE
    AS arrived
    FOR EACH STATEMENT EXECUTE FUNCTION erp_treasury_follow('erp_treasury_receipt', 'receipt_id');
;;
CREATE TRIGGER erp_treasury_receipt_allocation_follows AFTER UPDATE OR DELETE ON erp_treasury_receipt_allocation
    FOR EACH ROW EXECUTE FUNCTION erp_treasury_follow('erp_treasury_receipt', 'receipt_id');
;;
CREATE TRIGGER erp_treasury_payment_is_born_a_draft BEFORE INSERT ON erp_treasury_payment
    FOR EACH ROW WHEN (NEW.state <> 'draft') EXECUTE FUNCTION erp_treasury_refuse();
;;
CREATE TRIGGER erp_treasury_payment_is_frozen BEFORE UPDATE ON erp_treasury_payment
    FOR EACH ROW WHEN (OLD.state <> 'draft') EXECUTE FUNCTION erp_treasury_keep_document();
;;
CREATE TRIGGER erp_treasury_payment_stays BEFORE DELETE ON erp_treasury_payment
    FOR EACH ROW WHEN (OLD.state <> 'draft') EXECUTE FUNCTION erp_treasury_refuse();
;;
CREATE TRIGGER erp_treasury_payment_mean_enters AFTER INSERT ON erp_treasury_payment_mean REFERENCING NEW TABLE AS arrived
    FOR EACH STATEMENT EXECUTE FUNCTION erp_treasury_follow('erp_treasury_payment', 'payment_id');
;;
CREATE TRIGGER erp_treasury_payment_mean_follows AFTER UPDATE OR DELETE ON erp_treasury_payment_mean
    FOR EACH ROW EXECUTE FUNCTION erp_treasury_follow('erp_treasury_payment', 'payment_id');
;;
CREATE TRIGGER erp_treasury_payment_allocation_enters AFTER INSERT ON erp_treasury_payment_allocation REFERENCING NEW TABLE
    AS arrived
    FOR EACH STATEMENT EXECUTE FUNCTION erp_treasury_follow('erp_treasury_payment', 'payment_id');
;;
CREATE TRIGGER erp_treasury_payment_allocation_follows AFTER UPDATE OR DELETE ON erp_treasury_payment_allocation
    FOR EACH ROW EXECUTE FUNCTION erp_treasury_follow('erp_treasury_payment', 'payment_id');
;;
CREATE TRIGGER erp_treasury_bank_transfer_is_born_a_draft BEFORE INSERT ON erp_treasury_bank_transfer
    FOR EACH ROW WHEN (NEW.state <> 'draft') EXECUTE FUNCTION erp_treasury_refuse();
;;
CREATE TRIGGER erp_treasury_bank_transfer_is_frozen BEFORE UPDATE ON erp_treasury_bank_transfer
    FOR EACH ROW WHEN (OLD.state <> 'draft') EXECUTE FUNCTION erp_treasury_keep_document();
;;
CREATE TRIGGER erp_treasury_bank_transfer_stays BEFORE DELETE ON erp_treasury_bank_transfer
    FOR EACH ROW WHEN (OLD.state <> 'draft') EXECUTE FUNCTION erp_treasury_refuse();
;;
CREATE TRIGGER erp_treasury_receipt_agrees AFTER UPDATE ON erp_treasury_receipt
    FOR EACH ROW WHEN (NEW.state = 'posted' AND OLD.state = 'draft') EXECUTE FUNCTION erp_treasury_agree('receipt');
;;
CREATE TRIGGER erp_treasury_payment_agrees AFTER UPDATE ON erp_treasury_payment
    FOR EACH ROW WHEN (NEW.state = 'posted' AND OLD.state = 'draft') EXECUTE FUNCTION erp_treasury_agree('payment');
;;
CREATE TRIGGER erp_treasury_bank_transfer_agrees AFTER UPDATE ON erp_treasury_bank_transfer
    FOR EACH ROW WHEN (NEW.state = 'posted' AND OLD.state = 'draft') EXECUTE FUNCTION erp_treasury_agree('bank_transfer');
;;
CREATE CONSTRAINT TRIGGER erp_treasury_cheque_is_logged AFTER INSERT OR UPDATE ON erp_treasury_cheque
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION erp_treasury_is_logged();
;;
CREATE TRIGGER erp_treasury_cheque_is_from_a_book AFTER INSERT ON erp_treasury_cheque
    FOR EACH ROW WHEN (NEW.kind = 'own') EXECUTE FUNCTION erp_treasury_from_a_book();
;;
CREATE TRIGGER erp_treasury_chequebook_keeps_its_cheques AFTER UPDATE OR DELETE ON erp_treasury_chequebook
    FOR EACH ROW EXECUTE FUNCTION erp_treasury_from_a_book();
;;
