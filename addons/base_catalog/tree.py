"""Keeps the paths of the category tree true: `Furniture / Chairs / Outdoor`, whoever writes and however."""

from typing import Any

from sqlalchemy import Connection, event, inspect, select, update

from addons.base_catalog.models import Category
from core.errors import FieldError, Invalid
from core.i18n import _
from core.values import fold

SEPARATOR = " / "
categories: Any = Category.__table__


def _parents_path(connection: Connection, category: Category) -> str:
    """The path of the parent; Invalid if the parent lies below the category itself."""
    path, above = "", category.parent_id
    while above is not None:
        if above == category.id:
            message = _(
                "Category {name} cannot lie below itself: choose a parent outside its own branch.", name=category.name
            )
            raise Invalid(message, [FieldError("parent", message)])
        row = connection.execute(select(categories.c.path, categories.c.parent_id).where(categories.c.id == above)).one()
        path, above = path or row.path, row.parent_id
    return path


@event.listens_for(Category, "before_insert")
@event.listens_for(Category, "before_update")
def write_path(mapper: Any, connection: Connection, category: Category) -> None:
    """The path follows the name and the parent."""
    name = (category.name or "").strip()
    if not name or SEPARATOR.strip() in name:
        message = _("A category needs a name without “/”: the slash parts the levels of its path.")
        raise Invalid(message, [FieldError("name", message)])
    above = _parents_path(connection, category)
    category.path = above + SEPARATOR + name if above else name
    category.path_folded = fold(category.path)


@event.listens_for(Category, "after_update")
def move_branch(mapper: Any, connection: Connection, category: Category) -> None:
    """When a category is renamed or moved, all below it follow."""
    if inspect(category).attrs.path.history.has_changes():
        _rewrite_below(connection, category.id, category.path)


def _rewrite_below(connection: Connection, parent_id: int, parent_path: str) -> None:
    """Writes the paths of the children of one category, then of theirs."""
    children = connection.execute(
        select(categories.c.id, categories.c.name).where(categories.c.parent_id == parent_id)
    ).all()
    for child in children:
        path = parent_path + SEPARATOR + child.name
        connection.execute(update(categories).where(categories.c.id == child.id).values(path=path, path_folded=fold(path)))
        _rewrite_below(connection, child.id, path)
