"""What a person decides of a file: by which field records are found again, and what becomes of single rows."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from core.importing.beside import MARK
from core.importing.importer import Importer, compared

CREATE, LEAVE, UPDATE, ALL = "create", "leave", "update:", "*"
LINES, ADD, REPLACE = "lines", "add", "replace"
KEYED = ("text", "integer", "date", "relation")


def key_choices(importer: Importer, mapped: Iterable[str]) -> list[tuple[str, str]]:
    """The fields by which records can be found again: those of the record itself that a column fills, by label."""
    fields = ((name, importer.fields.get(name)) for name in mapped if importer.documents is None)
    return [(n, f.label) for n, f in fields if f is not None and f.kind in KEYED and importer.group_of(n) is None]


def keyed(importer: Importer, named: str) -> Importer:
    """The importer that finds records again by these fields together (`contact,date`); as it is where none is named.

    Text is compared as the model keeps it for comparing (without case and accents), where it does.
    """
    names = tuple(name for name in named.split(",") if name in importer.fields)
    if not names or importer.documents is not None:
        return importer
    columns = tuple(
        importer.fields[name].key if name.startswith(MARK) else compared(importer.model, importer.fields[name])
        for name in names
    )
    return replace(importer, keys=(columns,), lone=(), unique=frozenset(), by=names)


@dataclass(frozen=True)
class Decisions:
    """What was decided of rows by number: `create`, `leave` or `update:<record>`; `*` for all that are doubtful.

    `lines` is no row: whether the lines of a file come beside those of a document that is here (`add`) or in their place.
    """

    by_row: Mapping[str, str]

    def of(self, row: int) -> str:
        """What was decided of one row; nothing if it was left to the rules."""
        return self.by_row.get(str(row), "")

    @property
    def adds_lines(self) -> bool:
        """Whether a document that is here keeps the lines that it has."""
        return self.by_row.get(LINES) == ADD

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
