"""What is written to a file: labelled columns and typed lines, taken from a list, a cube or a report.

Every format writes the same sheet, so they agree; lines come one after the other and are never all in memory.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from core.screens.exports.dialects import PLAIN, Dialect
from core.screens.fields.formats import STORED

LEVELS = ("group-1", "group-2", "group-3", "group-4")


@dataclass(frozen=True)
class SheetColumn:
    """One column of a file: its heading and what kind of values stand below."""

    label: str
    kind: str = "text"

    @property
    def is_number(self) -> bool:
        """Whether its values stand end-aligned and can be added up."""
        return self.kind in ("money", "price", "quantity", "percent", "integer", "number")


@dataclass(frozen=True)
class SheetLine:
    """One line: values as Python types; `style` is row, group-1 to group-4, or total."""

    values: Sequence[Any]
    style: str = "row"


@dataclass
class Sheet:
    """A table on its way into a file."""

    title: str
    columns: list[SheetColumn]
    lines: Iterable[SheetLine]
    notes: list[str] = field(default_factory=list)
    #: the last line without all before it, and how many there are; a preview asks for both
    foot: Callable[[], SheetLine | None] = lambda: None
    count: Callable[[], int | None] = lambda: None
    #: how it is written where it becomes a CSV
    dialect: Dialect = PLAIN


def exact(kind: str, units: int | None) -> Decimal | None:
    """Whole units as the exact number that they are."""
    return None if units is None else Decimal(units).scaleb(-STORED[kind])


def level_of(style: str) -> int:
    """How deep a heading lies: 1 for `group-1`, 0 for what is none."""
    return LEVELS.index(style) + 1 if style in LEVELS else 0
