"""Documents with lines, of companies, with tags and an extension: what permissions.yaml is really about."""

from typing import Any

from sqlalchemy import Column, ForeignKey, Table
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.access import RecordShare, RoleAssignment, Team, TeamMember, User, UserCompany
from core.db import Base, Company, CompanyScoped, Database, Extension, Line, Model, sensitive

ANA, BOB, EVA = 1, 2, 3
HERE, THERE = 1, 2

label_of_order = Table(
    "shop_order_label",
    Base.metadata,
    Column("order_id", ForeignKey("shop_order.id"), primary_key=True),
    Column("label_id", ForeignKey("shop_label.id"), primary_key=True),
)
seen_by = Table(
    "shop_order_seen",
    Base.metadata,
    Column("order_id", ForeignKey("shop_order.id"), primary_key=True),
    Column("user_id", ForeignKey("core_user.id"), primary_key=True),
)


class Label(Model):
    """A word on an order."""

    __addon__ = "shop"
    name: Mapped[str]
    assigned_to_id: Mapped[int | None]


class Order(CompanyScoped, Model):
    """A document of one company."""

    __addon__ = "shop"
    name: Mapped[str]
    assigned_to_id: Mapped[int | None] = mapped_column(ForeignKey("core_user.id"))
    follows_id: Mapped[int | None] = mapped_column(ForeignKey("shop_order.id"))
    margin: Mapped[int | None] = sensitive()
    lines: Mapped[list["OrderLine"]] = relationship(
        cascade="all, delete-orphan", order_by="OrderLine.position", back_populates="order"
    )
    labels: Mapped[list[Label]] = relationship(secondary=label_of_order)
    follows: Mapped["Order | None"] = relationship(remote_side="Order.id")
    assigned_to: Mapped[User | None] = relationship()


class OrderLine(Line):
    """One line of an order."""

    __addon__ = "shop"
    __parent__ = "order"
    order_id: Mapped[int] = mapped_column(ForeignKey("shop_order.id"))
    text: Mapped[str]
    order: Mapped[Order] = relationship(back_populates="lines")


class OrderRisk(Extension[Order]):
    """What another addon knows of an order."""

    __addon__ = "shop"
    note: Mapped[str] = mapped_column(default="")


class Visit(Model):
    """Something shared by its own relation."""

    __addon__ = "shop"
    name: Mapped[str]
    assigned_to_id: Mapped[int | None]
    shared_with: Mapped[list[User]] = relationship(secondary="shop_visit_share")


visit_share = Table(
    "shop_visit_share",
    Base.metadata,
    Column("visit_id", ForeignKey("shop_visit.id"), primary_key=True),
    Column("user_id", ForeignKey("core_user.id"), primary_key=True),
)
SHOP = [t for name, t in Base.metadata.tables.items() if name.startswith("shop_")]
CORE = [m.__table__ for m in (Company, User, RoleAssignment, Team, TeamMember, UserCompany, RecordShare)]


def order(name: str, owner: int, company: int = HERE, **more: Any) -> Order:
    """An order with one line."""
    return Order(name=name, assigned_to_id=owner, company_id=company, lines=[OrderLine(text=f"{name} line")], **more)


def fill(database: Database) -> None:
    """Orders 1 and 2 are Ana's and Bob's here, 3 is Eva's, 4 Ana's in the other company; Ana and Bob are one team."""
    with database.engine.begin() as connection:
        from core.db import Change

        Base.metadata.create_all(connection, tables=[*CORE, Change.__table__, *SHOP])
    with database.write() as session:
        session.add_all(Company(name=name, country="AR", currency="ARS", zone="UTC") for name in ("Here", "There"))
        session.add_all(User(login=name, name=name) for name in ("ana", "bob", "eva"))
        session.flush()
        session.add(Team(name="sales", members=[TeamMember(user_id=ANA), TeamMember(user_id=BOB)]))
        session.add_all([UserCompany(user_id=u, company_id=HERE) for u in (ANA, BOB, EVA)])
        session.flush()
        for made in (order("a", ANA), order("b", BOB), order("e", EVA), order("x", ANA, THERE)):
            session.add(made)
            session.flush()
            session.add(OrderRisk(id=made.id, note=f"risk of {made.name}"))
        session.get(Order, 1).follows_id = 2  # type: ignore[union-attr]
        for name, owner in (("mine", ANA), ("theirs", BOB), ("more", BOB)):
            session.add(Label(name=name, assigned_to_id=owner))
            session.flush()
        session.add(RecordShare(model="shop.order", record_id=3, user_id=ANA, may_write=False))
        session.add(Visit(name="shared", assigned_to_id=BOB, shared_with=[session.get(User, ANA)]))
        session.flush()
        session.add(Visit(name="private", assigned_to_id=BOB))
        mine, theirs = session.get(Order, 1), session.get(Order, 2)
        mine.labels.append(session.get(Label, 2))  # type: ignore[union-attr,arg-type]
        theirs.labels.append(session.get(Label, 1))  # type: ignore[union-attr,arg-type]
