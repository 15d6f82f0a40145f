"""A whole app of the fair: the kernel's own tables and login, the fair's models, views, verbs, figures and roles."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.orm import Session

import core.web.app as web
from core.access.accounts import add_key, add_user
from core.access.permissions import Permissions, joined
from core.access.rules import ALL, KERNEL_RULES, RecordRule, rule_of
from core.access.schema import Role, RoleGrant
from core.db import Base, Company, Database
from core.db.search import search_statements
from core.operations import verb
from core.registry import lifecycle
from core.registry.composition import Composition, composers
from core.registry.kernel import Kernel
from core.screens.figures import Figure, figure
from core.screens.panels import panel
from core.screens.views.compose import Views, completed
from core.screens.views.schemas import ViewSpec
from core.screens.views.view import View
from core.testing.browser import Browser
from core.testing.databases import fresh
from core.testing.tandem import known, template_key
from tests.screens import fair
from tests.screens.fair import Bill, Good, Guest, GuestPerks, Land, Word

CRUD = ("read", "create", "update", "delete", "export")


@verb(Bill, "post", label="Post", icon="check", primary=True, when=lambda bill: bill.state == "draft")
def post_bill(session: Session, bill: Bill, *, on: date | None = None, note: str = "") -> None:
    """A bill becomes real."""
    bill.state, bill.number = "posted", f"B-{bill.id}"
    bill.date = on or bill.date
    bill.reference = note or bill.reference


@verb(Bill, "copy_bill", label="Copy", when=lambda bill: True)
def copy_bill(session: Session, bill: Bill) -> Bill:
    """A bill like it."""
    made = Bill(guest=bill.guest, date=bill.date, reference="copy", company_id=bill.company_id)
    session.add(made)
    session.flush()
    return made


@verb(Bill, "spoil", label="Spoil")
def spoil(session: Session, bill: Bill) -> None:
    """Writes half of something, then is refused by the database."""
    bill.reference = "spoiled"
    session.flush()
    session.add(Good(code="CHA", name="Copy"))


@verb(Bill, "close_all", label="Close all", collection=True)
def close_all(session: Session, *, until: date) -> None:
    """Every draft until a day is posted."""
    for bill in session.scalars(select(Bill).where(Bill.date <= until, Bill.state == "draft")):
        bill.state = "posted"


@figure(Guest, "owes", label="Owes", order=10)
def owes(session: Session, guest: Guest) -> Figure:
    """What a guest owes."""
    bills = session.scalars(select(Bill).where(Bill.guest_id == guest.id)).all()
    return Figure(sum((bill.total for bill in bills), Decimal(0)), note=f"{len(bills)} bills", url="/fair/bill/")


@panel(Guest, "bills", label="Bills", template="parts/computed.html")
def bills_of(session: Session, guest: Guest) -> dict[str, Any]:
    """The bills of a guest, drawn by any template."""
    return {"totals": [], "cells": [("told", f"{guest.name} has bills")]}


VIEWS: dict[type[Base], dict[str, Any]] = {
    Guest: {
        "model": "fair.Guest",
        "list": {"columns": ["name", "email", "credit"], "order": ["name", "-id"]},
        "form": {
            "figures": ["owes"],
            "panels": ["bills"],
            "groups": [
                {
                    "name": "identity",
                    "label": "Identity",
                    "fields": [
                        "name",
                        "kind",
                        {"field": "email", "widget": "email"},
                        {"field": "website", "widget": "url"},
                        "land",
                        "land.code",
                        "owner",
                        {"field": "words", "widget": "tags"},
                        "secret",
                    ],
                },
                {
                    "name": "more",
                    "fields": ["credit", "since", "seen_at", "visits", "vip", "note", "perks.drinks", "perks.land"],
                },
            ],
        },
    },
    Bill: {
        "model": "fair.Bill",
        "list": {"columns": ["number", "date", "guest", "total", "state"], "order": ["-date", "-id"]},
        "form": {
            "status": "state",
            "groups": [{"name": "head", "fields": ["guest", "date", "reference"]}],
            "lines": [
                {
                    "name": "lines",
                    "field": "lines",
                    "readonly": ["net"],
                    "columns": ["good", "description", "quantity", "price", "discount", "net"],
                }
            ],
            "totals": ["total"],
        },
    },
}


def grant(*operations: str, rule: RecordRule = ALL, hidden: Sequence[str] = (), readonly: Sequence[str] = ()) -> RoleGrant:
    """A grant of a role."""
    return RoleGrant(dict.fromkeys(operations, (rule,)), frozenset(readonly), frozenset(hidden))


NOT_TWO = rule_of("not_two", lambda model, user: model.id != 2)
CLERK = {
    Guest: grant(*CRUD, rule=NOT_TWO, hidden=["secret"], readonly=["credit"]),
    GuestPerks: grant(*CRUD),
    Land: grant("read"),
    Word: grant("read"),
    Good: grant("read"),
    Bill: grant(*CRUD, "post", rule=KERNEL_RULES["company"]),
}


class FairKernel(Kernel):
    """A kernel whose compositions are the fair's."""

    def compose(self, names: Any = (), generation: int = 0) -> Composition:
        """The kernel's own composition, with the fair's models in it."""
        made = super().compose([], generation)
        made.models = {**made.models, **{model.label(): model for model in fair.MODELS}}
        made.parts["by_slug"] = {(kind.__addon__, kind.__slug__): kind for kind in made.models.values()}
        made.modules = {**made.modules, "fair": [__import__("tests.screens.booth", fromlist=["x"])]}
        permissions = Permissions(dict(made.permissions.roles), {m: dict(g) for m, g in made.permissions.grants.items()})
        permissions.roles |= {"fair.clerk": Role("fair.clerk", "Clerk"), "fair.guard": Role("fair.guard", "Guard")}
        for model, given in CLERK.items():
            permissions.grants.setdefault(model, {})["fair.clerk"] = given
        permissions.grants[Land]["fair.guard"] = joined(None, grant("read"))
        made.permissions = permissions
        for part in ("figures", "panels"):
            made.parts[part] = composers[part](made)
        made.parts["views"] = views = Views(frozenset(made.models.values()))
        for model, spec in VIEWS.items():
            views.known[model] = View(model, completed(model, ViewSpec.model_validate(spec)), views.models)
        made.parts["screens"] = composers["screens"](made)
        return made


class Booth:
    """The fair's app with its database, browsers and keys."""

    def __init__(self, database: Database, home: Path) -> None:
        self.database = database
        settings = replace(known_settings(), database_url=database.url, home=home)
        self.kernel = FairKernel(settings, database)
        with patch("core.web.app.mount", mount):
            self.app: Flask = web.build_app(self.kernel, 0, [])

    def browser(self, login: str | None = "clerk") -> Browser:
        """A browser that is logged in."""
        return Browser(self.app, login)

    def key(self, login: str) -> dict[str, str]:
        """The header by which a program acts as a user."""
        with self.database.write() as session:
            secret = add_key(session, login, "test")
        return {"Authorization": f"Bearer {secret}"}


def mount(app: Flask, composition: Composition) -> None:
    """Login, screens, API, undo and trash; not the pages of other parts."""
    from core.api import install as install_api
    from core.screens.mount import mount_screens
    from core.web.login import install as install_login
    from core.web.trash import trash
    from core.web.undo import undo

    install_login(app)
    install_api(app, composition)
    mount_screens(app, composition)
    for pages in (undo, trash):
        app.register_blueprint(pages)


def known_settings() -> Any:
    """Settings that touch nothing outside the test."""
    from core.registry.settings import Settings

    return Settings(home=Path("/nonexistent"), database_url="", secret_key="for tests only " * 3)


def build(database: Database) -> None:
    """The kernel's tables by its migrations, the fair's from its models; two companies, four users, a few records."""
    lifecycle.upgrade(Kernel(known_settings(), database))
    with database.writer.begin() as connection:
        Base.metadata.create_all(connection, tables=fair.TABLES)
        for statement in search_statements("fair_guest", database.dialect):
            connection.execute(text(statement.replace(":", "\\:")))
    with database.write() as session:
        session.add_all([Company(name="Fair Ltd", zone="America/Argentina/Buenos_Aires"), Company(name="Other Ltd")])
        session.flush()
        add_user(session, "admin", ["admin"], "long enough password", name="Ada Admin")
        add_user(session, "clerk", ["fair.clerk"], "long enough password", name="Carla Clerk")
        add_user(session, "guard", ["fair.guard"], "long enough password", name="Gus Guard")
        add_user(session, "pepe", ["fair.clerk"], "long enough password", name="Pepe Paz", language="es")
    with database.write(user_id=1, company_id=1) as session:
        session.add_all(
            [Land(code="AR", name="Argentina"), Land(code="UY", name="Uruguay"), Word(name="Loyal"), Word(name="New")]
        )
        session.add_all(
            [Good(code="CHA", name="Chair", price=Decimal(48500)), Good(code="LAM", name="Lamp", price=Decimal(12345))]
        )
        for name in ("Casa Lumen", "Hidden Ltd", "Hotel Miramar"):
            session.add(Guest(name=name, secret=f"secret of {name}", credit=Decimal(1000)))
            session.flush()


@contextmanager
def booth(kind: str) -> Iterator[Booth]:
    """A booth on a database of its own."""
    key = template_key([], known())
    with TemporaryDirectory() as home, fresh(kind, f"booth_2_{key}", build) as database:
        yield Booth(database, Path(home))
