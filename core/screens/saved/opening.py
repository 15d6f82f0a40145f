"""What a list opens with: a saved view that the address names, one's own default, that of a role, or one's own columns."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, or_, select
from sqlalchemy.orm import Session

from core.access.saved import ListChoice, SavedView
from core.db import actor
from core.errors import Invalid
from core.screens.fields.sight import policy_of
from core.screens.fields.typed import asking_of
from core.screens.lists.asked import read_args
from core.screens.lists.layout import PARTS
from core.screens.queries.where import read
from core.screens.saved.listing import state_of
from core.screens.views.view import View

PLAIN = "plain"  # in a person's choice: he wants the list as it comes, whatever his roles open with


@dataclass(frozen=True)
class Opening:
    """The arguments that a list is read from, and the saved view that they come from."""

    args: Mapping[str, str]
    saved: SavedView | None = None

    def is_changed(self, values: Mapping[str, Any]) -> bool:
        """Whether the list stands otherwise than it was saved."""
        return self.saved is not None and state_of(values) != self.saved.state


def opening_of(session: Session, view: View, args: Mapping[str, str]) -> Opening:
    """How a list opens for whoever asks; parts of a page and files say all that they need themselves."""
    if args.get("part") or args.get("export") or policy_of(session) is None:
        return Opening(args)
    named, label = args.get("saved", ""), view.model.label()
    if named.isdigit() and 0 < int(named) < 2**31:
        saved = saved_view(session, label, int(named))
        if saved is None:
            return Opening({name: value for name, value in args.items() if name != "saved"})
        return Opening(as_args(saved) if len(args) == 1 else args, saved)
    if args.get("view", "list") != "list" or "columns" in args:
        return Opening(args)
    return chosen(session, view, args)


def chosen(session: Session, view: View, args: Mapping[str, str]) -> Opening:
    """The default view where the address says nothing; else one's own columns where it says nothing of columns."""
    mine, defaults = choices(session, view.model.label())
    own = own_columns(view, mine.columns) if mine is not None else {}
    wanted = [] if PLAIN in own else defaults
    if not args:
        for number in wanted:
            saved = saved_view(session, view.model.label(), number)
            if saved is not None and is_readable(session, view, as_args(saved)):
                return Opening(as_args(saved), saved)
    kept = {name: own[name] for name in PARTS if name in own} if not any(part in args for part in PARTS) else {}
    if wanted and "saved" not in args:
        kept["saved"] = "0"  # so that no link of this page is bare and leads to the default
    return Opening({**args, **kept})


def own_columns(view: View, kept: Mapping[str, Any]) -> dict[str, str]:
    """What is remembered of somebody's columns, without fields that are no more: an addon may have been disabled."""
    found = {name: str(value) for name, value in kept.items()}
    if "columns" in found:
        found["columns"] = ",".join(path for path in found["columns"].split(",") if path in view.fields)
    return {name: value for name, value in found.items() if value or name == "sums"}


def is_readable(session: Session, view: View, args: Mapping[str, str]) -> bool:
    """Whether a list can still be opened so; a default that cannot be is passed over, so that nobody is locked out."""
    try:
        asked = read_args(view, args)
        read(list(asked.where), view.fields, asking_of(session))
    except Invalid:
        return False
    return True


def as_args(saved: SavedView) -> dict[str, str]:
    """A saved view as the arguments of an address; programs may have written anything into it."""
    return {**{name: str(value) for name, value in saved.state.items()}, "saved": str(saved.id)}


def choices(session: Session, label: str) -> tuple[Any, list[int]]:
    """A person's own choice, and the default views in the order in which they are tried: his own, those of his roles."""
    policy = policy_of(session)
    me = actor(session).user_id
    rows = session.execute(choices_statement(), {"label": label, "me": me, "roles": sorted(policy.roles)}).all()
    mine = next((row for row in rows if row.user_id is not None), None)
    ordered = sorted(rows, key=lambda row: (row.user_id is None, row.role or ""))
    return mine, [row.view_id for row in ordered if row.view_id is not None]


@cache
def choices_statement() -> Select[Any]:
    """One statement for all lists and people."""
    whose = or_(ListChoice.user_id == bindparam("me"), ListChoice.role.in_(bindparam("roles", expanding=True)))
    columns = (ListChoice.user_id, ListChoice.role, ListChoice.view_id, ListChoice.columns)
    return select(*columns).where(ListChoice.model == bindparam("label"), whose).execution_options(kept=True)


def saved_view(session: Session, label: str, number: int) -> SavedView | None:
    """A saved view of a list, if the user may see it."""
    found: SavedView | None = session.scalars(saved_statement(), {"label": label, "number": number}).first()
    return found


@cache
def saved_statement() -> Select[Any]:
    """One statement for all saved views."""
    asked = select(SavedView).where(SavedView.id == bindparam("number"), SavedView.model == bindparam("label"))
    return asked.execution_options(kept=True)
