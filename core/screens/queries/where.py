"""Typed where-lists: `[["name", "contains", "garc"], ["since", ">=", "-30d"]]` to a shape and its values.

Conditions are joined by `and` unless a list begins with `and`, `or` or `not`. The shape holds paths and operators and
decides the statement, which is built once; the values are only ever bound.
"""

import operator
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, String, and_, bindparam, false, not_, or_, select, true, union
from sqlalchemy.orm import aliased

from core.db import Pattern, Piece, holds
from core.errors import FieldError, Invalid
from core.i18n import _
from core.screens.fields.paths import MINUTES_EAST, PathField, Resolver
from core.screens.fields.typed import Asking, span_of, text, typed
from core.values import fold

Shape = tuple[Any, ...]
COMPARE: dict[str, Callable[[Any, Any], Any]] = {
    "=": operator.eq,
    "!=": lambda column, value: column.is_distinct_from(value),
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
TEXTUAL = ("contains", "startswith")
OPERATORS = (*COMPARE, *TEXTUAL, "in", "is-null")
JOINS = ("and", "or", "not")
EVERYTHING: Shape = ("and",)
SEARCHED = ("text", "choice", "relation", "tags", "lines")
DEPTH, CONDITIONS, WORDS = 12, 200, 8


@dataclass(frozen=True)
class Condition:
    """What is asked for: a shape that makes the statement, the values bound to it, and the paths it names."""

    shape: Shape = EVERYTHING
    values: tuple[Any, ...] = ()

    def bound(self, who: Asking) -> dict[str, Any]:
        """The parameters of a statement of this shape."""
        return {f"w{i}": value for i, value in enumerate(self.values)} | {MINUTES_EAST: who.minutes_east}

    def also(self, other: "Condition") -> "Condition":
        """Both."""
        return Condition(("and", self.shape, other.shape), self.values + other.values) if other.shape != EVERYTHING else self


def unreadable(where: Any, message: Any) -> Invalid:
    """A where-list that cannot be read, with its fault."""
    return Invalid(message, [FieldError("where", message)])


def read(where: Any, fields: Resolver, who: Asking) -> Condition:
    """The condition that a where-list means; Invalid that names the fault for whatever it cannot mean."""
    values: list[Any] = []
    reader = _Reader(fields, who, values)
    return Condition(reader.node(where, 0), tuple(values))


@dataclass
class _Reader:
    fields: Resolver
    who: Asking
    values: list[Any]
    conditions: int = 0

    def node(self, node: Any, depth: int) -> Shape:
        """A list of conditions, a joined list or one condition."""
        if not isinstance(node, list | tuple):
            raise unreadable(
                node, _('A filter is a list such as ["name", "contains", "garc"], not {given}', given=repr(node)[:60])
            )
        if depth > DEPTH:
            raise unreadable(node, _("A filter has at most {depth} levels", depth=DEPTH))
        if not node:
            return EVERYTHING
        if isinstance(node[0], str) and node[0] in JOINS:
            return (node[0], *(self.node(part, depth + 1) for part in node[1:]))
        if not isinstance(node[0], str):
            return ("and", *(self.node(part, depth + 1) for part in node))
        return self.leaf(node)

    def leaf(self, node: Any) -> Shape:
        """One condition: path, operator, value."""
        self.conditions += 1
        if self.conditions > CONDITIONS:
            raise unreadable(node, _("A filter has at most {count} conditions", count=CONDITIONS))
        if len(node) == 2 and node[1] == "is-null":
            node = [*node, True]
        if len(node) != 3:
            raise unreadable(node, _("A condition is a field, an operator and a value, not {given}", given=repr(node)[:60]))
        path, sign, value = node
        field = self.fields[path]
        if not isinstance(sign, str) or sign not in OPERATORS:
            raise unreadable(
                node,
                _(
                    "{path}: there is no operator {sign}; there are {all}",
                    path=path,
                    sign=repr(sign),
                    all=" ".join(OPERATORS),
                ),
            )
        try:
            return self.condition(field, sign, value)
        except (ValueError, TypeError, ArithmeticError, KeyError) as error:
            if isinstance(error, Invalid):
                raise
            shown = repr(value)[:60]
            raise unreadable(
                node, _("{path} {sign} {value}: {reason}", path=path, sign=sign, value=shown, reason=error)
            ) from error

    def condition(self, field: PathField, sign: str, value: Any) -> Shape:
        """The shape of one condition; its values are kept in order."""
        if sign == "is-null" or (value is None and sign in ("=", "!=")):
            empty = value in (True, "true", 1, "1") if sign == "is-null" else sign == "="
            return (field.base.path if field.base else field.path, "null" if empty else "set")
        if sign in TEXTUAL:
            return self.textual(field, sign, value)
        if sign == "in":
            return self.among(field, value)
        span = span_of(field, value, self.who)
        if span is not None:
            return self.spanned(field.base.path if field.base else field.path, sign, *span)
        if field.kind == "json":
            raise ValueError(_("this field cannot be compared"))
        return self.keep(field.path, sign, typed(field, value, self.who))

    def keep(self, path: str, sign: str, value: Any) -> Shape:
        self.values.append(value)
        return (path, sign)

    def textual(self, field: PathField, sign: str, value: Any) -> Shape:
        """A piece of text; folded where the model keeps a folded twin."""
        if field.kind not in SEARCHED or field.bucket:
            raise ValueError(_("only text can be searched for a piece of text"))
        plain = text(PathField("", "", "text", None, None, None, field.spot), value)
        return self.keep(field.path, sign, fold(plain) if is_folded(field) else plain)

    def among(self, field: PathField, value: Any) -> Shape:
        if not isinstance(value, list | tuple):
            raise ValueError(_("a list is expected"))
        if len(value) > 1000:
            raise ValueError(_("a list holds at most 1000 values"))
        if field.bucket or field.kind == "moment":
            return ("or", *(self.condition(field, "=", one) for one in value))
        known = self.keep(field.path, "in", [typed(field, one, self.who) for one in value if one is not None])
        return ("or", known, (field.path, "null")) if None in value else known

    def spanned(self, path: str, sign: str, first: Any, after: Any) -> Shape:
        """A comparison with a whole day or period, as comparisons with its two ends, which an index answers."""
        if sign == "=":
            return ("and", self.keep(path, ">=", first), self.keep(path, "<", after))
        if sign == "!=":
            return ("not", self.keep(path, ">=", first), self.keep(path, "<", after))
        point = {"<": ("<", first), ">=": (">=", first), "<=": ("<", after), ">": (">=", after)}[sign]
        return self.keep(path, *point)


def is_folded(field: PathField) -> bool:
    """Whether the text that is searched is kept without accents and case."""
    return field.sort is not field.expression


def searching(text_typed: str, fields: Resolver, names: tuple[str, ...]) -> Condition:
    """Every word that somebody typed must be somewhere in the searched fields.

    `""` stands for the search text of the model, `~contact` for that of the record that a relation leads to.
    """
    shapes: list[Shape] = []
    values: list[Any] = []
    for word in text_typed.replace("\0", " ").split()[:WORDS]:
        folded = fold(word)
        parts: list[Shape] = []
        for name in names:
            whole = name == "" or name.startswith("~")
            parts.append((name, "contains" if not whole or len(folded) >= 3 else "short"))
            values.append(folded if whole or is_folded(fields[name]) else word)
        shapes.append(parts[0] if len(parts) == 1 else ("or", *parts))
    return Condition(("and", *shapes), tuple(values)) if shapes else Condition()


def is_indexed(shape: Shape) -> bool:
    """Whether the text indexes narrow this shape as a whole."""
    if shape[0] == "or":
        return len(shape) > 1 and all(is_indexed(part) for part in shape[1:])
    if shape[0] == "and":
        return any(is_indexed(part) for part in shape[1:])
    return shape[1:] == ("contains",) and (shape[0] == "" or shape[0].startswith("~"))


def paths_in(shape: Shape) -> Iterator[str]:
    """The paths that a shape names."""
    if shape[0] in JOINS:
        for part in shape[1:]:
            yield from paths_in(part)
    elif shape[0] and not shape[0].startswith("~"):
        yield shape[0]


def clause(shape: Shape, fields: Resolver, places: Iterator[int], scan: bool = False) -> ColumnElement[bool]:
    """The SQL of a shape, its values bound as w0, w1, ...; `scan`: many rows match a text, so read them in order."""
    if shape[0] == "or" and not scan and is_indexed(shape):
        return _found_in_one(shape, fields, places)
    if shape[0] in JOINS:
        parts = [clause(part, fields, places, scan) for part in shape[1:]]
        if shape[0] == "or":
            return or_(*parts) if parts else false()
        both = and_(*parts) if parts else true()
        return both.is_not(true()) if shape[0] == "not" else both
    path, sign = shape
    if not path:
        return _search(fields.model, sign, f"w{next(places)}", scan)
    if path.startswith("~"):
        return _search_beside(fields[path[1:]], sign, f"w{next(places)}")
    field = fields[path]
    if sign in ("null", "set"):
        return _nothing(field, sign)
    name = f"w{next(places)}"
    if sign != "!=" and sign not in TEXTUAL and (attribute := field.added):
        return _compared_beside(field, attribute, sign, name, fields.model)
    compared: ColumnElement[bool] = _textual(field, sign, name) if sign in TEXTUAL else _compared(field, sign, name)
    return field.wrap(compared) if field.wrap else compared


def _compared_beside(field: PathField, attribute: str, sign: str, name: str, model: Any) -> ColumnElement[bool]:
    """Records among those whose values lie beside them: an outer join would keep SQLite from using their index."""
    twin = aliased(field.spot.model)
    compared = _compared(replace(field, key=getattr(twin, attribute)), sign, name)
    found: ColumnElement[bool] = model.id.in_(select(twin.id).where(compared))
    return found


def _search(model: Any, sign: str, name: str, scan: bool) -> ColumnElement[bool]:
    if scan or sign == "short":
        like: ColumnElement[bool] = model.search_text.like(bindparam(name, type_=Pattern), escape="\\")
        return like
    return holds(model.search_text, model.id, bindparam(name, type_=Piece))


def _search_beside(relation: PathField, sign: str, name: str, key: Any = None) -> ColumnElement[bool]:
    """Records whose relation leads to one that the text is found in; the index of the other model answers."""
    other = aliased(relation.target)
    own = relation.key if key is None else key
    found: ColumnElement[bool] = own.in_(select(other.id).where(_search(other, sign, name, False)))
    return found


def _found_in_one(shape: Shape, fields: Resolver, places: Iterator[int]) -> ColumnElement[bool]:
    """A text that is in one of several places: a union of what each index finds, as no index answers an OR of them."""
    twin = aliased(fields.model)
    finds = []
    for path, sign in shape[1:]:
        name = f"w{next(places)}"
        if path:
            relation = fields[path[1:]]
            inside = _search_beside(relation, sign, name, getattr(twin, relation.key.key))
        else:
            inside = _search(twin, sign, name, False)
        finds.append(select(twin.id).where(inside))
    found: ColumnElement[bool] = fields.model.id.in_(union(*finds))
    return found


def _nothing(field: PathField, sign: str) -> ColumnElement[bool]:
    if field.wrap:
        some: ColumnElement[bool] = field.wrap(field.key.is_not(None))
        return not_(some) if sign == "null" else some
    answer: ColumnElement[bool] = field.key.is_(None) if sign == "null" else field.key.is_not(None)
    return answer


class Beginning(Pattern):
    """A piece of text with which another begins."""

    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Any) -> str:
        """Escaped, and open at the end only."""
        return super().process_bind_param(value, dialect)[1:]


def _textual(field: PathField, sign: str, name: str) -> Any:
    piece = bindparam(name, type_=Beginning() if sign == "startswith" else Pattern())
    return field.sort.like(piece, escape="\\") if is_folded(field) else field.expression.ilike(piece, escape="\\")


def _compared(field: PathField, sign: str, name: str) -> Any:
    kind = String() if field.kind == "choice" else field.key.type
    if sign == "in":
        return field.key.in_(bindparam(name, type_=kind, expanding=True))
    return COMPARE[sign](field.key, bindparam(name, type_=kind))
