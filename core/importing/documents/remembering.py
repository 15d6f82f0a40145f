"""How documents were before an import, kept in the history, and the way back."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, insert
from sqlalchemy.orm import Session

from core.db import Change, change_row
from core.db.pointing import Pointers
from core.importing.door import Door
from core.importing.users import users_of
from core.screens.records.reading import load_record
from core.screens.records.writing import write_record
from core.screens.undo.memory import kept_values
from core.screens.undo.undoing import as_before, attempt

KIND = "document"


def remember_documents(
    session: Session, connection: Connection, model: Any, steps: Sequence[Mapping[str, Any]], leaning: Pointers
) -> None:
    """Of new documents what points at them by now, of changed ones their values before and after, lines included."""
    session.flush()
    made = [step["record_id"] for step in steps if step["kind"] == "create"]
    if made:
        Door(session, model).made(made, users_of(connection, model, made, leaning))
    rows = []
    for step in steps:
        if step["kind"] == "update":
            values = {path: [step["before"][path], step["after"][path]] for path in step["after"]}
            row = change_row(session, model, step["record_id"], KIND, step["version"] - 1, {})
            rows.append(row | {"values": values})
    if rows:
        connection.execute(insert(Change.__table__), rows)  # type: ignore[arg-type]


def put_back(session: Session, model: Any, of: Mapping[int, Iterable[Any]]) -> dict[int, str]:
    """Documents as they were before the changes that are told of each, the latest first; of those that cannot, why."""
    kept = {}
    for number, changes in of.items():
        before: dict[str, Any] = {}
        for change in changes:
            before |= {path: pair[0] for path, pair in change["values"].items()} if change["kind"] == KIND else {}
        _done, why = attempt(session, lambda: restored(session, model, number, before))  # noqa: B023 (called at once)
        if why:
            kept[number] = why
    return kept


def restored(session: Session, model: Any, number: int, before: dict[str, Any]) -> None:
    """Write a document as it was."""
    record = load_record(session, model, number)
    write_record(session, model, record, as_before(record, before, kept_values(session, record, list(before))))
