"""Records, their lines, and what they may be besides: of a company, archivable, searchable, numbered."""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import ForeignKey, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from core.db.base import Base
from core.db.columns import Moment
from core.values import fold, number_keys

KERNEL = {"kernel": True}


class Model(Base):
    """A record that people see: who made and changed it, which version it is, and its history.

    `__key__` is the letter that makes a new one about the record that is open, such as `t` for a task.
    """

    __abstract__ = True
    __history__: ClassVar[bool] = True
    __search__: ClassVar[tuple[str, ...]] = ()
    __key__: ClassVar[str] = ""

    id: Mapped[int] = mapped_column(primary_key=True, sort_order=-10)
    version: Mapped[int] = mapped_column(default=1, info=KERNEL, sort_order=900)
    created_at: Mapped[datetime] = mapped_column(Moment, info=KERNEL, sort_order=901)
    created_by_id: Mapped[int | None] = mapped_column(Integer, info=KERNEL, sort_order=902)
    updated_at: Mapped[datetime] = mapped_column(Moment, info=KERNEL, sort_order=903)
    updated_by_id: Mapped[int | None] = mapped_column(Integer, info=KERNEL, sort_order=904)

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:
        """Two people cannot overwrite each other: an UPDATE names the version it saw."""
        return (
            {"version_id_col": cls.__table__.c.version} if "__table__" in cls.__dict__ else {"version_id_col": cls.version}
        )

    @declared_attr.directive
    def __table_args__(cls) -> Any:
        """A deleted record's key is not given again, as its history would go to another."""
        return ({"sqlite_autoincrement": True},)

    @property
    def is_frozen(self) -> bool:
        """Whether this record can no longer be changed, such as a posted document."""
        return False


class Line(Base):
    """One line of a document; it belongs to its parent and has no life of its own."""

    __abstract__ = True
    __parent__: ClassVar[str] = ""
    __title__ = "description"

    id: Mapped[int] = mapped_column(primary_key=True, sort_order=-10)
    position: Mapped[int] = mapped_column(default=0, info=KERNEL, sort_order=-5)


class CompanyScoped:
    """Documents, ledger, stock and treasury belong to one company; the session fills it in."""

    @declared_attr
    def company_id(cls) -> Mapped[int]:
        """The company this record belongs to."""
        return mapped_column(ForeignKey("core_company.id"), index=True, info=KERNEL, sort_order=890)


class Archivable:
    """A record that can be put away without being lost."""

    active: Mapped[bool] = mapped_column(default=True, sort_order=880)


class Searchable:
    """A record found by any piece of its `__search__` fields, without accents or case."""

    @declared_attr
    def search_text(cls) -> Mapped[str]:
        """The folded text of the searched fields, indexed by trigrams."""
        names = tuple(cls.__search__)  # type: ignore[attr-defined]
        info = {"derived_from": names, "compute": searched_text, "kernel": True}
        return mapped_column(Text, default="", info=info, sort_order=895)


def searched_text(*values: Any) -> str:
    """One folded text of several values, with the numbers in it as they are found however they are written."""
    return with_numbers(fold(" ".join(str(v) for v in values if v not in (None, ""))))


def with_numbers(folded: str) -> str:
    """A folded text and the keys of its numbers."""
    return " ".join([folded, *number_keys(folded)])


class Originated:
    """A document that came from one of an addon it does not depend on: no foreign key, but a name and a number."""

    origin_model: Mapped[str | None] = mapped_column(String, info=KERNEL, sort_order=870)
    origin_id: Mapped[int | None] = mapped_column(Integer, index=True, info=KERNEL, sort_order=871)


class Numbered:
    """A document that takes the next number of its series when it becomes real; drafts have none."""

    __series__: ClassVar[str] = ""
    __other_series__: ClassVar[tuple[str, ...]] = ()
    sequence: Mapped[int | None] = mapped_column(Integer, info=KERNEL, sort_order=860)
    number: Mapped[str | None] = mapped_column(String, info={**KERNEL, "label": "Number", "shown": True}, sort_order=-8)


def numbered_once() -> UniqueConstraint:
    """For `__table_args__` of a Numbered and CompanyScoped model: a number is given once in a company."""
    return UniqueConstraint("company_id", "number")
