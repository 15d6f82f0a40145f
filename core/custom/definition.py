"""A field as it was defined, as a value; and the name that its label gives it."""

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import inspect, select

from core.custom.models import CustomField
from core.db import Database, Extension
from core.i18n import Spoken

ASPECT = "custom"
#: before the heading of a group that fields bring with them, in the place of the name of one of the form
OWN_GROUP = "+"
KINDS = (
    "text",
    "prose",
    "integer",
    "quantity",
    "money",
    "percent",
    "date",
    "moment",
    "boolean",
    "choice",
    "relation",
    "email",
    "phone",
    "url",
)
LONGEST_NAME = 40
SPELLED = "a b v g d e e zh z i y k l m n o p r s t u f kh ts ch sh shch - y - e yu ya"
CYRILLIC = dict(zip("абвгдеёжзийклмнопрстуфхцчшщъыьэюя", SPELLED.split(" "), strict=True))
Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Definition:
    """One field of one model, as the app value that knows it was built with."""

    id: int
    model: str
    name: str
    key: str
    kind: str
    labels: Pairs
    helps: Pairs = ()
    words: tuple[tuple[str, Pairs], ...] = ()
    target: str = ""
    required: bool = False
    initial: Any = None
    place: str = ""
    after: str = ""
    in_list: bool = False
    in_search: bool = False
    seen_by: tuple[str, ...] = ()
    changed_by: tuple[str, ...] = ()

    @property
    def path(self) -> str:
        """How views and addresses name it."""
        return f"{ASPECT}.{self.name}"

    @property
    def heading(self) -> str:
        """The group of its own that it stands in, as somebody called it; nothing where it stands in one of the form."""
        return self.place.removeprefix(OWN_GROUP) if self.place.startswith(OWN_GROUP) else ""

    @property
    def label(self) -> Spoken:
        """What it is called, in each language."""
        return Spoken.of(dict(self.labels), self.name)


def definition_of(row: Any) -> Definition:
    """The value of a stored definition."""
    return Definition(
        id=row.id,
        model=row.model,
        name=row.name,
        key=row.key,
        kind=row.kind,
        labels=tuple(sorted(row.labels.items())),
        helps=tuple(sorted(row.helps.items())),
        words=tuple((each["word"], tuple(sorted(each["labels"].items()))) for each in row.words),
        target=row.target or "",
        required=row.required,
        initial=row.initial.get("value"),
        place=row.place,
        after=row.after,
        in_list=row.in_list,
        in_search=row.in_search,
        seen_by=tuple(row.seen_by),
        changed_by=tuple(row.changed_by),
    )


def read_definitions(database: Database) -> list[Definition]:
    """The fields in use, in order; none in a database that is not migrated yet."""
    table: Any = CustomField.__table__
    if not inspect(database.engine).has_table(table.name):
        return []
    query = select(table).where(table.c.active).order_by(table.c.model, table.c.position, table.c.id)
    with database.reader.connect() as connection:
        return [definition_of(row) for row in connection.execute(query)]


def name_for(label: str, taken: Collection[str]) -> str:
    """`Crédito máximo` is called `credito_maximo`; a name that is taken gets a number."""
    spelled = "".join(CYRILLIC.get(letter, letter) for letter in label.lower())
    bare = "".join(c for c in unicodedata.normalize("NFKD", spelled) if c.isascii())
    stem = re.sub(r"[^a-z0-9]+", "_", bare).strip("_")[:LONGEST_NAME].strip("_") or "field"
    stem = f"field_{stem}" if stem[0].isdigit() else stem
    name, count = stem, 1
    while name in taken or hasattr(Extension, name) or name in RESERVED or name.endswith("_folded"):
        count += 1
        name = f"{stem}_{count}"
    return name


RESERVED = frozenset(("values", "id", "owner", "title", "search_text", "version", "metadata", "registry"))
