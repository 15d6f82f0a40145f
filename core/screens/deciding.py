"""What decides between the records that a box offers: the stock of a product, the balance of a contact.

An addon declares it in `figures.py` or in a bridge, for all records of a page at once.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from core.db import Base
from core.errors import Denied
from core.registry.composition import Composition, composed
from core.screens.fields.texts import Texts
from core.screens.figures import Figure

Compute = Callable[[Session, Sequence[Any]], Mapping[int, Figure]]
Deciding = Mapping[type[Base], Sequence["DecidingSpec"]]
MOST = 2


@dataclass(frozen=True, eq=False)
class DecidingSpec:
    """A figure beside what one chooses from, as its addon declares it."""

    model: type[Base]
    order: int
    compute: Compute


def deciding(model: type[Base], *, order: int = 50) -> Callable[[Compute], DecidingSpec]:
    """Make a function `(session, records) -> {id: Figure}` tell what decides between records of a model."""
    return lambda compute: DecidingSpec(model, order, compute)


@composed("deciding")
def compose_deciding(composition: Composition) -> Deciding:
    """What the enabled addons tell of each model, in order."""
    found: dict[type[Base], list[DecidingSpec]] = {}
    for _addon, spec in sorted(composition.declared(DecidingSpec), key=lambda each: each[1].order):
        found.setdefault(spec.model, []).append(spec)
    return found


def told_of(known: Deciding, session: Session, model: type[Base], records: Sequence[Any]) -> dict[int, str]:
    """What decides between these records, as one short text each; what the user may not see is left out."""
    texts = Texts(session)
    found: dict[int, list[str]] = {record.id: [] for record in records}
    for spec in known.get(model, ()) if records else ():
        try:
            answers = spec.compute(session, records)
        except Denied:
            continue
        for number, figure in answers.items():
            if len(found[number]) < MOST:
                found[number].append(" ".join(filter(None, (texts.plain(figure.kind, figure.value), str(figure.note)))))
    return {number: " · ".join(told) for number, told in found.items() if told}
