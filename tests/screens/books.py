"""Bills of the fair written as the API writes them."""

from typing import Any

import pytest

from core.db import Database
from core.errors import Invalid
from core.screens.fields.parsing import Reading
from core.screens.records.reading import load_record, read_record
from core.screens.records.writing import write_record
from tests.screens.fair import unchanged

SPANISH, RUSSIAN, ENGLISH = (Reading(language, "America/Argentina/Buenos_Aires") for language in ("es", "ru", "en"))


INFO = {"user_id": 1, "company_id": 1, "via": "api"}


def create(database: Database, model: Any, values: dict[str, Any], **options: Any) -> dict[str, Any]:
    """Write a new record and read it back."""
    with database.write(**INFO) as session:
        record = write_record(session, model, None, values, **options)
        session.commit()
    with database.read(**INFO) as session:
        return read_record(session, load_record(session, model, record.id))


def change(database: Database, model: Any, number: int | None, values: dict[str, Any], **options: Any) -> None:
    """Write a record in a transaction of its own."""
    with database.write(**INFO) as session:
        record = load_record(session, model, number) if number else None
        write_record(session, model, record, values, **options)


def refused(
    database: Database, model: Any, values: dict[str, Any], number: int | None = None, **options: Any
) -> dict[str, str]:
    """The faults by field of values that cannot be taken; nothing is written."""
    with unchanged(database), pytest.raises(Invalid) as caught:
        change(database, model, number, values, **options)
    return {fault.field: str(fault.message) for fault in caught.value.errors}


def a_bill(**more: Any) -> dict[str, Any]:
    """A bill of two lines."""
    lines = [
        {"good": {"code": "CHA"}, "description": "Chair, oak", "quantity": "6", "price": "48500", "discount": "10"},
        {"good": {"code": "LAM"}, "description": "Lamp", "quantity": "9", "price": "12345.67", "discount": "7.5"},
    ]
    return {"guest": 1, "date": "2026-03-13", "lines": lines, **more}
