-- Moves are written once; REPLACE, which skips DELETE triggers, is met where a row would be inserted over another.
CREATE TRIGGER erp_stock_move_is_new BEFORE INSERT ON erp_stock_move
    WHEN EXISTS (SELECT 1 FROM erp_stock_move WHERE id = NEW.id
                 OR (document_model = NEW.document_model AND document_line_id = NEW.document_line_id))
    BEGIN SELECT raise(ABORT, 'erp_stock_move: this line has moved already'); END;
;;
CREATE TRIGGER erp_stock_move_stays BEFORE DELETE ON erp_stock_move
    BEGIN SELECT raise(ABORT, 'erp_stock_move: a move is never removed'); END;
;;
CREATE TRIGGER erp_stock_move_never_changes BEFORE UPDATE ON erp_stock_move
    BEGIN SELECT raise(ABORT, 'erp_stock_move: a move never changes'); END;
;;
CREATE TRIGGER erp_stock_delivery_is_born_open BEFORE INSERT ON erp_stock_delivery
    WHEN NEW.state IN ('done', 'cancelled')
         OR EXISTS (SELECT 1 FROM erp_stock_delivery WHERE id = NEW.id AND state IN ('done', 'cancelled'))
    BEGIN SELECT raise(ABORT, 'erp_stock_delivery: born done, or replaces one that is'); END;
;;
CREATE TRIGGER erp_stock_delivery_is_frozen BEFORE UPDATE ON erp_stock_delivery WHEN OLD.state IN ('done', 'cancelled') OR NEW.id <> OLD.id
    BEGIN SELECT raise(ABORT, 'erp_stock_delivery: done'); END;
;;
CREATE TRIGGER erp_stock_delivery_stays BEFORE DELETE ON erp_stock_delivery WHEN OLD.state IN ('done', 'cancelled')
    BEGIN SELECT raise(ABORT, 'erp_stock_delivery: done'); END;
;;
CREATE TRIGGER erp_stock_delivery_line_enters BEFORE INSERT ON erp_stock_delivery_line
    WHEN EXISTS (SELECT 1 FROM erp_stock_delivery WHERE id = NEW.delivery_id AND state IN ('done', 'cancelled'))
         OR EXISTS (SELECT 1 FROM erp_stock_delivery_line JOIN erp_stock_delivery ON erp_stock_delivery.id = delivery_id WHERE erp_stock_delivery_line.id = NEW.id AND state IN ('done', 'cancelled'))
    BEGIN SELECT raise(ABORT, 'erp_stock_delivery_line: its document is done'); END;
;;
CREATE TRIGGER erp_stock_delivery_line_changes BEFORE UPDATE ON erp_stock_delivery_line
    WHEN NEW.id <> OLD.id OR EXISTS (SELECT 1 FROM erp_stock_delivery WHERE id IN (OLD.delivery_id, NEW.delivery_id) AND state IN ('done', 'cancelled'))
    BEGIN SELECT raise(ABORT, 'erp_stock_delivery_line: its document is done'); END;
;;
CREATE TRIGGER erp_stock_delivery_line_leaves BEFORE DELETE ON erp_stock_delivery_line
    WHEN EXISTS (SELECT 1 FROM erp_stock_delivery WHERE id = OLD.delivery_id AND state IN ('done', 'cancelled'))
    BEGIN SELECT raise(ABORT, 'erp_stock_delivery_line: its document is done'); END;
;;
CREATE TRIGGER erp_stock_receipt_is_born_open BEFORE INSERT ON erp_stock_receipt
    WHEN NEW.state IN ('done', 'cancelled')
         OR EXISTS (SELECT 1 FROM erp_stock_receipt WHERE id = NEW.id AND state IN ('done', 'cancelled'))
    BEGIN SELECT raise(ABORT, 'erp_stock_receipt: born done, or replaces one that is'); END;
;;
CREATE TRIGGER erp_stock_receipt_is_frozen BEFORE UPDATE ON erp_stock_receipt WHEN OLD.state IN ('done', 'cancelled') OR NEW.id <> OLD.id
    BEGIN SELECT raise(ABORT, 'erp_stock_receipt: done'); END;
;;
CREATE TRIGGER erp_stock_receipt_stays BEFORE DELETE ON erp_stock_receipt WHEN OLD.state IN ('done', 'cancelled')
    BEGIN SELECT raise(ABORT, 'erp_stock_receipt: done'); END;
;;
CREATE TRIGGER erp_stock_receipt_line_enters BEFORE INSERT ON erp_stock_receipt_line
    WHEN EXISTS (SELECT 1 FROM erp_stock_receipt WHERE id = NEW.receipt_id AND state IN ('done', 'cancelled'))
         OR EXISTS (SELECT 1 FROM erp_stock_receipt_line JOIN erp_stock_receipt ON erp_stock_receipt.id = receipt_id WHERE erp_stock_receipt_line.id = NEW.id AND state IN ('done', 'cancelled'))
    BEGIN SELECT raise(ABORT, 'erp_stock_receipt_line: its document is done'); END;
;;
CREATE TRIGGER erp_stock_receipt_line_changes BEFORE UPDATE ON erp_stock_receipt_line
    WHEN NEW.id <> OLD.id OR EXISTS (SELECT 1 FROM erp_stock_receipt WHERE id IN (OLD.receipt_id, NEW.receipt_id) AND state IN ('done', 'cancelled'))
    BEGIN SELECT raise(ABORT, 'erp_stock_receipt_line: its document is done'); END;
;;
CREATE TRIGGER erp_stock_receipt_line_leaves BEFORE DELETE ON erp_stock_receipt_line
    WHEN EXISTS (SELECT 1 FROM erp_stock_receipt WHERE id = OLD.receipt_id AND state IN ('done', 'cancelled'))
    BEGIN SELECT raise(ABORT, 'erp_stock_receipt_line: its document is done'); END;
;;
CREATE TRIGGER erp_stock_transfer_is_born_open BEFORE INSERT ON erp_stock_transfer
    WHEN NEW.state IN ('done', 'cancelled')
         OR EXISTS (SELECT 1 FROM erp_stock_transfer WHERE id = NEW.id AND state IN ('done', 'cancelled'))
    BEGIN SELECT raise(ABORT, 'erp_stock_transfer: born done, or replaces one that is'); END;
;;
CREATE TRIGGER erp_stock_transfer_is_frozen BEFORE UPDATE ON erp_stock_transfer WHEN OLD.state IN ('done', 'cancelled') OR NEW.id <> OLD.id
    BEGIN SELECT raise(ABORT, 'erp_stock_transfer: done'); END;
;;
CREATE TRIGGER erp_stock_transfer_stays BEFORE DELETE ON erp_stock_transfer WHEN OLD.state IN ('done', 'cancelled')
    BEGIN SELECT raise(ABORT, 'erp_stock_transfer: done'); END;
;;
CREATE TRIGGER erp_stock_transfer_line_enters BEFORE INSERT ON erp_stock_transfer_line
    WHEN EXISTS (SELECT 1 FROM erp_stock_transfer WHERE id = NEW.transfer_id AND state IN ('done', 'cancelled'))
         OR EXISTS (SELECT 1 FROM erp_stock_transfer_line JOIN erp_stock_transfer ON erp_stock_transfer.id = transfer_id WHERE erp_stock_transfer_line.id = NEW.id AND state IN ('done', 'cancelled'))
    BEGIN SELECT raise(ABORT, 'erp_stock_transfer_line: its document is done'); END;
;;
CREATE TRIGGER erp_stock_transfer_line_changes BEFORE UPDATE ON erp_stock_transfer_line
    WHEN NEW.id <> OLD.id OR EXISTS (SELECT 1 FROM erp_stock_transfer WHERE id IN (OLD.transfer_id, NEW.transfer_id) AND state IN ('done', 'cancelled'))
    BEGIN SELECT raise(ABORT, 'erp_stock_transfer_line: its document is done'); END;
;;
CREATE TRIGGER erp_stock_transfer_line_leaves BEFORE DELETE ON erp_stock_transfer_line
    WHEN EXISTS (SELECT 1 FROM erp_stock_transfer WHERE id = OLD.transfer_id AND state IN ('done', 'cancelled'))
    BEGIN SELECT raise(ABORT, 'erp_stock_transfer_line: its document is done'); END;
;;
CREATE TRIGGER erp_stock_count_is_born_open BEFORE INSERT ON erp_stock_count
    WHEN NEW.state IN ('done', 'cancelled')
         OR EXISTS (SELECT 1 FROM erp_stock_count WHERE id = NEW.id AND state IN ('done', 'cancelled'))
    BEGIN SELECT raise(ABORT, 'erp_stock_count: born done, or replaces one that is'); END;
;;
CREATE TRIGGER erp_stock_count_is_frozen BEFORE UPDATE ON erp_stock_count WHEN OLD.state IN ('done', 'cancelled') OR NEW.id <> OLD.id
    BEGIN SELECT raise(ABORT, 'erp_stock_count: done'); END;
;;
CREATE TRIGGER erp_stock_count_stays BEFORE DELETE ON erp_stock_count WHEN OLD.state IN ('done', 'cancelled')
    BEGIN SELECT raise(ABORT, 'erp_stock_count: done'); END;
;;
CREATE TRIGGER erp_stock_count_line_enters BEFORE INSERT ON erp_stock_count_line
    WHEN EXISTS (SELECT 1 FROM erp_stock_count WHERE id = NEW.count_id AND state IN ('done', 'cancelled'))
         OR EXISTS (SELECT 1 FROM erp_stock_count_line JOIN erp_stock_count ON erp_stock_count.id = count_id WHERE erp_stock_count_line.id = NEW.id AND state IN ('done', 'cancelled'))
    BEGIN SELECT raise(ABORT, 'erp_stock_count_line: its document is done'); END;
;;
CREATE TRIGGER erp_stock_count_line_changes BEFORE UPDATE ON erp_stock_count_line
    WHEN NEW.id <> OLD.id OR EXISTS (SELECT 1 FROM erp_stock_count WHERE id IN (OLD.count_id, NEW.count_id) AND state IN ('done', 'cancelled'))
    BEGIN SELECT raise(ABORT, 'erp_stock_count_line: its document is done'); END;
;;
CREATE TRIGGER erp_stock_count_line_leaves BEFORE DELETE ON erp_stock_count_line
    WHEN EXISTS (SELECT 1 FROM erp_stock_count WHERE id = OLD.count_id AND state IN ('done', 'cancelled'))
    BEGIN SELECT raise(ABORT, 'erp_stock_count_line: its document is done'); END;
;;
-- K9: a document is done only with its number, and once every line has moved.
CREATE TRIGGER erp_stock_delivery_has_moved AFTER UPDATE ON erp_stock_delivery
    WHEN NEW.state = 'done' AND OLD.state <> 'done' AND (NEW.number IS NULL OR EXISTS (
        SELECT 1 FROM erp_stock_delivery_line AS line WHERE line.delivery_id = NEW.id AND NOT EXISTS (
            SELECT 1 FROM erp_stock_move AS move WHERE move.document_model = 'erp_stock.delivery' AND move.document_id = NEW.id
                AND move.document_line_id = line.id AND move.quantity = line.quantity AND move.date = NEW.date)))
    BEGIN SELECT raise(ABORT, 'erp_stock_delivery: done, but not moved'); END;
;;
CREATE TRIGGER erp_stock_receipt_has_moved AFTER UPDATE ON erp_stock_receipt
    WHEN NEW.state = 'done' AND OLD.state <> 'done' AND (NEW.number IS NULL OR EXISTS (
        SELECT 1 FROM erp_stock_receipt_line AS line WHERE line.receipt_id = NEW.id AND NOT EXISTS (
            SELECT 1 FROM erp_stock_move AS move WHERE move.document_model = 'erp_stock.receipt' AND move.document_id = NEW.id
                AND move.document_line_id = line.id AND move.quantity = line.quantity AND move.date = NEW.date)))
    BEGIN SELECT raise(ABORT, 'erp_stock_receipt: done, but not moved'); END;
;;
CREATE TRIGGER erp_stock_transfer_has_moved AFTER UPDATE ON erp_stock_transfer
    WHEN NEW.state = 'done' AND OLD.state <> 'done' AND (NEW.number IS NULL OR EXISTS (
        SELECT 1 FROM erp_stock_transfer_line AS line WHERE line.transfer_id = NEW.id AND NOT EXISTS (
            SELECT 1 FROM erp_stock_move AS move WHERE move.document_model = 'erp_stock.transfer' AND move.document_id = NEW.id
                AND move.document_line_id = line.id AND move.quantity = line.quantity AND move.date = NEW.date)))
    BEGIN SELECT raise(ABORT, 'erp_stock_transfer: done, but not moved'); END;
;;
