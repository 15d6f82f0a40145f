"""What a company's books begin with: a chart of accounts, journals with their series, and open periods."""

from datetime import date

from sqlalchemy.orm import Session

from addons.erp_ledger.operations import ensure_account, ensure_journal, ensure_year
from core.db import Company, today

STORY_YEAR = 2026
HEADINGS = (
    ("1", "Assets", "asset", None),
    ("1.1", "Cash and banks", "asset", "1"),
    ("1.2", "Receivables", "asset", "1"),
    ("1.3", "Inventories", "asset", "1"),
    ("1.4", "Fixed assets", "asset", "1"),
    ("2", "Liabilities", "liability", None),
    ("2.1", "Payables", "liability", "2"),
    ("2.2", "Taxes payable", "liability", "2"),
    ("3", "Equity", "equity", None),
    ("4", "Income", "income", None),
    ("5", "Costs", "expense", None),
    ("6", "Expenses", "expense", None),
)
ACCOUNTS = (  # code, name, kind, purpose, open items
    ("1.1.01", "Cash", "asset", "cash", False),
    ("1.1.02", "Bank", "asset", "bank", False),
    ("1.1.03", "Cheques in portfolio", "asset", "cheques_portfolio", False),
    ("1.1.04", "Cheques in clearing", "asset", "cheques_clearing", False),
    ("1.1.05", "Rejected cheques", "asset", "cheques_rejected", False),
    ("1.2.01", "Trade receivables", "asset", "receivable", True),
    ("1.2.02", "VAT credit", "asset", "vat_credit", False),
    ("1.2.03", "Taxes withheld from us", "asset", "withholdings_suffered", False),
    ("1.2.04", "Prepaid expenses", "asset", None, False),
    ("1.3.01", "Inventory", "asset", "inventory", False),
    ("1.4.01", "Furniture and equipment", "asset", None, False),
    ("1.4.02", "Vehicles", "asset", None, False),
    ("1.4.03", "Accumulated depreciation", "asset", None, False),
    ("2.1.01", "Trade payables", "liability", "payable", True),
    ("2.1.02", "Goods received, not billed", "liability", "grni", False),
    ("2.1.03", "Own cheques outstanding", "liability", "own_cheques", False),
    ("2.1.04", "Wages payable", "liability", None, False),
    ("2.1.05", "Loans", "liability", None, False),
    ("2.2.01", "VAT debit", "liability", "vat_debit", False),
    ("2.2.02", "Perceptions payable", "liability", "perceptions", False),
    ("2.2.03", "Withholdings payable", "liability", "withholdings_payable", False),
    ("3.1.01", "Capital", "equity", "capital", False),
    ("3.1.02", "Retained earnings", "equity", "retained", False),
    ("4.1.01", "Sales", "income", "sales", False),
    ("4.1.02", "Sales returns", "income", "sales_returns", False),
    ("4.2.01", "Other income", "income", "other_income", False),
    ("4.2.02", "Exchange differences", "income", "exchange", False),
    ("5.1.01", "Cost of goods sold", "expense", "cogs", False),
    ("5.1.02", "Purchase variance", "expense", "purchase_variance", False),
    ("6.1.01", "General expenses", "expense", "expense", False),
    ("6.1.02", "Bank charges", "expense", "bank_charges", False),
    ("6.1.03", "Wages", "expense", None, False),
    ("6.1.04", "Rent", "expense", None, False),
    ("6.1.05", "Freight", "expense", None, False),
    ("6.1.06", "Advertising", "expense", None, False),
    ("6.1.07", "Taxes and fees", "expense", None, False),
    ("6.1.08", "Depreciation", "expense", None, False),
    ("6.1.09", "Rounding", "expense", "rounding", False),
)
JOURNALS = (
    ("sales", "SAL", "Sales"),
    ("purchases", "PUR", "Purchases"),
    ("stock", "STK", "Stock"),
    ("treasury", "TRE", "Treasury"),
    ("general", "GEN", "General"),
)


def install(session: Session, company: Company) -> None:
    """Chart, journals and the years around today for one company; what is there already stays as it is."""
    for code, name, kind, parent in HEADINGS:
        ensure_account(session, company.id, code, name, kind, parent_code=parent, heading=True)
    for code, name, kind, purpose, reconcile in ACCOUNTS:
        ensure_account(session, company.id, code, name, kind, purpose, reconcile, parent_code=heading_of(code))
    for journal, code, name in JOURNALS:
        ensure_journal(session, company.id, journal, code, name)
    for year in years_around(today(session)):
        ensure_year(session, company.id, year)


def heading_of(code: str) -> str:
    """The heading that an account lies under: `1.1` for `1.1.01`, `4` where its group has no heading of its own."""
    group = code.rpartition(".")[0]
    return group if any(group == heading for heading, *_ in HEADINGS) else code.partition(".")[0]


def years_around(day: date) -> list[int]:
    """The year before, this one and the next, and that of the demonstration."""
    return sorted({day.year - 1, day.year, day.year + 1, STORY_YEAR})
