"""What the hash of an entry covers, and how it hangs on the one before it: pure functions of rows."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from sqlalchemy import Table

from addons.erp_ledger.models import Entry, EntryLine
from core.db import Base

VERSION = 1


def link(before: str, number: int, digest: str) -> str:
    """The hash of an entry: of the one before it, of its number and of its own content."""
    return hashlib.sha256(f"{before}|{number}|{digest}".encode()).hexdigest()


def digest_of(entry: Mapping[str, Any], lines: Sequence[Mapping[str, Any]]) -> str:
    """The hash of an entry's content: a version, then the frozen columns of its rows, in order."""
    rows = [VERSION, hashed_columns(Entry, entry), *(hashed_columns(EntryLine, line) for line in lines)]
    return hashlib.sha256(json.dumps(rows, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()


def hashed_columns(model: type[Base], row: Mapping[str, Any], frozen: Sequence[str] = ()) -> list[str | int | bool | None]:
    """The frozen columns of a row as they have to read in a hundred years: stored units, days in ISO 8601."""
    kinds = kinds_of(model)
    values: list[str | int | bool | None] = []
    for name in frozen or model.frozen:  # type: ignore[attr-defined]
        value = row[name]
        if isinstance(value, Decimal):
            values.append(str(kinds[name].units(value)))
        else:
            values.append(value.isoformat() if isinstance(value, date) else value)
    return values


@cache
def kinds_of(model: type[Base]) -> dict[str, Any]:
    """The types of a model's columns."""
    return {column.key: column.type for column in table_of(model).c}


def table_of(model: type[Base]) -> Table:
    """The table of a model, for statements that write rows."""
    return model.__table__  # type: ignore[return-value]
