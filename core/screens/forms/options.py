"""Records to choose from: what a box that finds records offers for what somebody typed."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import bindparam, false, func, inspect, or_, select
from sqlalchemy.orm import Session

from core.db import Archivable, CompanyScoped, Searchable, actor, holds
from core.db.search import Piece
from core.screens.fields.field import Field, unique_keys
from core.screens.fields.rights import demand, rights
from core.values import fold

LIMIT = 20
SHORT_LIST = 200
WORDS = 6


def options(session: Session, model: Any, text: str = "", limit: int = LIMIT, among: Sequence[Any] = ()) -> list[Any]:
    """The records that what was typed may mean, those that begin with it first; archived ones are not offered.

    `among` are further conditions: which of them can be chosen at all.
    """
    demand(session, model, "read")
    query = select(model).where(*among).limit(limit)
    if issubclass(model, Archivable):
        query = query.where(model.active.is_(True))
    if issubclass(model, CompanyScoped):
        query = query.where(model.company_id == actor(session).company_id)
    for word in fold(text).split()[:WORDS]:
        query = query.where(matching(session, model, word))
    return list(session.scalars(query.order_by(*order(model, fold(text)))).unique())


def matching(session: Session, model: Any, word: str) -> Any:
    """A word is somewhere in the searched text; without a search index, in the title or a code."""
    if issubclass(model, Searchable):
        if len(word) >= 3:
            return holds(model.search_text, model.id, bindparam(None, word, type_=Piece))
        begins = model.search_text.startswith(word, autoescape=True)
        return or_(begins, model.search_text.contains(f" {word}", autoescape=True))
    columns = [getattr(model, name) for name in named_by(session, model)]
    return or_(false(), *(func.lower(column).contains(word, autoescape=True) for column in columns))


def named_by(session: Session, model: Any) -> list[str]:
    """The columns that a record is called by: its title and its codes."""
    attributes, may = inspect(model).column_attrs, rights(session, model)
    names = [f"{model.__title__}_folded", model.__title__, *sorted(unique_keys(model))]
    textual = [n for n in names if n in attributes and attributes[n].columns[0].type.python_type is str]
    return [name for name in textual if name not in may.hidden]


def order(model: Any, text: str) -> Sequence[Any]:
    """By title, those that begin with what was typed first."""
    attributes = inspect(model).column_attrs
    name = next((n for n in (f"{model.__title__}_folded", model.__title__) if n in attributes), None)
    if name is None:
        return [model.id]
    title = getattr(model, name)
    is_text = attributes[name].columns[0].type.python_type is str
    first = [func.lower(title).startswith(text, autoescape=True).desc()] if text and is_text else []
    return [*first, title, model.id]


def titles_of(session: Session, model: Any, numbers: set[int]) -> Mapping[int, str]:
    """What the records of these numbers are called, if the user may see them."""
    if not numbers or not rights(session, model).may("read"):
        return {}
    found = session.scalars(select(model).where(model.id.in_(sorted(numbers)))).unique()
    return {each.id: str(each.title) for each in found}


def short_list(session: Session, field: Field) -> list[tuple[str, str]]:
    """All records that a short box offers."""
    if field.target is None or not rights(session, field.target).may("read"):
        return []
    return [(str(each.id), str(each.title)) for each in options(session, field.target, limit=SHORT_LIST)]
