"""Figures of a record: one number or word, one line of meaning, and the documents behind it.

An addon declares them in `figures.py` or in a bridge; a view's `form.figures` says which are shown, in which order.
"""

from collections.abc import Callable, Collection, Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeVar

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from core.db import Base, trusted
from core.errors import Denied
from core.i18n import humanised, translated
from core.registry.composition import Composition, composed


@dataclass(frozen=True)
class Figure:
    """What a figure says of one record. `kind`: money, price, quantity, percent, integer, date, moment or text.

    `note` is the line of meaning below it, `url` leads to its documents, `tone` is "", good, warn or bad.
    """

    value: Any
    kind: str = "money"
    note: Any = ""
    url: str = ""
    tone: str = ""


@dataclass(frozen=True, eq=False)
class Asking:
    """A figure that is read from the one row of some SELECTs, of one value each; they are asked with those of others.

    The SELECTs are made once, of bound parameters: `values` fills them, and one name means one thing in all figures.
    `trusted`: asked for the kernel, as the ledger's sum behind an invoice that the user may see.
    """

    selects: tuple[Select[Any], ...]
    values: Mapping[str, Any]
    read: Callable[..., Figure | None]
    trusted: bool = False


Compute = Callable[[Session, Any], Figure | Asking | None]
T = TypeVar("T")
SHARED = "figures"


@dataclass(frozen=True, eq=False)
class FigureSpec:
    """A figure as its addon declares it; it is called with session and record."""

    model: type[Base]
    name: str
    text: str
    order: int
    compute: Compute

    @property
    def label(self) -> str:
        """What it is called, in the current language."""
        return translated(self.text)

    def __call__(self, session: Session, record: Any) -> Figure | None:
        """The figure of one record; None where it says nothing."""
        answer = self.compute(session, record)
        return answers_of(session, [answer])[0] if isinstance(answer, Asking) else answer


def figure(model: type[Base], name: str, *, label: str = "", order: int = 50) -> Callable[[Compute], FigureSpec]:
    """Make a function `(session, record) -> Figure` a figure of a model."""
    return lambda compute: FigureSpec(model, name, label or humanised(name), order, compute)


Figures = Mapping[type[Base], Mapping[str, FigureSpec]]


@composed("figures")
def compose_figures(composition: Composition) -> Figures:
    """The figures that the enabled addons know of each model, in order."""
    found: dict[type[Base], dict[str, FigureSpec]] = {}
    for _addon, spec in sorted(composition.declared(FigureSpec), key=lambda each: (each[1].order, each[1].name)):
        found.setdefault(spec.model, {})[spec.name] = spec
    return found


def figures_of(
    figures: Figures, session: Session, record: Base, names: Collection[str] | None = None, most: int | None = None
) -> list[tuple[FigureSpec, Figure]]:
    """The figures of a record in order, those of these names or all; what the user may not see is left out.

    Only the first `most` that say something are answered.
    """
    known = figures.get(type(record), {})
    wanted = [spec for name, spec in known.items() if names is None or name in names]
    most = len(wanted) if most is None else most
    with sharing(session):
        reached = list(_reached(wanted, session, record, most))
        askings = [answer for _spec, answer in reached if isinstance(answer, Asking)]
        read = dict(zip(askings, answers_of(session, askings), strict=True))
    told = [(spec, read[answer] if isinstance(answer, Asking) else answer) for spec, answer in reached]
    return [(spec, answer) for spec, answer in told if answer is not None][:most]


def _reached(
    wanted: list[FigureSpec], session: Session, record: Base, most: int
) -> Iterator[tuple[FigureSpec, Figure | Asking]]:
    """What is known, until that alone is enough, and what is to be asked, which costs nothing until it is."""
    known = 0
    for spec in wanted:
        try:
            answer = spec.compute(session, record)
        except Denied:
            continue
        if answer is not None:
            known += isinstance(answer, Figure)
            yield spec, answer
        if known == most:
            return


def answers_of(session: Session, askings: Sequence[Asking]) -> list[Figure | None]:
    """What these figures say, asked in one statement, and one for those that the kernel asks."""
    found: dict[Asking, Figure | None] = {}
    for kernel in (False, True):
        group = [each for each in askings if each.trusted == kernel]
        if not group:
            continue
        values = {name: value for each in group for name, value in each.values.items()}
        statement = together(tuple(select for each in group for select in each.selects))
        with trusted(session) if kernel else nullcontext():
            row = list(session.execute(statement, values).one())
        for each in group:
            found[each] = each.read(*(row.pop(0) for _select in each.selects))
    return [found[each] for each in askings]


@lru_cache(500)
def together(selects: tuple[Select[Any], ...]) -> Select[Any]:
    """One SELECT of the values of others."""
    return select(*(each.scalar_subquery() for each in selects)).execution_options(kept=True)


@contextmanager
def sharing(session: Session) -> Iterator[None]:
    """Within, what `shared` found stays: while a page is made, nothing is written that could change it."""
    outermost = SHARED not in session.info
    session.info.setdefault(SHARED, {})
    try:
        yield
    finally:
        if outermost:
            del session.info[SHARED]


def shared(session: Session, key: Hashable, find: Callable[[], T]) -> T:
    """What several figures or panels of one page are made of, found once."""
    found: dict[Hashable, Any] | None = session.info.get(SHARED)
    if found is None:
        return find()
    if key not in found:
        found[key] = find()
    answer: T = found[key]
    return answer
