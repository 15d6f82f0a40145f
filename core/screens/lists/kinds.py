"""Other faces of a list: a board of cards, records on days, one measure over one dimension."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import orjson

from core.db import actor, today
from core.errors import FieldError, Invalid
from core.i18n import _, translated
from core.screens.fields.formats import STORED, Formats, formats
from core.screens.fields.typed import asking_of
from core.screens.lists.bulk import is_movable, needs_answers
from core.screens.lists.compiled import words_of
from core.screens.lists.groups import Group, condition_of, label_of
from core.screens.lists.measures import measure_of
from core.screens.lists.ordering import Order
from core.screens.lists.statements import Column, Listing
from core.screens.lists.where import Condition, read
from core.screens.views.schemas import CalendarSpec, KanbanSpec
from core.screens.views.view import View

CARDS, COLUMNS, EVENTS = 40, 12, 600
SHORT_MIN = 30


@dataclass
class Card:
    """One record on the board: its title, the facts below, the amount at its foot."""

    id: int
    title: str
    url: str
    facts: list[Any] = field(default_factory=list)
    amount: str = ""


@dataclass
class BoardColumn:
    """One column: what it is, how many, their sum, its first cards."""

    key: str
    label: str
    mark: str
    count: int
    sum: str
    cards: list[Card]
    more: str
    new: str
    verb: str = ""
    asks: bool = False


def board(page: Any) -> dict[str, Any]:
    """The columns of a board, each with its first cards."""
    view, session = page.view, page.session
    spec: KanbanSpec = view.spec.kanban
    listing = view.listing(tuple(view.paths(session, [slot.field for slot in spec.card])))
    found = view.board(spec.sum or "").of(session, page.condition, [spec.column])
    columns = with_empty(view, spec, found)[:COLUMNS]
    verbs = page.screen.composition.verbs(view.model)
    shape = formats(today(session).year, actor(session).zone)
    built = []
    for group in columns:
        built.append(_column(page, spec, listing, group, shape))
        name = spec.moves.get(built[-1].key, "")
        built[-1].verb, built[-1].asks = name, name in verbs and needs_answers(verbs[name])
    return {
        "columns": built,
        "movable": is_movable(session, page.screen) or bool(spec.moves),
        "by_field": is_movable(session, page.screen),
    }


def with_empty(view: View, spec: KanbanSpec, found: Sequence[Group]) -> list[Group]:
    """Every word of a choice has a column, full or empty."""
    field = view.fields[spec.column]
    if field.kind != "choice":
        return list(found)
    by_key = {group.key: group for group in found}
    shape = formats(2000)
    words = [by_key.get(word) or Group((word,), (label_of(field, word, word, shape),), 0) for word in field.choices]
    return [*words, *(group for group in found if group.key is None)]


def _column(page: Any, spec: KanbanSpec, listing: Listing, group: Group, shape: Formats) -> BoardColumn:
    view, session = page.view, page.session
    field = view.fields[spec.column]
    condition = page.condition.also(read([condition_of(field, group.key)], view.fields, asking_of(session)))
    order: Order = page.asked.order
    rows = listing.page(session, condition, order, limit=CARDS) if group.count else None
    total = view.fields[spec.sum] if spec.sum else None
    amount = shape.number(total.kind, group.sums[spec.sum]) if total is not None and spec.sum in group.sums else ""
    key = "" if group.key is None else str(group.key)
    more = page.asked.query(view=None, where=orjson.dumps([*page.asked.where, condition_of(field, group.key)]).decode())
    return BoardColumn(
        key,
        group.label,
        field.info.get("marks", {}).get(group.key, ""),
        group.count,
        amount,
        [_card(view, listing, row, rows.tags, shape) for row in rows.rows] if rows else [],
        more if group.count > CARDS else "",
        f"{view.url}new?{spec.column}={key}",
    )


def _card(view: View, listing: Listing, row: Any, tags: Mapping[str, Any], shape: Formats) -> Card:
    first, *others = listing.columns
    title = text_of(first, row, tags, shape) or f"#{row[0]}"
    card = Card(row[0], str(title), f"{view.url}{row[0]}")
    for column in others:
        text = text_of(column, row, tags, shape)
        if column.field.kind == "money" and not card.amount:
            card.amount = str(text)
        elif text:
            card.facts.append(text)
    return card


def text_of(column: Column, row: Any, tags: Mapping[str, Any], shape: Formats) -> Any:
    """What a column says of a row, outside the grid."""
    kind, at = column.field.kind, column.at
    if kind == "tags":
        return ", ".join(title for _key, title in tags[column.path].get(row[0], ()))
    value = row[at + 1] if column.field.target is not None else row[at]
    if value is None:
        return ""
    if kind in ("choice", "boolean"):
        return words_of(column)[value] if kind == "choice" else translated(column.field.label) if value else ""
    if kind == "date":
        return shape.day(value)
    if kind == "moment":
        return shape.moment(value)
    return shape.number(kind, value) if kind in STORED else str(value)


# calendar


def month_asked(text: str, default: date) -> date:
    """The first day of the month of an address (`2026-03`)."""
    if not text:
        return default.replace(day=1)
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError as error:
        message = _("A month is written like 2026-03")
        raise Invalid(message, [FieldError("month", message)]) from error


def agenda(page: Any) -> dict[str, Any]:
    """The month of the address: its days with what is on them, and the addresses of its neighbours."""
    now = today(page.session)
    first = month_asked(page.asked.rest.get("month", ""), now)
    after = (first + timedelta(days=32)).replace(day=1)
    before = (first - timedelta(days=1)).replace(day=1)
    days: dict[date, list[dict[str, Any]]] = {}
    for event in events_between(page, first, after):
        days.setdefault(event["day"], []).append(event)
    shape = formats(now.year, actor(page.session).zone)
    return {
        "days": [(day, shape.day(day), day == now, found) for day, found in sorted(days.items())],
        "month": first,
        "month_label": shape.period("month", first.year * 100 + first.month),
        "feed": page.asked.query(part="events"),
        "previous": page.asked.query(month=f"{before:%Y-%m}"),
        "next": page.asked.query(month=f"{after:%Y-%m}"),
        "this": page.asked.query(month=None),
    }


def events(page: Any, args: Mapping[str, str]) -> list[dict[str, Any]]:
    """What the calendar widget asks for: everything between two days."""
    try:
        first, last = (date.fromisoformat(args[name][:10]) for name in ("start", "end"))
    except (KeyError, ValueError) as error:
        raise Invalid(_("start and end are days such as 2026-03-01")) from error
    if last - first > timedelta(days=800):
        raise Invalid(_("A calendar shows at most two years"))
    return [{name: value for name, value in event.items() if name != "day"} for event in events_between(page, first, last)]


def events_between(page: Any, first: date, after: date) -> list[dict[str, Any]]:
    """The records that touch the days from `first` until before `after`, in order."""
    spec: CalendarSpec = page.view.spec.calendar
    view, session = page.view, page.session
    paths = list(filter(None, (spec.title, spec.start, spec.end, spec.kind)))
    listing = view.listing(tuple(dict.fromkeys(paths)))
    touching: list[Any] = [[spec.start, "<", after.isoformat()]]
    if spec.end:
        touching.append(
            [
                "or",
                [spec.end, ">=", first.isoformat()],
                ["and", [spec.end, "is-null", True], [spec.start, ">=", first.isoformat()]],
            ]
        )
    else:
        touching.append([spec.start, ">=", first.isoformat()])
    condition: Condition = page.condition.also(read(touching, view.fields, asking_of(session)))
    rows = listing.page(session, condition, ((spec.start, False),), limit=EVENTS)
    columns = {column.path: column for column in listing.columns}
    zone = ZoneInfo(actor(session).zone)
    shape = formats(today(session).year, actor(session).zone)
    return [_event(view, spec, columns, row, rows.tags, zone, shape) for row in rows.rows]


def _event(
    view: View, spec: CalendarSpec, columns: Mapping[str, Column], row: Any, tags: Any, zone: ZoneInfo, shape: Formats
) -> dict[str, Any]:
    start = row[columns[spec.start].at]
    end = row[columns[spec.end].at] if spec.end else None
    whole = not isinstance(start, datetime)
    local = start if whole else start.astimezone(zone)
    last = (end or start) if whole else (end or start + timedelta(minutes=SHORT_MIN)).astimezone(zone)
    if whole:
        last = last + timedelta(days=1)
    number = 1
    if spec.kind:
        column = columns[spec.kind]
        key = row[column.at]
        words = column.field.choices
        number = (words.index(key) if key in words else key if isinstance(key, int) else 0) % 6 + 1
    return {
        "id": row[0],
        "title": str(text_of(columns[spec.title], row, tags, shape) or f"#{row[0]}"),
        "url": f"{view.url}{row[0]}",
        "start": local.isoformat() if whole else local.replace(tzinfo=None).isoformat(timespec="minutes"),
        "end": last.isoformat() if whole else last.replace(tzinfo=None).isoformat(timespec="minutes"),
        "all_day": whole,
        "kind": number,
        "note": "" if whole else f"{local:%H:%M}",
        "day": local if whole else local.date(),
    }


# graph


def graph(page: Any) -> dict[str, Any]:
    """One measure over one dimension, as the table that the chart draws."""
    view, session = page.view, page.session
    spec, rest = view.spec.graph, page.asked.rest
    dimension = rest.get("rows") or (spec.dimension if spec else next(iter(view.search.group_by)).field)
    name = rest.get("measures") or (spec.measure if spec else "count")
    kind = rest.get("kind") or (spec.kind if spec else "bar")
    measure = measure_of(view.fields, name)
    cube = view.cubes().of(session, page.condition, [dimension], [], [name])
    shape = formats(today(session).year)
    rows = []
    for key in cube.row_keys:
        value = cube.value(0, key)
        digits = STORED.get(measure.shown_kind, 0)
        plain = value / 10**digits if isinstance(value, int) else 0
        where = orjson.dumps([*page.asked.where, *cube.where(key)]).decode()
        text = shape.number(measure.shown_kind, value) if isinstance(value, int) else str(value or "–")
        rows.append((cube.label(cube.rows, key), text, plain, page.asked.query(view=None, where=where)))
    total = cube.value(0)
    return {
        "points": rows,
        "dimension": view.fields[dimension].shown_label(),
        "dimension_path": dimension,
        "measure": measure.label,
        "measure_name": name,
        "kind": kind if kind in ("bar", "line", "area", "pie") else "bar",
        "total": shape.number(measure.shown_kind, total) if isinstance(total, int) else "",
    }
