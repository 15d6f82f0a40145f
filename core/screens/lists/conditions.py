"""One condition as people make it: which field, what about it, which value; and the same said back to be changed.

What a person writes is in his language (`1.234,5`, `31/03/2026`, `last month`); an address says it plainly.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from core.i18n import _
from core.screens.fields.field import DECIMALS
from core.screens.fields.formats import STORED
from core.screens.fields.parsing import LOCAL_DATE, number_in
from core.screens.fields.paths import PathField
from core.screens.fields.typed import PERIOD, RELATIVE
from core.screens.lists.periods import is_dated, listed, path_of, period_named, period_node, period_of

TEXT = ("contains", "not-contains", "=", "!=", "startswith", "in", "empty", "filled")
NUMBER = ("=", "!=", ">", ">=", "<", "<=", "between", "empty", "filled")
DATE = ("period", "=", "<", "<=", ">", ">=", "between", "empty", "filled")
CHOICE = ("in", "not-in", "empty", "filled")
RELATION = ("in", "not-in", "contains", "empty", "filled")
SIGNS: Mapping[str, Any] = {
    "contains": _("contains"),
    "not-contains": _("does not contain"),
    "startswith": _("begins with"),
    "period": _("is in"),
    "=": _("is"),
    "!=": _("is not"),
    ">": _("more than, after"),
    ">=": _("at least, from"),
    "<": _("less than, before"),
    "<=": _("at most, until"),
    "between": _("from … to …"),
    "in": _("one of"),
    "not-in": _("none of"),
    "empty": _("is empty"),
    "filled": _("is not empty"),
}
SPAN = re.compile(r"(.*?)\s*(?:\.\.|…)\s*(.*)", re.DOTALL)
COMPARED = re.compile(r"\s*(>=|<=|<>|!=|≥|≤|≠|=|>|<)\s*(.+)", re.DOTALL)
PLAIN = {"≥": ">=", "≤": "<=", "≠": "!=", "<>": "!="}


@dataclass(frozen=True)
class Draft:
    """A condition that is being made: an operator, its value or values, and for a span its end."""

    sign: str = ""
    values: tuple[str, ...] = ()
    until: str = ""
    period: str = ""
    node: Any = field(default=None, compare=False)

    @property
    def value(self) -> str:
        """The one value."""
        return self.values[0] if self.values else ""


def signs_for(each: PathField) -> tuple[str, ...]:
    """What may be asked about a field."""
    if each.target is not None or each.kind in ("relation", "tags"):
        return RELATION
    if each.kind == "choice":
        return CHOICE
    if each.kind == "boolean":
        return ("=",)
    if is_dated(each):
        return DATE
    if each.kind in ("date", "moment"):
        return tuple(sign for sign in DATE if sign != "period")
    return NUMBER if each.is_number else TEXT


def made(each: PathField, sign: str, values: tuple[str, ...], until: str, period: str, language: str) -> list[Any]:
    """The condition of the filter form; a value that is missing asks for what is empty."""
    values = tuple(value.strip() for value in values if value.strip())
    if sign == "period" or (period and not values):
        return period_node(each.path, period or "month")
    if sign in ("empty", "filled") or not values:
        return [each.path, "is-null", sign != "filled"]
    plain = [plain_value(each, value, language) for value in values]
    if sign == "between":
        end = plain_value(each, until, language) if until.strip() else None
        return spanned(each.path, plain[0], end)
    if sign in ("in", "not-in"):
        one_of = plain if len(plain) > 1 else [part.strip() for part in str(plain[0]).split(",")]
        node = [each.path, "in", one_of] if len(one_of) > 1 else [each.path, "=", one_of[0]]
        return node if sign == "in" else ["not", node]
    if sign == "not-contains":
        return ["not", [each.path, "contains", plain[0]]]
    return [each.path, sign, plain[0]]


def spanned(path: str, first: Any, last: Any) -> list[Any]:
    """From one value to another; either may be left out."""
    low, high = [path, ">=", first], [path, "<=", last]
    if first in (None, "") or last in (None, ""):
        return high if first in (None, "") else low
    return ["and", low, high]


def plain_value(each: PathField, text: str, language: str) -> str:
    """A value as addresses have it, from how people write it; what cannot be read is told by whoever reads it next."""
    text = text.strip()
    if each.is_number and (each.kind in DECIMALS or each.kind == "integer"):
        number = number_in(text.removesuffix("%").strip(), language)
        return text if number is None else f"{number:f}"
    if each.kind in ("date", "moment") and (local := LOCAL_DATE.fullmatch(text)):
        return f"{int(local['y']):04}-{int(local['m']):02}-{int(local['d']):02}"
    return text


def typed_in(each: PathField, text: str, language: str) -> list[Any] | None:
    """The condition that a box below a column's head means: `>100`, `10..20`, `last month`, `= exactly`, a piece of text."""
    text = text.strip()
    if not text:
        return None
    is_text = each.kind == "text" and not each.target
    if is_dated(each) and (name := period_named(text)):
        return period_node(each.path, name)
    if text in ("-", "–", "∅"):
        return [each.path, "is-null", True]
    if each.kind in ("choice", "boolean"):
        return [each.path, "=", text]
    compared, span = COMPARED.fullmatch(text), SPAN.fullmatch(text)
    if compared and (compared[1] in ("=", "!=", "<>", "≠") or not (is_text or each.target)):
        sign = PLAIN.get(compared[1], compared[1])
        if each.target is not None:
            node = [each.path, "contains", compared[2].strip()]
            return node if sign == "=" else ["not", node]
        return [each.path, sign, plain_value(each, compared[2], language)]
    if is_text or each.target is not None:
        return [each.path, "contains", text]
    if span:
        return spanned(each.path, *(plain_value(each, end, language) if end else None for end in span.groups()))
    return [each.path, "=", plain_value(each, text, language)]


def draft_of(each: PathField, node: Any) -> Draft | None:
    """A condition as the filter form shows it; None for one that the form cannot make."""
    node = listed(node)
    if named := period_of(node):
        return Draft("period", period=named[1], node=node) if named[0] == each.path else None
    if node[0] == "not" and len(node) == 2:
        inner = draft_of(each, node[1])
        turned = {
            "in": "not-in",
            "=": "not-in" if signs_for(each) in (CHOICE, RELATION) else "!=",
            "contains": "not-contains",
        }
        return Draft(turned[inner.sign], inner.values, node=node) if inner and inner.sign in turned else None
    if node[0] == "and" and path_of(node) == each.path and [part[1] for part in node[1:]] == [">=", "<="]:
        return Draft("between", (str(node[1][2]),), str(node[2][2]), node=node)
    if node[0] != each.path or len(node) < 2:
        return None
    if node[1] == "is-null":
        empty = len(node) < 3 or node[2] in (True, "true", 1, "1")
        return Draft("empty" if empty else "filled", node=node)
    values = node[2] if isinstance(node[2], list) else [node[2]]
    sign = "in" if node[1] == "=" and signs_for(each) in (CHOICE, RELATION) else node[1]
    return Draft(sign, tuple(str(value) for value in values if value is not None), node=node)


def is_relative(value: Any) -> bool:
    """Whether a date is said from today."""
    return isinstance(value, str) and bool(RELATIVE.fullmatch(value) or PERIOD.fullmatch(value) or value == "today")


def value_text(field: PathField, value: str, shape: Any) -> str:
    """A number as the reader's language writes it, any other value as it is."""
    if not field.is_number or field.kind not in STORED:
        return value
    try:
        units = int(asked_units(field, value))
    except (ValueError, ArithmeticError):
        return value
    return str(shape.number(field.kind, units, 0)).replace("\u2212", "-").removesuffix("%").strip()


def asked_units(field: PathField, value: str) -> int:
    """A value of an address as whole units of its column."""
    return int(Decimal(plain_value(field, value, "en")).scaleb(STORED[field.kind]))
