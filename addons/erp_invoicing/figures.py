"""What a contact's and an invoice's page open with: what is owed, since when, by whom."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from addons.crm_contacts.models import Contact
from addons.erp_invoicing.models import ContactBilling, Invoice, InvoiceLine
from addons.erp_invoicing.models.invoices import SALES
from addons.erp_invoicing.operations import Instalment, Settlement, instalments_of
from addons.erp_ledger.models import EntryLine
from addons.erp_ledger.operations import OpenItem, account_for, balance_statement, balances_of, open_items
from core.db import Company, actor, today, trusted
from core.i18n import _
from core.screens.day import DayItem, my_day
from core.screens.deciding import deciding
from core.screens.fields.rights import demand
from core.screens.figures import Asking, Figure, figure, shared
from core.screens.first_steps import first_step, made_by_people
from core.values import month_key

ZERO = Decimal(0)
LIST = "/erp_invoicing/invoice/"


BALANCES = balance_statement("receivable"), balance_statement("payable")
LIMIT = select(ContactBilling.credit_limit).where(ContactBilling.id == bindparam("contact"))
SOLD = (
    select(func.coalesce(func.sum(InvoiceLine.amount), 0))
    .join(Invoice, Invoice.id == InvoiceLine.invoice_id)
    .where(
        Invoice.company_id == bindparam("company"),
        Invoice.contact_id == bindparam("contact"),
        Invoice.kind.in_(SALES),
        Invoice.date.between(bindparam("year_begins"), bindparam("year_ends")),
        InvoiceLine.month.is_not(None),
    )
)


def items_of(session: Session, contact: Contact, kind: str) -> list[OpenItem]:
    """The open items of a contact today; Denied to who may not see invoices."""
    demand(session, Invoice, "read")
    day = today(session)
    return shared(session, ("open items", contact.id, kind), lambda: open_items(session, contact.id, kind, as_of=day))


@figure(Contact, "balance", label="Balance", order=10)
def balance(session: Session, contact: Contact) -> Asking:
    """What the contact owes us, less what we owe him."""
    demand(session, Invoice, "read")

    def read(owes: Decimal, debits: Decimal, limit: Decimal | None) -> Figure:
        owed = -debits
        note: Any = ""
        if owes and owed:
            note = _("owes {owes}, we owe {owed}", owes=f"{owes:,.2f}", owed=f"{owed:,.2f}")
        elif owed > 0:
            note = _("we owe it")
        elif limit:
            note = _("limit {limit}", limit=f"{limit:,.2f}")
        tone = "" if ContactBilling(credit_limit=limit or ZERO).may_owe(owes) else "warn"
        return Figure(owes - owed, note=note, url="?panel=statement", tone=tone)

    values = {"contact": contact.id, "company": actor(session).company_id}
    return Asking((*BALANCES, LIMIT), values, read, trusted=True)


@deciding(Contact, order=10)
def owing(session: Session, contacts: Sequence[Contact]) -> dict[int, Figure]:
    """What each contact owes us, less what we owe him."""
    demand(session, Invoice, "read")
    found = balances_of(session, [contact.id for contact in contacts])
    return {contact: Figure(balance) for contact, balance in found.items()}


@figure(Contact, "overdue", label="Overdue", order=11)
def overdue(session: Session, contact: Contact) -> Figure | None:
    """What should have been paid by today."""
    day = today(session)
    late = [item for item in items_of(session, contact, "receivable") if item.due < day and item.residual > 0]
    if not late:
        return Figure(ZERO, note=_("nothing is late"))
    days = (day - min(item.due for item in late)).days
    total = sum((item.residual for item in late), ZERO)
    return Figure(total, note=_("since {days} days", days=days), url="?panel=statement", tone="bad")


@figure(Contact, "next_due", label="Next due", order=12)
def next_due(session: Session, contact: Contact) -> Figure | None:
    """The next day on which something is to be paid."""
    day = today(session)
    coming = [item for item in items_of(session, contact, "receivable") if item.due >= day and item.residual > 0]
    if not coming:
        return Figure(None, kind="date", note=_("nothing is due"))
    first = coming[0]
    return Figure(
        first.due, kind="date", note=_("{amount}, {document}", amount=f"{first.residual:,.2f}", document=first.code)
    )


@figure(Contact, "sold_this_year", label="Sold this year", order=45)
def sold_this_year(session: Session, contact: Contact) -> Asking:
    """What was invoiced to the contact this year, less credits, before taxes."""
    demand(session, Invoice, "read")
    year = today(session).year
    days = {"year_begins": date(year, 1, 1), "year_ends": date(year, 12, 31)}

    def read(total: Decimal) -> Figure:
        return Figure(total, note=_("in {year}, before taxes", year=year), url=f"{LIST}?contact={contact.id}")

    return Asking((SOLD,), {"contact": contact.id, "company": actor(session).company_id} | days, read, trusted=True)


@figure(Company, "to_collect", label="To collect", order=10)
def to_collect(session: Session, company: Company) -> Figure | None:
    """What all customers owe by the ledger."""
    total, count = _owed_by_all(session, "receivable")
    return Figure(total, note=_("customers who owe: {count}", count=count), url=f"{LIST}?filter=customers")


@figure(Company, "to_pay", label="To pay", order=11)
def to_pay(session: Session, company: Company) -> Figure | None:
    """What we owe all suppliers by the ledger."""
    total, count = _owed_by_all(session, "payable")
    return Figure(total, note=_("suppliers we owe: {count}", count=count), url=f"{LIST}?filter=suppliers")


@figure(Company, "sold_this_month", label="Sold this month", order=13)
def sold_this_month(session: Session, company: Company) -> Figure | None:
    """What was invoiced since the first of the month, less credits, before taxes."""
    demand(session, Invoice, "read")
    wanted = select(func.coalesce(func.sum(InvoiceLine.amount), 0)).where(
        InvoiceLine.company_id == company.id,
        InvoiceLine.kind.in_(SALES),
        InvoiceLine.month == month_key(today(session)),
    )
    with trusted(session):
        total = session.scalars(wanted).one()
    return Figure(total, note=_("before taxes"), url="/erp_invoicing/invoice_line/?view=pivot")


def _owed_by_all(session: Session, kind: str) -> tuple[Decimal, int]:
    """The balance of receivables or payables, and how many contacts it is made of."""
    demand(session, Invoice, "read")
    sign = -1 if kind == "payable" else 1
    account = account_for(session, kind)
    each = (
        select(func.sum(EntryLine.debit - EntryLine.credit).label("left"))
        .where(EntryLine.account_id == account.id, EntryLine.date.is_not(None))
        .group_by(EntryLine.contact_id)
        .subquery()
    )
    with trusted(session):
        total, count = session.execute(select(func.sum(each.c.left), func.count()).where(each.c.left != 0)).one()
    return sign * (total or ZERO), count


def parts_of(session: Session, invoice: Invoice) -> list[Instalment]:
    """The instalments of a document: what its figures and its payments are read from."""
    return shared(session, ("instalments", invoice.id), lambda: instalments_of(session, invoice))


@figure(Invoice, "total", label="Total", order=10)
def total(session: Session, invoice: Invoice) -> Figure | None:
    """The total of a posted document."""
    return Figure(invoice.total, note=_("net {net}", net=f"{invoice.net:,.2f}")) if invoice.number else None


@figure(Invoice, "received", label="Paid", order=11)
def received(session: Session, invoice: Invoice) -> Figure | None:
    """What money settled of it."""
    return settled(session, invoice, credits=False)


@figure(Invoice, "credited", label="Credited", order=12)
def credited(session: Session, invoice: Invoice) -> Figure | None:
    """What credit notes settled of it."""
    return settled(session, invoice, credits=True)


def settled(session: Session, invoice: Invoice, credits: bool) -> Figure | None:
    """What was settled by credit notes, or by all else, and by which documents."""
    if invoice.number is None or invoice.cash:
        return None
    found: list[Settlement] = [
        settlement
        for part in parts_of(session, invoice)
        for settlement in part.settlements
        if (settlement.source_model == "erp_invoicing.invoice") == credits
    ]
    codes = ", ".join(dict.fromkeys(settlement.code for settlement in found))
    return Figure(sum((settlement.amount for settlement in found), ZERO), note=codes)


@figure(Invoice, "owed", label="Still owed", order=13)
def owed(session: Session, invoice: Invoice) -> Figure | None:
    """What is left to pay, and until when."""
    if invoice.number is None or invoice.cash:
        return None
    left = [part for part in parts_of(session, invoice) if part.left]
    if not left:
        return Figure(ZERO, note=_("nothing is left"), tone="good")
    days = (left[0].due - today(session)).days
    note = _("due in {days} days", days=days) if days >= 0 else _("late by {days} days", days=-days)
    return Figure(sum((part.left for part in left), ZERO), note=note, tone="bad" if days < 0 else "")


@my_day("collections", label="To collect", order=50, icon="cash", model=Invoice)
def invoices_to_chase(session: Session, day: date) -> list[DayItem]:
    """Customers whose invoices are late, those who owe most first; only those whom the person may see."""
    owed: dict[int, list[OpenItem]] = {}
    for item in open_items(session, as_of=day):
        if item.contact_id and item.due < day and item.residual > 0:
            owed.setdefault(item.contact_id, []).append(item)
    seen = select(Contact.id, Contact.name).where(Contact.id.in_(owed))
    names = {key: name for key, name in session.execute(seen)} if owed else {}
    sums = {key: sum((item.residual for item in owed[key]), ZERO) for key in names}
    return [
        DayItem(
            title=names[key],
            note=_("late by {days} days, {codes}", days=(day - min(i.due for i in owed[key])).days, codes=codes(owed[key])),
            icon="cash",
            url=f"/crm_contacts/contact/{key}",
            mark="late",
            amount=sums[key],
            late=True,
            act=(_("Log call"), f"/crm_contacts/contact/{key}/log_call"),
        )
        for key in sorted(names, key=lambda key: -sums[key])
    ]


def codes(items: list[OpenItem]) -> str:
    """The documents of some open items, as many as one reads."""
    named = list(dict.fromkeys(item.code for item in items))
    return ", ".join(named[:2]) + (f" +{len(named) - 2}" if len(named) > 2 else "")


@first_step("invoice", label="Post an invoice", url="/erp_invoicing/invoice/new", model=Invoice, order=50, icon="receipt-2")
def has_invoice(session: Session) -> bool:
    """Somebody has done it."""
    return made_by_people(session, Invoice, Invoice.state == "posted")
