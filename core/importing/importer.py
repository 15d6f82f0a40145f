"""What an addon says about importing one of its models: other names of its columns, and how a record is found again."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import ColumnElement

from core.db import Base
from core.db.writes import derived_columns
from core.importing.beside import added_to, fields_with
from core.importing.documents.groups import LineGroup, fields_of_lines, groups_of
from core.screens.fields.field import Field, fields_of, unique_keys

Prepare = Callable[[dict[str, str]], dict[str, str]]
Making = Callable[..., Any]
Recognise = Callable[[str], str]
Settle = Callable[[dict[str, list[int]]], None]
Candidates = Callable[[Any], ColumnElement[bool]]
Key = str | tuple[str, ...]


def as_written(cells: dict[str, str]) -> dict[str, str]:
    """The cells as they stand."""
    return cells


def unknown(key: str) -> str:
    """No head means anything but those that are listed."""
    return ""


def settled(columns: dict[str, list[int]]) -> None:
    """Columns mean what each of them says, whichever others there are."""


@dataclass(frozen=True)
class Importer:
    """How the rows of a file become records of a model.

    `aliases`: for each field the names that files give its column, from the most to the least wanted, in any language;
    names of no field (`first_name`) are given to `prepare`, which makes texts of fields of them; it may raise `Invalid`.
    `recognise` answers which of these names a head means that is not listed (or ""), by its words. `joined` are names whose
    columns are all read, joined by `:::`; of others the first that is not blank counts. `settle` changes what columns mean
    beside one another (a « Name » beside a first name is the last one).
    `alone`: names that mean a field only in a file where no other column does (a « Title » beside a job title is Mrs.).
    `keys`: stored columns, or several together, by which a record is found again, the surest first: the surest that two
    have both decides. Those in `unique` may name one record only. `lone` is the key of a record that has none of them.
    `counted`: the field whose values are counted among new records (so many people, so many companies).
    `candidates`: which stored records are found at all. `lookups`: relations named by a text of the record they point at
    (its title unless told); `makes` those of them that are made when they are missing, each with the values that those
    have besides. `documents` makes what turns the rows of a document into one where that is more than to write it, such as
    to post invoices (a `Maker`); `final`: what came in cannot be taken back, such as posted documents. `added` (the fields
    of the business) and `groups` (the lines of the form) are filled in by `importer_of`, `by` by whoever names the key.
    """

    model: type[Base]
    aliases: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    recognise: Recognise = unknown
    joined: frozenset[str] = frozenset()
    settle: Settle = settled
    alone: Mapping[str, str] = field(default_factory=dict)
    keys: tuple[Key, ...] = ()
    lone: tuple[str, ...] = ()
    unique: frozenset[str] = frozenset()
    lookups: Mapping[str, str] = field(default_factory=dict)
    makes: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    prepare: Prepare = as_written
    candidates: Candidates | None = None
    counted: str = ""
    documents: Making | None = None
    final: bool = False
    added: Any = None
    groups: tuple[LineGroup, ...] = ()
    by: tuple[str, ...] = ()

    @property
    def fields(self) -> Mapping[str, Field]:
        """What a column can fill: the model's fields, those that a business added to it, and those of its lines."""
        own = fields_with(self.model, self.added)
        return {**own, **fields_of_lines(self.model, self.groups)} if self.groups else own

    @property
    def is_plain(self) -> bool:
        """Whether no addon says how its files are written."""
        return not self.aliases

    @property
    def numbered(self) -> str:
        """The number that the kernel gives to such documents: in a file it tells which rows belong together."""
        found = self.fields.get("number") if self.groups else None
        return "number" if found is not None and found.kernel else ""

    def group_of(self, name: str) -> LineGroup | None:
        """The lines that a name such as `lines.quantity` belongs to."""
        first, dot, _rest = name.partition(".")
        return next((group for group in self.groups if dot and group.name == first), None)


def compared(model: type[Base], field: Field) -> str:
    """The column by which a field is compared; what is derived of a date is its month, and tells less."""
    twins = (column for column, sources, _compute in derived_columns(model) if sources == (field.key,))
    return next(twins, field.key) if field.kind == "text" else field.key


def plain_importer(model: type[Base]) -> Importer:
    """That of a model of which nobody says more: records are found again by what only one can have, such as a code."""
    once = [fields_of(model)[name] for name in sorted(unique_keys(model)) if not fields_of(model)[name].kernel]
    return Importer(model, keys=tuple(compared(model, each) for each in once), unique=frozenset(f.key for f in once))


def importer_of(composition: Any, model: type[Base]) -> Importer:
    """The importer that an enabled addon declares for this model in `importers.py`, or a plain one by its field names."""
    written = (declared for _, declared in composition.declared(Importer) if declared.model is model)
    found: Importer = next(written, None) or plain_importer(model)
    groups = () if found.documents is not None else groups_of(composition, model)
    return replace(found, added=added_to(model, composition.models.values()), groups=groups)
