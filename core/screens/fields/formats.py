"""How the reader's language writes amounts, dates and periods; the locale's rules are read once, never per cell.

Amounts arrive as whole units of their column (Money has four digits), so that nothing is converted that is not shown.
"""

from collections.abc import Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_time
from babel.units import format_unit

from core.i18n import REGIONS, _, current_language, current_region, humanised, translated

MINUS = "\u2212"
NARROW = "\u00a0"
STORED = {"money": 4, "price": 6, "quantity": 6, "percent": 4}
LEAST = {"money": 2, "price": 2, "quantity": 0, "percent": 0}
MONTH_FIRST = {"en_US"}
LOCALES = {"en": "en_GB", "es": "es_AR", "ru": "ru_RU"}


class Formats:
    """One language, one zone, the year that goes without saying, and whose way of writing numbers."""

    def __init__(self, language: str, year: int, zone: str, region: str = "") -> None:
        self.locale = Locale.parse(LOCALES.get(language, language))
        self.region = region if region in REGIONS else str(self.locale)
        self.year, self.zone = year, ZoneInfo(zone)
        symbols = Locale.parse(self.region).number_symbols["latn"]
        self.signs = str.maketrans({",": symbols["group"], ".": symbols["decimal"]})
        self.percent_sign = f"{NARROW}%"
        self.day = lru_cache(8192)(self._day)
        self.moment = lru_cache(8192)(self._moment)
        self.money, self.quantity = self.money_of(2), lru_cache(8192)(lambda units: self.number("quantity", units))

    def number(self, kind: str, units: int | None, digits: int | None = None) -> str:
        """Whole units as people read them: at least `digits` decimals, more where they are not zero."""
        if units is None:
            return ""
        stored, least = STORED.get(kind, 0), LEAST.get(kind, 0) if digits is None else digits
        whole, rest = divmod(abs(units), 10**stored)
        tail = f"{rest:0{stored}}"[:stored].rstrip("0").ljust(least, "0") if stored else ""
        text = f"{whole:,}.{tail}" if tail else f"{whole:,}"
        signed = f"{MINUS}{text}" if units < 0 else text
        return signed.translate(self.signs) + (self.percent_sign if kind == "percent" else "")

    def money_of(self, digits: int) -> Any:
        """The amounts of a currency with this many decimals; written quickly, as pages hold thousands."""
        cut, signs = 10 ** (4 - digits), self.signs
        one = 10**digits

        def write(units: int | None) -> str:
            if units is None:
                return ""
            whole, beyond = divmod(abs(units), cut)
            if beyond:
                return self.number("money", units, digits)
            text = f"{whole // one:,}.{whole % one:0{digits}}" if digits else f"{whole:,}"
            return (f"{MINUS}{text}" if units < 0 else text).translate(signs)

        return write

    def share(self, part: int, whole: int) -> str:
        """A part as a percentage with one digit."""
        if not whole:
            return ""
        thousandths = (2000 * part + whole) // (2 * whole) if whole > 0 else -((2000 * part - whole) // (2 * -whole))
        text = f"{abs(thousandths) // 10}.{abs(thousandths) % 10}"
        return (f"{MINUS}{text}" if thousandths < 0 else text).translate(self.signs) + self.percent_sign

    def _day(self, day: date | None) -> str:
        if day is None:
            return ""
        short, long = ("MMM d", "MMM d, y") if self.region in MONTH_FIRST else ("d MMM", "d MMM y")
        return format_date(day, short if day.year == self.year else long, self.locale)

    def _moment(self, moment: datetime | None) -> str:
        if moment is None:
            return ""
        local = moment.astimezone(self.zone)
        return f"{self._day(local.date())}, {format_time(local.time(), 'HH:mm', locale=self.locale)}"

    def period(self, bucket: str, key: Any) -> str:
        """A bucket's key as people call it: `Mar 2026`, `Q1 2026`, `2026`, `16 Mar`."""
        if bucket == "year":
            return str(key)
        if bucket == "quarter":
            return f"{self.locale.quarters['format']['abbreviated'][key % 10]} {key // 10}"
        if bucket == "month":
            return format_date(date(key // 100, key % 100, 1), "LLL y", self.locale)
        return self._day(key)


@lru_cache(64)
def _formats(language: str, year: int, zone: str, region: str) -> Formats:
    return Formats(language, year, zone, region)


def formats(year: int, zone: str = "UTC") -> Formats:
    """The formats of the current language."""
    return _formats(current_language(), year, zone, current_region())


SPANS = (("week", 7 * 24 * 60), ("day", 24 * 60), ("hour", 60), ("minute", 1))


def before(minutes: int) -> str:
    """How long before something begins, in the largest unit that says it without a rest."""
    if minutes == 0:
        return str(_("when it begins"))
    unit, length = next(span for span in SPANS if minutes % span[1] == 0)
    return str(_("{span} before", span=format_unit(minutes // length, f"duration-{unit}", locale=current_language())))


def label_of_choice(info: Mapping[str, Any], word: str) -> str:
    """What people call a word of a choice."""
    return translated(info.get("labels", {}).get(word) or humanised(word))
