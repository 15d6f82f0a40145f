"""A value from an address, a file or JSON as the Python type of the field that it is compared with."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import BigInteger
from sqlalchemy.orm import Session

from core.db import actor, today
from core.i18n import _
from core.screens.fields.buckets import day_after, first_day
from core.screens.fields.paths import PathField
from core.values import months_after

RELATIVE = re.compile(r"([+-]\d{1,6})([dwmy])")
PERIOD = re.compile(r"(week|month|quarter|year)([+-]\d{1,4})?")
NAMED = {"yesterday": -1, "today": 0, "tomorrow": 1}
BOOLEANS = {True: True, False: False, "true": True, "false": False, "1": True, "0": False}
MONTHS = {"month": 1, "quarter": 3, "year": 12}


@dataclass(frozen=True)
class Asking:
    """Who asks, and what `today`, `me` and a day without a zone mean to him."""

    today: date
    zone: str = "UTC"
    user_id: int | None = None

    @property
    def minutes_east(self) -> int:
        """How far the clock on the wall is ahead of UTC now."""
        offset = datetime.now(ZoneInfo(self.zone)).utcoffset()
        return int(offset.total_seconds() // 60) if offset else 0

    def midnight(self, day: date) -> datetime:
        """The moment at which a day begins here."""
        return datetime.combine(day, time(), ZoneInfo(self.zone)).astimezone(UTC)


def asking_of(session: Session) -> Asking:
    """Who asks in this session."""
    who = actor(session)
    return Asking(today(session), who.zone, who.user_id)


def day_of(text: Any, today: date) -> date:
    """`today`, `month` (its first day), `month-1`, `-30d`, `+2w`, `-6m`, `-1y`, or an ISO date."""
    if isinstance(text, date):
        return text
    word = str(text)
    if word in NAMED:
        return today + timedelta(days=NAMED[word])
    if found := PERIOD.fullmatch(word):
        first, steps = begins(found[1], today), int(found[2] or 0)
        return first + timedelta(weeks=steps) if found[1] == "week" else months_after(first, steps * MONTHS[found[1]])
    if found := RELATIVE.fullmatch(word):
        count, unit = int(found[1]), found[2]
        if unit in "dw":
            return today + timedelta(days=count * (7 if unit == "w" else 1))
        return months_after(today, count * (12 if unit == "y" else 1))
    return date.fromisoformat(word)


def begins(period: str, day: date) -> date:
    """The first day of the week, month, quarter or year that a day lies in."""
    if period == "week":
        return day - timedelta(days=day.weekday())
    months = {"month": day.month, "quarter": (day.month - 1) // 3 * 3 + 1, "year": 1}
    return date(day.year, months[period], 1)


def span_of(field: PathField, value: Any, who: Asking) -> tuple[Any, Any] | None:
    """The half-open span that one value means: a period, or a whole day of a moment; None if it is a point."""
    kind = field.base.kind if field.base else field.kind
    if field.bucket:
        relative = isinstance(value, str) and (value in NAMED or PERIOD.fullmatch(value) or RELATIVE.fullmatch(value))
        first = begins_of(field.bucket, day_of(value, who.today)) if relative else first_day(field.bucket, value)
        last = day_after(field.bucket, first)
    elif kind == "moment" and not is_moment(value):
        first = day_of(value, who.today)
        last = first + timedelta(days=1)
    else:
        return None
    return (who.midnight(first), who.midnight(last)) if kind == "moment" else (first, last)


def begins_of(bucket: str, day: date) -> date:
    """The first day of the bucket that a day lies in."""
    return day if bucket == "day" else begins(bucket, day)


def is_moment(value: Any) -> bool:
    """Whether a value names a time and not only a day."""
    return isinstance(value, datetime) or (isinstance(value, str) and "T" in value)


def typed(field: PathField, value: Any, who: Asking) -> Any:
    """The value as the field keeps it; ValueError with a reason if it cannot be."""
    kind = "relation" if field.target is not None else field.kind
    if kind in ("money", "price", "quantity", "percent"):
        return exact(field, value)
    if kind == "date":
        return day_of(value, who.today)
    if kind == "moment":
        moment = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
        return (moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(who.zone))).astimezone(UTC)
    if kind == "boolean":
        if not isinstance(value, bool | str) or value not in BOOLEANS:
            raise ValueError(_("true or false is expected"))
        return BOOLEANS[value]
    if kind in ("integer", "relation"):
        return whole(field, who.user_id if value == "me" else value)
    return text(field, value)


def whole(field: PathField, value: Any) -> int:
    """A whole number that the column can hold."""
    if isinstance(value, bool | float) or not re.fullmatch(r"-?\d{1,19}", str(value)):
        raise ValueError(_("a whole number is expected"))
    limit = 2**63 if isinstance(field.key.type, BigInteger) else 2**31
    if not -limit <= int(value) < limit:
        raise ValueError(_("the number is too large"))
    return int(value)


def exact(field: PathField, value: Any) -> Decimal:
    """An amount with no more decimals than the column keeps."""
    expected = ValueError(_("a number is expected"))
    if isinstance(value, bool):
        raise expected
    try:
        number = Decimal(str(value))
    except ArithmeticError as error:
        raise expected from error
    if not number.is_finite():
        raise expected
    try:
        field.expression.type.units(number)
    except OverflowError as error:
        raise ValueError(_("the number is too large")) from error
    except ValueError as error:
        raise ValueError(_("it has more than {digits} decimals", digits=field.digits)) from error
    return number


def text(field: PathField, value: Any) -> str:
    """Text that both databases can keep; a word of the list where there is one."""
    if isinstance(value, dict | list) or value is None:
        raise ValueError(_("text is expected"))
    word = str(value)
    if "\0" in word or any("\ud800" <= c <= "\udfff" for c in word):
        raise ValueError(_("the text holds a character that no database keeps"))
    if field.kind == "choice" and word not in field.choices:
        raise ValueError(_("it is one of {choices}", choices=", ".join(field.choices)))
    return word
