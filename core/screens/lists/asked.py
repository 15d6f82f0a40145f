"""What an address asks of a list: mode, search, filters, order, groups, columns; and the addresses that ask for more.

An address is the whole state of a list page, so that it can be sent, kept and gone back to.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import quote_plus

import orjson
from sqlalchemy.orm import Session

from core.db import Archivable
from core.errors import FieldError, Invalid
from core.i18n import _
from core.screens.fields.paths import Resolver
from core.screens.fields.typed import asking_of
from core.screens.lists.adding import with_added, with_boxes
from core.screens.lists.layout import Layout, read_layout
from core.screens.queries.ordering import Order, read_order, write_order
from core.screens.queries.where import EVERYTHING, Condition, paths_in, read, searching
from core.screens.views.view import View

MODES = ("list", "kanban", "calendar", "pivot", "graph")
KEPT = (
    "view",
    "q",
    "filter",
    "where",
    "order",
    "group",
    "columns",
    "widths",
    "sums",
    "freeze",
    "row",
    "archived",
    "rows",
    "cols",
    "measures",
    "share",
    "heat",
    "by",
    "scale",
    "date",
    "kinds",
    "slice",
    "rank",
    "within",
    "depth",
    "flip",
    "cdepth",
    "cflip",
    "hide",
    "kind",
    "top",
    "sort",
    "open",
    "saved",
)
LONGEST = 6000


@dataclass(frozen=True)
class Asked:
    """One request of a list page."""

    view: View
    mode: str = "list"
    q: str = ""
    filters: tuple[str, ...] = ()
    where: tuple[Any, ...] = ()
    order: Order = ()
    groups: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    after: str = ""
    archived: bool = False
    part: str = ""
    rest: Mapping[str, str] = field(default_factory=dict)

    def condition(self, session: Session, also: Any = ()) -> Condition:
        """Everything that narrows the list, as one condition; `also` is what the screen itself demands."""
        fields, who = self.view.fields, asking_of(session)
        named = [each.where for each in self.view.filters if each.name in self.filters]
        parts = [read(list(where), fields, who) for where in (also, *named, self.where) if where]
        if self.q:
            parts.append(searching(self.q, fields, self.view.searched))
        whole = Condition(("and", *(p.shape for p in parts)), tuple(v for p in parts for v in p.values))
        if issubclass(self.view.model, Archivable) and "active" not in paths_in(whole.shape):
            active = read(["active", "=", not self.archived], fields, who)
            whole = active.also(whole) if parts else active
        return whole if parts or whole.shape != ("and",) else Condition(EVERYTHING)

    def url(self, **changes: Any) -> str:
        """The address of this list with some things changed; None takes one away."""
        return f"{self.view.url}{self.query(**changes)}"

    def query(self, **changes: Any) -> str:
        """The query part of such an address."""
        parts = self.encoded
        if "group" in changes:
            changes.setdefault("open", None)  # other groups are other keys
        if changes:
            parts = {
                **parts,
                **{name: f"{name}={quote_plus(str(v))}" if v is not None else "" for name, v in changes.items()},
            }
        return f"?{'&'.join(filter(None, parts.values()))}"

    @property
    def is_personal(self) -> bool:
        """Whether what is drawn for it is one person's own and kept for nobody."""
        return bool(self.where or self.q or "open" in self.rest or "ask" in self.rest)

    @cached_property
    def layout(self) -> Layout:
        """How the columns stand."""
        return read_layout(self.rest)

    @cached_property
    def encoded(self) -> dict[str, str]:
        """The parts of the address by name, quoted once."""
        return {name: f"{name}={quote_plus(str(value))}" for name, value in self.values().items()}

    def values(self) -> dict[str, Any]:
        """What the address says, without the page."""
        found: dict[str, Any] = {name: value for name, value in self.rest.items() if name in KEPT}
        found |= {"view": self.mode if self.mode != "list" else None, "q": self.q or None}
        usual = self.filters == tuple(self.view.listing_spec.default_filters) and self.rest.get("saved", "0") == "0"
        found["filter"] = (
            None if usual else ",".join(self.filters)
        )  # a saved view's address says all, so that it is not bare
        found["where"] = orjson.dumps(self.where).decode() if self.where else None
        found["order"] = write_order(self.order) if self.order != self.view.order else None
        found["group"] = ",".join(self.groups) if list(self.groups) != self.view.listing_spec.group_by else None
        found["columns"] = ",".join(self.columns) or None
        found["archived"] = "1" if self.archived else None
        return {name: value for name, value in found.items() if value is not None}

    def without(self, index: int) -> tuple[Any, ...]:
        """The conditions of the address without one."""
        return tuple(node for i, node in enumerate(self.where) if i != index)


def read_args(view: View, args: Mapping[str, str]) -> Asked:
    """The request of an address; Invalid that names what cannot be read."""
    spec = view.listing_spec
    mode = args.get("view") or "list"
    if mode not in MODES or (mode in ("kanban", "calendar") and getattr(view.spec, mode) is None):
        raise fault("view", _("There is no such view of this list: {mode}", mode=mode))
    filters = [*words(args["filter"])] if "filter" in args else list(spec.default_filters)
    known = [each.name for each in view.filters]
    if unknown := [name for name in filters if name not in known]:
        raise fault("filter", _("There is no filter named {name}", name=unknown[0]))
    groups = words(args["group"]) if "group" in args else tuple(spec.group_by)
    columns = words(args.get("columns", ""))
    for path in (*groups, *columns):
        view.fields[path]
    return Asked(
        view,
        mode,
        args.get("q", "").strip()[:200],
        tuple(filters),
        conditions_of(args, view.fields),
        read_order(args["order"], view.fields) if args.get("order") else view.order,
        groups,
        columns,
        args.get("after", ""),
        args.get("archived") == "1",
        args.get("part", ""),
        dict(args),
    )


def words(text: str) -> tuple[str, ...]:
    """`a,b` as words, each once."""
    return tuple(dict.fromkeys(word.strip() for word in text.split(",") if word.strip()))


def conditions_of(args: Mapping[str, str], fields: Resolver) -> tuple[Any, ...]:
    """The where-list of an address as a list of conditions, and what forms without JavaScript add to it."""
    where = read_where(args.get("where", ""))
    return tuple(with_boxes(with_added(where, args, fields), args, fields))


def read_where(text: str) -> list[Any]:
    """A where-list from JSON, as a list of conditions that all hold."""
    if not text:
        return []
    if len(text) > LONGEST:
        raise fault("where", _("The filter is too long"))
    try:
        where = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise fault("where", _("The filter is no JSON: {reason}", reason=str(error))) from error
    if not isinstance(where, list):
        raise fault("where", _("A filter is a list such as {example}", example='["name", "contains", "garc"]'))
    if where and isinstance(where[0], str):
        return where[1:] if where[0] == "and" else [where]
    return where


def fault(name: str, message: Any) -> Invalid:
    """An address that cannot be read, with the part that is wrong."""
    return Invalid(message, [FieldError(name, message)])
