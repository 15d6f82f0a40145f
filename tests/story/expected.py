"""The figures of the story: `Decimal` by `Decimal`, as an accountant would add them up again by hand."""

from decimal import Decimal

D = Decimal
INVOICE_LINES = [D("261900.00"), D("102777.70"), D("3333.31")]
INVOICE = {"net": D("368011.01"), "tax": D("77282.31"), "total": D("445293.32")}
INSTALMENTS = [("2026-04-12", D("222646.66")), ("2026-05-12", D("222646.66"))]
PURCHASE = {"net": D("400407.00"), "tax": D("84085.47"), "total": D("484492.47")}
CREDIT = {"net": D("43650.00"), "tax": D("9166.50"), "total": D("52816.50")}
TRIAL_BALANCE = {
    "bank": D("500000.00"),
    "receivable": D("142476.82"),
    "inventory": D("312895.28"),
    "vat_credit": D("84085.47"),
    "payable": D("-234492.47"),
    "vat_debit": D("-68115.81"),
    "capital": D("-604000.00"),
    "sales": D("-368011.01"),
    "sales_returns": D("43650.00"),
    "cogs": D("191511.72"),
}
SUM_OF_DEBITS = D("1274619.29")
ON_HAND = {"CHA": (D(9), D("245571.43")), "LAM": (D(11), D("67323.85"))}
CUSTOMER = [
    ("2026-03-13", D("445293.32"), D("445293.32")),
    ("2026-03-20", D("-250000.00"), D("195293.32")),
    ("2026-03-27", D("-52816.50"), D("142476.82")),
]
SUPPLIER = [("2026-03-05", D("-484492.47"), D("-484492.47")), ("2026-03-25", D("250000.00"), D("-234492.47"))]
AFTER_BOUNCE = {"receivable": D("394715.32"), "payable": D("-486342.47"), "vat_debit": D("-68504.31")}
SUM_AFTER_BOUNCE = D("1528707.79")
TIMELINE = ["call", "meeting", "quote sent", "quote accepted", "delivered", "invoiced", "collected", "credited"]
