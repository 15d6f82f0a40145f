"""Values of people become values of records, or nothing at all."""

from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from core.access.guard import UserSession
from core.access.policy import Grant, Policy
from core.access.rules import ALL, rule_of
from core.db import Change, Database
from core.errors import Conflict, Denied, Invalid, Missing, Refused
from core.screens.records.reading import load_record, read_record
from core.screens.records.writing import sketch_record, write_record
from tests.counting import counted
from tests.screens import fair
from tests.screens.books import INFO, SPANISH, a_bill, change, create, refused
from tests.screens.fair import Bill, Guest, GuestPerks, unchanged


def test_record_comes_back_as_it_was_given(books: Database) -> None:
    read = create(
        books,
        Guest,
        {
            "name": " Ferretería El Sol ",
            "email": "sol@example.com",
            "kind": "company",
            "credit": "600000.5",
            "since": "2026-03-07",
            "seen_at": "2026-03-27T09:00:00-03:00",
            "visits": 3,
            "vip": True,
            "land": {"code": "AR"},
            "words": [1, {"id": 2}],
            "perks": {"drinks": "3.5", "land": 2},
            "note": "two\nlines",
        },
    )
    assert read["name"] == read["title"] == "Ferretería El Sol"
    assert read["credit"] == "600000.50"
    assert read["seen_at"] == "2026-03-27T12:00:00+00:00"
    assert read["land"] == {"id": 1, "title": "Argentina"}
    assert [word["title"] for word in read["words"]] == ["Loyal", "New"]
    assert read["perks"] == {"drinks": "3.5", "land": {"id": 2, "title": "Uruguay"}}
    assert (read["version"], read["created_by_id"], read["vip"], read["visits"]) == (1, 1, True, 3)
    assert not {"search_text", "email_key"} & read.keys()


def test_lines_and_totals_follow(books: Database) -> None:
    read = create(books, Bill, a_bill())
    assert [(line["net"], line["good"]["title"]) for line in read["lines"]] == [
        ("261900.00", "CHA Chair"),
        ("102777.70", "LAM Lamp"),
    ]
    assert (read["total"], read["state"], read["company_id"]) == ("364677.70", "draft", 1)


def test_change_of_some_fields_leaves_the_others(books: Database) -> None:
    made = create(books, Guest, {"name": "Ana", "credit": "5", "words": [1], "perks": {"drinks": "4"}})
    with books.write(**INFO) as session:
        guest = load_record(session, Guest, made["id"])
        write_record(session, Guest, guest, {"name": "Ana Paz", "perks.land": 1, "words": [2]}, version=1)
    with books.read(**INFO) as session:
        read = read_record(session, load_record(session, Guest, made["id"]))
        changes = session.scalars(select(Change).where(Change.record_id == made["id"])).all()
    assert (read["name"], read["credit"], read["perks"]["drinks"], read["version"]) == ("Ana Paz", "5.00", "4", 2)
    assert read["perks"]["land"]["title"] == "Argentina"
    kept = {name: pair for change in changes for name, pair in change.values.items()}
    assert kept == {"name": ["Ana", "Ana Paz"], "words": ["Loyal", "New"], "perks.land_id": [None, 1]}


def test_lines_are_kept_added_removed_in_order(books: Database) -> None:
    made = create(books, Bill, a_bill())
    first, second = made["lines"]
    new = {"description": "Assembly", "quantity": "1", "price": "3333.31"}
    with books.write(**INFO) as session:
        bill = load_record(session, Bill, made["id"])
        write_record(session, Bill, bill, {"lines": [new, {"id": second["id"], "quantity": "10"}]}, version=1)
    with books.read(**INFO) as session:
        read = read_record(session, load_record(session, Bill, made["id"]))
        changes = session.scalars(select(Change).where(Change.model == "fair.Bill")).all()
    told = {name: pair for change in changes for name, pair in change.values.items()}
    assert [(line["description"], line["quantity"]) for line in read["lines"]] == [("Assembly", "1"), ("Lamp", "10")]
    assert read["lines"][1]["id"] == second["id"]
    assert (read["version"], read["total"]) == (2, "117530.76")
    assert told[f"lines.{first['id']}"] == ["Chair, oak", None]
    assert [Decimal(value) for value in told[f"lines.{second['id']}.quantity"]] == [9, 10]
    assert [Decimal(value) for value in told["total"]] == [Decimal("364677.70"), Decimal("117530.76")]


def test_line_of_another_document_is_refused(books: Database) -> None:
    mine, other = create(books, Bill, a_bill()), create(books, Bill, a_bill())
    number = other["lines"][0]["id"]
    assert "lines.0.id" in refused(books, Bill, {"lines": [{"id": number, "quantity": "1"}]}, mine["id"])
    twice = [{"id": mine["lines"][0]["id"]}, {"id": mine["lines"][0]["id"]}]
    assert "lines.1.id" in refused(books, Bill, {"lines": twice}, mine["id"])


def test_frozen_record_is_refused(books: Database) -> None:
    made = create(books, Bill, a_bill())
    with books.write(**INFO) as session:
        load_record(session, Bill, made["id"]).state = "posted"
    with unchanged(books), pytest.raises(Refused, match="can no longer be changed"):
        change(books, Bill, made["id"], {"reference": "x"})


def test_stale_version_names_who_changed_what(books: Database) -> None:
    made = create(books, Guest, {"name": "Ana", "credit": "5"})
    with books.write(user_id=2, company_id=1) as session:
        write_record(session, Guest, load_record(session, Guest, made["id"]), {"credit": "7", "land": 1})
    with unchanged(books), pytest.raises(Conflict) as caught:
        change(books, Guest, made["id"], {"name": "Eva"}, version=1)
    assert str(caught.value).startswith("Leo Paz changed Credit limit, Land of Ana meanwhile.")
    assert {fault.field for fault in caught.value.errors} == {"credit", "land"}


def test_change_between_reading_and_flush_is_a_conflict(books: Database) -> None:
    made = create(books, Guest, {"name": "Ana"})
    if books.dialect == "sqlite":
        pytest.skip("SQLite has one writer at a time")
    with books.write(**INFO) as session:
        mine = load_record(session, Guest, made["id"])
        with books.open(writes=True, user_id=2) as other:
            write_record(other, Guest, load_record(other, Guest, made["id"]), {"name": "Eva"})
            other.commit()
        with pytest.raises(Conflict, match="Leo Paz changed Name"):
            write_record(session, Guest, mine, {"visits": 4})


def test_taken_unique_value_names_the_field(books: Database) -> None:
    create(books, Guest, {"name": "Ana", "email": "ana@example.com"})
    faults = refused(books, Guest, {"name": "Eva", "email": "ANA@example.com"})
    assert "there is a Guest with this already" in faults["email"]
    assert "code" in refused(books, fair.Good, {"code": "CHA", "name": "Copy"})


def test_record_of_another_company_cannot_be_named(books: Database) -> None:
    with books.read(**INFO) as session, pytest.raises(Missing, match="There is no Guest 99"):
        load_record(session, Guest, 99)


def few_may(**grants: Any) -> Policy:
    """A user who sees guests but not number 2, may not set the credit, and never sees the secret."""
    crud = dict.fromkeys(("read", "create", "update", "delete"), (ALL,))
    not_two = rule_of("not_two", lambda model, user: model.id != 2)
    return Policy(
        {
            Guest: Grant(dict.fromkeys(crud, (not_two,)), frozenset({"secret"}), frozenset({"credit"})),
            fair.Land: Grant({"read": (ALL,)}),
            fair.Word: Grant({"read": (ALL,)}),
            Bill: Grant(crud),
            fair.Good: Grant({"read": (ALL,)}),
            **grants,
        }
    )


def test_user_writes_only_what_his_roles_allow(books: Database) -> None:
    hidden = create(books, Guest, {"name": "Hidden", "secret": "s"})
    assert hidden["id"] == 2
    bill = create(books, Bill, a_bill(guest=2))
    info = {**INFO, "policy": few_may()}
    with unchanged(books):
        with books.write(UserSession, **info) as session, pytest.raises(Invalid) as caught:
            write_record(session, Guest, None, {"name": "Eva", "credit": "5", "secret": "x"})
        assert {fault.field for fault in caught.value.errors} == {"credit", "secret"}
        with books.write(UserSession, **info) as session, pytest.raises(Missing):
            load_record(session, Guest, 2)
        with books.write(UserSession, **info) as session, pytest.raises(Denied):
            write_record(session, fair.Land, None, {"code": "BR", "name": "Brazil"})
        with books.write(UserSession, **info) as session, pytest.raises(Invalid) as caught:
            write_record(session, Bill, None, a_bill(guest=2))
        assert [fault.field for fault in caught.value.errors] == ["guest"]
        session.rollback()
    with books.write(UserSession, **info) as session:  # what stands there already may stay
        read = load_record(session, Bill, bill["id"])
        assert read_record(session, read)["guest"] == {"id": 2, "title": None}
        write_record(session, Bill, read, {"guest": 2, "reference": "kept"})
    with books.read(UserSession, **info) as session:
        assert "secret" not in read_record(session, load_record(session, Guest, 1))


def test_sketch_computes_what_can_be_read_and_writes_nothing(books: Database) -> None:
    values = a_bill(lines=[{"description": "a", "quantity": "2", "price": "1.500,5"}, {"description": "b", "price": "x"}])
    with unchanged(books), books.read(**INFO) as session:
        bill, faults = sketch_record(session, Bill, None, values, SPANISH)
        assert bill.lines[0].net == Decimal("3001.00")
        assert {fault.field for fault in faults} == {"lines.1.price"}


def test_statements_do_not_grow_with_the_lines(books: Database) -> None:
    line = {"good": {"code": "LAM"}, "description": "Lamp", "quantity": "1", "price": "10"}
    small, large = create(books, Bill, a_bill(lines=[line])), create(books, Bill, a_bill(lines=[line] * 60))
    counts = []
    for made in (small, large):
        with books.read(**INFO) as session, counted(books) as seen:
            assert len(read_record(session, load_record(session, Bill, made["id"]))["lines"]) == len(made["lines"])
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 3
    with counted(books) as seen:
        create(books, Bill, a_bill(lines=[line] * 60))
    others = [statement for statement in seen if "INSERT INTO fair_bill_line" not in statement]
    assert len(others) <= 8
    assert len(seen) - len(others) == (1 if books.dialect == "postgresql" else 60)  # SQLite gives keys back one by one


def test_fields_may_be_chosen_by_path(books: Database) -> None:
    made = create(books, Guest, {"name": "Ana", "land": 1, "perks": {"drinks": "4"}})
    with books.read(**INFO) as session:
        guest = load_record(session, Guest, made["id"])
        assert read_record(session, guest, ["name", "land.code", "perks.drinks"]) == {
            "id": made["id"],
            "name": "Ana",
            "land.code": "AR",
            "perks.drinks": "4",
        }
        for wrong in ("nothing", "land.nothing", "name.x", "search_text.x"):
            with pytest.raises(Invalid):
                read_record(session, guest, [wrong])
        assert session.get(GuestPerks, made["id"]) is not None
