"""What breaks each check of stock and purchasing, as SQL."""

LEVEL, MOVE, HELD = "erp_stock_stock_level", "erp_stock_move", "erp_stock_reservation"
VALUATION, ORDER_LINE, MATCH = "erp_stock_valuation", "erp_purchasing_order_line", "erp_purchasing_bill_match"
SOLD = f"select min(id) from {MOVE} where document_model = 'erp_stock.delivery'"
RETURN = f"select min(id) from {MOVE} where returns_id is not null"
INTERNAL = "select id from erp_stock_location where kind = 'internal'"
ACCOUNT = "account_id in (select id from erp_ledger_account where purpose = '{}')"
DAMAGE = {
    "K1 the balance of a place is what came less what left": f"update {LEVEL} set quantity = quantity + 1",
    "K1 every place that goods moved through has a balance": f"delete from {LEVEL} where location_id in ({INTERNAL})",
    "K1 over all places of a company the balances of a product add up to zero": (
        f"update {LEVEL} set quantity = quantity + 1"
    ),
    "K2 no more is held in a place than stands there, unless the company allows negative stock": (
        f"update {HELD} set quantity = quantity * 100"
    ),
    "K2 no more is held for a line than it needs": f"update {HELD} set quantity = quantity + 1",
    "K2 only open deliveries hold goods": "update erp_stock_delivery set state = 'done' where state = 'ready'",
    "K3 no place of the company holds less than nothing, unless the company allows it": (
        f"update {LEVEL} set quantity = -1 where location_id in ({INTERNAL})"
    ),
    "K3 no place held less than nothing at the end of any day, since the company refuses it": (
        f"update {MOVE} set date = '2026-02-01' where id = ({SOLD})"
    ),
    "K4 with nothing left, nothing is left of the value": f"update {VALUATION} set quantity = 0",
    "K5 value and quantity of a product are what its moves say": f"update {VALUATION} set value = value + 1",
    "K5 the inventory account is worth what the stock is worth, at the end of every day": (
        f"update erp_ledger_entry_line set debit = debit + 100 where debit > 0 and {ACCOUNT.format('inventory')}"
    ),
    "K7 no more of a move comes back than went, at no more than its value": (
        f"update {MOVE} set quantity = quantity * 100 where id = ({RETURN})"
    ),
    "K9 no more leaves for a sold line than was sold": "update erp_stock_delivery_line set sold = 1 where sold is not null",
    "K9 every line of a delivery that is done moved exactly once": (
        f"update {MOVE} set document_line_id = 0 where id = ({SOLD})"
    ),
    "K9 every line of a receipt that is done moved exactly once": (
        f"update {MOVE} set quantity = quantity + 1 where document_model = 'erp_stock.receipt'"
    ),
    "K9 every line of a transfer that is done moved exactly once": (
        f"update {MOVE} set quantity = quantity + 1 where document_model = 'erp_stock.transfer'"
    ),
    "K9 no line of a quote is invoiced beyond its quantity": "update crm_quotes_quote_line set quantity = 1",
    "K9 what a line of an order received is what its receipts brought less what went back": (
        f"update {ORDER_LINE} set received = received + 1"
    ),
    "K9 what a line of an order was billed is what its matches say": f"update {ORDER_LINE} set billed = billed + 1",
    "K9 a match is the difference of what was billed and agreed": f"update {MATCH} set difference = difference + 1",
    "K9 what was received and not billed is the balance of its account": (
        f"update erp_ledger_entry_line set debit = debit + 100 where debit > 0 and {ACCOUNT.format('grni')}"
    ),
    "K10 a count that is done moved its differences, and nothing else": (
        "update erp_stock_count_line set counted = counted + 1"
    ),
    "T1 an order's lines make its net": "update erp_purchasing_order set net = net + 1",
}
NUMBERED = {
    "deliveries": "erp_stock_delivery",
    "receipts": "erp_stock_receipt",
    "transfers": "erp_stock_transfer",
    "counts": "erp_stock_count",
    "orders": "erp_purchasing_order",
}
DAMAGE |= {
    f"N1 numbers of {what} are 1..n, as far as the counter shows": f"update {table} set sequence = sequence + 1"
    for what, table in NUMBERED.items()
}
DAMAGE |= {
    f"N3 {what} own a number once they are done, not before": f"update {table} set number = null where state = 'done'"
    for what, table in NUMBERED.items()
    if table.startswith("erp_stock")
}
