"""A small trade of the tests' own: shops, what they bought, their tags, and what a second addon knows of them."""

import random
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from sqlalchemy import Column, ForeignKey, Integer, Table
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from core.db import (
    Archivable,
    Base,
    Choice,
    Extension,
    Line,
    Model,
    Moment,
    Money,
    Percent,
    Quantity,
    Searchable,
    derived,
    folds,
    sensitive,
)
from core.values import month_key


class Keeper(Model):
    """Who looks after a shop."""

    __addon__ = "sample"
    name: Mapped[str]
    name_folded: Mapped[str] = folds("name")


shop_tags = Table(
    "sample_shop_badge",
    Base.metadata,
    Column("shop_id", ForeignKey("sample_shop.id"), primary_key=True),
    Column("tag_id", ForeignKey("sample_badge.id"), primary_key=True),
)


class Badge(Model):
    """A word on a shop."""

    __addon__ = "sample"
    name: Mapped[str]


class Shop(Archivable, Searchable, Model):
    """A customer."""

    __addon__ = "sample"
    __search__ = ("name", "email")
    name: Mapped[str]
    name_folded: Mapped[str] = folds("name")
    email: Mapped[str | None]
    city: Mapped[str | None]
    phone: Mapped[str | None]
    since: Mapped[date]
    seen_at: Mapped[datetime | None] = mapped_column(Moment)
    rating: Mapped[int | None]
    state: Mapped[str] = mapped_column(
        Choice("new", "good", "lost"),
        default="new",
        info={"marks": {"new": "draft", "good": "done", "lost": "void"}, "labels": {"new": "New", "good": "Good"}},
    )
    secret: Mapped[str | None] = sensitive()
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("sample_keeper.id"))
    owner: Mapped[Keeper | None] = relationship()
    tags: Mapped[list[Badge]] = relationship(secondary=shop_tags)
    orders: Mapped[list["Sale"]] = relationship(back_populates="shop")


class ShopBilling(Extension[Shop]):
    """What billing knows of a shop."""

    __addon__ = "sample"
    credit_limit: Mapped[Decimal] = mapped_column(Money, default=Decimal(0))
    agent_id: Mapped[int | None] = mapped_column(ForeignKey("sample_keeper.id"))
    agent: Mapped[Keeper | None] = relationship()


class Sale(Model):
    """What a shop ordered."""

    __addon__ = "sample"
    __title__ = "number"
    number: Mapped[str | None]
    date: Mapped[date]
    month: Mapped[int] = derived(("date",), month_key, Integer)
    shop_id: Mapped[int] = mapped_column(ForeignKey("sample_shop.id"))
    shop: Mapped[Shop] = relationship(back_populates="orders")
    total: Mapped[Decimal] = mapped_column(Money, default=Decimal(0))
    rate: Mapped[Decimal] = mapped_column(Percent, default=Decimal(21))
    state: Mapped[str] = mapped_column(Choice("draft", "sent", "done"), default="draft")
    placed_at: Mapped[datetime] = mapped_column(Moment)
    lines: Mapped[list["SaleLine"]] = relationship(cascade="all, delete-orphan", back_populates="order")


class SaleLine(Line):
    """One thing that was ordered."""

    __addon__ = "sample"
    __parent__ = "order"
    order_id: Mapped[int] = mapped_column(ForeignKey("sample_sale.id"))
    order: Mapped[Sale] = relationship(back_populates="lines")
    description: Mapped[str]
    quantity: Mapped[Decimal] = mapped_column(Quantity)


MODELS = (Keeper, Badge, Shop, ShopBilling, Sale, SaleLine)
TABLES = [model.__table__ for model in MODELS] + [shop_tags]
START = date(2025, 1, 1)
NAMES = (
    "Ferretería",
    "Casa",
    "Peña",
    "Ñandú",
    "bazar",
    "Óptica",
    "Zwick",
    "Almacén 100%",
    "O'Higgins",
    "\\slash",
    "_under",
)


def fill(session: Session, shops: int = 190, orders: int = 400) -> None:
    """The same shops and orders each time, with nulls, equal values and accents."""
    chance = random.Random(7)
    people = [Keeper(name=name) for name in ("Lucía", "Tomás", "ana")]
    tags = [Badge(name=name) for name in ("Hardware", "Hotel", "School")]
    session.add_all([*people, *tags])
    made = []
    for i in range(shops):
        name = f"{chance.choice(NAMES)} {chance.randrange(40)}"
        shop = Shop(
            name=name,
            email=None if i % 3 else f"shop{i}@example.test",
            city=chance.choice([None, "Rosario", "Salta", "Tandil"]),
            phone=None if i % 4 else str(chance.randrange(50)),
            since=START + timedelta(days=chance.randrange(60)),
            seen_at=None if i % 5 else datetime(2026, 3, 1, 2, tzinfo=UTC) + timedelta(hours=chance.randrange(900)),
            rating=chance.choice([None, 1, 2, 3]),
            state=chance.choice(["new", "good", "lost"]),
            active=i % 10 != 0,
            secret=f"s{i}",
            owner=chance.choice([None, *people]),
            tags=chance.sample(tags, chance.randrange(3)),
        )
        made.append(shop)
    session.add_all(made)
    session.flush()
    for shop in made[::2]:
        session.add(
            ShopBilling(owner=shop, credit_limit=Decimal(chance.randrange(5)) * 1000, agent=chance.choice([None, *people]))
        )
    _sell(session, chance, made, orders)


def _sell(session: Session, chance: random.Random, made: list[Shop], orders: int) -> None:
    for i in range(orders):
        day = START + timedelta(days=chance.randrange(500))
        order = Sale(
            number=None if i % 7 == 0 else f"A-{i:05}",
            date=day,
            shop=chance.choice(made),
            state=chance.choice(["draft", "sent", "done"]),
            total=Decimal(chance.randrange(-5000, 900_000)) / 100,
            placed_at=datetime(day.year, day.month, day.day, 1, 30, tzinfo=UTC),
        )
        order.lines = [SaleLine(description="=cmd()", quantity=Decimal("1.5"), position=0)] if i % 2 else []
        session.add(order)
    session.flush()
