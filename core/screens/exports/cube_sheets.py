"""A cube as a sheet: the rows and columns that its page shows, in the same order, subtotals before their rows."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any

from core.i18n import _
from core.screens.cubes.layout import Layout
from core.screens.exports.sheets import LEVELS, Sheet, SheetColumn, SheetLine, exact
from core.screens.fields.formats import STORED
from core.screens.queries.measures import Measure
from core.screens.queries.pivots import Cube, Keys


def cube_sheet(
    cube: Cube, title: str, notes: Iterable[str] = (), layout: Layout | None = None, share: str = "none"
) -> Sheet:
    """A cube as a table, as somebody arranged it; with a column of percentages beside each figure that has them."""
    shown = layout or Layout(cube)
    columns = [SheetColumn(cube.shown_path() or str(_("Total")))]
    for place in shown.places:
        name = shown.label_of(place)
        for measure in cube.measures:
            label = measure.label if not cube.columns else f"{name}: {measure.label}" if len(cube.measures) > 1 else name
            columns.append(SheetColumn(label, measure.shown_kind))
            if share != "none" and measure.adds_up:
                columns.append(SheetColumn(f"{label} %", "percent"))
    lines = list(_lines(shown, share))
    foot = lines[-1] if lines and lines[-1].style == "total" else None
    return Sheet(title, columns, lines, list(notes), lambda: foot, lambda: len(lines) - (foot is not None))


def _lines(layout: Layout, share: str) -> Iterator[SheetLine]:
    cube = layout.cube
    for row in layout.rows if cube.rows else ():
        style = LEVELS[min(len(row), 4) - 1] if layout.is_group(row) else "row"
        is_blank = layout.is_group(row) and layout.is_open(row) and not layout.shows("subtotals")
        indent = "  " * (len(row) - 1)
        yield SheetLine([indent + cube.label(cube.rows, row), *_figures(layout, row, share, is_blank)], style)
    if layout.shows("column-total") or not cube.rows:
        yield SheetLine([str(_("Total")), *_figures(layout, (), share)], "total")


def _figures(layout: Layout, row: Keys, share: str, is_blank: bool = False) -> Iterator[Any]:
    for place in layout.places:
        figure = layout.cube.figure(row, place.keys)
        for index, measure in enumerate(layout.cube.measures):
            value = figure.value(index, measure) if figure.count and not is_blank else None
            yield shown_figure(measure, value)
            if share != "none" and measure.adds_up:
                yield percent(value, layout.whole(share, row, place.keys).value(index, measure))


def percent(part: Any, whole: Any) -> Decimal | None:
    """A part as a percentage with one digit, as the page says it."""
    if not isinstance(part, int) or not isinstance(whole, int) or not whole:
        return None
    return (Decimal(part) * 100 / Decimal(whole)).quantize(Decimal("0.1"))


def shown_figure(measure: Measure, value: Any) -> Any:
    """A figure as the type that it is: amounts exact, dates as dates, moments without a zone."""
    if value is None or isinstance(value, datetime):
        return value
    return exact(measure.shown_kind, value) if measure.shown_kind in STORED else value
