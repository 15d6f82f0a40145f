CREATE FUNCTION erp_stock_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '%: % refused', TG_NAME, TG_OP USING ERRCODE = 'integrity_constraint_violation';
END $$;
;;
-- A line follows its document, TG_ARGV[0], by its column TG_ARGV[1]: once that is done, nothing enters, changes or leaves.
-- AFTER the statement and FOR SHARE, so that the check comes after the wait for another session that is finishing it.
CREATE FUNCTION erp_stock_follow() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE is_done boolean; documents bigint[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        EXECUTE format('SELECT array_agg(DISTINCT %I) FROM arrived', TG_ARGV[1]) INTO documents;
    ELSIF TG_OP = 'UPDATE' THEN
        documents := ARRAY[(to_jsonb(OLD) ->> TG_ARGV[1])::bigint, (to_jsonb(NEW) ->> TG_ARGV[1])::bigint];
    ELSE
        documents := ARRAY[(to_jsonb(OLD) ->> TG_ARGV[1])::bigint];
    END IF;
    EXECUTE format('SELECT bool_or(state IN (''done'', ''cancelled'')) FROM (SELECT state FROM %I WHERE id = ANY($1) FOR SHARE) AS parents',
                   TG_ARGV[0]) INTO is_done USING documents;
    IF is_done THEN
        RAISE EXCEPTION '% of %, whose document is done: refused', TG_OP, TG_TABLE_NAME
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;
;;
CREATE TRIGGER erp_stock_move_never_changes BEFORE UPDATE OR DELETE ON erp_stock_move
    FOR EACH ROW EXECUTE FUNCTION erp_stock_refuse();
;;
CREATE TRIGGER erp_stock_move_stays BEFORE TRUNCATE ON erp_stock_move EXECUTE FUNCTION erp_stock_refuse();
;;
CREATE TRIGGER erp_stock_delivery_is_born_open BEFORE INSERT ON erp_stock_delivery
    FOR EACH ROW WHEN (NEW.state IN ('done', 'cancelled')) EXECUTE FUNCTION erp_stock_refuse();
;;
CREATE TRIGGER erp_stock_delivery_is_frozen BEFORE UPDATE OR DELETE ON erp_stock_delivery
    FOR EACH ROW WHEN (OLD.state IN ('done', 'cancelled')) EXECUTE FUNCTION erp_stock_refuse();
;;
CREATE TRIGGER erp_stock_delivery_stays BEFORE TRUNCATE ON erp_stock_delivery EXECUTE FUNCTION erp_stock_refuse();
;;
CREATE TRIGGER erp_stock_delivery_line_enters AFTER INSERT ON erp_stock_delivery_line REFERENCING NEW TABLE AS arrived
    FOR EACH STATEMENT EXECUTE FUNCTION erp_stock_follow('erp_stock_delivery', 'delivery_id');
;;
CREATE TRIGGER erp_stock_delivery_line_follows AFTER UPDATE OR DELETE ON erp_stock_delivery_line
    FOR EACH ROW EXECUTE FUNCTION erp_stock_follow('erp_stock_delivery', 'delivery_id');
;;
CREATE TRIGGER erp_stock_delivery_line_stays BEFORE TRUNCATE ON erp_stock_delivery_line EXECUTE FUNCTION erp_stock_refuse();
;;
CREATE TRIGGER erp_stock_receipt_is_born_open BEFORE INSERT ON erp_stock_receipt
    FOR EACH ROW WHEN (NEW.state IN ('done', 'cancelled')) EXECUTE FUNCTION erp_stock_refuse();
;;
CREATE TRIGGER erp_stock_receipt_is_frozen BEFORE UPDATE OR DELETE ON erp_stock_receipt
    FOR EACH ROW WHEN (OLD.state IN ('done', 'cancelled')) EXECUTE FUNCTION erp_stock_refuse();
;;
CREATE TRIGGER erp_stock_receipt_stays BEFORE TRUNCATE ON erp_stock_receipt EXECUTE FUNCTION erp_stock_refuse();
;;
CREATE TRIGGER erp_stock_receipt_line_enters AFTER INSERT ON erp_stock_receipt_line REFERENCING NEW TABLE AS arrived
    FOR EACH STATEMENT EXECUTE FUNCTION erp_stock_follow('erp_stock_receipt', 'receipt_id');
;;
CREATE TRIGGER erp_stock_receipt_line_follows AFTER UPDATE OR DELETE ON erp_stock_receipt_line
    FOR EACH ROW EXECUTE FUNCTION erp_stock_follow('erp_stock_receipt', 'receipt_id');
;;
CREATE TRIGGER erp_stock_receipt_line_stays BEFORE TRUNCATE ON erp_stock_receipt_line EXECUTE FUNCTION erp_stock_refuse();
;;
CREATE TRIGGER erp_stock_transfer_is_born_open BEFORE INSERT ON erp_stock_transfer
    FOR EACH ROW WHEN (NEW.state IN ('done', 'cancelled')) EXECUTE FUNCTION erp_stock_refuse();
;;
CREATE TRIGGER erp_stock_transfer_is_frozen BEFORE UPDATE OR DELETE ON erp_stock_transfer
    FOR EACH ROW WHEN (OLD.state IN ('done', 'cancelled')) EXECUTE FUNCTION erp_stock_refuse();
;;
CREATE TRIGGER erp_stock_transfer_stays BEFORE TRUNCATE ON erp_stock_transfer EXECUTE FUNCTION erp_stock_refuse();
;;
CREATE TRIGGER erp_stock_transfer_line_enters AFTER INSERT ON erp_stock_transfer_line REFERENCING NEW TABLE AS arrived
    FOR EACH STATEMENT EXECUTE FUNCTION erp_stock_follow('erp_stock_transfer', 'transfer_id');
;;
CREATE TRIGGER erp_stock_transfer_line_follows AFTER UPDATE OR DELETE ON erp_stock_transfer_line
    FOR EACH ROW EXECUTE FUNCTION erp_stock_follow('erp_stock_transfer', 'transfer_id');
;;
CREATE TRIGGER erp_stock_transfer_line_stays BEFORE TRUNCATE ON erp_stock_transfer_line EXECUTE FUNCTION erp_stock_refuse();
;;
CREATE TRIGGER erp_stock_count_is_born_open BEFORE INSERT ON erp_stock_count
    FOR EACH ROW WHEN (NEW.state IN ('done', 'cancelled')) EXECUTE FUNCTION erp_stock_refuse();
;;
CREATE TRIGGER erp_stock_count_is_frozen BEFORE UPDATE OR DELETE ON erp_stock_count
    FOR EACH ROW WHEN (OLD.state IN ('done', 'cancelled')) EXECUTE FUNCTION erp_stock_refuse();
;;
CREATE TRIGGER erp_stock_count_stays BEFORE TRUNCATE ON erp_stock_count EXECUTE FUNCTION erp_stock_refuse();
;;
CREATE TRIGGER erp_stock_count_line_enters AFTER INSERT ON erp_stock_count_line REFERENCING NEW TABLE AS arrived
    FOR EACH STATEMENT EXECUTE FUNCTION erp_stock_follow('erp_stock_count', 'count_id');
;;
CREATE TRIGGER erp_stock_count_line_follows AFTER UPDATE OR DELETE ON erp_stock_count_line
    FOR EACH ROW EXECUTE FUNCTION erp_stock_follow('erp_stock_count', 'count_id');
;;
CREATE TRIGGER erp_stock_count_line_stays BEFORE TRUNCATE ON erp_stock_count_line EXECUTE FUNCTION erp_stock_refuse();
;;
-- K9: a document is done only with its number, and once every line has moved; TG_ARGV: the kind of document.
CREATE FUNCTION erp_stock_has_moved() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE missing boolean;
BEGIN
    EXECUTE format('SELECT EXISTS (SELECT 1 FROM erp_stock_%1$s_line AS line WHERE line.%1$s_id = $1 AND NOT EXISTS ('
        'SELECT 1 FROM erp_stock_move AS move WHERE move.document_model = ''erp_stock.%1$s'' AND move.document_id = $1 '
        'AND move.document_line_id = line.id AND move.quantity = line.quantity AND move.date = $2))', TG_ARGV[0])
        INTO missing USING NEW.id, NEW.date;
    IF NEW.number IS NULL OR missing THEN
        RAISE EXCEPTION '% %: done, but not moved', TG_ARGV[0], NEW.id USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;
;;
CREATE TRIGGER erp_stock_delivery_has_moved AFTER UPDATE ON erp_stock_delivery
    FOR EACH ROW WHEN (NEW.state = 'done' AND OLD.state <> 'done') EXECUTE FUNCTION erp_stock_has_moved('delivery');
;;
CREATE TRIGGER erp_stock_receipt_has_moved AFTER UPDATE ON erp_stock_receipt
    FOR EACH ROW WHEN (NEW.state = 'done' AND OLD.state <> 'done') EXECUTE FUNCTION erp_stock_has_moved('receipt');
;;
CREATE TRIGGER erp_stock_transfer_has_moved AFTER UPDATE ON erp_stock_transfer
    FOR EACH ROW WHEN (NEW.state = 'done' AND OLD.state <> 'done') EXECUTE FUNCTION erp_stock_has_moved('transfer');
;;
