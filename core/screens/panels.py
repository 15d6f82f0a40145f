"""Panels of a record: its timeline, its account statement, its documents; each a tab with a template of its addon.

A panel's function answers what its template `templates/panels/<addon>/<name>.html` shows; only the open tab is asked.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from core.db import Base
from core.i18n import humanised, translated
from core.registry.composition import Composition, composed

Provide = Callable[[Session, Any], Mapping[str, Any]]
Count = Callable[[Session, Any], int | Select[Any]]


@dataclass(frozen=True, eq=False)
class PanelSpec:
    """A panel as its addon declares it; it is called with session and record.

    `first` makes it the tab that a record opens with, before its own fields. `count` is shown beside the tab's name; one
    that answers a SELECT of one number instead of the number is asked together with those of the other tabs.
    """

    model: type[Base]
    name: str
    text: str
    order: int
    provide: Provide
    template: str
    first: bool = False
    count: Count | None = None
    icon: str = ""

    @property
    def label(self) -> str:
        """What the tab says, in the current language."""
        return translated(self.text)

    def __call__(self, session: Session, record: Any) -> Mapping[str, Any]:
        """What the template shows of one record."""
        return self.provide(session, record)


def panel(
    model: type[Base],
    name: str,
    *,
    label: str = "",
    order: int = 50,
    first: bool = False,
    count: Count | None = None,
    icon: str = "",
    template: str = "",
) -> Callable[[Provide], PanelSpec]:
    """Make a function `(session, record) -> dict` a panel of a model."""

    def make(provide: Provide) -> PanelSpec:
        parts = provide.__module__.split(".")
        addon = parts[1] if parts[0] == "addons" and len(parts) > 1 else "core"
        path = template or f"panels/{addon}/{name}.html"
        return PanelSpec(model, name, label or humanised(name), order, provide, path, first, count, icon)

    return make


Panels = Mapping[type[Base], Mapping[str, PanelSpec]]


@composed("panels")
def compose_panels(composition: Composition) -> Panels:
    """The panels that the enabled addons give each model, in order."""
    found: dict[type[Base], dict[str, PanelSpec]] = {}
    for _addon, spec in sorted(composition.declared(PanelSpec), key=lambda each: (each[1].order, each[1].name)):
        found.setdefault(spec.model, {})[spec.name] = spec
    return found


def shown_panels(panels: Mapping[str, PanelSpec], names: Sequence[str]) -> dict[str, PanelSpec]:
    """The panels that a view names, in its order, then the one that every record has: its notes and files."""
    from core.screens.records.papers import notes

    known = {**panels, notes.name: notes}
    return {name: known[name] for name in (*names, notes.name) if name in known}


def counts_of(panels: Mapping[str, PanelSpec], session: Session, record: Any) -> dict[str, int]:
    """The counts of these panels by name, asked in one statement where they are statements."""
    told = {name: spec.count(session, record) for name, spec in panels.items() if spec.count is not None}
    asked = {name: each for name, each in told.items() if isinstance(each, Select)}
    found = {name: each for name, each in told.items() if not isinstance(each, Select)}
    if asked:
        numbers = session.execute(select(*(each.scalar_subquery() for each in asked.values()))).one()
        found |= {name: int(number or 0) for name, number in zip(asked, numbers, strict=True)}
    return found


def opened(panels: Mapping[str, PanelSpec], asked: str) -> PanelSpec | None:
    """The panel that an address opens: the one it names, else one that is `first`; None for the record's own fields."""
    if asked in panels:
        return panels[asked]
    return None if asked == "details" else next((each for each in panels.values() if each.first), None)
