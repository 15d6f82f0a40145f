"""People with tags, a country and tickets, of Ana (1) and Bob (2): what the guard's refusals are tried on in bulk."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from sqlalchemy import Column, ForeignKey, Table, delete, select
from sqlalchemy.orm import Mapped, Session, make_transient_to_detached, mapped_column, relationship

from core.access import UserSession
from core.access.policy import Grant, Policy
from core.access.rules import KERNEL_RULES, RecordRule
from core.db import Base, Change, Database, Model, derived, kernel_connection, sensitive
from core.errors import Denied
from core.importing.importer import Importer
from core.importing.models import Import

ANA, BOB = 1, 2
ALL = ("read", "create", "update", "delete")


def email_key(email: str | None) -> str | None:
    return email.strip().casefold() or None if email else None


def phone_key(phone: str | None) -> str | None:
    digits = "".join(c for c in phone or "" if c.isdigit())
    return digits[-9:] if len(digits) >= 7 else None


class Mark(Model):
    __addon__ = "trial"
    name: Mapped[str] = mapped_column(unique=True)


class Country(Model):
    __addon__ = "trial"
    name: Mapped[str] = mapped_column(unique=True)


person_mark = Table(
    "trial_person_mark",
    Base.metadata,
    Column("person_id", ForeignKey("trial_person.id", ondelete="CASCADE"), primary_key=True),
    Column("mark_id", ForeignKey("trial_mark.id"), primary_key=True, index=True),
)


class Person(Model):
    __addon__ = "trial"
    external_id: Mapped[str | None] = mapped_column(unique=True)
    name: Mapped[str]
    employer: Mapped[str | None]
    email: Mapped[str | None] = mapped_column(info={"widget": "email"})
    email_key: Mapped[str | None] = derived(("email",), email_key, index=True)
    phone: Mapped[str | None] = mapped_column(info={"widget": "phone"})
    phone_key: Mapped[str | None] = derived(("phone",), phone_key, index=True)
    street: Mapped[str | None]
    city: Mapped[str | None]
    birthday: Mapped[date | None]
    owner_id: Mapped[int | None]
    salary: Mapped[int | None] = sensitive()
    country_id: Mapped[int | None] = mapped_column(ForeignKey("trial_country.id"))
    country: Mapped[Country | None] = relationship()
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("trial_person.id"), index=True)
    tags: Mapped[list[Mark]] = relationship(secondary=person_mark)


class Ticket(Model):
    __addon__ = "trial"
    __title__ = "name"
    name: Mapped[str]
    person_id: Mapped[int] = mapped_column(ForeignKey("trial_person.id"), index=True)


MODELS: tuple[type[Model], ...] = (Person, Mark, Country, Ticket)
PUBLIC = RecordRule("public", lambda m, u, o: m.name != "secret", lambda m, u, o: m.name != "secret")
IMPORTER = Importer(
    Person,
    aliases={
        "external_id": ("External ID",),
        "email": ("E-mail",),
        "country": ("País",),
        "owner_id": ("Owner",),
        "tags": ("Tags",),
    },
    keys=("external_id", "email_key", "phone_key"),
    unique=frozenset({"external_id"}),
    makes={"tags": {}},
)


def grant(*operations: str, rule: RecordRule = KERNEL_RULES["own"], **fields: frozenset[str]) -> Grant:
    return Grant(dict.fromkeys(operations, (rule,)), **fields)


GRANTS = {
    Person: grant(*ALL, hidden=frozenset({"salary"}), readonly=frozenset({"street"})),
    Mark: grant("read", "create", "delete", rule=PUBLIC),
    Country: grant("read", rule=PUBLIC),
    Ticket: grant(*ALL, rule=KERNEL_RULES["all"]),
}


def policy(**grants: Grant) -> Policy:
    return Policy({model: grants.get(model.__name__, GRANTS[model]) for model in MODELS})


def ana(database: Database, writes: bool = True, **grants: Grant) -> UserSession:
    session = database.open(UserSession, writes=writes, policy=policy(**grants), user_id=ANA, company_id=1)
    assert isinstance(session, UserSession)
    return session


def fill(database: Database) -> None:
    tables = [Base.metadata.tables[t] for t in ("core_company", "core_change", "core_import", "core_import_row")]
    with database.engine.begin() as connection:
        Base.metadata.create_all(connection, tables=[*tables, *(m.__table__ for m in MODELS), person_mark])  # type: ignore[list-item]


def renew(database: Database) -> None:
    """Mine is Ana's, Theirs is Bob's; nothing else is there."""
    with database.write() as session:
        for model in (Change, Import):
            session.execute(delete(model))
        session.execute(delete(person_mark))
        for model in (Ticket, Person, Mark, Country):
            session.execute(delete(model))
        session.add_all([Country(name="España"), Country(name="secret"), Mark(name="old"), Mark(name="secret")])
        session.add(
            Person(name="Mine", owner_id=ANA, email="Mine@x.example", phone="+34 600 111 222", city="Lugo", external_id="A1")
        )
        session.add(Person(name="Theirs", owner_id=BOB, email="theirs@x.example", external_id="B1"))


def ids(session: Session, model: Any = Person) -> dict[str, int]:
    table = model.__table__
    return {name: key for name, key in kernel_connection(session).execute(select(table.c.name, table.c.id))}


def snapshot(database: Database) -> list[Any]:
    """Everything that is stored."""
    tables = [m.__table__ for m in MODELS] + [person_mark, Change.__table__, Import.__table__]
    with database.engine.connect() as connection:
        return [connection.execute(select(t).order_by(*t.primary_key.columns)).all() for t in tables]  # type: ignore[attr-defined]


def attempt(session: UserSession, act: Callable[[UserSession], Any]) -> str:
    """The refusal is swallowed and the rest committed, as a careless caller would: nothing may be left."""
    try:
        act(session)
        session.flush()
        return "done"
    except Denied:
        return "Denied"
    finally:
        try:
            session.commit()
        except Exception:  # a failed flush has rolled back already
            session.rollback()


def smuggled(session: UserSession, name: str) -> Person:
    """A stored record in the session that never asked for it, as from a cache or an older request."""
    owner = {"Mine": ANA}.get(name, BOB)
    record = Person(id=ids(session)[name], version=1, name=name, owner_id=owner)
    make_transient_to_detached(record)
    session.add(record)
    return record


def counts(report: Any) -> Mapping[str, int]:
    return {verdict: n for verdict, n in report.counts.items() if n}
