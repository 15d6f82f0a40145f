"""Small models to attack the guard with: contacts, their tickets, and a secret that nobody may see."""

from typing import Any

from sqlalchemy import ForeignKey, insert, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.access.policy import Grant, Policy
from core.access.rules import ALL, RecordRule
from core.db import Base, Database, sensitive

ANA, BOB = 1, 2


class Contact(Base):
    __addon__ = "probe"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    owner: Mapped[int]
    salary: Mapped[int | None] = sensitive()
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("probe_contact.id"))
    tickets: Mapped[list["Ticket"]] = relationship(back_populates="contact")
    parent: Mapped["Contact | None"] = relationship(remote_side=[id])


class Ticket(Base):
    __addon__ = "probe"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]  # type: ignore[assignment]
    owner: Mapped[int]
    contact_id: Mapped[int] = mapped_column(ForeignKey("probe_contact.id"))
    contact: Mapped[Contact] = relationship(back_populates="tickets")


class Secret(Base):
    __addon__ = "probe"
    id: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str]


TABLES = [Contact.__table__, Ticket.__table__, Secret.__table__]


def owned(model: Any, user: Any, operation: str) -> Any:
    return model.owner == user


def grant(rule: RecordRule, *operations: str, **fields: frozenset[str]) -> Grant:
    return Grant(dict.fromkeys(operations, (rule,)), **fields)


OWN = RecordRule("own", owned, owned)
POLICY = Policy(
    {
        Contact: grant(
            OWN, "read", "update", "create", "delete", hidden=frozenset({"salary"}), readonly=frozenset({"parent_id"})
        ),
        Ticket: grant(OWN, "read", "update", "create"),
    }
)
OPEN = Policy({model: grant(ALL, "read", "update", "create", "delete") for model in (Contact, Ticket, Secret)})


def fill(database: Database) -> None:
    """Ana owns contacts 1 and 3 and tickets 1 and 3; contact 3 is below Bob's contact 2, of which ticket 3 is."""
    with database.engine.begin() as connection:
        Base.metadata.create_all(connection, tables=TABLES)
        contacts = [(1, "mine", ANA, 10, None), (2, "theirs", BOB, 20, None), (3, "child", ANA, 5, 2)]
        names = ("id", "name", "owner", "salary", "parent_id")
        connection.execute(insert(Contact.__table__), [dict(zip(names, row, strict=True)) for row in contacts])
        tickets = [(1, "t1", ANA, 1), (2, "t2", BOB, 1), (3, "t3", ANA, 2)]
        names = ("id", "title", "owner", "contact_id")
        connection.execute(insert(Ticket.__table__), [dict(zip(names, row, strict=True)) for row in tickets])
        connection.execute(insert(Secret.__table__), {"id": 1, "text": "x"})
        if connection.dialect.name == "postgresql":
            for table in ("probe_contact", "probe_ticket"):
                connection.execute(text(f"select setval('{table}_id_seq', 100)"))
