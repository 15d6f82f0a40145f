"""Placing what one addon adds into the named places of another addon's view."""

from collections.abc import Iterator
from typing import Any

from core.screens.views.schemas import ExtensionSpec, Filter, Group, Lines, Placement, SearchSpec, Slot, ViewSpec
from core.yaml_reader import Problem, problem_at

Place = tuple[list[Any], type]
WORDS: dict[Any, str] = {Slot: "fields", Filter: "filters", Group: "groups", Lines: "lines"}


def places_of(spec: ViewSpec) -> dict[str, Place]:
    """The named places of a view: the list that one places into, and what it holds."""
    places: dict[str, Place] = {}
    if spec.listing:
        places |= {"list": (spec.listing.columns, Slot), "list.filters": (spec.listing.filters, Filter)}
    if form := spec.form:
        places |= {"form": (form.groups, Group), "form.lines": (form.lines, Lines)}
        places |= {
            "form.figures": (form.figures, Slot),
            "form.panels": (form.panels, Slot),
            "form.totals": (form.totals, Slot),
        }
        places |= {f"form.{group.name}": (group.fields, Slot) for group in form.groups}
        places |= {f"form.lines.{lines.name}": (lines.columns, Slot) for lines in form.lines}
    spec.search = spec.search or SearchSpec()
    places |= {"search.filters": (spec.search.filters, Filter), "search.fields": (spec.search.fields, Slot)}
    places |= {"search.group_by": (spec.search.group_by, Slot)}
    if spec.kanban:
        places["kanban"] = (spec.kanban.card, Slot)
    return places


def name_of(part: Any) -> str:
    """What an anchor names a part by."""
    return part.field if isinstance(part, Slot) else part.name


def apply_extension(spec: ViewSpec, extension: ExtensionSpec) -> Iterator[Problem]:
    """Place and hide; problems of places, anchors and names. The view is changed in place."""
    for placement in extension.place:
        yield from _placed(spec, placement)
    for slot in extension.hide:
        yield from _hidden(spec, slot)
    for kind in ("pivot", "calendar", "graph", "kanban"):
        added = getattr(extension, kind)
        if added is not None and getattr(spec, kind) is not None:
            yield extension.problem(f"{spec.model} has a {kind} already; only one view may say it", kind)
        elif added is not None:
            setattr(spec, kind, added)


def _placed(spec: ViewSpec, placement: Placement) -> Iterator[Problem]:
    places = places_of(spec)
    into = spec.aliases.get(placement.into, placement.into)
    if into not in places:
        message = f"there is no place {placement.into!r} in the view of {spec.model}"
        yield problem_at(placement.place_of("into"), message, placement.into, places)
        return
    target, kind = places[into]
    for part in placement.parts:
        if not isinstance(part, kind):
            yield part.problem(f"{into} holds {WORDS[kind]}, not {WORDS[type(part)]}")
            return
    names = [name_of(part) for part in target]
    anchor = placement.after or placement.before
    at = len(target)
    if anchor is not None and anchor not in names:
        key = "after" if placement.after else "before"
        message = f"nothing is named {anchor!r} in {into} of {spec.model}"
        yield problem_at(placement.place_of(key), message, anchor, names)
    elif anchor is not None:
        at = names.index(anchor) + (1 if placement.after else 0)
    twice = [part for part in placement.parts if name_of(part) in names]
    for part in twice:
        yield part.problem(f"{name_of(part)!r} is in {into} of {spec.model} already")
    target[at:at] = [part for part in placement.parts if part not in twice]


def _hidden(spec: ViewSpec, slot: Slot) -> Iterator[Problem]:
    found = False
    slots = [place for place, kind in places_of(spec).values() if kind is Slot]
    for place in slots:
        for part in [part for part in place if part.field == slot.field]:
            place.remove(part)
            found = True
    if not found:
        names = [part.field for place in slots for part in place]
        yield problem_at(
            slot.place_of(), f"nothing to hide: {slot.field!r} is in no place of {spec.model}", slot.field, names
        )
