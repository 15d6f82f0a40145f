"""Values as people read them on a page, and as they edit them in a box."""

from collections.abc import Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import orjson
from markupsafe import Markup, escape
from sqlalchemy.orm import Session

from core.db import Moment, actor, today
from core.screens.fields.field import DECIMALS, Field
from core.screens.fields.formats import MINUS, STORED, Formats, before, formats
from core.screens.fields.parsing import Reading

SIGNS = str.maketrans({MINUS: "-"})


class Texts:
    """How values are written for the user of a session."""

    def __init__(self, session: Session) -> None:
        who = actor(session)
        self.formats: Formats = formats(today(session).year, who.zone)
        self.reading = Reading(self.formats.region, who.zone)

    def number(self, kind: str, value: Decimal) -> str:
        """An amount, price, quantity or percentage."""
        return self.formats.number(kind, int(value.scaleb(STORED[kind])))

    def plain(self, kind: str, value: Any) -> str:
        """A value of a kind on a page; nothing is empty text."""
        if value is None or value == "":
            return ""
        if kind in DECIMALS and isinstance(value, Decimal | int):
            return self.number(kind, Decimal(value))
        if isinstance(value, datetime):
            return str(self.formats.moment(value))
        if isinstance(value, date):
            return str(self.formats.day(value))
        if isinstance(value, time):
            return value.strftime("%H:%M")
        if isinstance(value, int) and not isinstance(value, bool):
            return f"{value:,}".replace("-", MINUS).translate(self.formats.signs)
        return str(value)

    def shown(self, field: Field, record: Any, urls: Mapping[Any, str] | None = None) -> Any:
        """A field of a record as text or, for what is a link, as markup."""
        value = getattr(record, field.name if field.related else field.key)
        if field.kind == "relation":
            return self.related(field, record, urls or {})
        if field.kind == "tags":
            return Markup(" ").join(Markup('<span class="t-tag">{}</span>').format(each.title) for each in value)
        if field.kind == "boolean":
            return YES if value else ""
        if field.kind == "choice":
            return self.choice(field, value)
        if field.widget == "reminders":
            return ", ".join(before(minutes) for minutes in value or ())
        if field.kind == "json":
            return "" if value in (None, {}, []) else orjson.dumps(value, default=str).decode()
        text = self.plain(field.kind, value)
        return linked(field.widget, text) if field.kind == "text" else text

    def related(self, field: Field, record: Any, urls: Mapping[Any, str]) -> Any:
        """The title of the record that a relation leads to, as a link to its page if it has one."""
        number = getattr(record, field.key)
        if number is None:
            return ""
        other = getattr(record, field.name) if field.related else None
        if other is None:
            return "…"
        base = urls.get(type(other))
        return Markup('<a href="{}{}">{}</a>').format(base, number, other.title) if base else other.title

    def choice(self, field: Field, value: str | None) -> Any:
        """A word of a choice, with its mark where it has one."""
        if not value:
            return ""
        mark = field.marks.get(value)
        label = field.label_of(value)
        return Markup('<span class="t-mark t-mark-{}">{}</span>').format(mark, label) if mark else label

    def edited(self, field: Field, value: Any) -> str:
        """A value as it stands in a box: numbers in the reader's language, dates as browsers want them."""
        if value is None:
            return ""
        if field.kind in DECIMALS:
            text = self.formats.number(field.kind, int(Decimal(value).scaleb(STORED[field.kind])))
            return text.translate(SIGNS).removesuffix("%").strip()
        if isinstance(value, datetime):
            return value.astimezone(self.formats.zone).strftime("%Y-%m-%dT%H:%M")
        if isinstance(value, date):
            return value.isoformat()
        if isinstance(value, time):
            return value.strftime("%H:%M")
        if field.kind == "json":
            return orjson.dumps(value, option=orjson.OPT_INDENT_2, default=str).decode()
        return str(value)

    def kept(self, field: Field | None, value: Any) -> str:
        """A value of the history, which keeps amounts and times as text, as people read it."""
        if value in (None, ""):
            return "–"
        if field is None:
            return str(value)
        try:
            if field.kind in DECIMALS:
                return self.plain(field.kind, Decimal(str(value)))
            if field.kind == "date":
                return self.plain("date", date.fromisoformat(str(value)))
            if field.kind == "moment":
                return self.plain("moment", Moment().process_result_value(datetime.fromisoformat(str(value)), None))  # type: ignore[arg-type]
        except (ValueError, ArithmeticError):
            return str(value)
        if field.kind == "choice":
            return field.label_of(str(value))
        if field.kind == "boolean":
            return "✓" if value else "–"
        return str(value)


YES = Markup('<span class="t-good" role="img" aria-label="✓">✓</span>')


def linked(widget: str, text: str) -> Any:
    """An address as a link that opens mail, telephone or browser; any other text as it is."""
    if not text:
        return text
    if widget == "email":
        return Markup('<a href="mailto:{0}">{0}</a>').format(text)
    if widget == "phone":
        digits = "".join(letter for letter in text if letter.isdigit() or letter == "+")
        return Markup('<a href="tel:{}" class="t-num">{}</a>').format(digits, text)
    if widget == "url" and text.startswith(("http://", "https://")):
        return Markup('<a href="{0}" rel="noreferrer noopener" target="_blank">{0}</a>').format(text)
    return escape(text)
