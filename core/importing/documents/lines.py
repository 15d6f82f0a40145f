"""The lines that the rows of a document bring, and how they meet those that the document has."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core.importing.checking import Planned
from core.screens.fields.field import Field

TEXTS = ("text", "prose")


@dataclass
class Lines:
    """The lines of one group: field to value as `write_record` takes it; `rows` says which row each is from.

    `told` are the fields by which a line is the same as one that is there: what it leads to, else its text.
    """

    name: str
    entries: list[dict[str, Any]]
    rows: dict[int, int]
    told: tuple[Field, ...]

    @classmethod
    def of(cls, name: str, fields: Mapping[str, Field], rows: Sequence[Planned]) -> "Lines":
        """A line of each row that fills any of these columns."""
        entries, numbers = list[dict[str, Any]](), dict[int, int]()
        for row in rows:
            line = {bare(path): row.values[f.key] for path, f in fields.items() if row.values.get(f.key) is not None}
            if line:
                numbers[len(entries)] = row.row
                entries.append(line)
        leading = [f for f in fields.values() if f.kind == "relation"] or [f for f in fields.values() if f.kind in TEXTS]
        return cls(name, entries, numbers, tuple(leading))


def bare(path: str) -> str:
    """The name of a field within its line."""
    return path.partition(".")[2]


def merged_lines(record: Any, lines: Lines, adds: bool) -> list[dict[str, Any]]:
    """All lines that the document is to have: the file's alone, or after those that are there.

    A line of the file that means one that is there keeps its number, so that what the file does not say of it stays.
    """
    there = list(getattr(record, lines.name)) if record is not None else []
    if adds:
        kept: list[dict[str, Any]] = [{"id": line.id, "__row__": -1} for line in there]
        return [*kept, *({**entry, "__row__": at} for at, entry in enumerate(lines.entries))]
    found = []
    for at, entry in enumerate(lines.entries):
        same = next((line for line in there if is_same(line, entry, lines.told)), None)
        if same is not None:
            there.remove(same)
        found.append({**entry, "__row__": at, **({"id": same.id} if same is not None else {})})
    return found


def is_same(line: Any, entry: Mapping[str, Any], told: Sequence[Field]) -> bool:
    """Whether a line of the file means this one; where nothing tells them apart, the order does."""
    return all(getattr(line, bare(each.key)) == entry.get(bare(each.name)) for each in told)
