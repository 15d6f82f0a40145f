"""Groups of a list: each with its count and sums over all its rows, one statement for each level that is opened."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

from sqlalchemy import BigInteger, Select, cast, func
from sqlalchemy.orm import Session

from core.db import today
from core.errors import FieldError, Invalid
from core.i18n import _
from core.screens.fields.formats import Formats, formats, label_of_choice
from core.screens.fields.paths import PathField
from core.screens.fields.typed import asking_of
from core.screens.queries.grouping import grouped
from core.screens.queries.statements import CAP, Listing
from core.screens.queries.where import Condition

LEVELS = 4


@dataclass
class Group:
    """The rows that agree in some fields: their keys, how they are called, how many, and their sums as whole units."""

    keys: tuple[Any, ...]
    labels: tuple[str, ...]
    count: int
    sums: dict[str, int] = field(default_factory=dict)

    @property
    def key(self) -> Any:
        """The key of the last level."""
        return self.keys[-1]

    @property
    def label(self) -> str:
        """What the last level is called."""
        return self.labels[-1]


class Groups:
    """The groups of a listing; statements are kept per shape and paths."""

    def __init__(self, listing: Listing) -> None:
        self.listing, self.fields = listing, listing.fields
        self.statement = lru_cache(256)(self._statement)

    def of(self, session: Session, condition: Condition, paths: Sequence[str]) -> list[Group]:
        """The groups by these fields together, in the order of the fields; at most 1000."""
        fields = [readable(self.fields[path]) for path in paths]
        if len(fields) > LEVELS:
            message = _("A list is grouped by at most {count} fields", count=LEVELS)
            raise Invalid(message, [FieldError("group", message)])
        summed = [column.path for column in self.listing.summed]
        statement = self.statement(condition.shape, tuple(paths), tuple(summed))
        shape = formats(today(session).year)
        found = []
        for row in session.execute(statement, condition.bound(asking_of(session))):
            keys, at = [], 0
            labels = []
            for each in fields:
                keys.append(row[at])
                labels.append(label_of(each, row[at], row[at + 1], shape))
                at += 2
            sums = {path: int(value) for path, value in zip(summed, row[at + 1 :], strict=True)}
            found.append(Group(tuple(keys), tuple(labels), row[at], sums))
        return arranged(found, fields)

    def _statement(self, shape: Any, paths: tuple[str, ...], summed: tuple[str, ...]) -> Select[Any]:
        fields = [self.fields[path] for path in paths]
        added = [self.fields[path] for path in summed]
        sums = [cast(func.coalesce(func.sum(each.units), 0), BigInteger) for each in added]
        found = grouped(self.listing, shape, fields, added, sums)
        shown = [part for each in found.dimensions for part in (each.key, each.shown)]
        order = [part for each in found.dimensions for part in (each.sort.is_(None), each.sort, each.key)]
        statement = found.showing(*shown, found.count, *found.figures).order_by(*order).limit(CAP)
        return statement.execution_options(kept=True, by_set=True)


def readable(each: PathField) -> PathField:
    """Refuses to group by what a record has several of."""
    if each.wrap or each.kind == "json":
        message = _("{path} cannot be grouped by: a record may have several", path=each.path)
        raise Invalid(message, [FieldError("group", message)])
    return each


def arranged(groups: list[Group], fields: Sequence[PathField]) -> list[Group]:
    """Words of a choice stand in the order of the choice, whatever the database sorts them by."""
    for level in reversed(range(len(fields))):
        if words := fields[level].choices:
            ranks = {word: rank for rank, word in enumerate(words)}
            last = len(words)
            if level == 0:
                groups = sorted(groups, key=lambda group: ranks.get(group.keys[0], last))
            else:
                groups = _arranged_within(groups, level, ranks)
    return groups


def _arranged_within(groups: list[Group], level: int, ranks: dict[str, int]) -> list[Group]:
    places: dict[Any, int] = {}
    for group in groups:
        places.setdefault(group.keys[:level], len(places))
    return sorted(groups, key=lambda group: (places[group.keys[:level]], ranks.get(group.keys[level], len(ranks))))


def label_of(each: PathField, key: Any, shown: Any, shape: Formats) -> str:
    """What a group is called in the reader's language; a dash where there is nothing."""
    if key is None:
        return "–"
    if each.bucket:
        return shape.period(each.bucket, key)
    if each.kind == "choice":
        return label_of_choice(each.info, key)
    if each.kind == "boolean":
        return str(_("Yes") if key else _("No"))
    if each.kind == "date":
        return shape.day(key)
    if each.kind == "moment":
        return shape.moment(shown)
    if isinstance(shown, Decimal):
        return shape.number(each.kind, int(shown.scaleb(each.digits)))
    if shown is None:
        return f"#{key}"
    return str(shown)


def condition_of(each: PathField, key: Any) -> list[Any]:
    """The where-list of the rows of one group, fit for an address."""
    if key is None:
        return [each.path, "is-null", True]
    plain = key.isoformat() if isinstance(key, date) else str(key) if isinstance(key, Decimal) else key
    return [each.path, "=", plain]
