"""The table of a list: rows, or groups that open one by one, and the sums at its foot."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson
from jinja2 import Template
from markupsafe import Markup
from sqlalchemy.orm import Session

from core.db import actor, today
from core.i18n import _
from core.screens.fields.formats import Formats, formats
from core.screens.fields.typed import asking_of
from core.screens.lists.asked import Asked
from core.screens.lists.compiled import phone_classes
from core.screens.lists.groups import Group, condition_of
from core.screens.lists.heads import HeadRow
from core.screens.lists.statements import CAP, ROWS, Listing, Page
from core.screens.lists.where import Condition, read
from core.screens.views.view import View

EMPTY = Markup()


@dataclass
class GroupLine:
    """One line of a grouped list: a group with its sums, or the rows of one that is open."""

    level: int
    label: str = ""
    count: int = 0
    sums: list[Any] = field(default_factory=list)
    is_open: bool = False
    url: str = ""
    rows: Markup = EMPTY
    more: str = ""


class Grid:
    """What list.html shows of one request."""

    def __init__(
        self, session: Session, view: View, listing: Listing, asked: Asked, condition: Condition, template: Template
    ) -> None:
        self.session, self.view, self.listing, self.asked = session, view, listing, asked
        self.condition, self.template = condition, template
        self.shape: Formats = formats(today(session).year, actor(session).zone)

    def values(self) -> dict[str, Any]:
        """The names that the template uses."""
        found: dict[str, Any] = {"heads": self.heads(), "listing": self.listing, "width": len(self.listing.columns) + 1}
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
        """The heads of the columns, with the addresses behind them."""
        draw = HeadRow(self.asked, self.listing, phone_classes(self.listing))
        return Markup("".join(draw.head(i) for i in range(len(self.listing.columns))))  # noqa: S704 (escaped part by part)

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
        opened = opened_in(self.asked.rest.get("open", ""))
        tops = self.groups_of(self.condition, 0)
        lines: list[GroupLine] = []
        for group in tops:
            self.add(lines, group, 0, self.condition, (), opened)
        sums = {column.path: sum(group.sums[column.path] for group in tops) for column in self.listing.summed}
        count = self.shape.number("integer", sum(group.count for group in tops))
        foot = self.foot(count, sums, False)
        foot["note"] = _("in {count} groups", count=len(tops)) if len(tops) > 1 else ""
        return {
            "lines": lines,
            "total": sum(group.count for group in tops),
            "foot": foot,
            "rows": Markup(),
            "more": "",
            "lead": self.lead(),
        }

    def groups_of(self, condition: Condition, level: int) -> list[Group]:
        """The groups of one level inside a condition."""
        by = self.view.groups(tuple(column.path for column in self.listing.columns))
        return by.of(self.session, condition, [self.asked.groups[level]])

    def add(
        self, lines: list[GroupLine], group: Group, level: int, around: Condition, above: tuple[str, ...], opened: Any
    ) -> None:
        """A group and, if it is open, its groups or rows."""
        trail = (*above, key_text(group.key))
        is_open = trail in opened
        changed = opened - {trail} if is_open else opened | {trail}
        url = self.asked.query(open=orjson.dumps(sorted(changed)).decode() if changed else None)
        lines.append(GroupLine(level, group.label, group.count, self.cells(group.sums), is_open, url))
        if not is_open:
            return
        field = self.view.fields[self.asked.groups[level]]
        within = around.also(read([condition_of(field, group.key)], self.view.fields, asking_of(self.session)))
        if level + 1 < len(self.asked.groups):
            for inner in self.groups_of(within, level + 1):
                self.add(lines, inner, level + 1, within, trail, opened)
            return
        page = self.listing.page(self.session, within, self.asked.order, "", ROWS)
        more = self.everything_in(trail) if page.next else ""
        lines.append(
            GroupLine(level + 1, rows=self.drawn(page, " t-row-3" if level else " t-row-2"), more=more, count=group.count)
        )

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
    return NOTHING if key is None else key.isoformat() if hasattr(key, "isoformat") else str(key)


def opened_in(text: str) -> frozenset[tuple[str, ...]]:
    """The groups that an address opens; what cannot be read opens none."""
    try:
        return frozenset(tuple(str(part) for part in trail) for trail in orjson.loads(text)) if text else frozenset()
    except (orjson.JSONDecodeError, TypeError):
        return frozenset()
