"""L5: the chain of hashes is computed again from what is stored, and every link must be what it was."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from addons.erp_ledger.models import Entry, EntryLine, Series
from addons.erp_ledger.operations.chain import digest_of, link, table_of
from core.db import check, kernel_connection

PAGE = 500


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
