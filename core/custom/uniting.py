"""Two records become one: the fields that were added to the model take what only the other record has."""

from typing import Any

from sqlalchemy.orm import Session

from core.custom.definition import ASPECT
from core.custom.mapping import attribute_of
from core.db import Model, extensions_of


def unite_added(session: Session, kept: Model, gone: Model) -> dict[str, list[Any]]:
    """Blank fields of the kept record take the other's; answers path to [None, value] as JSON keeps it."""
    added = added_to(session, kept)
    other = session.get(added, gone.id) if added is not None else None
    filled: dict[str, list[Any]] = {}
    if added is None or other is None:
        return filled
    mine = added.of(kept)
    for each in added.__definitions__:
        name, there = attribute_of(each), (other.values or {}).get(each.key)
        if there is not None and (mine.values or {}).get(each.key) is None:
            setattr(mine, name, getattr(other, name))
            filled[each.path] = [None, there]
    return filled


def part_added(session: Session, kept: Model, filled: dict[str, list[Any]]) -> None:
    """What was filled in so, and nobody changed since, is taken out again."""
    added = added_to(session, kept)
    mine = session.get(added, kept.id) if added is not None else None
    if mine is None:
        return
    for each in added.__definitions__:
        if each.path in filled and mine.values.get(each.key) == filled[each.path][1]:
            setattr(mine, attribute_of(each), None)


def added_to(session: Session, record: Model) -> Any:
    """The class of the fields that were added to a model, in the composition that the session works in."""
    composition = session.info.get("composition")
    models = set(composition.models.values()) if composition is not None else set()
    return extensions_of(type(record), models).get(ASPECT)
