-- K1 the balance of a place is what came less what left
SELECT level.id, level.product_id, level.location_id, level.quantity
FROM erp_stock_stock_level AS level
WHERE level.quantity <> (SELECT COALESCE(SUM(CASE WHEN destination_id = level.location_id THEN quantity ELSE -quantity END), 0)
                         FROM erp_stock_move
                         WHERE product_id = level.product_id
                           AND (destination_id = level.location_id OR source_id = level.location_id))
-- K1 every place that goods moved through has a balance
SELECT move.id FROM erp_stock_move AS move
WHERE NOT EXISTS (SELECT 1 FROM erp_stock_stock_level WHERE product_id = move.product_id AND location_id = move.source_id)
   OR NOT EXISTS (SELECT 1 FROM erp_stock_stock_level WHERE product_id = move.product_id AND location_id = move.destination_id)
-- K1 over all places of a company the balances of a product add up to zero
SELECT company_id, product_id FROM erp_stock_stock_level GROUP BY company_id, product_id HAVING SUM(quantity) <> 0
-- K2 no more is held in a place than stands there, unless the company allows negative stock
SELECT held.product_id, held.location_id, held.quantity
FROM (SELECT company_id, product_id, location_id, SUM(quantity) AS quantity FROM erp_stock_reservation
      GROUP BY company_id, product_id, location_id) AS held
LEFT JOIN erp_stock_stock_level AS level ON level.product_id = held.product_id AND level.location_id = held.location_id
LEFT JOIN erp_stock_stock_policy AS policy ON policy.company_id = held.company_id
WHERE held.quantity > COALESCE(level.quantity, 0) AND policy.negative <> 'allow'
-- K2 no more is held for a line than it needs
SELECT line.id FROM erp_stock_delivery_line AS line JOIN erp_stock_reservation AS held ON held.delivery_line_id = line.id
GROUP BY line.id, line.quantity HAVING SUM(held.quantity) > line.quantity
-- K2 only open deliveries hold goods
SELECT reservation.id FROM erp_stock_reservation AS reservation
JOIN erp_stock_delivery AS delivery ON delivery.id = reservation.delivery_id
WHERE delivery.state NOT IN ('draft', 'ready')
-- K3 no place of the company holds less than nothing, unless the company allows it
SELECT level.id, level.quantity FROM erp_stock_stock_level AS level
JOIN erp_stock_location AS location ON location.id = level.location_id
JOIN erp_stock_stock_policy AS policy ON policy.company_id = level.company_id
WHERE level.quantity < 0 AND location.kind IN ('internal', 'transit') AND policy.negative = 'refuse'
-- K3 no place held less than nothing at the end of any day, since the company refuses it
SELECT location_id, product_id, day, stood FROM (
  SELECT location_id, product_id, day, SUM(SUM(quantity)) OVER (PARTITION BY location_id, product_id ORDER BY day) AS stood
  FROM (SELECT destination_id AS location_id, product_id, date AS day, quantity FROM erp_stock_move
        UNION ALL SELECT source_id, product_id, date, -quantity FROM erp_stock_move) AS ends
  GROUP BY location_id, product_id, day) AS days
JOIN erp_stock_location AS location ON location.id = location_id
JOIN erp_stock_stock_policy AS policy ON policy.company_id = location.company_id
WHERE stood < 0 AND location.kind IN ('internal', 'transit') AND policy.negative = 'refuse' AND NOT policy.was_negative
-- K4 with nothing left, nothing is left of the value
SELECT id, value FROM erp_stock_valuation WHERE quantity = 0 AND value <> 0
-- K5 value and quantity of a product are what its moves say
SELECT valuation.id, valuation.product_id, valuation.quantity, valuation.value
FROM erp_stock_valuation AS valuation
WHERE (valuation.quantity, valuation.value) <> (
    SELECT COALESCE(SUM(CASE WHEN destination.kind IN ('internal', 'transit') THEN move.quantity ELSE 0 END)
                    - SUM(CASE WHEN source.kind IN ('internal', 'transit') THEN move.quantity ELSE 0 END), 0),
           COALESCE(SUM(CASE WHEN destination.kind IN ('internal', 'transit') THEN move.value ELSE -move.value END), 0)
    FROM erp_stock_move AS move
    JOIN erp_stock_location AS source ON source.id = move.source_id
    JOIN erp_stock_location AS destination ON destination.id = move.destination_id
    WHERE move.product_id = valuation.product_id AND move.company_id = valuation.company_id)
-- K7 no more of a move comes back than went, at no more than its value
SELECT original.id FROM erp_stock_move AS original JOIN erp_stock_move AS back ON back.returns_id = original.id
GROUP BY original.id, original.quantity, original.counterpart
HAVING SUM(back.quantity) > original.quantity OR SUM(back.counterpart) > original.counterpart
    OR (SUM(back.quantity) = original.quantity AND SUM(back.counterpart) <> original.counterpart)
-- K9 no more leaves for a sold line than was sold
SELECT line.sale_model, line.sale_line_id FROM erp_stock_delivery_line AS line
JOIN erp_stock_delivery AS delivery ON delivery.id = line.delivery_id
WHERE line.sold IS NOT NULL AND delivery.state = 'done'
GROUP BY line.sale_model, line.sale_line_id
HAVING SUM(line.quantity) > MAX(line.sold) + (SELECT COALESCE(SUM(back.quantity), 0) FROM erp_stock_move AS back
    WHERE back.sale_model = line.sale_model AND back.sale_line_id = line.sale_line_id AND back.returns_id IS NOT NULL)
-- K9 every line of a receipt that is done moved exactly once
SELECT line.id FROM erp_stock_receipt_line AS line JOIN erp_stock_receipt AS receipt ON receipt.id = line.receipt_id
WHERE receipt.state = 'done' AND NOT EXISTS (SELECT 1 FROM erp_stock_move AS move
    WHERE move.document_model = 'erp_stock.receipt' AND move.document_line_id = line.id AND move.quantity = line.quantity)
-- K9 every line of a transfer that is done moved exactly once
SELECT line.id FROM erp_stock_transfer_line AS line JOIN erp_stock_transfer AS transfer ON transfer.id = line.transfer_id
WHERE transfer.state = 'done' AND NOT EXISTS (SELECT 1 FROM erp_stock_move AS move
    WHERE move.document_model = 'erp_stock.transfer' AND move.document_line_id = line.id AND move.quantity = line.quantity)
-- K10 a count that is done moved its differences, and nothing else
SELECT line.id FROM erp_stock_count_line AS line JOIN erp_stock_count AS counted ON counted.id = line.count_id
WHERE counted.state = 'done' AND COALESCE(line.counted - line.expected, 0) <> COALESCE((
    SELECT SUM(CASE WHEN move.destination_id = counted.location_id THEN move.quantity ELSE -move.quantity END)
    FROM erp_stock_move AS move WHERE move.document_model = 'erp_stock.count' AND move.document_line_id = line.id), 0)
-- N1 numbers of deliveries are 1..n, as far as the counter shows
SELECT numbered.company_id, series, max(numbered.sequence) FROM (
  SELECT company_id, replace(number, '-' || sequence, '') AS series, sequence FROM erp_stock_delivery WHERE number IS NOT NULL) AS numbered
LEFT JOIN core_series AS counter ON counter.company_id = numbered.company_id AND coalesce(counter.prefix, counter.code) = series
GROUP BY numbered.company_id, series, counter.last_number, counter.begins_at
HAVING count(*) <> max(numbered.sequence) - coalesce(counter.begins_at, 1) + 1 OR min(numbered.sequence) <> coalesce(counter.begins_at, 1)
  OR count(DISTINCT numbered.sequence) <> count(*) OR max(numbered.sequence) <> coalesce(counter.last_number, 0)
-- N3 deliveries own a number once they are done, not before
SELECT id, number, state FROM erp_stock_delivery WHERE (number IS NULL) <> (state IN ('draft', 'ready', 'cancelled'))
-- N1 numbers of receipts are 1..n, as far as the counter shows
SELECT numbered.company_id, series, max(numbered.sequence) FROM (
  SELECT company_id, replace(number, '-' || sequence, '') AS series, sequence FROM erp_stock_receipt WHERE number IS NOT NULL) AS numbered
LEFT JOIN core_series AS counter ON counter.company_id = numbered.company_id AND coalesce(counter.prefix, counter.code) = series
GROUP BY numbered.company_id, series, counter.last_number, counter.begins_at
HAVING count(*) <> max(numbered.sequence) - coalesce(counter.begins_at, 1) + 1 OR min(numbered.sequence) <> coalesce(counter.begins_at, 1)
  OR count(DISTINCT numbered.sequence) <> count(*) OR max(numbered.sequence) <> coalesce(counter.last_number, 0)
-- N3 receipts own a number once they are done, not before
SELECT id, number, state FROM erp_stock_receipt WHERE (number IS NULL) <> (state IN ('draft', 'ready', 'cancelled'))
-- N1 numbers of transfers are 1..n, as far as the counter shows
SELECT numbered.company_id, series, max(numbered.sequence) FROM (
  SELECT company_id, replace(number, '-' || sequence, '') AS series, sequence FROM erp_stock_transfer WHERE number IS NOT NULL) AS numbered
LEFT JOIN core_series AS counter ON counter.company_id = numbered.company_id AND coalesce(counter.prefix, counter.code) = series
GROUP BY numbered.company_id, series, counter.last_number, counter.begins_at
HAVING count(*) <> max(numbered.sequence) - coalesce(counter.begins_at, 1) + 1 OR min(numbered.sequence) <> coalesce(counter.begins_at, 1)
  OR count(DISTINCT numbered.sequence) <> count(*) OR max(numbered.sequence) <> coalesce(counter.last_number, 0)
-- N3 transfers own a number once they are done, not before
SELECT id, number, state FROM erp_stock_transfer WHERE (number IS NULL) <> (state IN ('draft', 'ready', 'cancelled'))
-- N1 numbers of counts are 1..n, as far as the counter shows
SELECT numbered.company_id, series, max(numbered.sequence) FROM (
  SELECT company_id, replace(number, '-' || sequence, '') AS series, sequence FROM erp_stock_count WHERE number IS NOT NULL) AS numbered
LEFT JOIN core_series AS counter ON counter.company_id = numbered.company_id AND coalesce(counter.prefix, counter.code) = series
GROUP BY numbered.company_id, series, counter.last_number, counter.begins_at
HAVING count(*) <> max(numbered.sequence) - coalesce(counter.begins_at, 1) + 1 OR min(numbered.sequence) <> coalesce(counter.begins_at, 1)
  OR count(DISTINCT numbered.sequence) <> count(*) OR max(numbered.sequence) <> coalesce(counter.last_number, 0)
-- N3 counts own a number once they are done, not before
SELECT id, number, state FROM erp_stock_count WHERE (number IS NULL) <> (state IN ('draft', 'ready', 'cancelled'))
-- K9 every line of a delivery that is done moved exactly once
SELECT line.id FROM erp_stock_delivery_line AS line JOIN erp_stock_delivery AS delivery ON delivery.id = line.delivery_id
WHERE delivery.state = 'done' AND NOT EXISTS (SELECT 1 FROM erp_stock_move AS move
    WHERE move.document_model = 'erp_stock.delivery' AND move.document_line_id = line.id AND move.quantity = line.quantity)
