"""What SQL alone cannot say of the ledger: the chain of hashes, computed again from what is stored, and exact amounts."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, Connection, literal_column, select
from sqlalchemy.orm import Session

from addons.erp_ledger.models import Entry, EntryLine, Series
from addons.erp_ledger.operations.chain import digest_of, link, table_of
from core.db import Company, Money, check, kernel_connection
from core.values import currency_digits

PAGE = 500
UNITS = 10**Money.digits


@check("L2 no amount has more decimals than its currency")
def split_units(session: Session) -> list[str]:
    """The lines whose amounts, in the company's currency or in their own, cannot be written in it."""
    connection, lines = kernel_connection(session), table_of(EntryLine)
    own = select(Entry.id).join(Company, Company.id == Entry.company_id)
    found: list[str] = []
    for currency in connection.scalars(select(Company.currency).distinct()):
        found += wrong(connection, lines.c.entry_id.in_(own.where(Company.currency == currency)), "debit + credit", currency)
    for other in connection.scalars(select(EntryLine.currency).distinct()):
        if other is not None:
            found += wrong(connection, lines.c.currency == other, "amount_currency", other)
    return found


def wrong(connection: Connection, which: Any, amount: str, currency: str) -> list[str]:
    """The lines of a kind whose stored units are no whole number of the currency's own."""
    lines = table_of(EntryLine)
    remainder: ColumnElement[int] = literal_column(f"({amount}) % {UNITS // 10 ** currency_digits(currency)}")
    return [f"line {key}" for key in connection.scalars(select(lines.c.id).where(which, remainder != 0))]


@check("L5 the hash chain recomputes")
def broken_links(session: Session) -> list[str]:
    """The entries whose content, link or place in the series is not what was posted."""
    connection = kernel_connection(session)
    series = connection.execute(select(Series.id, Series.code, Series.last_hash, Series.last_number)).all()
    return [fault for key, code, last, count in series for fault in chain_faults(connection, key, code, last, count)]


def chain_faults(connection: Connection, series_id: int, code: str, last_hash: str, count: int) -> Iterator[str]:
    """Walk one series from its first entry to its last."""
    before, expected = "", 1
    for entry, lines in posted_entries(connection, series_id):
        right = link(before, expected, digest_of(entry, lines))
        if entry["number"] != expected or entry["hash"] != right:
            yield f"{code} {expected}"
        before, expected = entry["hash"], entry["number"] + 1
    if (before, expected - 1) != (last_hash, count):
        yield f"{code}: the counter does not show the last entry"


def posted_entries(connection: Connection, series_id: int) -> Iterator[tuple[dict[str, Any], list[dict[str, Any]]]]:
    """The entries of a series in order, with their lines, a page at a time."""
    entries, lines = table_of(Entry), table_of(EntryLine)
    last = 0
    while True:
        wanted = select(entries).where(entries.c.series_id == series_id, entries.c.posted, entries.c.number > last)
        page = connection.execute(wanted.order_by(entries.c.number).limit(PAGE)).mappings().all()
        if not page:
            return
        keys = [entry["id"] for entry in page]
        found = select(lines).where(lines.c.entry_id.in_(keys)).order_by(lines.c.position, lines.c.id)
        by_entry: dict[int, list[dict[str, Any]]] = {key: [] for key in keys}
        for line in connection.execute(found).mappings():
            by_entry[line["entry_id"]].append(dict(line))
        yield from ((dict(entry), by_entry[entry["id"]]) for entry in page)
        last = page[-1]["number"]
