"""The head row of a grid: each label sorts by what it names, its menu sorts, groups and hides.

Drawn by hand, as a page has dozens of these links: a macro for each took longer than the rows.
"""

from collections.abc import Mapping
from html import unescape

from flask import current_app

from core.i18n import _, translated
from core.screens.lists.asked import Asked
from core.screens.lists.compiled import escaped
from core.screens.lists.statements import Listing

SIDES = {False: "ascending", True: "descending"}


def icon(name: str) -> str:
    """A small icon as markup."""
    return str(current_app.jinja_env.globals["icon"](name, True))  # type: ignore[operator]


class HeadRow:
    """The heads of one request."""

    def __init__(self, asked: Asked, listing: Listing, css: Mapping[int, str]) -> None:
        self.asked, self.columns, self.css = asked, listing.columns, css
        self.order = dict(asked.order)
        self.main = asked.order[0][0] if asked.order else ""
        self.shown = [column.path for column in listing.columns]
        self.down = icon("chevron-down")
        self.words = {
            "up": (icon("sort-ascending"), escaped(_("Ascending"))),
            "down": (icon("sort-descending"), escaped(_("Descending"))),
            "group": (icon("stack-2"), escaped(_("Group by this"))),
            "hide": (icon("eye-off"), escaped(_("Hide column"))),
        }

    def head(self, i: int) -> str:
        """One head."""
        column = self.columns[i]
        label = escaped(translated(column.slot.label) if column.slot.label else column.field.shown_label())
        sort = SIDES[self.order[column.path]] if column.path == self.main else ""
        classes = f"{'t-number ' if column.field.is_number else ''}{self.css.get(i, '')}"
        links = self.links(i)
        inner = label
        if "up" in links:
            url = links["down"] if sort == "ascending" else links["up"]
            arrow = icon("arrow-up" if sort == "ascending" else "arrow-down") if sort else ""
            inner = f'<a class="t-head-button" href="{url}">{label} {arrow}</a>'
        named = escaped(_("Column {name}", name=unescape(label)))
        entries = "".join(
            f'<a role="menuitem" href="{url}">{self.words[name][0]}{self.words[name][1]}</a>' for name, url in links.items()
        )
        side = f' aria-sort="{sort}"' if sort else ""
        return (
            f'<th scope="col" class="{classes}"{side}>{inner}<button class="t-mini t-column-menu" type="button"'
            f' popovertarget="column-{i}" aria-haspopup="menu" aria-label="{named}">{self.down}</button>'
            f'<div class="t-menu" id="column-{i}" popover role="menu" aria-label="{named}">{entries}</div></th>\n'
        )

    def links(self, i: int) -> dict[str, str]:
        """What one may do with a column, as addresses fit for an attribute."""
        field, path, query = self.columns[i].field, self.columns[i].path, self.asked.query
        found: dict[str, str] = {}
        if not field.wrap and field.kind != "json":
            found |= {"up": query(order=path), "down": query(order=f"-{path}")}
            if not field.is_number and path not in self.asked.groups:
                found["group"] = query(group=",".join([*self.asked.groups, path]))
        if len(self.shown) > 1:
            found["hide"] = query(columns=",".join(other for other in self.shown if other != path))
        return {name: url.replace("&", "&amp;") for name, url in found.items()}
