"""Reports of treasury: cheques in portfolio and when they can be used, money to come, whom to collect from."""

import datetime
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.crm_contacts.models import WEEKDAYS, Contact, ContactWindow
from addons.erp_ledger.operations import OpenItem, open_items
from addons.erp_treasury.custody import PLACES
from addons.erp_treasury.operations import cash_forecast, cheques_at
from core.i18n import _
from core.screens.reports.report import Column, Table, report

CLERK = "erp_treasury.clerk"
ZERO = Decimal(0)


@report("cheque_portfolio", label="Cheques in portfolio", section="Analysis", permission=CLERK)
def cheque_portfolio(session: Session, *, as_of: datetime.date, pay_on: datetime.date | None = None) -> Table:
    """The cheques that we held on a day, and whether each can be used for a payment of another."""
    paying = pay_on or as_of
    rows = []
    for cheque, step in cheques_at(session, as_of, ("portfolio", "clearing", "rejected"), "third"):
        rows.append(
            {
                "payable": cheque.payable_on,
                "number": cheque.number,
                "bank": cheque.bank,
                "drawer": cheque.drawer,
                "contact": cheque.received_from.name if cheque.received_from else "",
                "since": step.date,
                "state": str(_(PLACES[step.place])),
                "days": (cheque.payable_on - paying).days,
                "available": cheque.amount if step.place == "portfolio" else ZERO,
                "amount": cheque.amount,
            }
        )
    columns = [
        Column("payable", "Payable", kind="date"),
        Column("number", "Number", kind="text"),
        Column("bank", "Bank"),
        Column("drawer", "Drawer"),
        Column("contact", "Received from"),
        Column("since", "Since", kind="date"),
        Column("state", "State"),
        Column("days", "Days until payable", kind="integer"),
        Column("available", "Free to endorse", kind="money", sum=True),
        Column("amount", "Amount", kind="money", sum=True),
    ]
    return Table(columns=columns, rows=rows)


@report("cash_forecast", label="Cash forecast", section="Analysis", permission=CLERK)
def cash_forecast_report(session: Session, *, as_of: datetime.date, until: datetime.date | None = None) -> Table:
    """What is there on a day and what will be, by due days and by the days on which cheques can be paid."""
    rows = [
        {"date": row.date, "text": row.text, "contact": row.contact, "amount": row.amount, "balance": row.balance}
        for row in cash_forecast(session, as_of=as_of, until=until)
    ]
    columns = [
        Column("date", "Date", kind="date"),
        Column("text", "What"),
        Column("contact", "Contact"),
        Column("amount", "Amount", kind="money"),
        Column("balance", "Balance", kind="money"),
    ]
    return Table(columns=columns, rows=rows)


@report("collection_round", label="Collection round", section="Analysis", permission=CLERK)
def collection_round(session: Session, *, as_of: datetime.date, days_ahead: int = 0, only_today: bool = False) -> Table:
    """Whom to collect from: what is due by a day, where, and when they like it.

    `days_ahead` takes in what falls due soon; `only_today` leaves out who does not like that weekday.
    """
    due: dict[int, list[OpenItem]] = {}
    for item in open_items(session, None, "receivable", as_of):
        if item.contact_id is not None:
            due.setdefault(item.contact_id, []).append(item)
    contacts = session.scalars(select(Contact).where(Contact.id.in_(due)).order_by(Contact.city, Contact.name_folded)).all()
    rows: list[dict[str, Any]] = []
    for contact in contacts:
        row = _visit(contact, due[contact.id], as_of, as_of + datetime.timedelta(days=days_ahead))
        if row["due"] > 0 and (not only_today or row["today"]):
            rows.append(row)
    columns = [
        Column("city", "City"),
        Column("contact", "Contact"),
        Column("address", "Address"),
        Column("phone", "Telephone"),
        Column("when", "Likes to be collected from"),
        Column("oldest", "Oldest due", kind="date"),
        Column("days", "Days late", kind="integer"),
        Column("due", "Amount due", kind="money", sum=True),
        Column("balance", "Balance", kind="money", sum=True),
    ]
    return Table(columns=columns, rows=rows)


def _visit(contact: Contact, items: list[OpenItem], day: datetime.date, until: datetime.date) -> dict[str, Any]:
    """One contact of the round; payments on account count against what is due."""
    due = sum((item.residual for item in items if item.due <= until or item.residual < 0), ZERO)
    oldest = min((item.due for item in items if item.residual > 0), default=day)
    windows = [window for window in contact.windows if window.kind == "collection"]
    weekday = list(WEEKDAYS)[day.weekday()]
    return {
        "city": contact.city or "",
        "contact": contact.name,
        "address": contact.street or "",
        "phone": contact.mobile or contact.phone or "",
        "when": _hours(windows),
        "oldest": oldest,
        "days": max((day - oldest).days, 0),
        "due": due,
        "balance": sum((item.residual for item in items), ZERO),
        "today": not windows or any(window.weekday == weekday for window in windows),
    }


def _hours(windows: Iterable[ContactWindow]) -> str:
    """`Tuesday 09:00–12:00`: when a contact likes to be collected from."""
    return ", ".join(f"{_(WEEKDAYS[window.weekday])} {window.opens}–{window.closes}" for window in windows)
