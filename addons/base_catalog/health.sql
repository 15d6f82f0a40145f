-- CAT1 no category lies below itself
WITH RECURSIVE above(id, ancestor, depth) AS (
  SELECT id, parent_id, 1 FROM base_catalog_category WHERE parent_id IS NOT NULL
  UNION ALL
  SELECT above.id, c.parent_id, above.depth + 1
  FROM above JOIN base_catalog_category c ON c.id = above.ancestor
  WHERE c.parent_id IS NOT NULL AND above.depth < 100
)
SELECT id, 'lies below itself' AS fault FROM above WHERE ancestor = id

-- CAT2 the path of each category is its parent's path and its name
SELECT c.id, c.path, p.path AS parent_path
FROM base_catalog_category c LEFT JOIN base_catalog_category p ON p.id = c.parent_id
WHERE c.path <> CASE WHEN p.id IS NULL THEN c.name ELSE p.path || ' / ' || c.name END

-- CAT3 fixed price rules have a price and a scope
SELECT r.id, r.price_list_id
FROM base_catalog_price_rule r
WHERE r.kind = 'fixed' AND (r.price IS NULL OR (r.product_id IS NULL AND r.category_id IS NULL))
