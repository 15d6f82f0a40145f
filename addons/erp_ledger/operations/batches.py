"""Posting many entries at once: the same checks, rows and links as one by one, in a handful of statements."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from addons.erp_ledger.models import Entry, EntryLine, Series
from addons.erp_ledger.operations.chain import digest_of, link, table_of
from addons.erp_ledger.operations.posting import EntryDraft, Place, Posted, check_lines, place_of, rows_of
from core.db import kernel_connection
from core.importing.dialects import write_rows

Where = tuple[int | None, int | None, str, date]


def post_batch(session: Session, drafts: Sequence[EntryDraft]) -> list[Posted]:
    """Write balanced entries, numbered and chained in the order given; what each got. Invalid or Refused: none is written.

    Their series stay locked until the commit, so a batch is a few hundred entries late in a transaction.
    """
    session.flush()
    places: dict[Where, Place] = {}
    rows, lines, digests = [], [], []
    for draft in drafts:
        where = (draft.company_id, draft.series, draft.journal, draft.date)
        place = places.get(where) or places.setdefault(where, place_of(session, draft))
        check_lines(draft.lines, place.currency)
        entry, own = rows_of(draft, place)
        rows.append(entry)
        lines.append(own)
        digests.append(digest_of(entry, own))
    keys = write_rows(session, Entry, [row | {"posted": False} for row in rows])
    flat = [{"entry_id": key, **line} for key, own in zip(keys, lines, strict=True) for line in own]
    written = iter(write_rows(session, EntryLine, flat))
    line_keys = [[next(written) for _line in own] for own in lines]
    found = {place.series_id: place for place in places.values()}
    numbers = seal_batch(session, keys, [found[row["series_id"]] for row in rows], digests)
    return [Posted(key, number, code, own) for key, (number, code), own in zip(keys, numbers, line_keys, strict=True)]


def seal_batch(
    session: Session, keys: Sequence[int], places: Sequence[Place], digests: Sequence[str]
) -> list[tuple[int, str]]:
    """Lock the series in one order, number and chain the entries; number and how it is written.

    One UPDATE for each entry, sent together: the guards let a series move by one entry at a time.
    """
    connection, entry = kernel_connection(session), table_of(Entry)
    ends: dict[int, tuple[int, str]] = {}
    for series in sorted({place.series_id for place in places}):
        counter = select(Series.last_number, Series.last_hash).where(Series.id == series)
        last_number, last_hash = connection.execute(counter.with_for_update(key_share=True)).one()
        ends[series] = last_number, last_hash
    sealed: list[dict[str, Any]] = []
    for key, place, digest in zip(keys, places, digests, strict=True):
        number = ends[place.series_id][0] + 1
        ends[place.series_id] = number, link(ends[place.series_id][1], number, digest)
        code = f"{place.prefix}{number:0{place.width}}"
        sealed.append({"key": key, "number": number, "code": code, "hash": ends[place.series_id][1]})
    flip = update(entry).where(entry.c.id == bindparam("key"))
    given: dict[str, Any] = {name: bindparam(name) for name in ("number", "code", "hash")}
    connection.execute(flip.values(posted=True, version=entry.c.version + 1, **given), sealed)
    return [(row["number"], row["code"]) for row in sealed]
