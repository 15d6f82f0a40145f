"""The fields and measures of a cube as chips: each can be dragged, and its menu does the same and more."""

from dataclasses import dataclass, field
from typing import Any

from core.i18n import _, translated
from core.screens.cubes.asked import ZONES, CubeAsked, base_of
from core.screens.fields.buckets import BUCKETS
from core.screens.fields.paths import PathField
from core.screens.fields.sight import sees
from core.screens.lists.frame import Choice, Frame
from core.screens.queries.groups import Group
from core.screens.queries.measures import Measure, measure_of

TO = {"rows": _("Move to rows"), "cols": _("Move to columns"), "slice": _("Move to filters")}
ICONS = {"rows": "table-row", "cols": "table-column", "slice": "filter"}
FIGURED = {"sum": _("Sum"), "avg": _("Average"), "min": _("Least"), "max": _("Greatest")}
LEFT, RIGHT = _("Move left"), _("Move right")
LARGEST, SMALLEST = _("Largest first"), _("Smallest first")
COLUMNS_LARGEST, COLUMNS_SMALLEST = _("Columns, largest first"), _("Columns, smallest first")
COLUMNS_BY_LABEL = _("Columns by their labels")
NAMED = 2


@dataclass(frozen=True)
class Entry:
    """One line of a chip's menu; `act` is the key that does the same."""

    label: str
    url: str
    icon: str
    act: str = ""
    current: bool = False


@dataclass
class CubeChip:
    """A field or measure: what is said of it, its menu, and where the values of a filter are chosen."""

    path: str
    label: str
    menu: list[Entry] = field(default_factory=list)
    values_url: str = ""
    values: str = ""


def dimension_chips(page: Any, cube: CubeAsked, zone: str) -> list[CubeChip]:
    """The fields of a zone."""
    paths: tuple[str, ...] = getattr(cube, zone)
    found = []
    for at, path in enumerate(paths):
        each = page.view.fields[path]
        menu = [
            Entry(str(TO[other]), cube.url(**cube.moved(path, other)), ICONS[other], f"to-{other}")
            for other in ZONES
            if other != zone
        ]
        menu += beside(cube, path, zone, at, len(paths))
        menu += periods(cube, each)
        menu.append(Entry(str(_("Remove")), removing(cube, path, zone), "x", "remove"))
        chip = CubeChip(path, Frame(page.view, page.asked).name(each), menu)
        if zone == "slice":
            chip.values_url = cube.asked.query(**cube.state(), part="values", of=path)
            chip.values = values_said(page, cube, each)
        found.append(chip)
    return found


def periods(cube: CubeAsked, each: PathField) -> list[Entry]:
    """The periods that a date may be told by."""
    if not each.bucket and each.kind not in ("date", "moment"):
        return []
    urls = {name: cube.url(**cube.renamed(each.path, f"{name}({base_of(each.path)})")) for name in BUCKETS}
    return [Entry(translated(name.capitalize()), url, "calendar", "", name == each.bucket) for name, url in urls.items()]


def removing(cube: CubeAsked, path: str, zone: str) -> str:
    """The address without a field; a filter goes with what it narrowed."""
    changes = cube.without(path)
    return cube.url(**changes, **(cube.narrowed(path, ()) if zone == "slice" else {}))


def beside(cube: CubeAsked, path: str, zone: str, at: int, count: int) -> list[Entry]:
    """The steps to the left and to the right."""
    found = []
    if at:
        found.append(Entry(str(LEFT), cube.url(**cube.moved(path, zone, at - 1)), "arrow-left", "left"))
    if at + 1 < count:
        found.append(Entry(str(RIGHT), cube.url(**cube.moved(path, zone, at + 1)), "arrow-right", "right"))
    return found


def values_said(page: Any, cube: CubeAsked, each: PathField) -> str:
    """What a filter is narrowed to, in a word or two."""
    chosen = cube.chosen(each.path)
    if chosen is None:
        return str(_("all"))
    if len(chosen) > NAMED:
        return str(_("{count} values", count=len(chosen)))
    from core.screens.lists.chips import titles_in, written

    titles = titles_in(page.session, page.view.fields, [[each.path, "in", chosen]])
    return ", ".join("–" if value is None else written(page.session, each, value, titles) for value in chosen)


def measure_chips(page: Any, cube: CubeAsked) -> list[CubeChip]:
    """The measures, each with how else its field may be figured out."""
    found = []
    for at, name in enumerate(cube.measures):
        measure = measure_of(page.view.fields, name)
        menu = [*figured(cube, at, measure), *measure_steps(cube, at)]
        for label, icon, by in ((LARGEST, "sort-descending", f"-{name}"), (SMALLEST, "sort-ascending", name)):
            menu.append(Entry(str(label), cube.url(by=by, at=""), icon, "", cube.by == by and not cube.at))
        menu += column_orders(cube, name)
        if len(cube.measures) > 1:
            left = [*cube.measures[:at], *cube.measures[at + 1 :]]
            menu.append(Entry(str(_("Remove")), with_measures(cube, left), "x", "remove"))
        found.append(CubeChip(name, measure.label, menu))
    return found


def column_orders(cube: CubeAsked, name: str) -> list[Entry]:
    """Columns in the order of their totals, and back to the order of their labels."""
    if not cube.cols:
        return []
    known = (COLUMNS_LARGEST, "sort-descending-2", f"-{name}"), (COLUMNS_SMALLEST, "sort-ascending-2", name)  # icons
    found = [Entry(str(label), cube.url(cby=by), icon, "", cube.cby == by) for label, icon, by in known]
    return (
        [*found, Entry(str(COLUMNS_BY_LABEL), cube.url(cby=""), "sort-ascending-letters", "")] if cube.cby else found
    )  # icon


def figured(cube: CubeAsked, at: int, measure: Measure) -> list[Entry]:
    """The ways of figuring out the same number."""
    if measure.field is None or not measure.field.is_number:
        return []
    before, behind = cube.measures[:at], cube.measures[at + 1 :]
    names = {f"{kind}:{measure.field.path}": str(label) for kind, label in FIGURED.items()}
    return [
        Entry(label, with_measures(cube, [*before, other, *behind]), "math-function", "", other == measure.name)  # icon
        for other, label in names.items()
    ]


def measure_steps(cube: CubeAsked, at: int) -> list[Entry]:
    """The steps of a measure to the left and to the right."""
    found, others = [], [*cube.measures[:at], *cube.measures[at + 1 :]]
    for label, icon, act, to in ((LEFT, "arrow-left", "left", at - 1), (RIGHT, "arrow-right", "right", at + 1)):
        if 0 <= to < len(cube.measures):
            url = with_measures(cube, [*others[:to], cube.measures[at], *others[to:]])
            found.append(Entry(str(label), url, icon, act))
    return found


def with_measures(cube: CubeAsked, names: list[str]) -> str:
    """The address with these measures; an order by one that is gone is gone too."""
    kept = cube.by if cube.by.removeprefix("-") in ("", "label", *names) else ""
    columns = cube.cby if cube.cby.removeprefix("-") in names else ""
    return cube.url(measures=tuple(dict.fromkeys(names)), by=kept, cby=columns)


def more_fields(page: Any, cube: CubeAsked) -> list[Choice]:
    """The fields that may still be added: those that the view names, its relations, words and dates."""
    taken, fields = {*cube.rows, *cube.cols, *cube.slice}, page.view.fields
    named = [slot.field for slot in page.view.search.group_by]
    kinds = [fields[path] for path in fields.names()]
    plain = [each.path for each in kinds if each.kind in ("choice", "relation", "boolean") and not each.wrap]
    dated = [f"month({each.path})" for each in kinds if each.kind in ("date", "moment")]
    offered = [path for path in dict.fromkeys([*named, *plain, *dated]) if path not in taken]
    shown = [fields[path] for path in offered if sees(page.session, fields[path])]
    return [Choice(Frame(page.view, page.asked).name(each), "", value=each.path) for each in shown]


def more_measures(page: Any, cube: CubeAsked) -> list[Choice]:
    """The measures that may be added: sums, how many different, the first and the last day."""
    fields = [page.view.fields[path] for path in page.view.fields.names()]
    names = ["count", *(f"sum:{each.path}" for each in page.view.summable() if sees(page.session, each))]
    for each in fields:
        if each.wrap or each.path == "id" or not sees(page.session, each):
            continue
        if each.kind in ("relation", "choice"):
            names.append(f"distinct:{each.path}")
        elif each.kind in ("date", "moment"):
            names += [f"min:{each.path}", f"max:{each.path}"]
    known = [measure_of(page.view.fields, name) for name in names if name not in cube.measures]
    return [Choice(measure.label, "", value=measure.name) for measure in known]


def values_of(page: Any, cube: CubeAsked, path: str) -> list[Group]:
    """The values of a filter with how many rows each has, whatever the filter itself leaves out."""
    open_asked = cube.narrowed(path, ())["asked"] if cube.chosen(path) is not None else cube.asked
    condition = open_asked.condition(page.session, page.screen.rows(page.session))
    found: list[Group] = page.view.groups(()).of(page.session, condition, [path])
    return found
