"""The head row of a grid: each label sorts by what it names, its menu does all else that one may do with a column.

Drawn by hand, as a page has dozens of these links: a macro for each took longer than the rows.
"""

from collections.abc import Iterator, Mapping, Sequence
from html import unescape
from typing import Any

from flask import current_app

from core.i18n import _, translated
from core.screens.fields.paths import PathField
from core.screens.lists.asked import Asked
from core.screens.lists.compiled import escaped
from core.screens.lists.layout import STEP, Columns
from core.screens.queries.ordering import LONGEST, Order, write_order
from core.screens.queries.statements import Listing

SIDES = {False: "ascending", True: "descending"}
PERIODS = {
    "month": _("Group by month"),
    "week": _("Group by week"),
    "quarter": _("Group by quarter"),
    "year": _("Group by year"),
}
#: name → icon, words, whether it changes how the columns stand (which is remembered)
ENTRIES: dict[str, tuple[str, Any, bool]] = {
    "up": ("sort-ascending", _("Ascending"), False),  # icon
    "down": ("sort-descending", _("Descending"), False),  # icon
    "then-up": ("sort-ascending", _("Then by this, ascending"), False),
    "then-down": ("sort-descending", _("Then by this, descending"), False),
    "filter": ("filter", _("Filter by this…"), False),  # icon
    "group": ("stack-2", _("Group by this"), False),  # icon
    **{f"group-{name}": ("stack-2", words, False) for name, words in PERIODS.items()},
    "sum": ("sum", _("Add up"), True),  # icon
    "no-sum": ("sum", _("Do not add up"), True),
    "keep": ("pin", _("Keep in view"), True),  # icon
    "let-go": ("pinned-off", _("Let it scroll"), True),  # icon
    "left": ("arrow-bar-to-left", _("Move left"), True),  # icon
    "right": ("arrow-bar-to-right", _("Move right"), True),  # icon
    "wider": ("arrows-horizontal", _("Wider"), True),  # icon
    "narrower": ("arrows-diff", _("Narrower"), True),  # icon
    "hide": ("eye-off", _("Hide column"), True),  # icon
}
RULED = ("filter", "sum", "no-sum", "keep", "let-go")  # a line above the first of these that is there
Links = dict[str, str]


def icon(name: str) -> str:
    """A small icon as markup."""
    return str(current_app.jinja_env.globals["icon"](name, True))  # type: ignore[operator]


def columns_of(asked: Asked, listing: Listing) -> Columns:
    """The columns of a listing as addresses change them."""
    fields = [column.field for column in listing.columns]
    return Columns([column.path for column in listing.columns], fields, asked.layout)


class HeadRow:
    """The heads of one request."""

    def __init__(self, asked: Asked, listing: Listing, css: Mapping[int, str]) -> None:
        self.asked, self.listing, self.css = asked, listing, css
        self.columns = columns_of(asked, listing)
        self.sums = [column.path for column in listing.summed]
        self.order = {own_name(path, self.columns.paths): down for path, down in asked.order if path != "id"}
        self.last = tuple(key for key in asked.order if key[0] == "id")  # what makes an order total stands at its end
        self.places = {path: i for i, path in enumerate(self.order)}
        self.down = icon("chevron-down")
        self.words = {name: (icon(drawn), escaped(words)) for name, (drawn, words, _kept) in ENTRIES.items()}

    def __iter__(self) -> Iterator[str]:
        return map(self.head, range(len(self.listing.columns)))

    def head(self, i: int) -> str:
        """One head."""
        column = self.listing.columns[i]
        path = column.path
        label = escaped(translated(column.slot.label) if column.slot.label else column.field.shown_label())
        place = self.places.get(path)
        side = f' aria-sort="{SIDES[self.order[path]]}"' if place == 0 else ""
        classes = f"{'t-number ' if column.field.is_number else ''}{self.css.get(i, '')}"
        links = self.links(column.field)
        inner = (
            self.sorter(label, path, place) if "up" in links else f'<span class="t-head-button" tabindex="0">{label}</span>'
        )
        named = escaped(_("Column {name}", name=unescape(label)))
        return (
            f'<th scope="col" class="{classes}" data-path="{path}"{side}>{inner}<button class="t-mini t-column-menu"'
            f' type="button" popovertarget="column-{i}" aria-haspopup="menu" aria-label="{named}">{self.down}</button>'
            f'<div class="t-menu" id="column-{i}" popover role="menu" aria-label="{named}">{self.menu(links)}</div>'
            f'<span class="t-resize" data-resize aria-hidden="true"></span></th>\n'
        )

    def sorter(self, label: str, path: str, place: int | None) -> str:
        """The label as the link that sorts: ascending, descending, as the list comes; with Shift as a further key."""
        down = self.order.get(path)
        arrow = "" if down is None or place is None else icon("arrow-down" if down else "arrow-up")
        if arrow and len(self.places) > 1 and place is not None:
            arrow += f'<sup class="t-num">{place + 1}</sup>'
        url, also = self.at(order=self.next_of(path, place)), self.at(order=self.also(path))
        return (
            f'<a class="t-head-button" href="{url}" data-also="{also}"'
            f' aria-keyshortcuts="Control+ArrowLeft Control+ArrowRight Shift+ArrowLeft Shift+ArrowRight">{label} {arrow}</a>'
        )

    def next_of(self, path: str, place: int | None) -> str | None:
        """What a click makes of the order."""
        if place != 0:
            return path
        return None if self.order[path] else f"-{path}"

    def also(self, path: str) -> str | None:
        """What Shift and a click make of it: the column is added last, turned round, taken away."""
        order = {**self.order}
        if path not in order:
            order[path] = False
        elif not order[path]:
            order[path] = True
        else:
            del order[path]
        return self.written(tuple(order.items()))

    def written(self, order: Order) -> str | None:
        """An order for an address; none when nothing is left but that of the list."""
        return write_order((*order[: LONGEST - 1], *self.last)) if order else None

    def at(self, **changes: Any) -> str:
        """An address with something changed, fit for an attribute."""
        return self.asked.query(**changes).replace("&", "&amp;")

    def menu(self, links: Links) -> str:
        """The entries of a column's menu."""
        parts, ruled = list[str](), set[str]()
        for name, url in links.items():
            rule = name.partition("-")[0] if name in RULED else ""
            part = "filter" if name == "filter" else "stand" if rule else ""
            if part and part not in ruled:
                ruled.add(part)
                parts.append("<hr>")
            drawn, words = self.words[name]
            mark = " data-layout" if ENTRIES[name][2] else ""
            asks = f' hx-get="{url}&amp;part=condition" hx-target="#ask-body"' if name == "filter" else ""
            parts.append(f'<a role="menuitem" href="{url}" data-does="{name}"{mark}{asks}>{drawn}{words}</a>')
        return "".join(parts)

    def links(self, field: PathField) -> Links:
        """What one may do with a column, as addresses fit for an attribute."""
        path = field.path
        found = {} if field.wrap or field.kind == "json" else self.ordering(path)
        if field.kind != "json":
            found["filter"] = self.at(ask=path)
        if not field.wrap and field.kind != "json":
            found |= self.grouping(field)
        changes = {
            "no-sum" if path in self.sums else "sum": self.columns.summed(path, self.sums) if field.is_number else None,
            "let-go" if path in self.columns.paths[: self.columns.freeze] else "keep": self.columns.kept(path),
            "left": self.columns.moved(path, -1),
            "right": self.columns.moved(path, 1),
            "wider": self.columns.sized(path, STEP),
            "narrower": self.columns.sized(path, -STEP),
            "hide": self.columns.hidden(path),
        }
        return found | {name: self.at(**change) for name, change in changes.items() if change is not None}

    def ordering(self, path: str) -> Links:
        """Sorting by a column alone, and after what the list is sorted by already."""
        found = {"up": self.at(order=path), "down": self.at(order=f"-{path}")}
        others = tuple((name, down) for name, down in self.order.items() if name != path)
        if others and self.places.get(path) != 0 and len(others) < LONGEST - 1:
            found["then-up"] = self.at(order=self.written((*others, (path, False))))
            found["then-down"] = self.at(order=self.written((*others, (path, True))))
        return found

    def grouping(self, field: PathField) -> Links:
        """Grouping by a column, a date by its periods, after the groups that there are."""
        if field.is_number:
            return {}
        periods = (
            [f"{name}({field.path})" for name in PERIODS] if field.kind in ("date", "moment") and not field.bucket else []
        )
        named = {f"group-{path.partition('(')[0]}": path for path in periods} or {"group": field.path}
        groups = self.asked.groups
        return {
            name: self.at(group=",".join([*groups, path]))
            for name, path in named.items()
            if path not in groups and len(groups) < 4
        }


def own_name(path: str, shown: Sequence[str]) -> str:
    """The column that an order goes by: a name is put in order by its folded twin."""
    plain = path.removesuffix("_folded")
    return plain if plain in shown else path
