"""The one way an addon may extend another addon's model: a table of its own, one row per owner."""

from collections.abc import Container, Sequence
from typing import Any, ClassVar, Generic, Self, TypeVar, get_args

from sqlalchemy import ForeignKey, select
from sqlalchemy.orm import Mapped, Session, declared_attr, mapped_column, object_session, relationship

from core.db.base import Base
from core.db.model import Model

Owner = TypeVar("Owner", bound=Model)


class Extension(Base, Generic[Owner]):
    """Columns and methods that one addon adds to another addon's model.

    The owner's table and class stay untouched whether this addon is enabled, disabled or removed. In YAML its fields are
    written with the aspect before them: `billing.credit_limit` for `ContactBilling.credit_limit`.
    """

    __abstract__ = True
    __owner__: ClassVar[type[Model]]
    __aspect__: ClassVar[str] = ""
    registered: ClassVar[list[type["Extension[Any]"]]] = []

    def __init_subclass__(cls, **options: Any) -> None:
        bases = [b for b in getattr(cls, "__orig_bases__", ()) if getattr(b, "__origin__", None) is Extension]
        (cls.__owner__,) = get_args(bases[0])
        if not cls.__dict__.get("__aspect__"):
            cls.__aspect__ = cls.__name__.removeprefix(cls.__owner__.__name__).lower()
        super().__init_subclass__(**options)
        Extension.registered.append(cls)

    @declared_attr
    def id(cls) -> Mapped[int]:
        """The key of the owner."""
        return mapped_column(ForeignKey(cls.__owner__.__table__.c.id, ondelete="CASCADE"), primary_key=True)

    @declared_attr
    def owner(cls) -> Mapped[Any]:
        """The record that is extended."""
        return relationship(cls.__owner__, foreign_keys=lambda: cls.__table__.c.id)

    @classmethod
    def of(cls, owner: Owner) -> Self:
        """The extension of this record; made on first use, so every owner has one."""
        session = object_session(owner)
        if session is None:
            raise ValueError(f"{owner!r} belongs to no session")
        for pending in session.new:
            if isinstance(pending, cls) and pending.owner is owner:
                return pending
        found = session.get(cls, owner.id) if owner.id is not None else None
        if found is None:
            found = cls(owner=owner)
            session.add(found)
        return found

    @classmethod
    def among(cls, session: Session, owners: Sequence[Owner]) -> dict[int, Self]:
        """The extensions of a page of records by key, in one query."""
        rows = session.scalars(select(cls).where(cls.id.in_([o.id for o in owners])))
        return {row.id: row for row in rows}


def extensions_of(owner: type[Model], among: Container[Any] | None = None) -> dict[str, type[Extension[Any]]]:
    """The extension classes of a model by aspect: those `among` these models, or all that were ever imported."""
    registered = list(Extension.registered)
    return {e.__aspect__: e for e in registered if e.__owner__ is owner and (among is None or e in among)}
