"""A list view as statements that are built once per shape: pages by keyset, totals that stop counting, column selects.

A statement is marked `kept`: the access guard vets it once per role and remembers the answer. Only shapes make
statements; values are bound. Amounts arrive as whole units, as only the page reads them.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import count
from time import monotonic
from typing import Any

from sqlalchemy import BigInteger, Integer, Select, bindparam, cast, func, select
from sqlalchemy.orm import Session, aliased

from core.db import actor
from core.db.among import Keys, is_among
from core.screens.fields.attributes import title_of
from core.screens.fields.paths import PathField, Resolver
from core.screens.fields.typed import asking_of
from core.screens.queries.ordering import Order, keys_of, merged, read_cursor, segments, write_cursor
from core.screens.queries.where import Condition, Shape, clause, is_indexed, paths_in
from core.screens.views.schemas import Slot

ROWS, CAP, MOST = 80, 1000, 1000
REMEMBERED_S = 60.0


@dataclass(frozen=True)
class Column:
    """One column of a list: the slot of the view, the field, and where its values stand in a row."""

    slot: Slot
    field: PathField
    at: int

    @property
    def path(self) -> str:
        """The path that addresses and exports name it by."""
        return self.field.path

    @property
    def widget(self) -> str:
        """How it is shown where the view says so."""
        return self.slot.widget or ""

    def parts(self) -> list[Any]:
        """What the statement fetches: for a relation its key as well, so that it can be a link."""
        if self.field.kind == "tags":
            return []
        return [self.field.key, self.field.units] if self.field.target is not None else [self.field.units]


@dataclass
class Page:
    """Rows as tuples: the id, then what each column fetched. `next` is the cursor of the page that follows."""

    rows: list[Any]
    next: str | None
    total: int
    sums: dict[str, int] = field(default_factory=dict)
    tags: dict[str, dict[int, list[tuple[int, str]]]] = field(default_factory=dict)

    @property
    def total_text(self) -> str:
        """The count, or that there are more than we counted."""
        return f"{CAP}+" if self.total > CAP else str(self.total)


class Totals:
    """How many match; `1000+` is remembered for a minute, an exact figure never."""

    def __init__(self) -> None:
        self.seen: dict[Any, float] = {}

    def is_many(self, key: Any) -> bool:
        """Whether this was found to be more than we count, lately."""
        return self.seen.get(key, 0.0) > monotonic() - REMEMBERED_S

    def remember(self, key: Any) -> None:
        """It is more than we count."""
        if len(self.seen) > 10_000:
            self.seen.clear()
        self.seen[key] = monotonic()


class Listing:
    """The list of one model with one choice of columns."""

    def __init__(self, fields: Resolver, slots: Sequence[Slot], totals: Totals | None = None) -> None:
        self.fields, self.model = fields, fields.model
        self.columns: list[Column] = []
        at = 1
        for slot in slots:
            column = Column(slot, fields[slot.field], at)
            self.columns.append(column)
            at += len(column.parts())
        self.totals = totals or Totals()
        self.page_statements = lru_cache(512)(self._page_statements)
        self.total_statement = lru_cache(512)(self._total_statement)
        self.tags_statement = lru_cache(16)(self._tags_statement)

    @property
    def summed(self) -> list[Column]:
        """The columns whose sums a footer shows."""
        return [column for column in self.columns if column.slot.sum and column.field.is_number]

    def page(
        self,
        session: Session,
        condition: Condition,
        order: Order,
        after: str = "",
        limit: int = ROWS,
        sums: bool = False,
    ) -> Page:
        """One page; Invalid if `after` is no cursor of this order."""
        keys = keys_of(order, self.fields)
        last = read_cursor(after, order, keys) if after else []
        total, added = self.total(session, condition, sums)
        found = is_indexed(condition.shape) and total <= CAP
        bound = condition.bound(asking_of(session)) | {"rows": limit + 1}
        bound |= {f"a{i}": value for i, value in enumerate(last) if value is not None}
        rows: list[Any] = []
        for statement in self.page_statements(condition.shape, order, tuple(value is None for value in last), found):
            rows += session.execute(statement, bound | {"rows": limit + 1 - len(rows)}).all()
            if len(rows) > limit:
                break
        end = rows[limit - 1][: len(keys)] if len(rows) > limit else None
        page = Page([row[len(keys) :] for row in rows[:limit]], write_cursor(order, end) if end else None, total, added)
        page.tags = {column.path: self.titles(session, column, [row[0] for row in page.rows]) for column in self.tagged()}
        return page

    def titles(self, session: Session, column: Column, ids: Sequence[int]) -> dict[int, list[tuple[int, str]]]:
        """What a page of records holds in a collection, as (id, title) by record, in one statement."""
        found: dict[int, list[tuple[int, str]]] = {}
        for mine, key, title in session.execute(self.tags_statement(column.path), {"ids": ids}) if ids else ():
            found.setdefault(mine, []).append((key, str(title)))
        return found

    def _tags_statement(self, path: str) -> Select[Any]:
        return titles_statement(self.fields[path])

    def tagged(self) -> list[Column]:
        """The columns that show several records each."""
        return [column for column in self.columns if column.field.kind == "tags"]

    def every(self, session: Session, condition: Condition, order: Order, limit: int = MOST) -> Iterator[Page]:
        """All pages, one after the other, for what is written to a file."""
        after: str | None = ""
        while after is not None:
            page = self.page(session, condition, order, after, limit)
            yield page
            after = page.next

    def total(self, session: Session, condition: Condition, sums: bool = False) -> tuple[int, dict[str, int]]:
        """How many match, up to one more than we say, and the sums of as many if they are not more."""
        who = actor(session)
        key = who.user_id, who.company_id, condition.shape, repr(condition.values)
        if self.totals.is_many(key):
            return CAP + 1, {}
        summed = tuple(column.path for column in self.summed) if sums else ()
        statement = self.total_statement(condition.shape, summed)
        found, *added = session.execute(statement, condition.bound(asking_of(session))).one()
        if found > CAP:
            self.totals.remember(key)
            return found, {}
        return found, {path: int(value) for path, value in zip(summed, added, strict=True)}

    def exact_total(self, session: Session, condition: Condition) -> int:
        """How many match, however many."""
        statement = self.total_statement(condition.shape, (), False)
        found: int = session.execute(statement, condition.bound(asking_of(session))).scalar_one()
        return found

    def sums(self, session: Session, condition: Condition) -> dict[str, int]:
        """The sums over all rows, however many."""
        statement = self.total_statement(condition.shape, tuple(column.path for column in self.summed), False)
        _found, *added = session.execute(statement, condition.bound(asking_of(session))).one()
        return {column.path: int(value) for column, value in zip(self.summed, added, strict=True)}

    def matching(self, shape: Shape, also: Iterable[PathField], *columns: Any) -> Select[Any]:
        """A statement over the rows of a shape, joined for it and for other fields."""
        named = [self.fields[path] for path in paths_in(shape)]
        statement = self.fields.joined(select(*columns).select_from(self.model), [*named, *also])
        return statement.where(clause(shape, self.fields, count()))

    def _page_statements(self, shape: Shape, order: Order, after: tuple[bool, ...], found: bool) -> list[Select[Any]]:
        """The index ranges of one page, read in turn until it is full; `found` says that few match, so that they are
        fetched by the text index and sorted."""
        keys = keys_of(order, self.fields)
        ordering = [self.fields[path] for path, _down in order]
        labels = [key.column.label(f"k{i}") for i, key in enumerate(keys)]
        shown = [*labels, self.model.id, *(part for column in self.columns for part in column.parts())]
        shown_fields = [*ordering, *(column.field for column in self.columns if column.field.kind != "tags")]
        if found:
            hits = self.matching(shape, (), self.model.id.label("hit")).limit(CAP + 1).subquery()
            source: Any = hits.join(self.model, self.model.id == hits.c.hit)
            base, ranges = select(*shown).select_from(source), [merged(keys, after)]
        else:
            base = select(*shown).select_from(self.model).where(clause(shape, self.fields, count(), scan=True))
            shown_fields = [*shown_fields, *(self.fields[path] for path in paths_in(shape))]
            ranges = list(segments(keys, after))
        base = self.fields.joined(base, shown_fields).limit(bindparam("rows", type_=Integer))
        return [base.where(*where).order_by(*by).execution_options(kept=True) for where, by in ranges]

    def _total_statement(self, shape: Shape, summed: tuple[str, ...], capped: bool = True) -> Select[Any]:
        fields = [self.fields[path] for path in summed]
        parts = [each.units.label(f"s{i}") for i, each in enumerate(fields)]
        rows = self.matching(shape, fields, self.model.id, *parts)
        within = (rows.limit(CAP + 1) if capped else rows).subquery()
        added = [func.sum(within.c[f"s{i}"]) for i in range(len(fields))]
        shown: list[Any] = [func.count(), *(cast(func.coalesce(each, 0), BigInteger) for each in added)]
        return select(*shown).select_from(within).execution_options(kept=True, by_set=not capped)


def titles_statement(tags: PathField) -> Select[Any]:
    """What some records hold in a collection: their number, the other's, its title."""
    owner = tags.spot.model
    far = aliased(tags.target)
    title = title_of(far, tags.target)
    pairs = select(owner.id, far.id, title).join(getattr(owner, tags.path).of_type(far))
    asked = pairs.where(is_among(owner.id, bindparam("ids", type_=Keys))).order_by(owner.id, title)
    return asked.execution_options(kept=True)
