"""The table of a list: rows, or groups that open one by one, and the sums at its foot."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import orjson
from jinja2 import Template
from markupsafe import Markup
from sqlalchemy.orm import Session

from core.db import actor, today
from core.i18n import _
from core.screens.fields.formats import Formats, formats
from core.screens.fields.paths import PathField
from core.screens.fields.typed import asking_of
from core.screens.lists.asked import Asked, fault
from core.screens.lists.boxes import BoxRow, Faults
from core.screens.lists.compiled import phone_classes
from core.screens.lists.heads import HeadRow, columns_of
from core.screens.lists.layout import Columns
from core.screens.pages import part
from core.screens.queries.groups import Group, condition_of
from core.screens.queries.statements import CAP, ROWS, Listing, Page
from core.screens.queries.where import Condition, read
from core.screens.views.view import View

EMPTY = Markup()
PICK = 40  # how wide the column of tick boxes stands beside columns that were drawn wider or narrower


@dataclass
class GroupLine:
    """One line of a grouped list: a group with its sums, or the rows of one that is open."""

    level: int
    label: str = ""
    count: int = 0
    sums: list[Any] = field(default_factory=list)
    is_open: bool = False
    url: str = ""
    trail: str = ""
    part: str = ""
    rows: Markup = EMPTY
    more: str = ""
    more_part: str = ""


class Grid:
    """What list.html shows of one request."""

    def __init__(
        self, session: Session, view: View, listing: Listing, asked: Asked, condition: Condition, template: Template
    ) -> None:
        self.session, self.view, self.listing, self.asked = session, view, listing, asked
        self.condition, self.template = condition, template
        self.faults: Faults = {}
        self.shape: Formats = formats(today(session).year, actor(session).zone)

    def values(self) -> dict[str, Any]:
        """The names that the template uses."""
        boxes = self.boxes() if self.asked.layout.row else None
        found: dict[str, Any] = {
            "heads": self.heads(),
            "boxes": boxes,
            "listing": self.listing,
            "width": len(self.listing.columns) + 1,
            "freeze": self.columns.freeze,
            "cols": self.cols(),
            "across": self.across(),
        }
        if self.asked.groups:
            return found | self.grouped()
        page = self.page(sums=bool(self.listing.summed))
        more = self.asked.query(after=page.next) if page.next else ""
        foot = self.foot(page.total_text, page.sums, page.total > CAP)
        return found | {
            "rows": self.drawn(page),
            "more": more,
            "more_row": self.more_row(more),
            "total": page.total,
            "foot": foot,
            "lines": None,
        }

    def across(self) -> int:
        """How wide the table is then."""
        return PICK + sum(self.columns.width(path) for path in self.columns.paths)

    def page(self, sums: bool = False) -> Page:
        """The page that the address asks for."""
        return self.listing.page(self.session, self.condition, self.asked.order, self.asked.after, ROWS, sums)

    def drawn(self, page: Page, indent: str = "") -> Markup:
        """Rows as markup."""
        return Markup(self.template.render(rows=page.rows, tags=page.tags, indent=indent))  # noqa: S704 (compiled, autoescaped)

    def rows_part(self) -> str:
        """More rows for a list that is open already."""
        page = self.page()
        return str(self.drawn(page)) + str(self.more_row(self.asked.query(after=page.next) if page.next else ""))

    def more_row(self, url: str) -> Markup:
        """The row that brings more rows when it comes into view."""
        if not url:
            return Markup()
        attributes = Markup(
            'href="{0}" hx-get="{0}&amp;part=rows" hx-target="closest tr" hx-swap="outerHTML"'
            ' hx-trigger="click, intersect once"'
        )
        link = Markup("<a {}>{}</a>").format(attributes.format(url), _("More rows"))
        return Markup('<tr class="t-more"><td class="t-p-main" colspan="{}">{}</td></tr>').format(
            len(self.listing.columns) + 1, link
        )

    def heads(self) -> Markup:
        """The heads of the columns, with the addresses behind them.

        Drawn once for all who ask for the same columns, groups and order: none of these addresses changes what is a
        person's own (conditions, search, open groups), so that is put into each of them afterwards.
        """
        rest = {name: value for name, value in self.asked.rest.items() if name != "open"}
        common = replace(self.asked, where=(), q="", rest=rest)

        def draw() -> str:
            return "".join(HeadRow(common, self.listing, phone_classes(self.listing)))

        heads = self.view.drawn(self.session, ("heads", common.query()), draw)
        own = "".join(f"{part}&amp;" for name, part in self.asked.encoded.items() if name in ("where", "q", "open"))
        return Markup(heads.replace('="?', f'="?{own}') if own else heads)  # noqa: S704 (escaped part by part)

    @cached_property
    def columns(self) -> Columns:
        """The columns as an address may change them."""
        return columns_of(self.asked, self.listing)

    def boxes(self) -> Any:
        """The row of boxes below the heads."""
        return BoxRow(self.asked, self.listing, self.faults, today(self.session).year)

    def cols(self) -> Markup:
        """The widths of the columns, as soon as one was drawn wider or narrower."""
        if not self.asked.layout.widths:
            return EMPTY
        cols = Markup("").join(Markup('<col width="{}">').format(self.columns.width(path)) for path in self.columns.paths)
        return Markup('<colgroup><col width="{}">{}</colgroup>').format(PICK, cols)

    def lead(self) -> int:
        """How many columns stand before the first that is added up."""
        return next(
            (i for i, column in enumerate(self.listing.columns) if column.slot.sum and column.field.is_number),
            len(self.listing.columns),
        )

    def cells(self, sums: dict[str, int]) -> list[tuple[str, str]]:
        """The sums under their columns, as class and text; those before the first sum are spanned by the label."""
        css = phone_classes(self.listing)
        found = []
        for i, column in enumerate(self.listing.columns):
            if i >= self.lead():
                units = sums.get(column.path)
                text = "" if units is None else self.shape.number(column.field.kind, units)
                zero = " t-zero" if units == 0 else ""
                found.append((f"{'t-number ' if column.field.is_number else ''}{css.get(i, '')}{zero}", text))
        return found

    def foot(self, count: str, sums: dict[str, int], many: bool) -> dict[str, Any]:
        """The foot: how many, and the sums; beyond what is counted one asks for the sums."""
        ask = self.asked.query(part="sums") if many and self.listing.summed else ""
        return {"count": count, "cells": self.cells(sums), "span": self.lead(), "ask": ask}

    def sums_part(self) -> str:
        """The foot with the sums over everything."""
        found = self.listing.sums(self.session, self.condition)
        total = self.listing.exact_total(self.session, self.condition)
        cells = Markup("").join(
            Markup('<td class="{}"><span class="t-double-rule">{}</span></td>').format(css, text)
            for css, text in self.cells(found)
        )
        label = Markup('<th class="t-p-main" scope="row" colspan="{}">{} {}</th>').format(
            self.lead(), self.shape.number("integer", total), self.view.plural.lower()
        )
        return f'<tr><td class="t-pick"></td>{label if self.lead() else ""}{cells}</tr>'

    # groups

    def grouped(self) -> dict[str, Any]:
        """Groups of the first field, and below those that are open what is in them."""
        tops = self.groups_of(self.condition, 0)
        lines: list[GroupLine] = []
        for group in tops:
            self.add(lines, group, 0, self.condition, ())
        cut = len(tops) >= CAP
        total = self.listing.exact_total(self.session, self.condition) if cut else sum(group.count for group in tops)
        sums = {column.path: sum(group.sums[column.path] for group in tops) for column in self.listing.summed}
        if cut:
            sums = self.listing.sums(self.session, self.condition)
        foot = self.foot(self.shape.number("integer", total), sums, False)
        if len(tops) > 1:
            many = _("the first {count} groups", count=len(tops)) if cut else _("in {count} groups", count=len(tops))
            foot["note"] = many
        return {"lines": lines, "total": total, "foot": foot, "rows": EMPTY, "more": "", "lead": self.lead()}

    def groups_of(self, condition: Condition, level: int) -> list[Group]:
        """The groups of one level inside a condition."""
        paths = tuple(column.path for column in self.listing.columns)
        by = self.view.groups(paths, tuple(column.path for column in self.listing.summed))
        return by.of(self.session, condition, [self.asked.groups[level]])

    @cached_property
    def opened(self) -> frozenset[tuple[str, ...]]:
        """The groups that the address opens."""
        return opened_in(self.asked.rest.get("open", ""))

    def add(self, lines: list[GroupLine], group: Group, level: int, around: Condition, above: tuple[str, ...]) -> None:
        """A group and, if it is open, its groups or rows."""
        trail = (*above, key_text(group.key))
        is_open = trail in self.opened
        changed = self.opened - {trail} if is_open else self.opened | {trail}
        url = self.asked.query(open=orjson.dumps(sorted(changed)).decode() if changed else None)
        text = orjson.dumps(trail).decode()
        fetch = self.asked.query(open=None, part="group", trail=text)
        lines.append(GroupLine(level, group.label, group.count, self.cells(group.sums), is_open, url, text, fetch))
        if is_open:
            field = self.view.fields[self.asked.groups[level]]
            self.inside(lines, trail, self.within(around, field, group.key))

    def within(self, around: Condition, field: PathField, key: Any) -> Condition:
        """The rows of one group."""
        return around.also(read([condition_of(field, key)], self.view.fields, asking_of(self.session)))

    def inside(self, lines: list[GroupLine], trail: tuple[str, ...], within: Condition, after: str = "") -> None:
        """What is in a group: the groups of the next level, or its rows, a page at a time."""
        level = len(trail)
        if level < len(self.asked.groups):
            for inner in self.groups_of(within, level):
                self.add(lines, inner, level, within, trail)
            return
        page = self.listing.page(self.session, within, self.asked.order, after, ROWS)
        line = GroupLine(level, rows=self.drawn(page, " t-row-3" if level > 1 else " t-row-2"), count=page.total)
        if page.next:
            text = orjson.dumps(trail).decode()
            line.more = self.everything_in(trail)
            line.more_part = self.asked.query(open=None, part="group", trail=text, after=page.next)
        lines.append(line)

    def group_part(self, trail_text: str, after: str) -> str:
        """What is in one group, for a list that is open already."""
        trail = next(iter(opened_in(f"[{trail_text}]")), ())
        if not trail or len(trail) > len(self.asked.groups):
            raise fault("trail", _("There is no such group"))
        within = self.condition
        for path, key in zip(self.asked.groups, trail, strict=False):
            within = self.within(within, self.view.fields[path], None if key == NOTHING else key)
        lines: list[GroupLine] = []
        self.inside(lines, trail, within, after)
        values = {"lines": lines, "lead": self.lead(), "width": len(self.listing.columns) + 1, "freeze": self.columns.freeze}
        return str(part("parts/group_lines.html", **values))

    def everything_in(self, trail: Sequence[str]) -> str:
        """The address of a list with the rows of one group only."""
        keys = [
            condition_of(self.view.fields[path], None if key == NOTHING else key)
            for path, key in zip(self.asked.groups, trail, strict=False)
        ]
        return self.asked.query(where=orjson.dumps([*self.asked.where, *keys]).decode(), group="")


NOTHING = "\u2205"


def key_text(key: Any) -> str:
    """A group's key as an address says it."""
    if isinstance(key, bool):
        return str(key).lower()
    return NOTHING if key is None else key.isoformat() if hasattr(key, "isoformat") else str(key)


def opened_in(text: str) -> frozenset[tuple[str, ...]]:
    """The groups that an address opens; what cannot be read opens none."""
    try:
        return frozenset(tuple(str(part) for part in trail) for trail in orjson.loads(text)) if text else frozenset()
    except (orjson.JSONDecodeError, TypeError):
        return frozenset()
