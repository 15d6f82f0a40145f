"""What a person or a program wrote becomes the value of a field; what cannot be read is answered with a remedy.

A `Reading` says how it is written: as JSON values (the API), or as text in somebody's language and zone (a form), where
Spanish writes `1.234,56` and Russian `1 234,56`.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

import orjson
from babel import Locale

from core.db import Scaled
from core.errors import TandemError
from core.i18n import _
from core.screens.fields.field import INTEGERS, Field

EMAIL = re.compile(r"[^@\s,;:<>]+@[^@\s,;:<>]+\.[^@\s,;:<>.]+")
SPACES = re.compile(r"[\s\u00a0\u202f\u2009'’]+")
PLAIN_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")
LOCAL_DATE = re.compile(r"(?P<d>\d{1,2})[./-](?P<m>\d{1,2})[./-](?P<y>\d{4})")
HEAD = ("0", "off", "false", "no", "")


class Unreadable(TandemError):
    """A value that its field cannot take; the message says what would do."""


@dataclass(frozen=True)
class Reading:
    """How values are written: in a language (`en`, `es`, `ru`) as text of a form, or, without one, as JSON."""

    language: str = ""
    zone: str = "UTC"

    @property
    def is_form(self) -> bool:
        """Whether the values were typed into a form."""
        return bool(self.language)


JSON_VALUES = Reading()


#: NUL and halves of surrogate pairs
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


@dataclass(frozen=True)
class Reference:
    """A record named by a person: by its number, by a unique field, or (in a form) by what it is called."""

    by: str
    value: Any


def parse(field: Field, value: Any, how: Reading) -> Any:
    """The value that the field keeps; None for nothing. Unreadable with a sentence if it cannot be read."""
    if value is None or (how.is_form and isinstance(value, str) and not value.strip()):
        return None
    return READERS[field.kind](field, value, how)


def _text(field: Field, value: Any, how: Reading) -> str | None:
    if not isinstance(value, str):
        raise Unreadable(_("must be text"))
    text = value.strip() if field.kind == "text" else value.replace("\r\n", "\n").rstrip()
    if UNSTORABLE.search(text):
        raise Unreadable(_("holds a character that cannot be stored: type it anew"))
    if len(text) > field.longest:
        raise Unreadable(_("is longer than {longest} characters: shorten it", longest=field.longest))
    if text and (check := TEXTS.get(field.widget)):
        text = check(text)
    return text or None


def _email(text: str) -> str:
    if not EMAIL.fullmatch(text):
        raise Unreadable(_("“{text}” is not an e-mail address such as ana@example.com", text=text[:60]))
    return text


def _phone(text: str) -> str:
    if not any(letter.isdigit() for letter in text):
        raise Unreadable(_("“{text}” has no digits: write a number such as +54 11 4321-1234", text=text[:60]))
    return text


def _url(text: str) -> str:
    if not re.match(r"https?://", text, re.IGNORECASE):
        if re.match(r"[a-z][a-z0-9+.-]*:(?!\d)", text, re.IGNORECASE):
            raise Unreadable(_("must be a web address that begins with https://"))
        return f"https://{text}"
    return text


TEXTS: dict[str, Callable[[str], str]] = {"email": _email, "phone": _phone, "url": _url}


def _integer(field: Field, value: Any, how: Reading) -> int:
    if how.is_form and isinstance(value, str):
        value = _number(value, how.language)
        value = int(value) if value == value.to_integral_value() else None
    if isinstance(value, bool) or not isinstance(value, int):
        raise Unreadable(_("must be a whole number"))
    if not -INTEGERS <= value < INTEGERS:
        raise Unreadable(_("is too large: at most {limit}", limit=INTEGERS - 1))
    return value


def _decimal(field: Field, value: Any, how: Reading) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        raise Unreadable(_('must be a number written as text, such as "1234.56"'))
    if isinstance(value, str):
        number = _number(value.removesuffix("%").strip(), how.language) if how.is_form else _plain_number(value)
    else:
        number = Decimal(value)
    try:
        Scaled.units(_scaled(field.digits), number)
    except ValueError:
        raise Unreadable(_("has more than {digits} decimals: round it", digits=field.digits)) from None
    except (OverflowError, InvalidOperation):
        raise Unreadable(_("is too large to be kept")) from None
    return number


@lru_cache(16)
def _scaled(digits: int) -> Scaled:
    kind = Scaled()
    kind.digits = digits
    return kind


def _plain_number(text: str) -> Decimal:
    if not PLAIN_NUMBER.fullmatch(text):
        raise Unreadable(_("must be a number with a point and no separators, such as 1234.56"))
    return Decimal(text)


@lru_cache(16)
def separators(language: str) -> tuple[str, str]:
    """How a language parts thousands and decimals: (`.`, `,`) in Spanish."""
    symbols = Locale.parse(language).number_symbols["latn"]
    return SPACES.sub("", symbols["group"]), symbols["decimal"]


def _number(text: str, language: str) -> Decimal:
    """A number as its language writes it; a lone separator that cannot part thousands is read as the decimal one."""
    group, decimal = separators(language)
    plain = SPACES.sub("", text).replace("\u2212", "-")
    sign, digits = ("-", plain[1:]) if plain[:1] == "-" else ("", plain.removeprefix("+"))
    other = "." if decimal == "," else ","
    if re.fullmatch(rf"\d{{1,3}}({re.escape(group)}\d{{3}})+({re.escape(decimal)}\d*)?", digits) and group:
        digits = digits.replace(group, "")
    if decimal not in digits and digits.count(other) == 1:
        digits = digits.replace(other, decimal)
    digits = digits.replace(decimal, ".").removesuffix(".")
    if not re.fullmatch(r"\d+(\.\d+)?|\.\d+", digits):
        example = f"1{group or ' '}234{decimal}56"
        raise Unreadable(_("“{text}” is not a number: write it like {example}", text=text[:40], example=example))
    return Decimal(f"{sign}{digits}")


def number_in(text: str, language: str) -> Decimal | None:
    """A number as a language writes it; None if it is none."""
    try:
        return _number(text, language)
    except Unreadable:
        return None


def _boolean(field: Field, value: Any, how: Reading) -> bool:
    if isinstance(value, bool):
        return value
    if how.is_form and isinstance(value, str):
        return value.lower() not in HEAD
    raise Unreadable(_("must be true or false"))


def _choice(field: Field, value: Any, how: Reading) -> str:
    if value not in field.choices:
        raise Unreadable(_("must be one of {choices}", choices=", ".join(field.choices)))
    return str(value)


def _date(field: Field, value: Any, how: Reading) -> date:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    local = LOCAL_DATE.fullmatch(value.strip()) if how.is_form and isinstance(value, str) else None
    try:
        if local:
            return date(int(local["y"]), int(local["m"]), int(local["d"]))
        if isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value.strip()):
            return date.fromisoformat(value.strip())
    except ValueError:
        pass
    raise Unreadable(_("“{text}” is not a date such as 2026-12-31", text=str(value)[:40]))


def _moment(field: Field, value: Any, how: Reading) -> datetime:
    try:
        moment = value if isinstance(value, datetime) else datetime.fromisoformat(value)
        if moment.tzinfo is None and how.is_form:
            moment = moment.replace(tzinfo=ZoneInfo(how.zone))
        if moment.tzinfo is not None:
            return moment.astimezone(UTC)
    except (TypeError, ValueError, OverflowError):
        pass
    example = "2026-12-31 14:30" if how.is_form else "2026-12-31T14:30:00-03:00"
    raise Unreadable(_("“{text}” is not a time such as {example}", text=str(value)[:40], example=example))


def _time(field: Field, value: Any, how: Reading) -> time:
    try:
        return value if isinstance(value, time) else time.fromisoformat(value)
    except (TypeError, ValueError):
        raise Unreadable(_("“{text}” is not a time of day such as 14:30", text=str(value)[:40])) from None


def _json(field: Field, value: Any, how: Reading) -> Any:
    if not (how.is_form and isinstance(value, str)):
        return value
    try:
        return orjson.loads(value)
    except orjson.JSONDecodeError as error:
        raise Unreadable(_("is not JSON: {reason}", reason=str(error))) from None


def _reference(field: Field, value: Any, how: Reading) -> Reference:
    if isinstance(value, Mapping):
        if len(value) == 1 or "id" in value:
            by = "id" if "id" in value else str(next(iter(value)))
            if by == "id" or isinstance(value[by], str | int):
                return _by_number(value["id"]) if by == "id" else Reference(by, value[by])
        raise Unreadable(_('must name one record, as its number or as {"code": "..."}'))
    if how.is_form and isinstance(value, str) and not value.strip().isdigit():
        return Reference("title", value.strip())
    return _by_number(int(value) if how.is_form and isinstance(value, str) else value)


def _by_number(value: Any) -> Reference:
    if isinstance(value, bool) or not isinstance(value, int):
        raise Unreadable(_("must be the number of a record"))
    if not 0 < value < INTEGERS:
        raise Unreadable(_("There is no record {number}: choose one from the list", number=value))
    return Reference("id", value)


def _references(field: Field, value: Any, how: Reading) -> list[Reference]:
    if how.is_form and isinstance(value, str):
        value = [part for part in value.split(",") if part.strip()]
    if not isinstance(value, list | tuple):
        raise Unreadable(_("must be a list of records"))
    return list(dict.fromkeys(_reference(field, each, how) for each in value if each not in (None, "")))


def _lines(field: Field, value: Any, how: Reading) -> list[Mapping[str, Any]]:
    if not isinstance(value, list | tuple) or not all(isinstance(each, Mapping) for each in value):
        raise Unreadable(_("must be a list of lines"))
    return list(value)


READERS: dict[str, Callable[[Field, Any, Reading], Any]] = {
    "text": _text,
    "prose": _text,
    "integer": _integer,
    "money": _decimal,
    "price": _decimal,
    "quantity": _decimal,
    "percent": _decimal,
    "boolean": _boolean,
    "choice": _choice,
    "date": _date,
    "time": _time,
    "moment": _moment,
    "json": _json,
    "relation": _reference,
    "tags": _references,
    "lines": _lines,
}
