"""What a widget shows: the count and first rows of a list, the columns of a board, a chart, a small cube, the next days."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from math import sqrt
from typing import Any

import orjson
from sqlalchemy.orm import Session

from core.db import actor, today
from core.errors import TandemError
from core.i18n import translated
from core.screens.boards.board import Board, text_of
from core.screens.cubes.asked import read_cube
from core.screens.cubes.page import cube_of
from core.screens.fields.formats import formats
from core.screens.fields.paths import PathField
from core.screens.fields.rights import demand
from core.screens.graphs import Graph
from core.screens.lists.index import ListPage
from core.screens.queries.groups import condition_of
from core.screens.queries.pivots import Keys
from core.web.models import Widget
from core.web.widgets.keeping import args_of

ROWS, FACTS, GROUPS, POINTS, CELLS, DAYS, HEATS = 6, 2, 8, 12, 4, 14, 7


@dataclass
class Row:
    """One record of a list: what it is called, a fact or two, the first amount."""

    title: str
    url: str
    facts: list[str] = field(default_factory=list)
    amount: str = ""


@dataclass
class CubeCell:
    """One figure of a small cube."""

    text: str
    url: str
    heat: int = 0


@dataclass
class Pane:
    """One widget as the page draws it; `kind` says which of the others is filled."""

    id: int
    title: str
    size: str
    kind: str
    url: str = ""
    icon: str = "table"
    count: str = ""
    records: list[Row] = field(default_factory=list)
    groups: list[dict[str, Any]] = field(default_factory=list)
    sums: list[tuple[str, str]] = field(default_factory=list)
    chart: dict[str, Any] = field(default_factory=dict)
    heads: list[str] = field(default_factory=list)
    rows: list[Any] = field(default_factory=list)
    total: Any = None
    events: list[dict[str, Any]] = field(default_factory=list)
    refusal: str = ""


def panes(session: Session, composition: Any, widgets: Sequence[Widget]) -> list[Pane]:
    """The widgets that this person may see; one whose view cannot be read any more says why."""
    found = []
    for widget in widgets:
        model = composition.models.get(widget.model)
        if model is None or model not in composition.screens or not session.info["policy"].may(model, "read"):
            continue
        found.append(pane(session, composition.screens[model], widget))
    return found


def pane(session: Session, screen: Any, widget: Widget) -> Pane:
    """One widget, filled."""
    view = screen.view
    url = f"{view.url}?{widget.query}" if widget.query else view.url
    drawn = Pane(widget.id, widget.name or view.plural, widget.size, "list", url, view.icon)
    try:
        demand(session, screen.model, "read")
        page = ListPage(screen, session, args_of(widget.query))
        drawn.kind = "groups" if page.asked.mode == "list" and page.asked.groups else page.asked.mode
        FILL[drawn.kind](drawn, page)
    except TandemError as error:
        drawn.kind, drawn.refusal = "refused", str(error)
    return drawn


def fill_list(drawn: Pane, page: Any) -> None:
    """The count, the first rows, the sums."""
    shape = formats(today(page.session).year, actor(page.session).zone)
    found = page.listing.page(page.session, page.condition, page.asked.order, limit=ROWS, sums=bool(page.listing.summed))
    drawn.count = found.total_text
    for row in found.rows:
        texts = [(column.field.kind, text_of(column, row, found.tags, shape)) for column in page.listing.columns]
        plain = [text for kind, text in texts if kind != "money" and text]
        money = next((text for kind, text in texts if kind == "money" and text), "")
        title = plain[0] if plain else f"#{row[0]}"
        drawn.records.append(Row(title, f"{page.view.url}{row[0]}", plain[1 : FACTS + 1], money))
    for column in page.listing.summed[:2]:
        units = found.sums.get(column.path)
        if units is not None:
            label = translated(column.slot.label) or column.field.shown_label()
            drawn.sums.append((label, shape.number(column.field.kind, units)))


def fill_groups(drawn: Pane, page: Any) -> None:
    """The groups of the first level, with their counts and first sum."""
    groups = page.view.groups(tuple(column.path for column in page.listing.columns))
    found = groups.of(page.session, page.condition, [page.asked.groups[0]])
    summed = page.listing.summed[:1]
    by = page.view.fields[page.asked.groups[0]]
    show_groups(drawn, page, found, by, summed[0].field if summed else None)


def fill_board(drawn: Pane, page: Any) -> None:
    """The columns, with their counts and sum."""
    columns = Board(page).heads()
    most = max((column.count for column in columns), default=0) or 1
    drawn.count = str(sum(column.count for column in columns))
    drawn.groups = [
        {
            "label": column.label,
            "count": column.count,
            "mark": column.mark,
            "url": column.all,
            "sum": column.sum,
            "share": round(100 * column.count / most, 1),
        }
        for column in columns
    ][:GROUPS]


def show_groups(drawn: Pane, page: Any, found: Sequence[Any], by: PathField, summed: PathField | None) -> None:
    """Groups as lines with a bar, each leading to its records."""
    shape = formats(today(page.session).year, actor(page.session).zone)
    amounts = [group.sums.get(summed.path) if summed is not None else None for group in found]
    weights = [abs(amount) if amount is not None else group.count for amount, group in zip(amounts, found, strict=True)]
    most = max(weights, default=0) or 1
    drawn.count = str(sum(group.count for group in found))
    drawn.groups = [
        {
            "label": group.label,
            "count": group.count,
            "mark": by.info.get("marks", {}).get(group.key, ""),
            "url": url_of(page, by, group.key),
            "sum": shape.number(summed.kind, amount) if summed is not None and amount is not None else "",
            "share": round(100 * weight / most, 1),
        }
        for group, amount, weight in zip(found, amounts, weights, strict=True)
    ][:GROUPS]


def url_of(page: Any, by: PathField, key: Any) -> str:
    """The list with the records of one group only."""
    return url_where(page, [condition_of(by, key)])


def url_where(page: Any, conditions: Sequence[Any]) -> str:
    """The list with what is asked for, and more conditions."""
    where = orjson.dumps([*page.asked.where, *conditions]).decode()
    gone = dict.fromkeys(("view", "rows", "cols", "measures", "share", "heat", "kind"))
    url: str = page.asked.url(**gone, group="", where=where)
    return url


def fill_graph(drawn: Pane, page: Any) -> None:
    """The chart, and the table behind it."""
    drawn.chart = Graph(page).values()
    drawn.chart["points"] = drawn.chart["points"][-POINTS:]
    for spot in (spot for point in drawn.chart["points"] for spot in point.spots if spot.url):
        spot.url = f"{page.view.url}{spot.url}"


def fill_cube(drawn: Pane, page: Any) -> None:
    """The rows of the first level that count most, the first columns, and the totals; a figure opens its documents."""
    cube = cube_of(page, read_cube(page.asked))
    measure, shape = cube.measures[0], formats(today(page.session).year, actor(page.session).zone)

    def weight(row: Keys, place: Keys) -> int:
        value = cube.figure(row, place).value(0, measure)
        return value if isinstance(value, int) else 0

    tops = list(dict.fromkeys(key[:1] for key in cube.row_keys if key))
    tops = sorted(tops, key=lambda key: -abs(weight(key, ())))[:GROUPS]
    firsts = list(dict.fromkeys(key[:1] for key in cube.column_keys if key)) if drawn.size == "wide" else []
    places: list[Keys] = [*firsts[:CELLS], ()]
    most = max((abs(weight(row, place)) for row in tops for place in places[:-1]), default=0)

    def cell(row: Keys, place: Keys) -> CubeCell:
        figure = cube.figure(row, place)
        value = figure.value(0, measure) if figure.count else None
        text = shape.number(measure.shown_kind, value) if isinstance(value, int) else str(shape.day(value) if value else "")
        heat = round(HEATS * sqrt(abs(weight(row, place)) / most)) if most and place and row else 0
        return CubeCell(text, url_where(page, cube.where(row, place)), heat)

    drawn.heads = [cube.label(cube.columns, place) for place in places]
    drawn.rows = [(cube.label(cube.rows, row), [cell(row, place) for place in places]) for row in tops]
    drawn.total = [cell((), place) for place in places]


def fill_calendar(drawn: Pane, page: Any) -> None:
    """What comes in the next two weeks."""
    day = today(page.session)
    shape = formats(day.year, actor(page.session).zone)
    found = page.screen.calendar(page).entries(day, day + timedelta(days=DAYS))
    drawn.count = str(len(found))
    entries = sorted(found, key=lambda entry: (entry.day, entry.hours))[:ROWS]
    drawn.events = [{"title": e.title, "url": e.url, "note": e.hours, "on": shape.day(e.day)} for e in entries]


FILL = {
    "list": fill_list,
    "groups": fill_groups,
    "kanban": fill_board,
    "graph": fill_graph,
    "pivot": fill_cube,
    "calendar": fill_calendar,
}
