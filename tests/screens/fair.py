"""Models of a trade fair, for tests of forms, records and the API: guests, goods, bills with lines."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlalchemy import CheckConstraint, Column, ForeignKey, Table, text
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from core.access.models import User
from core.db import (
    Archivable,
    Base,
    Choice,
    Company,
    CompanyScoped,
    Database,
    Extension,
    Line,
    Model,
    Moment,
    Money,
    Numbered,
    Percent,
    Quantity,
    Searchable,
    UnitPrice,
    derived,
    numbered_once,
    sensitive,
    today,
)
from core.db.search import search_statements
from core.values import fold, rounded


class Land(Model):
    """A country, named by its code."""

    __addon__ = "fair"
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]


class Word(Model):
    """A tag."""

    __addon__ = "fair"
    name: Mapped[str]


guest_words = Table(
    "fair_guest_word",
    Base.metadata,
    Column("guest_id", ForeignKey("fair_guest.id", ondelete="CASCADE"), primary_key=True),
    Column("word_id", ForeignKey("fair_word.id"), primary_key=True),
)


class Guest(Searchable, Archivable, Model):
    """Somebody who came."""

    __addon__ = "fair"
    __search__ = ("name", "email")
    __table_args__ = (CheckConstraint("credit >= 0", name="credit_not_negative"), {"sqlite_autoincrement": True})
    name: Mapped[str]
    email: Mapped[str | None] = mapped_column(info={"widget": "email"})
    email_key: Mapped[str | None] = derived(("email",), lambda email: fold(email) if email else None, unique=True)
    website: Mapped[str | None] = mapped_column(info={"widget": "url"})
    kind: Mapped[str] = mapped_column(
        Choice("person", "company"), default="person", info={"labels": {"person": "Person", "company": "Company"}}
    )
    credit: Mapped[Decimal] = mapped_column(Money, default=Decimal(0), info={"label": "Credit limit"})
    since: Mapped[date | None]
    seen_at: Mapped[datetime | None] = mapped_column(Moment)
    visits: Mapped[int | None]
    vip: Mapped[bool] = mapped_column(default=False)
    note: Mapped[str | None] = mapped_column(info={"widget": "textarea"})
    secret: Mapped[str | None] = sensitive()
    land_id: Mapped[int | None] = mapped_column(ForeignKey("fair_land.id"), index=True)
    land: Mapped[Land | None] = relationship()
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("core_user.id"), index=True)
    owner: Mapped[User | None] = relationship()
    words: Mapped[list[Word]] = relationship(secondary=guest_words)


class GuestPerks(Extension[Guest]):
    """What the bar knows of a guest."""

    __addon__ = "fair"
    drinks: Mapped[Decimal] = mapped_column(Quantity, default=Decimal(2))
    land_id: Mapped[int | None] = mapped_column(ForeignKey("fair_land.id"))
    land: Mapped[Land | None] = relationship()


class Good(Model):
    """Something sold."""

    __addon__ = "fair"
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    price: Mapped[Decimal] = mapped_column(UnitPrice, default=Decimal(0))

    @property
    def title(self) -> str:
        """The code and the name."""
        return f"{self.code} {self.name}"


class Bill(Numbered, CompanyScoped, Model):
    """What a guest owes."""

    __addon__ = "fair"
    __title__ = "number"
    __series__ = "B"
    __table_args__ = (numbered_once(), {"sqlite_autoincrement": True})
    guest_id: Mapped[int] = mapped_column(ForeignKey("fair_guest.id"), index=True)
    guest: Mapped[Guest] = relationship()
    date: Mapped[date]
    reference: Mapped[str] = mapped_column(default="")
    state: Mapped[str] = mapped_column(
        Choice("draft", "posted"),
        default="draft",
        info={
            "kernel": True,
            "shown": True,
            "labels": {"draft": "Draft", "posted": "Posted"},
            "marks": {"draft": "draft", "posted": "done"},
        },
    )
    total: Mapped[Decimal] = mapped_column(Money, default=Decimal(0), info={"kernel": True, "shown": True})
    lines: Mapped[list["BillLine"]] = relationship(
        cascade="all, delete-orphan", order_by="BillLine.position", back_populates="bill"
    )

    @property
    def is_frozen(self) -> bool:
        """Posted is posted."""
        return self.state == "posted"

    @classmethod
    def defaults(cls, session: Session) -> dict[str, Any]:
        """A bill is of today."""
        return {"date": today(session)}

    def recompute(self) -> None:
        """Nets of the lines and their sum."""
        for line in self.lines:
            line.net = rounded(line.quantity * line.price * (100 - (line.discount or Decimal(0))) / 100, 2)
        self.total = sum((line.net for line in self.lines), Decimal(0))


class BillLine(Line):
    """One thing that a guest owes for."""

    __addon__ = "fair"
    __parent__ = "bill"
    bill_id: Mapped[int] = mapped_column(ForeignKey("fair_bill.id", ondelete="CASCADE"), index=True)
    bill: Mapped[Bill] = relationship(back_populates="lines")
    good_id: Mapped[int | None] = mapped_column(ForeignKey("fair_good.id"))
    good: Mapped[Good | None] = relationship()
    description: Mapped[str]
    quantity: Mapped[Decimal] = mapped_column(Quantity, default=Decimal(1))
    price: Mapped[Decimal] = mapped_column(UnitPrice)
    discount: Mapped[Decimal] = mapped_column(Percent, default=Decimal(0))
    net: Mapped[Decimal] = mapped_column(Money, default=Decimal(0), info={"kernel": True, "shown": True})


MODELS = (Land, Word, Guest, GuestPerks, Good, Bill, BillLine)
TABLES = [*(model.__table__ for model in MODELS), guest_words]


def key() -> str:
    """Changes whenever `build` would make other tables, or this file changes."""
    tables = [repr(t) for name, t in sorted(Base.metadata.tables.items()) if name.startswith("core_") or t in TABLES]
    return f"fair_{hashlib.sha256((''.join(tables) + Path(__file__).read_text()).encode()).hexdigest()[:16]}"


def build(database: Database) -> None:
    """The tables, a company, two users, two lands, three goods and a guest."""
    with database.writer.begin() as connection:
        if database.dialect == "postgresql":
            connection.execute(text("create extension if not exists pg_trgm"))
        kernel = [t for t in Base.metadata.tables.values() if t.name.startswith("core_")]
        Base.metadata.create_all(connection, tables=[*kernel, *TABLES])
        for statement in search_statements("fair_guest", database.dialect):
            connection.exec_driver_sql(statement.replace("%", "%%") if database.dialect == "postgresql" else statement)
    with database.write(user_id=1) as session:
        session.add_all([Company(name="Fair Ltd"), Company(name="Other Ltd")])
        session.add_all([User(login="ana", name="Ana Suárez"), User(login="leo", name="Leo Paz")])
        session.add_all([Land(code="AR", name="Argentina"), Land(code="UY", name="Uruguay"), Word(name="Loyal")])
        session.add_all([Word(name="New"), Good(code="CHA", name="Chair", price=Decimal("48500"))])
        session.add_all([Good(code="LAM", name="Lamp", price=Decimal("12345.67")), Guest(name="Casa Lumen")])


@contextmanager
def unchanged(database: Database) -> Iterator[None]:
    """Within, whatever is tried leaves every row of the fair and of the history as it was."""
    before = dump(database)
    yield
    assert dump(database) == before


def dump(database: Database) -> dict[str, list[Any]]:
    """Every row, as text."""
    tables = [*TABLES, Base.metadata.tables["core_change"]]
    with database.engine.connect() as connection:
        return {t.name: sorted(map(str, connection.execute(t.select()).all())) for t in tables}
