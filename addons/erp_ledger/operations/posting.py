"""The posting service: the only writer of the ledger."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Date, Integer, Select, bindparam, func, insert, select, update
from sqlalchemy.orm import Session

from addons.erp_ledger.models import Entry, EntryLine, Journal, Period, Series
from addons.erp_ledger.models.entries import month_of
from addons.erp_ledger.operations.chain import digest_of, link, table_of
from core.db import Company, actor, insert_rows, kernel_connection, trusted
from core.errors import FieldError, Invalid, Refused
from core.i18n import _
from core.values import currency_digits, rounded

ZERO = Decimal(0)
OWN_SERIES = Series.id == bindparam("series")
COUNTER = select(Series.last_number, Series.last_hash).where(OWN_SERIES).with_for_update(key_share=True)
SEALED = ("posted", "number", "code", "hash")
SEAL = (
    update(table_of(Entry))
    .where(table_of(Entry).c.id == bindparam("key"))
    .values({name: bindparam(name) for name in SEALED} | {"version": table_of(Entry).c.version + 1})
)
INSERT_LINES = insert(table_of(EntryLine)).returning(table_of(EntryLine).c.position, table_of(EntryLine).c.id)


@dataclass(frozen=True, kw_only=True)
class LineDraft:
    """A debit or a credit to write; `amount_currency` in `currency`, debits positive."""

    account_id: int
    debit: Decimal = ZERO
    credit: Decimal = ZERO
    contact_id: int | None = None
    due: date | None = None
    text: str | None = None
    currency: str | None = None
    amount_currency: Decimal | None = None

    @classmethod
    def signed(cls, account_id: int, amount: Decimal, **others: Any) -> "LineDraft":
        """A line of an amount whose sign tells the side, debits positive."""
        return cls(account_id=account_id, debit=max(amount, ZERO), credit=max(-amount, ZERO), **others)


@dataclass(frozen=True, kw_only=True)
class EntryDraft:
    """An entry to write, as pure values, so that a repeated command builds its rows anew.

    `series` is the key of the series that numbers it, else the journal's own; `document_digest` is the hash of the
    document behind it (`source`: its model's name and key).
    """

    date: date
    text: str
    journal: str
    lines: Sequence[LineDraft]
    source: tuple[str, int] | None = None
    company_id: int | None = None
    series: int | None = None
    reverses: int | None = None
    document_digest: str | None = None


class Posted(NamedTuple):
    """What posting gave: the entry's key, its number and how that is written, and the keys of its lines in order."""

    entry_id: int
    number: int
    code: str
    line_ids: Sequence[int]


@dataclass(frozen=True)
class Place:
    """Where an entry goes."""

    series_id: int
    journal_id: int
    company_id: int
    currency: str
    prefix: str = field(default="")
    width: int = 1


def post_entry(session: Session, draft: EntryDraft) -> Entry:
    """Write a balanced entry, number and chain it; Invalid or Refused with a sentence when that cannot be.

    The number's series stays locked until the commit: call this late in a command.
    """
    posted = post_rows(session, draft)
    with trusted(session):
        return session.get_one(Entry, posted.entry_id)


def post_rows(session: Session, draft: EntryDraft) -> Posted:
    """The same without loading the entry: a lookup, two inserts, the lock, the flip."""
    session.flush()
    place = place_of(session, draft)
    check_lines(draft.lines, place.currency)
    row, lines = rows_of(draft, place)
    (entry_id,) = insert_rows(session, Entry, [row | {"posted": False}])
    line_ids = insert_lines(session, entry_id, lines)
    number, code = seal(session, entry_id, place, digest_of(row, lines))
    return Posted(entry_id, number, code, line_ids)


def place_of(session: Session, draft: EntryDraft) -> Place:
    """The series and journal of a draft; Refused when its day is in no open period."""
    company_id = draft.company_id or actor(session).company_id
    given = {"company": company_id, "day": draft.date, "journal": draft.journal, "series": draft.series}
    with trusted(session):
        found = session.execute(places(bool(draft.series)), given).first()
    if found is None:
        raise Refused(_("There is no series for the journal “{journal}” in this company", journal=draft.journal))
    series_id, prefix, width, journal_id, currency, period = found
    check_period(period, draft.date)
    return Place(series_id, journal_id, company_id or 0, currency, prefix, width)


@cache
def places(by_series: bool) -> Select[Any]:
    """The statement that finds the place of an entry: by the key of its series, or the journal's own."""
    day, company = bindparam("day", type_=Date), bindparam("company", type_=Integer)
    state = (
        select(func.min(Period.state))
        .where(Period.company_id == company, Period.first_day <= day, Period.last_day >= day)
        .scalar_subquery()
    )
    own = (Journal.kind == bindparam("journal")) & (Series.code == Journal.code)
    return (
        select(Series.id, Series.prefix, Series.width, Journal.id, Company.currency, state)
        .select_from(Series)
        .join(Journal, Journal.id == Series.journal_id)
        .join(Company, Company.id == Series.company_id)
        .where(Series.company_id == company, OWN_SERIES if by_series else own)
    )


def check_period(state: str | None, day: date) -> None:
    """Refused unless the period of this day is open."""
    if state is None:
        raise Refused(_("There is no period for {day}: open the fiscal year {year} first", day=day, year=day.year))
    if state != "open":
        raise Refused(_("The period of {day} is closed: choose a day in an open period", day=day))


def check_lines(lines: Sequence[LineDraft], currency: str) -> None:
    """Invalid unless the lines are one-sided, exact to their currency and balance, each currency by itself."""
    faults = [fault for i, line in enumerate(lines) for fault in line_faults(line, f"lines.{i}", currency)]
    if faults:
        raise Invalid(_("The entry cannot be posted as it is"), faults)
    debit, credit = sum((line.debit for line in lines), ZERO), sum((line.credit for line in lines), ZERO)
    if len(lines) < 2 or debit != credit:
        raise Invalid(_("The entry does not balance: debit {debit}, credit {credit}", debit=debit, credit=credit))
    for other in sorted({line.currency for line in lines if line.currency}):
        left = sum((line.amount_currency or ZERO for line in lines if line.currency == other), ZERO)
        if left:
            raise Invalid(_("The entry does not balance in {currency}: {left} too much", currency=other, left=left))


def line_faults(line: LineDraft, where: str, currency: str) -> list[FieldError]:
    """What is wrong with one line."""
    faults = []
    if min(line.debit, line.credit) != 0 or max(line.debit, line.credit) <= 0:
        faults.append(FieldError(where, _("A line has either a debit or a credit, more than zero")))
    amounts = [
        (line.debit, currency),
        (line.credit, currency),
        (line.amount_currency or ZERO, line.currency or currency),
    ]
    for amount, unit in amounts:
        if amount != rounded(amount, currency_digits(unit)):
            faults.append(FieldError(where, _("{amount} has more decimals than {currency}", amount=amount, currency=unit)))
    if (line.currency is None) != (line.amount_currency is None) or line.currency == currency:
        faults.append(FieldError(where, _("A foreign currency goes with an amount in it, and is not the company's own")))
    elif line.amount_currency and (line.amount_currency > 0) != (line.debit > 0):
        faults.append(FieldError(where, _("The amount in {currency} is on the other side", currency=line.currency)))
    return faults


def rows_of(draft: EntryDraft, place: Place) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The rows of an entry and of its lines; lines of one account and contact keep their order."""
    model, key = draft.source or (None, None)
    entry = {
        "series_id": place.series_id,
        "journal_id": place.journal_id,
        "company_id": place.company_id,
        "date": draft.date,
        "text": draft.text,
        "amount": sum((line.debit for line in draft.lines), ZERO),
        "reverses_id": draft.reverses,
        "source_model": model,
        "source_id": key,
        "document_digest": draft.document_digest,
    }
    lines = [{"position": i, "date": draft.date, **vars(line)} for i, line in enumerate(draft.lines)]
    return entry, lines


def insert_lines(session: Session, entry_id: int, lines: Sequence[Mapping[str, Any]]) -> list[int]:
    """Write the lines in one statement, on SQLite too: there, keys in order of the rows would take one for each."""
    rows = [{"entry_id": entry_id, "month": month_of(line["date"]), **line} for line in lines]
    written = kernel_connection(session).execute(INSERT_LINES, rows)
    return [key for _position, key in sorted((position, key) for position, key in written)]


def seal(session: Session, entry_id: int, place: Place, digest: str) -> tuple[int, str]:
    """Lock the series, number and chain the entry: what all others wait for, so it comes last.

    NO KEY UPDATE: every other unfinished entry holds a KEY SHARE lock on its series through its foreign key, so that
    two plain FOR UPDATE would be a deadlock.
    """
    connection = kernel_connection(session)
    last_number, last_hash = connection.execute(COUNTER, {"series": place.series_id}).one()
    number = last_number + 1
    code = f"{place.prefix}{number:0{place.width}}"
    sealed = {
        "posted": True,
        "number": number,
        "code": code,
        "hash": link(last_hash, number, digest),
    }
    connection.execute(SEAL, {"key": entry_id, **sealed})
    return number, code


def post_draft(session: Session, entry: Entry) -> Posted:
    """Post an entry that a person wrote line by line."""
    session.flush()
    lines = [
        LineDraft(
            account_id=line.account_id,
            debit=line.debit,
            credit=line.credit,
            contact_id=line.contact_id,
            due=line.due,
            text=line.text,
            currency=line.currency,
            amount_currency=line.amount_currency,
        )
        for line in entry.lines
    ]
    draft = EntryDraft(
        date=entry.date, text=entry.text, journal=entry.journal.kind, lines=lines, company_id=entry.company_id
    )
    place = place_of(session, draft)
    check_lines(lines, place.currency)
    row, rows = rows_of(draft, place)
    connection, ours, theirs = kernel_connection(session), table_of(Entry), table_of(EntryLine)
    for line, written in zip(entry.lines, rows, strict=True):
        changed = {"position": written["position"], "date": entry.date, "month": month_of(entry.date)}
        connection.execute(update(theirs).where(theirs.c.id == line.id).values(changed))
    given = {"amount": row["amount"], "series_id": place.series_id}
    connection.execute(update(ours).where(ours.c.id == entry.id).values(given))
    number, code = seal(session, entry.id, place, digest_of(row, rows))
    line_ids = [line.id for line in entry.lines]
    session.expire(entry)
    return Posted(entry.id, number, code, line_ids)


def reversed_lines(lines: Sequence[EntryLine]) -> list[LineDraft]:
    """The same lines on the other side."""
    mirrored = []
    for line in lines:
        draft = LineDraft(
            account_id=line.account_id,
            debit=line.credit,
            credit=line.debit,
            contact_id=line.contact_id,
            due=line.due,
            text=line.text,
            currency=line.currency,
        )
        amount = None if line.amount_currency is None else -line.amount_currency
        mirrored.append(replace(draft, amount_currency=amount))
    return mirrored
