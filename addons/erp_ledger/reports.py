"""Reports of the books: trial balance, accounts with their lines, statements of contacts, who owes since when."""

import datetime
from collections.abc import Iterable
from decimal import Decimal
from typing import Annotated, Literal

from sqlalchemy.orm import Session

from addons.crm_contacts.models import Contact
from addons.erp_ledger.models import Account
from addons.erp_ledger.operations import AccountTotals, Statement, account_for, start_of_fiscal_year
from addons.erp_ledger.operations import ageing as aged
from addons.erp_ledger.operations import balance_sheet as lasting_accounts
from addons.erp_ledger.operations import general_ledger as lines_of_account
from addons.erp_ledger.operations import income_statement as result_accounts
from addons.erp_ledger.operations import statement as statement_of
from addons.erp_ledger.operations import trial_balance as account_totals
from core.i18n import _
from core.screens.reports.report import Column, OpensOn, Row, Table, report

AUDITOR = "erp_ledger.auditor"
ZERO = Decimal(0)
FiscalYearStart = Annotated[datetime.date, OpensOn(start_of_fiscal_year)]
SIDES = {"customer": "receivable", "supplier": "payable"}


@report("trial_balance", label="Trial balance", section="Analysis", permission=AUDITOR)
def trial_balance(session: Session, *, since: datetime.date | None = None, until: datetime.date) -> Table:
    """Every account that moved by a day: what went in on each side, and the balance, once as debit and once as credit."""
    rows = [
        Row(
            [a.code, a.name, a.opening, a.debit, a.credit, max(a.closing, ZERO), max(-a.closing, ZERO)],
            url=f"/reports/erp_ledger/general_ledger?account={a.account_id}&until={until}",
        )
        for a in account_totals(session, until, since)
    ]
    columns = [
        Column("code", "Code"),
        Column("account", "Account"),
        Column("opening", "Opening", kind="money", sum=True),
        Column("turnover_debit", "Debits", kind="money", sum=True),
        Column("turnover_credit", "Credits", kind="money", sum=True),
        Column("debit", "Debit balance", kind="money", sum=True),
        Column("credit", "Credit balance", kind="money", sum=True),
    ]
    return Table(columns=columns, rows=rows)


@report("general_ledger", label="General ledger", section="Analysis", permission=AUDITOR)
def general_ledger(
    session: Session, *, account: Account, since: datetime.date | None = None, until: datetime.date | None = None
) -> Table:
    """The lines of an account, with the balance after each."""
    return lines_table(lines_of_account(session, account.id, since, until), since, account.title)


@report("account_statement", label="Account statement", section="Analysis", permission=AUDITOR)
def account_statement(
    session: Session,
    *,
    contact: Contact,
    side: Literal["customer", "supplier"] = "customer",
    since: datetime.date | None = None,
    until: datetime.date | None = None,
) -> Table:
    """What passed between us and a contact, with the balance after each line: what it owes us, or what we owe it."""
    return lines_table(statement_of(session, contact.id, SIDES[side], since, until), since, contact.name, by_entry=True)


def lines_table(found: Statement, since: datetime.date | None, title: str, by_entry: bool = False) -> Table:
    """A statement as a table; the parts of one document that are due on several days are one line of it if wished."""
    rows: list[Row] = []
    if since is not None:
        rows.append(Row([since, "", str(_("Balance brought forward")), None, None, found.opening], "group-1"))
    entry = None
    for each in found.movements:
        shown = [each.date, each.code, each.text, each.debit, each.credit, each.balance]
        if by_entry and each.entry_id == entry:
            before = list(rows.pop().values)
            shown[3:5] = [before[3] + each.debit, before[4] + each.credit]
        rows.append(Row(shown, url=f"/erp_ledger/entry/{each.entry_id}"))
        entry = each.entry_id
    columns = [
        Column("date", "Date", kind="date"),
        Column("document", "Document"),
        Column("text", "Text"),
        Column("debit", "Debit", kind="money", sum=True),
        Column("credit", "Credit", kind="money", sum=True),
        Column("balance", "Balance", kind="money"),
    ]
    return Table(columns=columns, rows=rows, title=title)


@report("ageing", label="Ageing", section="Analysis", permission=AUDITOR)
def ageing(session: Session, *, as_of: datetime.date, side: Literal["customer", "supplier"] = "customer") -> Table:
    """What each contact owes (or we owe it) by how many days it is overdue; all of it is the balance of the account."""
    kind, sign = SIDES[side], -1 if side == "supplier" else 1
    account = account_for(session, kind)
    rows = [
        Row(
            [each.name, *(sign * amount for amount in each.buckets), sign * each.total],
            url=f"/reports/erp_ledger/account_statement?contact={each.contact_id}&side={side}" if each.contact_id else "",
        )
        for each in aged(session, kind, as_of)
    ]
    late = ("not_due", "Not due"), ("days_30", "1–30 days"), ("days_60", "31–60 days"), ("days_90", "61–90 days")
    columns = [
        Column("contact", "Contact"),
        *(
            Column(name, label, kind="money", sum=True)
            for name, label in (*late, ("older", "Over 90 days"), ("total", "Total"))
        ),
    ]
    return Table(columns=columns, rows=rows, title=str(_("{report}: {account}", report=_("Ageing"), account=account.name)))


@report("balance_sheet", label="Balance sheet", section="Analysis", permission=AUDITOR)
def balance_sheet(session: Session, *, as_of: datetime.date) -> Table:
    """Assets against liabilities, equity and the result that was not carried to it yet."""
    found, result = lasting_accounts(session, as_of)
    rows = account_rows(found, {"asset": 1, "liability": -1, "equity": -1})
    rows.append(Row(["", str(_("Result of the period")), result], "row"))
    return Table(columns=sheet_columns(), rows=rows)


@report("income_statement", label="Income statement", section="Analysis", permission=AUDITOR)
def income_statement(session: Session, *, since: FiscalYearStart, until: datetime.date) -> Table:
    """What was earned and spent over some days, and the result."""
    found, result = result_accounts(session, since, until)
    rows = account_rows(found, {"income": -1, "expense": 1})
    rows.append(Row([str(_("Result")), "", result], "total"))
    return Table(columns=sheet_columns(), rows=rows)


def sheet_columns() -> list[Column]:
    """Code, account, amount."""
    return [Column("code", "Code"), Column("account", "Account"), Column("amount", "Amount", kind="money")]


def account_rows(found: Iterable[AccountTotals], signs: dict[str, int]) -> list[Row]:
    """Accounts with their amounts under the sum of their kind; `signs` says which side is more."""
    labels = {"asset": "Assets", "liability": "Liabilities", "equity": "Equity", "income": "Income", "expense": "Expenses"}
    accounts, rows = list(found), list[Row]()
    for kind, sign in signs.items():
        own = [a for a in accounts if a.kind == kind]
        rows.append(Row([str(_(labels[kind])), "", sign * sum((moved(a, kind) for a in own), ZERO)], "group-1"))
        rows += [Row([a.code, a.name, sign * moved(a, kind)]) for a in own]
    return rows


def moved(account: AccountTotals, kind: str) -> Decimal:
    """What counts of an account: its balance, or what it earned or cost in the time."""
    return account.debit - account.credit if kind in ("income", "expense") else account.closing
