"""A list's columns compiled to one template over tuples, once for each view, choice of columns and language.

No macro per cell: one was ten times slower. What a language writes differently is a filter, as those are called directly.
Escaping is a filter as well (`|x`), on every text that comes from the database: making a Markup of each cell took longer
than fetching them.
"""

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from jinja2 import Environment, Template
from markupsafe import Markup, escape

from core.i18n import _, current_locale, translated
from core.screens.fields.formats import Formats, formats, label_of_choice
from core.screens.queries.statements import Column, Listing

DASH = Markup('<span class="t-zero">–</span>')
Address = Callable[[Any], str]
ESCAPES = {38: "&amp;", 60: "&lt;", 62: "&gt;", 34: "&#34;", 39: "&#39;"}
is_special = re.compile("[&<>\"']").search


def escaped(value: Any) -> str:
    """A text as HTML holds it; most have nothing to escape."""
    text = value if type(value) is str else str(value)
    return text.translate(ESCAPES) if is_special(text) else text


class Words(dict[Any, Markup]):
    """The words of a choice as they are shown; one that is no longer known shows itself."""

    def __missing__(self, word: Any) -> Markup:
        return DASH if word is None else escape(str(word))


class Compiler:
    """The templates of one app value."""

    def __init__(self, environment: Environment, address_of: Address) -> None:
        self.environment, self.address_of = environment, address_of
        self.in_language = lru_cache(32)(self._in_language)
        self.rows = lru_cache(512)(self._rows)

    def template(self, listing: Listing, base: str, year: int, zone: str) -> Template:
        """The rows of a listing in the current language; `base` is the address that record numbers are added to."""
        return self.rows(listing, base, current_locale(), year, zone)

    def _in_language(self, _language: str, year: int, zone: str) -> Environment:
        shape = formats(year, zone)
        environment = self.environment.overlay(autoescape=False)
        environment.filters = {**environment.filters, **filters(shape)}
        return environment

    def _rows(self, listing: Listing, base: str, language: str, year: int, zone: str) -> Template:
        environment = self.in_language(language, year, zone)
        names: list[str] = []
        cells: list[str] = []
        values: dict[str, Any] = {}
        classes, lead = phone_classes(listing), lead_of(listing)
        for i, column in enumerate(listing.columns):
            for at in range(len(column.parts())):
                names.append(f"k{i}" if len(column.parts()) == 2 and at == 0 else f"c{i}")
            draw = self.leading if i == lead and column.field.kind != "tags" else self.cell
            cells.append(draw(column, i, base, classes.get(i, ""), values))
        pick = Markup('<td class="t-pick"><input type="checkbox" name="id" value="{{{{ id }}}}" aria-label="{}"></td>')
        named = f"c{lead}" if listing.columns and listing.columns[lead].field.kind != "tags" else "id"
        label = Markup("{} {}").format(translated("Select"), template_of(f"{{{{ ({named} or id)|x }}}}"))
        row = f'<tr class="t-row{{{{ indent }}}}">{pick.format(label)}{"".join(cells)}</tr>\n'
        loop = f"{{% for id, {', '.join(names)} in rows %}}" if names else "{% for (id,) in rows %}"
        return environment.from_string(f"{loop}{row}{{% endfor %}}", globals=values)

    def leading(self, column: Column, i: int, base: str, css: str, values: dict[str, Any]) -> str:
        """The cell that names the record and leads to it."""
        title = self.text(column, i, values, True)
        return f'<td class="{css}"><a class="t-name" href="{base}{{{{ id }}}}">{title}</a></td>'

    def cell(self, column: Column, i: int, _base: str, css: str, values: dict[str, Any]) -> str:
        """One cell of the row template."""
        name, kind = f"c{i}", column.field.kind
        if kind == "tags":
            tag = '<span class="t-tag">{{ title|x }}</span> '
            return f'<td class="{css}">{{% for key, title in tags["{column.path}"].get(id, ()) %}}{tag}{{% endfor %}}</td>'
        if column.field.is_number:
            shown = f"{{% if {name} %}}{self.text(column, i, values)}{{% elif {name} is none %}}{DASH}"
            zero = f'<span class="t-zero">{self.text(column, i, values)}</span>'
            return f'<td class="t-number {css}">{shown}{{% else %}}{zero}{{% endif %}}</td>'
        if kind in ("choice", "boolean"):
            return f'<td class="{css}">{self.text(column, i, values)}</td>'
        inner = self.related(column, i) if column.field.target is not None else self.text(column, i, values)
        kind_css = "t-num" if kind in ("date", "moment") else "t-cut"
        return f'<td class="{kind_css} {css}">{{% if {name} %}}{inner}{{% else %}}{DASH}{{% endif %}}</td>'

    def text(self, column: Column, i: int, values: dict[str, Any], as_title: bool = False) -> str:
        """What a cell says."""
        name, kind = f"c{i}", column.field.kind
        if column.field.is_number and kind != "integer":
            return f"{{{{ {name}|units_{kind} }}}}"
        if kind == "integer" and column.field.is_number:
            return f"{{{{ {name}|whole }}}}" if not as_title else f"{{{{ {name} }}}}"
        if kind in ("date", "moment"):
            return f"{{{{ {name}|short_{kind} }}}}"
        if kind in ("choice", "boolean"):
            values[f"w{i}"] = words_of(column)
            return f"{{{{ w{i}[{name}] }}}}"
        if as_title:
            return f'{{{{ ({name} or "#%s"|format(id))|x }}}}'
        return linked(column.widget, name)

    def related(self, column: Column, i: int) -> str:
        """A relation as a link to its record, or as a name where it has no page."""
        address = self.address_of(column.field.target)
        title = f"{{{{ c{i}|x }}}}"
        return f'<a class="t-cell-link" href="{address}{{{{ k{i} }}}}">{title}</a>' if address else title


def template_of(source: str) -> Markup:
    """A piece of template source, which its own filters escape when it is filled."""
    return Markup(source)  # noqa: S704 (field names of ours, no text of anybody's)


def linked(widget: str, name: str) -> str:
    """Text, or a link where the widget says what it is."""
    if widget == "email":
        return f'<a class="t-cell-link" href="mailto:{{{{ {name}|urlencode }}}}">{{{{ {name}|x }}}}</a>'
    if widget == "phone":
        return f'<a class="t-num t-cell-link" href="tel:{{{{ {name}|urlencode }}}}">{{{{ {name}|x }}}}</a>'
    if widget == "url":
        return f'<a class="t-cell-link" href="{{{{ {name}|web|x }}}}" rel="noopener noreferrer">{{{{ {name}|x }}}}</a>'
    return f"{{{{ {name}|x }}}}"


def filters(shape: Formats) -> Mapping[str, Callable[[Any], str]]:
    """The filters of one language."""
    return {
        "x": escaped,
        "units_money": shape.money,
        "units_quantity": shape.quantity,
        "short_date": shape.day,
        "short_moment": shape.moment,
        "units_price": lru_cache(4096)(lambda units: shape.number("price", units)),
        "units_percent": lru_cache(4096)(lambda units: shape.number("percent", units)),
        "whole": lru_cache(4096)(lambda number: shape.number("integer", number)),
        "web": lambda text: text if text.startswith(("https://", "http://")) else "",
    }


def words_of(column: Column) -> Words:
    """The words of a choice, with their marks, and of yes and no, ready to be shown in the current language."""
    info = column.field.info
    if column.field.kind == "boolean":
        return Words({True: escape(str(_("Yes"))), False: DASH, None: DASH})
    marks = info.get("marks", {})
    shown = Words()
    for word in column.field.choices:
        label = label_of_choice(info, word)
        mark = Markup('<span class="t-mark t-mark-{}">{}</span>')
        shown[word] = mark.format(marks[word], label) if word in marks else escape(label)
    return shown


def lead_of(listing: Listing) -> int:
    """Which column names the record and leads to it: the first, or the title that every record has where that is a day."""
    columns = listing.columns
    if not columns or columns[0].field.kind not in ("date", "moment"):
        return 0
    named = (i for i, each in enumerate(columns) if each.path == listing.model.__title__ and not each.field.nullable)
    return next(named, 0)


def phone_classes(listing: Listing) -> dict[int, str]:
    """Which four facts of a row a phone shows: name and amount, then a note and a state below."""
    found: dict[int, str] = {lead_of(listing): "t-p-main t-row-name"}
    if 0 not in found:
        found[0] = "t-p-note"  # the day that the list is about
    for css, tests in PHONE:
        if css in found.values():
            continue
        places = [i for i, _column in enumerate(listing.columns) if i not in found]
        if css == "t-p-amount":
            places.reverse()  # the total stands after what it is made of
        chosen = next((i for test in tests for i in places if test(listing.columns[i])), None)
        if chosen is not None:
            found[chosen] = css
    return found


Test = Callable[[Column], bool]
PHONE: tuple[tuple[str, tuple[Test, ...]], ...] = (
    (
        "t-p-amount",
        (
            lambda c: c.slot.sum and c.field.kind == "money",
            lambda c: c.field.kind == "money",
            lambda c: c.field.is_number,
        ),
    ),
    (
        "t-p-note",
        (
            lambda c: c.field.kind == "relation",
            lambda c: c.field.kind in ("date", "moment"),
            lambda c: c.field.kind == "text",
        ),
    ),
    (
        "t-p-state",
        (
            lambda c: c.widget == "status",
            lambda c: c.field.kind == "choice",
            lambda c: c.field.kind in ("date", "moment", "relation"),
        ),
    ),
)
