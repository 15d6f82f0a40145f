"""A row of cells becomes the values of a record; every fault is told with its row and field."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from core.errors import Invalid
from core.i18n import LANGUAGES, Catalogs, _, humanised
from core.importing.importer import Importer
from core.importing.mapping import UNREADABLE, Columns
from core.screens.fields.field import Field
from core.screens.fields.parsing import Reading, Unreadable, parse, separators
from core.values import fold

BARE_DATE = re.compile(r"(\d{4})-?(\d\d)-?(\d\d)(?:[T ].*)?")
YES = {"yes", "y", "true", "1", "x", "on", "si", "s", "verdadero", "да", "д", "истина"}
NO = {"no", "n", "false", "0", "-", "off", "falso", "нет", "н", "ложь"}
SHOWN_CHOICES = 12


@dataclass(frozen=True)
class Fault:
    """What is wrong with one field of one row, and what would do."""

    row: int
    field: str
    message: str


@dataclass(slots=True)
class Planned:
    """What will become of one row: create, update, same, duplicate or refused."""

    row: int
    values: dict[str, Any] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    tags: dict[str, tuple[str, ...]] = field(default_factory=dict)
    verdict: str = "create"
    record_id: int | None = None
    why: str = ""
    keys: dict[Any, Any] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    stored: Mapping[str, Any] | None = None
    titles: dict[str, str] = field(default_factory=dict)
    file: dict[str, Any] = field(default_factory=dict)
    fits: dict[str, str] = field(default_factory=dict)

    def refuse(self, field_name: str, message: Any) -> None:
        """Note a fault; the row will not be written."""
        self.verdict, self.why = "refused", f"{self.why}; {message}" if self.why else str(message)
        self.faults.append(Fault(self.row, field_name, str(message)))


class Checker:
    """Reads the rows of one file for one importer; `closed` are the fields that the user may not write."""

    def __init__(
        self,
        importer: Importer,
        columns: Columns,
        how: Reading,
        closed: frozenset[str] = frozenset(),
        catalogs: Catalogs | None = None,
    ) -> None:
        self.importer, self.columns, self.how = importer, columns, how
        self.decimal = separators(how.language or "en")[1]
        known = importer.fields
        shut = {name for name, each in known.items() if {name, each.key} & closed}
        self.left_out = sorted(name for name in columns if name in shut)
        self.fields: Mapping[str, Field] = {
            name: each for name, each in known.items() if not each.kernel and each.kind != "lines" and name not in shut
        }
        self.required = [each for each in self.fields.values() if each.required and "." not in each.name]
        self.readers = {name: reader_of(each, how, catalogs) for name, each in self.fields.items()}

    def check(self, number: int, row: Sequence[Any]) -> Planned:
        """The values of a row, blanks left out, and all its faults. Blank cells never erase."""
        planned = Planned(number)
        cells = self.cells(row)
        if reason := cells.pop(UNREADABLE, ""):
            planned.refuse("", _("the card cannot be read: {reason}", reason=reason))
            return planned
        try:
            prepared = self.importer.prepare(cells)
        except Invalid as error:
            for fault in error.errors:
                planned.refuse(fault.field, self._said(fault.field, fault.message))
            return planned
        for name, text in prepared.items():
            if text and name in self.fields:
                self._read(planned, name, text)
        for wanted in self.required:
            if wanted.key not in planned.values and wanted.name not in planned.texts and not planned.faults:
                told = _("{field} is needed: fill the column or map another to it", field=wanted.label)
                planned.refuse(wanted.name, told)
        return planned

    def cells(self, row: Sequence[Any]) -> dict[str, str]:
        """For each mapped name the first of its columns that is not blank, or all of them where they are joined."""
        width, found = len(row), {}
        for name, places in self.columns.items():
            filled = (row[at] for at in places if at < width and row[at] not in (None, ""))
            texts = (cell if isinstance(cell, str) else self._written(cell) for cell in filled)
            if text := " ::: ".join(texts) if name in self.importer.joined else next(texts, ""):
                found[name] = text
        return found

    def _written(self, number: Any) -> str:
        """A number of a spreadsheet as somebody of the file's language would have typed it."""
        return str(number).replace(".", self.decimal)

    def _said(self, name: str, message: Any) -> str:
        return f"{self.fields[name].label}: {message}" if name in self.fields else str(message)

    def _read(self, planned: Planned, name: str, text: str) -> None:
        each = self.fields[name]
        if each.kind == "tags":
            planned.tags[name] = tags_of(text)
        elif each.kind == "relation":
            planned.texts[name] = planned.titles[name] = text.strip()
        else:
            try:
                value = self.readers[name](text)
            except Unreadable as error:
                planned.refuse(name, f"{each.label}: {error}")
                return
            if value is not None:
                planned.values[name] = value


def reader_of(field: Field, how: Reading, catalogs: Catalogs | None) -> Callable[[str], Any]:
    """What reads the texts of a field: as a form does, and besides what only files write."""
    if field.kind == "boolean":
        return yes_or_no
    if field.kind == "choice":
        return choice_reader(field, catalogs)
    if field.kind == "date":
        return lambda text: parse(field, BARE_DATE.sub(r"\1-\2-\3", text.strip()), how)
    if field.kind == "text" and field.widget == "text":
        return lambda text: text.strip() if len(text) <= field.longest else parse(field, text, how)
    return lambda text: parse(field, text, how)


def yes_or_no(text: str) -> bool:
    """Yes or no in English, Spanish or Russian, or a cross."""
    word = fold(text.strip())
    if word not in YES and word not in NO:
        raise Unreadable(_("“{text}” is neither yes nor no", text=text[:40]))
    return word in YES


def choice_reader(field: Field, catalogs: Catalogs | None) -> Callable[[str], str]:
    """One of a few words, by itself or by its label in any language."""
    words: dict[str, str] = {}
    for choice in field.choices:
        label = field.labels.get(choice) or humanised(choice)
        labels = [catalogs.translate(label, language) for language in LANGUAGES] if catalogs else [label]
        words |= {fold(word): choice for word in (*labels, choice)}
    shown = ", ".join(field.choices[:SHOWN_CHOICES]) + ("…" if len(field.choices) > SHOWN_CHOICES else "")

    def read(text: str) -> str:
        found = words.get(fold(text.strip()))
        if found is None:
            raise Unreadable(_("“{text}” is none of {choices}", text=text[:40], choices=shown))
        return found

    return read


def tags_of(text: str) -> tuple[str, ...]:
    """The names in a cell: parted by commas, semicolons or Google's `:::`; its `* groups` are none."""
    for separator in (":::", ";"):
        text = text.replace(separator, ",")
    names = (name.strip() for name in text.split(","))
    return tuple(dict.fromkeys(n for n in names if n and not n.startswith("* ")))
