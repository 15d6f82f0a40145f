"""What the filter form and the boxes below the heads make of the conditions of an address.

`add.field`, `add.op`, `add.value`, `add.until`, `add.period` say a condition; `add.at=2` or `2.0` puts it in the place of
another, `add.or=2` beside it, so that one of them is enough. `f.city=garc` is what stands in the box of a column.
"""

from collections.abc import Mapping
from typing import Any

from core.i18n import current_language
from core.screens.fields.paths import PathField, Resolver
from core.screens.lists.conditions import made, typed_in
from core.screens.lists.periods import path_of, period_of
from core.screens.queries.where import SEARCHED

BOX = "f."


def with_added(where: list[Any], args: Mapping[str, str], fields: Resolver) -> list[Any]:
    """The conditions with the one that the filter form says."""
    if not args.get("add.field") or "ask" in args or args.get("part") == "condition":
        return where
    node, place, beside = (
        added(args, fields),
        place_in(where, args.get("add.at", "")),
        place_in(where, args.get("add.or", "")),
    )
    if place:
        return replaced(where, place, node)
    if beside:
        old = where[beside[0]]
        alternatives = old[1:] if is_choice(old) else [old]
        return replaced(where, beside[:1], ["or", *alternatives, node])
    return [*where, node]


def is_choice(node: Any) -> bool:
    """Whether one of several conditions is enough."""
    return isinstance(node, list | tuple) and bool(node) and node[0] == "or"


def place_in(where: list[Any], text: str) -> tuple[int, ...]:
    """`2` or `2.0` as places of a list of conditions; nothing for one that is not there."""
    words = text.split(".")
    if not all(word.isdigit() and len(word) < 4 for word in words) or len(words) > 2:
        return ()
    place = tuple(int(word) for word in words)
    if place[0] >= len(where):
        return ()
    if len(place) == 2 and not (is_choice(where[place[0]]) and place[1] + 1 < len(where[place[0]])):
        return ()
    return place


def node_at(where: list[Any], place: tuple[int, ...]) -> Any:
    """The condition at a place."""
    node = where[place[0]]
    return node if len(place) == 1 else node[place[1] + 1]


def replaced(where: list[Any], place: tuple[int, ...], node: Any) -> list[Any]:
    """The conditions with another at a place, or without it when there is no other."""
    if len(place) == 2:
        old = list(where[place[0]])
        old[place[1] + 1 : place[1] + 2] = [] if node is None else [node]
        node = old if len(old) > 2 else old[1] if len(old) == 2 else None
    return [*where[: place[0]], *([] if node is None else [node]), *where[place[0] + 1 :]]


def added(args: Mapping[str, str], fields: Resolver) -> list[Any]:
    """The condition of the filter form."""
    path, sign, value = args["add.field"], args.get("add.op", "="), args.get("add.value", "").strip()
    field = fields[path]
    if sign == "contains" and (field.kind not in SEARCHED or field.bucket):
        sign = "="
    if sign == "=" and value and field.target is not None and not value.lstrip("-").isdigit() and value != "me":
        sign = "contains"
    return made(field, sign, (value,), args.get("add.until", ""), args.get("add.period", ""), current_language())


def with_boxes(where: list[Any], args: Mapping[str, str], fields: Resolver) -> list[Any]:
    """The conditions with those of the boxes in the place of what the boxes showed before."""
    for name, text in args.items():
        if not name.startswith(BOX):
            continue
        field = fields[name.removeprefix(BOX)]
        at = boxed(where, field)
        node = typed_in(field, text, current_language())
        if at is not None:
            where = replaced(where, (at,), node)
        elif node is not None:
            where = [*where, node]
    return where


def boxed(where: list[Any], field: PathField) -> int | None:
    """Which condition the box of a column shows: the first that is about its field alone."""
    for at, node in enumerate(where):
        named = period_of(node)
        plain = node[1] if node and node[0] == "not" and len(node) == 2 else node
        if (named[0] if named else path_of(plain)) == field.path:
            return at
    return None
