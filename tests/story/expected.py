"""The figures of the story: `Decimal` by `Decimal`, as an accountant would add them up again by hand."""

from decimal import Decimal

D = Decimal
INVOICE_LINES = [D("261900.00"), D("102777.70"), D("3333.31")]
INVOICE = {"net": D("368011.01"), "tax": D("77282.31"), "total": D("445293.32")}
INSTALMENTS = [("2026-04-12", D("222646.66")), ("2026-05-12", D("222646.66"))]
PURCHASE = {"net": D("400407.00"), "tax": D("84085.47"), "total": D("484492.47")}
CREDIT = {"net": D("43650.00"), "tax": D("9166.50"), "total": D("52816.50")}
TRIAL_BALANCE = {  # balance, debits positive
    "Bank": D("500000.00"),
    "Cheques in portfolio": D("0.00"),
    "Trade receivables": D("142476.82"),
    "Inventory": D("312895.28"),
    "VAT credit": D("84085.47"),
    "Goods received, not billed": D("0.00"),
    "Trade payables": D("-234492.47"),
    "VAT debit": D("-68115.81"),
    "Capital": D("-604000.00"),
    "Sales": D("-368011.01"),
    "Sales returns": D("43650.00"),
    "Cost of goods sold": D("191511.72"),
}
SUM_OF_DEBITS = D("1274619.29")
PORTFOLIO_TURNOVER = D("250000.00")
STOCK = {"CHA Chair, oak": (D(9), D("245571.43")), "LAM Lamp, brass": (D(11), D("67323.85"))}
STOCK_VALUE = D("312895.28")
CUSTOMER = [  # day, document, debit, credit, balance
    ("2026-03-13", "A-0001-00000001", D("445293.32"), D("0.00"), D("445293.32")),
    ("2026-03-20", "RC-1", D("0.00"), D("250000.00"), D("195293.32")),
    ("2026-03-27", "CN-1", D("0.00"), D("52816.50"), D("142476.82")),
]
SUPPLIER = [
    ("2026-03-05", "BILL-1", D("0.00"), D("484492.47"), D("484492.47")),
    ("2026-03-25", "PAY-1", D("250000.00"), D("0.00"), D("234492.47")),
]
AGEING = {  # day → not due, 1–30, 31–60, 61–90, over 90 days, total
    "2026-03-31": [D("142476.82"), D(0), D(0), D(0), D(0), D("142476.82")],
    "2026-05-31": [D(0), D("142476.82"), D(0), D(0), D(0), D("142476.82")],
}
VAT = {"debit": D("68115.81"), "credit": D("84085.47"), "position": D("-15969.66")}
SOLD = {"Chair, oak": D("218250.00"), "Lamp, brass": D("102777.70"), "Assembly": D("3333.31")}
SOLD_IN_ALL = D("324361.01")
MARGINS = {"CHA Chair, oak": D("81821.43"), "LAM Lamp, brass": D("47694.55"), "ASM Assembly": D("3333.31")}
MARGIN = D("132849.29")
BOUGHT = {"Maderas del Sur": D("400407.00")}
CAME = [("Maderas del Sur", "CHA Chair, oak", D(10)), ("Maderas del Sur", "LAM Lamp, brass", D(20))]
FORECAST = [  # day, amount, balance
    ("2026-03-31", D("500000.00"), D("500000.00")),
    ("2026-04-04", D("-234492.47"), D("265507.53")),
    ("2026-05-12", D("142476.82"), D("407984.35")),
]
CARD = {
    "balance": "142476.82",
    "overdue": "0.00",
    "next_due": "2026-05-12",
    "last_delivery": "2026-03-13",
    "cheques_at_risk": "250000.00",
}
TIMELINE = [  # day, how it begins
    ("2026-03-06", "Call"),
    ("2026-03-07", "Meeting"),
    ("2026-03-09", "Quote Q-1 sent"),
    ("2026-03-12", "Quote Q-1 accepted"),
    ("2026-03-13", "Delivered: DN-1"),
    ("2026-03-13", "Invoiced: A-0001-00000001"),
    ("2026-03-20", "Collected: RC-1"),
    ("2026-03-27", "Credited: CN-1"),
    ("2026-03-27", "Goods came back: RET-1"),
]
CUSTODY = [("2026-03-20", "portfolio", "Ferretería El Sol"), ("2026-03-25", "endorsed", "Maderas del Sur")]
CUSTODY_AFTER = [*CUSTODY, ("2026-04-22", "rejected", ""), ("2026-04-22", "returned", "Ferretería El Sol")]
AFTER_BOUNCE = {
    "Trade receivables": D("394715.32"),
    "Trade payables": D("-486342.47"),
    "VAT debit": D("-68504.31"),
    "Rejected cheques": D("0.00"),
    "Cheques in portfolio": D("0.00"),
    "Bank charges": D("1850.00"),
    "Other income": D("-1850.00"),
}
SUM_AFTER_BOUNCE = D("1528707.79")
BY_INVOICE = {"Trade receivables": D("445293.32"), "Inventory": D("285609.56"), "Cost of goods sold": D("218797.44")}
