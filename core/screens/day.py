"""My day and the ticket strip: what addons put before a person each morning, and at the foot of every page.

An addon declares providers in `figures.py` or a bridge: `@my_day("events", order=10)` and `@strip("tickets")`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from core.db import Base
from core.registry.composition import Composition, composed


@dataclass(frozen=True)
class DayItem:
    """One thing to do or to know today: with a time it stands on the day's line, without one below it.

    `act` is what one does about it: a label and the address of the page that does it.
    """

    title: Any
    at: datetime | None = None
    note: Any = ""
    icon: str = "circle"
    url: str = ""
    mark: str = ""
    amount: Any = None
    late: bool = False
    act: tuple[Any, str] | None = None


@dataclass(frozen=True)
class StripItem:
    """One open ticket at the foot of the page: its mark, code, title, and how long there is left."""

    mark: str
    code: str
    title: str
    note: Any
    late: bool
    url: str


@dataclass(frozen=True)
class DayProvider:
    """What one addon adds to the day of the person who looks; asked only if he may read `model`."""

    name: str
    text: str
    order: int
    icon: str
    model: type[Base] | None
    find: Callable[[Session, date], Sequence[DayItem]]


@dataclass(frozen=True)
class StripProvider:
    """What one addon keeps in sight on every page; asked only if the person may read `model`."""

    name: str
    model: type[Base]
    find: Callable[[Session], Sequence[StripItem]]


def my_day(
    name: str, *, label: str, order: int = 50, icon: str = "circle", model: type[Base] | None = None
) -> Callable[[Any], DayProvider]:
    """Make a function `(session, day) -> [DayItem]` part of everybody's day."""
    return lambda find: DayProvider(name, label, order, icon, model, find)


def strip(name: str, *, model: type[Base]) -> Callable[[Any], StripProvider]:
    """Make a function `(session) -> [StripItem]`, most urgent first, part of the strip."""
    return lambda find: StripProvider(name, model, find)


@composed("day")
def compose_day(composition: Composition) -> list[DayProvider]:
    """The providers of the enabled addons, in order."""
    return sorted((p for _, p in composition.declared(DayProvider)), key=lambda p: (p.order, p.name))


@composed("strips")
def compose_strips(composition: Composition) -> list[StripProvider]:
    """The strips of the enabled addons."""
    return [p for _, p in composition.declared(StripProvider)]
