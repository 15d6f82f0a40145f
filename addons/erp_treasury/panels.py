"""What a cheque, a contact and a bank statement show beside their fields."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from addons.crm_contacts.models import Contact
from addons.erp_treasury.custody import MARKS, PLACES
from addons.erp_treasury.models import Cheque, ChequeCustody, Receipt, Statement, StatementMatch
from addons.erp_treasury.operations import open_bank_lines, open_ledger_lines
from core.db import today
from core.i18n import Text, _
from core.screens.panels import panel

ICONS = {
    "portfolio": "briefcase",
    "clearing": "building-bank",
    "credited": "check",
    "endorsed": "arrow-up-right",
    "rejected": "alert-triangle",
    "returned": "arrow-forward-up",
    "voided": "ban",
    "handed": "arrow-up-right",
    "debited": "check",
}


@dataclass(frozen=True)
class Stop:
    """One line of where a cheque has been; `date` is none for a time that it spent somewhere."""

    icon: str
    tone: str
    title: Text
    date: datetime.date | None = None
    note: Any = ""
    url: str = ""


@panel(Cheque, "custody", label="Where it has been", order=10, first=True, icon="history")
def custody(session: Session, cheque: Cheque) -> dict[str, Any]:
    """The path of a cheque, what may still happen to it, and why it cannot be used."""
    steps = session.scalars(
        select(ChequeCustody).where(ChequeCustody.cheque_id == cheque.id).order_by(ChequeCustody.step)
    ).all()
    return {
        "cheque": cheque,
        "stops": list(_stops(session, cheque, steps)),
        "locked": locked(cheque),
        "place": _(PLACES[cheque.place]),
        "mark": MARKS[cheque.place],
        "open_url": "",
    }


def _stops(session: Session, cheque: Cheque, steps: Any) -> Iterator[Stop]:
    for step, following in zip(steps, [*steps[1:], None], strict=True):
        yield Stop(
            icon="arrow-down-left" if step.step == 1 and cheque.kind == "third" else ICONS[step.place],
            tone="talk" if step.step == 1 else "document" if step.contact_id else "",
            title=told(cheque, step),
            date=step.date,
            note=step.document_number or step.note or "",
            url=f"/{step.document_model.replace('.', '/')}/{step.document_id}" if step.document_model else "",
        )
        days = ((following.date if following else today(session)) - step.date).days
        if step.place in ("portfolio", "clearing") and days > 0:
            yield Stop(icon="clock", tone="", title=_("{place}, {days} days", place=_(PLACES[step.place]), days=days))
    if cheque.place == "endorsed" and cheque.safe_on >= today(session):
        yield Stop(
            icon="calendar-due",
            tone="",
            title=_("At risk until it clears"),
            date=cheque.safe_on,
            note=_("payable, then 48 hours"),
        )


def told(cheque: Cheque, step: ChequeCustody) -> Text:
    """One step as a sentence."""
    whom = step.contact.name if step.contact else ""
    bank = step.bank_account.name if step.bank_account else ""
    if step.step == 1 and cheque.kind == "third":
        return _("Received from {whom}", whom=whom)
    sentences = {
        "portfolio": _("Back in the portfolio"),
        "clearing": _("Deposited at {bank}", bank=bank),
        "credited": _("Credited at {bank}", bank=bank),
        "endorsed": _("Endorsed to {whom}", whom=whom),
        "rejected": _("Rejected"),
        "returned": _("Returned to {whom}", whom=whom),
        "voided": _("Voided"),
        "handed": _("Handed to {whom}", whom=whom),
        "debited": _("Debited at {bank}", bank=bank),
    }
    return sentences[step.place]


def locked(cheque: Cheque) -> Text | None:
    """Why a cheque cannot be used again; None if it can."""
    amount = cheque.amount
    if cheque.place == "endorsed" and cheque.holder:
        origin = cheque.received_from.name if cheque.received_from else cheque.drawer
        return _(
            "{holder} holds it. If it comes back, Reject undoes the payment's part and asks {origin} for {amount:,.2f}.",
            holder=cheque.holder.name,
            origin=origin,
            amount=amount,
        )
    if cheque.place == "clearing":
        return _("It is at the bank, which will credit or reject it.")
    if cheque.place in ("returned", "voided", "credited", "debited"):
        return _("Its life is over: {place}.", place=_(PLACES[cheque.place]))
    return None


def cheque_count(session: Session, contact: Contact) -> Select[int]:
    """How many cheques a contact gave us or holds of us."""
    return select(func.count(Cheque.id)).where(_of(contact))


def _of(contact: Contact) -> Any:
    return (Cheque.received_from_id == contact.id) | (Cheque.holder_id == contact.id)


@panel(Contact, "cheques", label="Cheques", order=40, count=cheque_count, icon="building-bank")
def cheques(session: Session, contact: Contact) -> dict[str, Any]:
    """The cheques that came from a contact or went to him."""
    wanted = select(Cheque).where(_of(contact)).order_by(Cheque.payable_on.desc(), Cheque.id.desc()).limit(60)
    return {"cheques": [(cheque, _(PLACES[cheque.place])) for cheque in session.scalars(wanted)]}


@panel(Statement, "reconciliation", label="Reconciliation", order=10, first=True, icon="link")
def reconciliation(session: Session, statement: Statement) -> dict[str, Any]:
    """What of the bank and of the ledger is matched, and what is not."""
    matches: dict[int, list[Any]] = {}
    links = (
        select(StatementMatch)
        .join(StatementMatch.statement_line)
        .where(StatementMatch.statement_line.has(statement_id=statement.id))
    )
    for link in session.scalars(links):
        matches.setdefault(link.statement_line_id, []).append(link.item)
    waiting = {line.id for line in open_bank_lines(session, statement)}
    return {
        "statement": statement,
        "matched": [(line, matches.get(line.id, [])) for line in statement.lines if line.id not in waiting],
        "bank_lines": [line for line in statement.lines if line.id in waiting],
        "ledger_lines": open_ledger_lines(session, statement),
        "zero": Decimal(0),
    }


@panel(Contact, "receipts", label="Collections", order=45, icon="cash")
def receipts(session: Session, contact: Contact) -> dict[str, Any]:
    """What a contact paid, the latest first."""
    wanted = select(Receipt).where(Receipt.contact_id == contact.id, Receipt.state != "draft")
    return {"receipts": session.scalars(wanted.order_by(Receipt.date.desc(), Receipt.id.desc()).limit(60)).all()}
