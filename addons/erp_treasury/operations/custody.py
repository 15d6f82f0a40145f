"""The only way a cheque moves: one conditional update of its place, one row of its log."""

import datetime
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from addons.erp_treasury.custody import ENDED, PLACES, START, may_go
from addons.erp_treasury.models import BankAccount, Cheque, ChequeCustody
from addons.erp_treasury.signals import ChequeMoved
from core.db import insert_rows, kernel_connection, now
from core.errors import Refused
from core.i18n import _
from core.signals import send
from core.values import fold


@dataclass(frozen=True, kw_only=True)
class Paper:
    """The document by which a cheque moves."""

    model: str
    id: int
    number: str


@dataclass(frozen=True, kw_only=True)
class Claim:
    """A cheque that this transaction has taken from one place to another; its log row is still to be written."""

    cheque: Cheque
    came_from: str
    place: str
    step: int
    date: datetime.date
    contact_id: int | None
    bank_account_id: int | None


def claim(
    session: Session,
    cheque: Cheque,
    place: str,
    date: datetime.date,
    *,
    contact_id: int | None = None,
    bank_account: BankAccount | None = None,
) -> Claim:
    """Take a cheque to another place, unless someone else took it first: then Refused, and nothing has changed."""
    came_from, step = cheque.place, cheque.step
    if not may_go(came_from, place):
        raise Refused(refusal(cheque, place))
    refuse_earlier(session, cheque, date)
    table = Cheque.__table__
    taken = kernel_connection(session).execute(
        update(table)  # type: ignore[arg-type]
        .where(table.c.id == cheque.id, table.c.place == came_from, table.c.step == step)
        .values(
            place=place,
            step=step + 1,
            holder_id=contact_id,
            version=table.c.version + 1,
            updated_at=now(),
            **({"bank_account_id": bank_account.id} if bank_account else {}),
        )
    )
    session.refresh(cheque)
    if taken.rowcount != 1:
        raise Refused(refusal(cheque, place))
    return Claim(
        cheque=cheque,
        came_from=came_from,
        place=place,
        step=step + 1,
        date=date,
        contact_id=contact_id,
        bank_account_id=bank_account.id if bank_account else None,
    )


def born(session: Session, cheque: Cheque, date: datetime.date) -> Claim:
    """A new cheque in its first place; Refused if it is in the house already."""
    refuse_duplicate(session, cheque)
    session.add(cheque)
    session.flush()
    contact = cheque.holder_id if cheque.kind == "own" else cheque.received_from_id
    return Claim(
        cheque=cheque,
        came_from=START,
        place=cheque.place,
        step=1,
        date=date,
        contact_id=contact,
        bank_account_id=cheque.bank_account_id,
    )


def log_claims(session: Session, claims: list[Claim], paper: Paper, entry_id: int | None, note: str | None = None) -> None:
    """Write the log rows of cheques that moved, and tell."""
    rows = [
        {
            "company_id": taken.cheque.company_id,
            "cheque_id": taken.cheque.id,
            "step": taken.step,
            "date": taken.date,
            "came_from": taken.came_from,
            "place": taken.place,
            "contact_id": taken.contact_id,
            "bank_account_id": taken.bank_account_id,
            "document_model": paper.model,
            "document_id": paper.id,
            "document_number": paper.number,
            "entry_id": entry_id,
            "note": note,
        }
        for taken in claims
    ]
    insert_rows(session, ChequeCustody, rows)
    for taken in claims:
        send(
            session,
            ChequeMoved(
                cheque_id=taken.cheque.id,
                number=taken.cheque.number,
                amount=taken.cheque.amount,
                came_from=taken.came_from,
                place=taken.place,
                date=taken.date,
                contact_id=taken.contact_id,
                received_from_id=taken.cheque.received_from_id,
            ),
        )


def refusal(cheque: Cheque, place: str) -> object:
    """Why a cheque cannot go where it is wanted: where it is, and who holds it."""
    where = _(PLACES[cheque.place])
    if cheque.holder:
        return _(
            "Cheque {number} of {amount} is {place}, held by {holder}: it cannot become {wanted}.",
            number=cheque.number,
            amount=plain_amount(cheque.amount),
            place=where,
            holder=cheque.holder.name,
            wanted=_(PLACES[place]),
        )
    return _(
        "Cheque {number} of {amount} is {place}: it cannot become {wanted}.",
        number=cheque.number,
        amount=plain_amount(cheque.amount),
        place=where,
        wanted=_(PLACES[place]),
    )


def refuse_earlier(session: Session, cheque: Cheque, date: datetime.date) -> None:
    """A cheque's log goes forward in time."""
    last = session.scalar(
        select(ChequeCustody.date).where(ChequeCustody.cheque_id == cheque.id).order_by(ChequeCustody.step.desc()).limit(1)
    )
    if last and date < last:
        raise Refused(
            _(
                "Cheque {number} last moved on {day}: take that day or a later one.",
                number=cheque.number,
                day=last.isoformat(),
            )
        )


def refuse_duplicate(session: Session, cheque: Cheque) -> None:
    """The same cheque is not in the house twice; of our own, a number is used once."""
    same = select(Cheque).where(Cheque.company_id == cheque.company_id, Cheque.kind == cheque.kind)
    if cheque.kind == "own":
        same = same.where(Cheque.bank_account_id == cheque.bank_account_id, Cheque.number == cheque.number)
    else:
        same = same.where(
            Cheque.bank_folded == fold(cheque.bank),
            Cheque.branch == cheque.branch,
            Cheque.account_number == cheque.account_number,
            Cheque.number == cheque.number,
            Cheque.drawer_folded == fold(cheque.drawer),
            Cheque.place.not_in(ENDED),
        )
    there = session.scalar(same.limit(1))
    if there is not None:
        raise Refused(
            _(
                "Cheque {number} of {bank}, drawn by {drawer}, is here already: {place}.",
                number=cheque.number,
                bank=cheque.bank,
                drawer=cheque.drawer,
                place=_(PLACES[there.place]),
            )
        )


def plain_amount(amount: Decimal) -> str:
    """An amount for a sentence: two decimals or more if it has them."""
    return f"{amount.normalize():,.2f}" if amount == round(amount, 2) else f"{amount.normalize():,f}"
