"""Fields that were added in the browser, through every door: records, lists, groups, cubes, history, rights."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import inspect, select

from addons.crm_contacts.models import Contact
from addons.crm_contacts.operations.merging import merge_contacts, unmerge_contact
from core.custom.models import CustomField
from core.db import trusted
from core.errors import Conflict, Invalid
from core.registry import customs, lifecycle
from core.registry.customs import Asked
from core.registry.state import read_state
from core.screens.lists.answers import export_records, group_records, list_records, pivot_records
from core.screens.records.histories import history_of
from core.screens.records.reading import load_record, read_record
from core.screens.records.writing import copied, delete_record, write_record
from core.screens.trash.models import Trashed
from core.screens.trash.restoring import restore
from core.testing.tandem import Tandem

FIELDS = (
    Asked({"en": "Credit line", "es": "Línea de crédito"}, "money", in_list=True, indexed=True),
    Asked({"en": "Weight"}, "quantity"),
    Asked({"en": "Grade"}, "choice", words=(("", {"en": "Gold", "es": "Oro"}), ("", {"en": "Silver"})), in_list=True),
    Asked({"en": "Since"}, "date", initial="today"),
    Asked({"en": "Seen"}, "moment"),
    Asked({"en": "Seats"}, "integer", initial=3),
    Asked({"en": "Partner"}, "relation", target="crm_contacts.Contact", indexed=True),
    Asked({"en": "Vip"}, "boolean"),
    Asked({"ru": "Любимый цвет"}, "text", in_search=True),
    Asked({"en": "Second mail"}, "email"),
)


def with_fields(made: Tandem, *asked: Asked, model: str = "crm_contacts.Contact") -> Tandem:
    """The same installation with these fields, as its next app value knows it."""
    for each in asked:
        customs.add_field(made.kernel, made.composition, model, each, via="web")
    return again(made)


def again(made: Tandem) -> Tandem:
    """The installation as its newest generation composes it."""
    state = read_state(made.database)
    return Tandem(made.kernel, made.kernel.compose(state.enabled, state.generation))


def person(session: Any, name: str, **custom: Any) -> int:
    values = {"name": name, **({"custom": custom} if custom else {})}
    return write_record(session, Contact, None, values).id


def test_a_field_is_like_any_other(tandem: Any) -> None:
    made = with_fields(tandem("crm_contacts"), *FIELDS)
    made.today = date(2026, 11, 29)
    with made.write("admin") as session:
        ana = person(
            session, "Ana", credit_line="1500.25", weight="0.000001", grade="gold", seen="2026-03-01T10:00:00-03:00"
        )
        person(session, "Bruno", credit_line="922337203685477.5807", grade="silver", partner=ana, lyubimyy_tsvet="Синий")
        person(session, "Carla")
    with made.read("admin") as session:
        read = read_record(session, load_record(session, Contact, ana))["custom"]
        assert read["credit_line"] == "1500.25" and read["weight"] == "0.000001" and read["grade"] == "gold"
        assert read["since"] == "2026-11-29" and read["seats"] == 3 and read["seen"].startswith("2026-03-01T13:00:00")
        listed = list_records(session, Contact, order="-custom.credit_line", fields="name,custom.partner,custom.credit_line")
        assert [item["name"] for item in listed["items"]] == ["Bruno", "Ana", "Carla"]
        assert listed["items"][0]["custom.partner"] == {"id": ana, "title": "Ana"}
        assert listed["items"][0]["custom.credit_line"] == "922337203685477.5807"

        def names(*where: Any, q: str = "") -> list[str]:
            return sorted(item["name"] for item in list_records(session, Contact, [list(w) for w in where], q=q)["items"])

        assert names(("custom.credit_line", ">", "1500.24")) == ["Ana", "Bruno"]
        assert names(("custom.grade", "in", ["gold", "silver"])) == ["Ana", "Bruno"]
        assert names(("custom.partner", "=", ana)) == names(("custom.partner.name", "contains", "an")) == ["Bruno"]
        assert names(("custom.seen", "=", "2026-03-01")) == ["Ana"] and names(("custom.credit_line", "is-null")) == ["Carla"]
        assert names(("month(custom.since)", "=", 202611), ("custom.seats", "=", 3)) == ["Ana", "Bruno", "Carla"]
        assert names(q="синий") == ["Bruno"]
        groups = group_records(session, Contact, group="custom.grade")
        assert [(g["label"], g["count"]) for g in groups["groups"]][:2] == [("Gold", 1), ("Silver", 1)]
        cube = pivot_records(session, Contact, [], "custom.grade", "custom.partner", ["sum:custom.credit_line", "count"])
        assert cube["total"]["sum:custom.credit_line"] == "922337203686977.8307"
        with export_records(session, Contact, "csv").file as file:
            assert b"Credit line" in file.read()


def test_faults_name_the_field(tandem: Any) -> None:
    made = with_fields(tandem("crm_contacts"), *FIELDS, Asked({"en": "Badge"}, "text", required=True))
    with made.write("admin") as session:
        for values, fault in (
            ({"badge": "1", "credit_line": "1.00001"}, "custom.credit_line"),
            ({"badge": "1", "grade": "bronze"}, "custom.grade"),
            ({"badge": "1", "second_mail": "nobody"}, "custom.second_mail"),
            ({"badge": "1", "partner": 9999}, "custom.partner"),
            ({"seats": 1}, "custom.badge"),
            ({}, "custom.badge"),
        ):
            with pytest.raises(Invalid) as refused:
                person(session, "Ana", **values)
            assert [error.field for error in refused.value.errors] == [fault]


def test_history_versions_and_copies(tandem: Any) -> None:
    made = with_fields(tandem("crm_contacts"), *FIELDS)
    with made.write("admin") as session:
        ana = person(session, "Ana", grade="gold")
        record = load_record(session, Contact, ana)
        write_record(
            session, Contact, record, {"custom.credit_line": "10", "custom.grade": "silver"}, version=record.version
        )
    with made.write("admin") as session:
        record = load_record(session, Contact, ana)
        steps = {step.path: (step.label, step.old, step.new) for step in history_of(session, record)[0].steps}
        assert steps["custom.grade"] == ("Grade", "Gold", "Silver") and steps["custom.credit_line"][2] == "10.00"
        assert record.version == 2
        with pytest.raises(Conflict):
            write_record(session, Contact, record, {"custom.grade": "gold"}, version=1)
        twin = write_record(session, Contact, None, copied(session, record) | {"name": "Twin"})
        assert read_record(session, twin)["custom"]["credit_line"] == "10.00"


def test_put_away_taken_out_and_removed(tandem: Any) -> None:
    made = with_fields(tandem("crm_contacts"), *FIELDS[:3])
    numbers = {each.name: each.id for each in made.composition.custom[Contact]}
    with made.write("admin") as session:
        ana = person(session, "Ana", credit_line="5", weight="2")
    customs.set_active(made.kernel, numbers["credit_line"], False)
    put_away = again(made)
    with put_away.write("admin") as session:
        assert "credit_line" not in read_record(session, load_record(session, Contact, ana))["custom"]
        write_record(session, Contact, load_record(session, Contact, ana), {"custom.weight": "3"})
    customs.set_active(made.kernel, numbers["credit_line"], True)
    customs.remove_field(made.kernel, made.composition, numbers["weight"])
    taken_out = with_fields(again(made), Asked({"en": "Weight"}, "date"))
    with taken_out.read("admin") as session:
        read = read_record(session, load_record(session, Contact, ana))["custom"]
        assert read["credit_line"] == "5.00" and read["weight"] is None
    with made.read("admin") as session:  # a request that began before still reads what it knew
        assert read_record(session, load_record(session, Contact, ana))["custom"]["credit_line"] == "5.00"


def test_who_sees_and_changes(tandem: Any) -> None:
    asked = Asked({"en": "Secret"}, "text", seen_by=("admin",)), Asked({"en": "Fixed"}, "text", changed_by=("admin",))
    made = with_fields(tandem("crm_contacts"), *asked)
    with made.write("admin") as session:
        ana = person(session, "Ana", secret="hush", fixed="stays")
    made.add_user("eva", "crm_contacts.manager")
    with made.write("eva") as session:
        record = load_record(session, Contact, ana)
        assert read_record(session, record)["custom"] == {"fixed": "stays"}
        with pytest.raises(Invalid):
            write_record(session, Contact, record, {"custom.fixed": "changed"})
        assert "custom.secret" not in str(list_records(session, Contact)["items"])


def test_deleting_a_record_takes_its_values_along(tandem: Any) -> None:
    made = with_fields(tandem("crm_contacts"), FIELDS[0])
    (field,) = made.composition.custom[Contact]
    with made.write("admin") as session:
        ana = person(session, "Ana", credit_line="5")
    from core.custom.storing import count_values
    from core.db import kernel_connection

    with made.write() as session:
        assert count_values(kernel_connection(session), Contact, field) == 1
        session.delete(session.get(Contact, ana))
        session.flush()
        assert count_values(kernel_connection(session), Contact, field) == 0


def test_money_stays_exact(tandem: Any) -> None:
    made = with_fields(tandem("crm_contacts"), FIELDS[0])
    with made.write("admin") as session:
        for number in range(10):
            person(session, f"N{number}", credit_line="0.1")
    with made.read("admin") as session:
        cube = pivot_records(session, Contact, measures=["sum:custom.credit_line"])
        assert Decimal(cube["total"]["sum:custom.credit_line"]) == Decimal(1)


def test_trash_and_merges_keep_values(tandem: Any) -> None:
    made = with_fields(tandem("crm_contacts"), *FIELDS)
    with made.write("admin") as session:
        ana = person(session, "Ana", grade="gold")
        twin = person(session, "Ana Suarez", grade="silver", credit_line="7", partner=ana)
        kept, gone = (load_record(session, Contact, number) for number in (ana, twin))
        with trusted(session):
            merge_contacts(session, kept, other=gone)
    with made.write("admin") as session:
        read = read_record(session, load_record(session, Contact, ana))["custom"]
        assert (read["grade"], read["credit_line"]) == ("gold", "7.00")
        with trusted(session):
            unmerge_contact(session, session.get_one(Contact, twin))
    with made.write("admin") as session:
        assert read_record(session, load_record(session, Contact, ana))["custom"]["credit_line"] is None
        delete_record(session, load_record(session, Contact, twin))
    with made.write("admin") as session:
        with trusted(session):
            thrown = session.scalars(select(Trashed.id)).one()
        restore(session, thrown)
    with made.read("admin") as session:
        read = read_record(session, load_record(session, Contact, twin))["custom"]
        assert (read["grade"], read["credit_line"], read["partner"]["id"]) == ("silver", "7.00", ana)


def test_uninstalling_takes_the_fields_along(tandem: Any) -> None:
    made = with_fields(tandem("base_catalog"), Asked({"en": "Shelf"}), model="base_catalog.Product")
    lifecycle.disable(made.kernel, "base_catalog")
    off = again(made)
    assert off.composition.custom == {}
    lifecycle.uninstall(made.kernel, "base_catalog")
    with made.database.read() as session:
        assert session.scalars(select(CustomField.id)).all() == []
        assert not [name for name in inspect(made.database.engine).get_table_names() if name.endswith("_custom")]
