"""What a person decides of a file: by which field records are found again, and what becomes of single rows."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from core.db.writes import derived_columns
from core.importing.beside import MARK
from core.importing.importer import Importer

CREATE, LEAVE, UPDATE, ALL = "create", "leave", "update:", "*"
KEYED = ("text", "integer", "date", "relation")


def key_choices(importer: Importer, mapped: Iterable[str]) -> list[tuple[str, str]]:
    """The fields by which records can be found again: those that a column fills, by label."""
    fields = ((name, importer.fields.get(name)) for name in mapped)
    return [(n, f.label) for n, f in fields if f is not None and f.kind in KEYED and not n.startswith(MARK)]


def keyed(importer: Importer, name: str) -> Importer:
    """The importer that finds records again by this field alone; as it is where no field is named.

    Text is compared as the model keeps it for comparing (without case and accents), where it does.
    """
    field = importer.fields.get(name)
    if field is None:
        return importer
    twins = (column for column, sources, _compute in derived_columns(importer.model) if sources == (field.key,))
    return replace(importer, keys=(next(twins, field.key),), lone=(), unique=frozenset())


@dataclass(frozen=True)
class Decisions:
    """What was decided of rows by number: `create`, `leave` or `update:<record>`; `*` for all that are doubtful."""

    by_row: Mapping[str, str]

    def of(self, row: int) -> str:
        """What was decided of one row; nothing if it was left to the rules."""
        return self.by_row.get(str(row), "")

    def creates(self, row: int) -> bool:
        """Whether a row that looks like another, or like a record, is made anyway."""
        return (self.of(row) or self.by_row.get(ALL, "")) == CREATE

    def leaves(self, row: int) -> bool:
        """Whether a row stays out."""
        return self.of(row) == LEAVE

    def record(self, row: int) -> int | None:
        """The record that a row is to change."""
        word = self.of(row)
        return int(word.removeprefix(UPDATE)) if word.startswith(UPDATE) and word.removeprefix(UPDATE).isdigit() else None


UNDECIDED = Decisions({})


def readable(word: str) -> bool:
    """Whether a form may say this of a row."""
    return word in (CREATE, LEAVE) or (word.startswith(UPDATE) and word.removeprefix(UPDATE).isdigit())
