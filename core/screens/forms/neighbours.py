"""The record that comes next in the order of its list."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.screens.fields.field import INTEGERS
from core.screens.fields.typed import asking_of
from core.screens.lists.asked import Asked
from core.screens.queries.ordering import Key, Parts, keys_of, segments
from core.screens.queries.statements import Listing
from core.screens.views.view import View


def neighbour(session: Session, view: View, id: int, back: bool, also: Any = ()) -> int | None:
    """The number of the record after this one in the view's order, or before it; None at the end."""
    if id >= INTEGERS:
        return None
    keys, fields = keys_of(view.order, view.fields), [view.fields[path] for path, _down in view.order]
    mine = view.fields.joined(select(*(key.column for key in keys)), fields).where(view.model.id == id)
    here = session.execute(mine).first()
    if here is None:
        return None
    condition = Asked(view).condition(session, also)
    bound = condition.bound(asking_of(session)) | {f"a{i}": value for i, value in enumerate(here) if value is not None}
    listing = Listing(view.fields, [])
    for where, by in ranges(keys, here, back):
        query = listing.matching(condition.shape, fields, view.model.id).where(*where).order_by(*by).limit(1)
        found: int | None = session.scalar(query, bound)
        if found is not None:
            return found
    return None


def ranges(keys: Sequence[Key], here: Sequence[Any], back: bool) -> list[Parts]:
    """Where the neighbour may lie. Nulls come last, so on the way back they come first, and what is before them after."""
    nulls = tuple(value is None for value in here)
    if not back:
        return list(segments(keys, nulls))
    turned = [Key(key.column, not key.down, null) for key, null in zip(keys, nulls, strict=True)]
    found = list(segments(turned, nulls))
    if any(nulls):
        beyond = [Key(key.column, not key.down, key.nullable) for key in keys]
        found.append(next(segments(beyond, ())))
    return found
