"""Figures of a record: one number or word, one line of meaning, and the documents behind it.

An addon declares them in `figures.py` or in a bridge; a view's `form.figures` says which are shown, in which order.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from core.db import Base
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


Compute = Callable[[Session, Any], Figure | None]


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
        return self.compute(session, record)


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
    figures: Figures, session: Session, record: Base, names: Iterable[str] | None = None
) -> list[tuple[FigureSpec, Figure]]:
    """The figures of a record, those of these names or all; what the user may not see is left out."""
    known = figures.get(type(record), {})
    shown: list[tuple[FigureSpec, Figure]] = []
    for name in known if names is None else names:
        spec = known.get(name)
        if spec is None:
            continue
        try:
            answer = spec(session, record)
        except Denied:
            continue
        if answer is not None:
            shown.append((spec, answer))
    return shown
