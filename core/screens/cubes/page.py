"""The page of a cube: which fields stand where, figures with their share beside them, heat behind them."""

from typing import Any

import orjson
from flask import Response, redirect

from core.db import today
from core.i18n import _
from core.screens.cubes.asked import CubeAsked, is_slice, read_cube, settled
from core.screens.cubes.chips import dimension_chips, measure_chips, more_fields, more_measures, values_of
from core.screens.cubes.layout import Layout
from core.screens.cubes.table import Table
from core.screens.exports.cube_sheets import cube_sheet
from core.screens.exports.sheets import Sheet
from core.screens.fields.formats import formats
from core.screens.lists.chips import Chip, filter_chips
from core.screens.lists.frame import Choice
from core.screens.lists.items import key_value
from core.screens.pages import render
from core.screens.queries.groups import readable
from core.screens.queries.measures import measure_of
from core.screens.queries.pivots import Cube, TooLarge

SHARES = {
    "none": _("Nothing"),
    "row": _("% of row"),
    "column": _("% of column"),
    "all": _("% of all"),
    "parent": _("% of group"),
}
TOTALS = {"row-total": _("Totals of rows"), "column-total": _("Totals of columns"), "subtotals": _("Subtotals")}


def cube_of(page: Any, asked: CubeAsked) -> Cube:
    """The cube that the address asks for."""
    found: Cube = page.view.cubes().of(page.session, page.condition, asked.rows, asked.cols, asked.measures)
    return found


def cube_sheet_of(page: Any, notes: list[str]) -> Sheet:
    """The same as a file."""
    asked = read_cube(page.asked)
    cube = cube_of(page, asked)
    return cube_sheet(cube, page.view.heading, notes, Layout(cube, asked.arrangement), asked.shown_share)


def cube_response(page: Any) -> Any:
    """An answer that is not the page: what was added is told in one address, or the values of a filter."""
    asked = read_cube(page.asked)
    if page.asked.part == "values":
        return slice_page(page, asked)
    address = settled(asked)
    return redirect(f"{page.view.url}{address}", 303) if address else None


def slice_page(page: Any, asked: CubeAsked) -> Response:
    """The values of a field that filters, with how many rows each has."""
    path = page.asked.rest.get("of", "")
    each = readable(page.view.fields[path])
    chosen = asked.chosen(path)
    groups = values_of(page, asked, path)
    found = [
        (orjson.dumps(key_value(g.key)).decode(), g.label, g.count, chosen is None or key_value(g.key) in chosen)
        for g in groups
    ]
    return render(
        "cube_values.html",
        view=page.view,
        label=each.shown_label(),
        path=path,
        values=found,
        is_narrowed=chosen is not None,
        kept=kept(page, asked),
        back=asked.url(),
        everything=asked.url(**asked.narrowed(path, ())),
    )


def kept(page: Any, asked: CubeAsked) -> list[tuple[str, str]]:
    """The state of the page, for a form that changes one part of it."""
    state = {name: value for name, value in asked.state().items() if value is not None}
    return [*((n, str(v)) for n, v in page.asked.values().items() if n not in asked.state()), *state.items()]


def cube_values(page: Any) -> dict[str, Any]:
    """What pivot.html shows."""
    asked, fault = read_cube(page.asked), ""
    try:
        cube = cube_of(page, asked)
    except TooLarge as error:
        fields = page.view.fields
        sides = [[fields[path] for path in paths] for paths in (asked.rows, asked.cols)]
        measures = [measure_of(fields, name) for name in asked.measures]
        cube, fault = Cube(sides[0], sides[1], measures, formats(today(page.session).year)), str(error)
    return {
        "cube": cube,
        "table": Table(page, cube, asked),
        "fault": fault,
        "kept": kept(page, asked),
        "cube_asked": asked,
        "shares": [Choice(str(label), asked.url(share=n), n == asked.shown_share) for n, label in SHARES.items()],
        "heat_url": asked.url(heat=not asked.heat),
        "swap": swapped(asked),
        "zones": [
            ("rows", str(_("Rows")), dimension_chips(page, asked, "rows")),
            ("cols", str(_("Columns")), dimension_chips(page, asked, "cols")),
            ("slice", str(_("Filters")), dimension_chips(page, asked, "slice")),
        ],
        "measure_chips": measure_chips(page, asked),
        "more_fields": more_fields(page, asked),
        "more_measures": more_measures(page, asked),
        "totals": totals_of(asked),
        "levels": levels_of(asked),
        "chips": other_chips(page, asked),
    }


def swapped(asked: CubeAsked) -> str:
    """The address with rows and columns in each other's place, and what is shut in them."""
    turned = {"depth": asked.cdepth, "flip": asked.cflip, "cdepth": asked.depth, "cflip": asked.flip}
    return asked.url(rows=asked.cols, cols=asked.rows, at="", **turned)


def other_chips(page: Any, asked: CubeAsked) -> list[Chip]:
    """What narrows the list, without what the filter zone says already."""
    named = sum(each.name in page.asked.filters for each in page.view.filters)
    zoned = {named + i for i, node in enumerate(page.asked.where) if any(is_slice(node, path) for path in asked.slice)}
    return [chip for i, chip in enumerate(filter_chips(page.session, page.asked)) if i not in zoned]


def totals_of(asked: CubeAsked) -> list[Choice]:
    """The totals, each on or off."""
    found = []
    for name, label in TOTALS.items():
        hide = tuple(n for n in asked.hide if n != name) if name in asked.hide else (*asked.hide, name)
        found.append(Choice(str(label), asked.url(hide=hide), name not in asked.hide))
    return found


def levels_of(asked: CubeAsked) -> list[Choice]:
    """All groups open, or shut."""
    found = []
    if len(asked.rows) > 1:
        found.append(Choice(str(_("Open all rows")), asked.url(depth=None, flip=frozenset()), icon="fold-down"))
        found.append(Choice(str(_("Shut all rows")), asked.url(depth=1, flip=frozenset()), icon="fold-up"))
    if len(asked.cols) > 1:
        found.append(Choice(str(_("Open all columns")), asked.url(cdepth=None, cflip=frozenset()), icon="fold-down"))
        found.append(Choice(str(_("Shut all columns")), asked.url(cdepth=1, cflip=frozenset()), icon="fold-up"))
    return found
