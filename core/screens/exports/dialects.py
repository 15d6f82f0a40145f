"""How a CSV is written: what parts its cells, and its decimal mark, as the spreadsheet of whoever opens it expects them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from core.errors import FieldError, Invalid
from core.i18n import _
from core.screens.fields.parsing import separators

SEPARATORS = {"comma": ",", "semicolon": ";", "tab": "\t"}
DECIMALS = {"point": ".", "comma": ","}
SEPARATOR_NAMES = {"comma": _("Comma"), "semicolon": _("Semicolon"), "tab": _("Tab")}
DECIMAL_NAMES = {"point": _("Point: 1.5"), "comma": _("Comma: 1,5")}
#: what an address says of it
NAMED = ("separator", "decimal")
COOKIE, KEPT_S = "csv", 365 * 24 * 3600


@dataclass(frozen=True)
class Dialect:
    """The words of a separator and of a decimal mark; as it stands, what programs read: commas and points."""

    separator: str = "comma"
    decimal: str = "point"

    @property
    def delimiter(self) -> str:
        """What parts the cells."""
        return SEPARATORS[self.separator]

    @property
    def mark(self) -> str:
        """What parts the decimals."""
        return DECIMALS[self.decimal]


PLAIN = Dialect()


def usual_dialect(language: str) -> Dialect:
    """What spreadsheets of a language open: semicolons where the comma parts decimals."""
    return Dialect("semicolon", "comma") if separators(language)[1] == "," else PLAIN


def read_dialect(asked: Mapping[str, Any]) -> Dialect:
    """What an address asks for; Invalid for a word that there is not."""
    for name, known in (("separator", SEPARATORS), ("decimal", DECIMALS)):
        if asked.get(name, next(iter(known))) not in known:
            message = _("{name} is one of {all}", name=name, all=", ".join(known))
            raise Invalid(message, [FieldError(name, message)])
    return Dialect(asked.get("separator", "comma"), asked.get("decimal", "point"))


def kept_dialect(cookie: str, language: str) -> Dialect:
    """What was chosen last in this browser, else what is usual in the reader's language."""
    separator, _dash, decimal = cookie.partition("-")
    known = separator in SEPARATORS and decimal in DECIMALS
    return Dialect(separator, decimal) if known else usual_dialect(language)
