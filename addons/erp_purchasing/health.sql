-- K9 what a line of an order received is what its receipts brought less what went back
SELECT line.id, line.received FROM erp_purchasing_order_line AS line
JOIN erp_purchasing_order AS orders ON orders.id = line.order_id
WHERE line.received <> COALESCE((SELECT SUM(move.quantity) FROM erp_stock_move AS move
    JOIN erp_stock_receipt_line AS came ON came.id = move.document_line_id
    JOIN erp_stock_receipt AS receipt ON receipt.id = came.receipt_id
    WHERE move.document_model = 'erp_stock.receipt' AND receipt.origin_model = 'erp_purchasing.order'
      AND receipt.origin_id = orders.id AND came.origin_line_id = line.id), 0)
  - COALESCE((SELECT SUM(back.quantity) FROM erp_stock_move AS back
    JOIN erp_stock_move AS move ON move.id = back.returns_id
    JOIN erp_stock_receipt_line AS came ON came.id = move.document_line_id
    JOIN erp_stock_receipt AS receipt ON receipt.id = came.receipt_id
    WHERE move.document_model = 'erp_stock.receipt' AND receipt.origin_model = 'erp_purchasing.order'
      AND receipt.origin_id = orders.id AND came.origin_line_id = line.id), 0)
-- K9 what a line of an order was billed is what its matches say
SELECT line.id, line.billed FROM erp_purchasing_order_line AS line
WHERE line.billed <> COALESCE((SELECT SUM(quantity) FROM erp_purchasing_bill_match WHERE order_line_id = line.id), 0)
-- K9 a match is the difference of what was billed and agreed
SELECT id FROM erp_purchasing_bill_match WHERE difference <> billed - agreed
-- N1 numbers of orders are 1..n, as far as the counter shows
SELECT numbered.company_id, series, max(numbered.sequence) FROM (
  SELECT company_id, replace(number, '-' || sequence, '') AS series, sequence FROM erp_purchasing_order WHERE number IS NOT NULL) AS numbered
LEFT JOIN core_series AS counter ON counter.company_id = numbered.company_id AND coalesce(counter.prefix, counter.code) = series
GROUP BY numbered.company_id, series, counter.last_number, counter.begins_at
HAVING count(*) <> max(numbered.sequence) - coalesce(counter.begins_at, 1) + 1 OR min(numbered.sequence) <> coalesce(counter.begins_at, 1)
  OR count(DISTINCT numbered.sequence) <> count(*) OR max(numbered.sequence) <> coalesce(counter.last_number, 0)
-- T1 an order's lines make its net
SELECT orders.id FROM erp_purchasing_order AS orders
WHERE orders.state <> 'draft'
  AND orders.net <> (SELECT COALESCE(SUM(net), 0) FROM erp_purchasing_order_line WHERE order_id = orders.id)
