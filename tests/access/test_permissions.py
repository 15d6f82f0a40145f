"""permissions.yaml: read with the place of every fault, composed of addons, changed in the browser."""

from pathlib import Path
from typing import Any

import pytest

from core.access import Customisation, Permissions, User, compose, read_permissions
from core.access.explain import matrix, why
from core.access.permissions import label_of
from core.access.schema import AddonPermissions
from core.db import Database
from core.operations import verb
from core.testing.databases import fresh
from core.testing.fixtures import kinds
from tests.access import shop
from tests.access.shop import ANA, Label, Order, OrderLine

MODELS = {"Order": Order, "OrderLine": OrderLine, "Label": Label, "core.User": User}
GOOD = """
roles:
  shop.clerk: {label: Clerk, summary: Sees his own}
  shop.chief: {label: Chief, implies: [shop.clerk]}
models:
  Order:
    shop.clerk:
      {may: [read, create, update], records: {read: [own, team], others: own}, readonly: [follows], hidden: [margin]}
    shop.chief: {may: [read, delete, approve], records: all}
  Label:
    shop.clerk: {may: [read]}
"""


@verb(Order, "approve")
def approve(session: Any, order: Order) -> None:
    """A verb to grant."""


def read(tmp_path: Path, text: str, rules: Any = None) -> tuple[AddonPermissions, list[str]]:
    path = tmp_path / "permissions.yaml"
    path.write_text(text.lstrip("\n"))
    found, problems = read_permissions("shop", path, MODELS, rules)
    return found, [f"{p.line}:{p.column}: {p.message}" for p in problems]


def composed(tmp_path: Path, *changes: Customisation) -> Permissions:
    found, problems = read(tmp_path, GOOD)
    assert problems == []
    whole, more = compose([found], changes)
    assert more == []
    return whole


def test_roles_are_united(tmp_path: Path) -> None:
    whole = composed(tmp_path)
    clerk, chief = whole.policy(["shop.clerk"]), whole.policy(["shop.chief"])
    assert [rule.name for rule in clerk.grant(Order).rules["read"]] == ["own", "team"]
    assert [rule.name for rule in clerk.grant(Order).rules["update"]] == ["own"]
    assert [rule.name for rule in chief.grant(Order).rules["read"]] == ["all"]
    assert [rule.name for rule in chief.grant(Order).rules["update"]] == ["own"]
    assert clerk.hidden(Order) == {"margin"}
    assert chief.hidden(Order) == frozenset(), "one role that may read it is enough"
    assert clerk.unwritable(Order) == {"margin", "follows", "follows_id"}
    assert (clerk.may(Order, "approve"), chief.may(Order, "approve"), chief.may(Label, "read")) == (False, True, True)
    assert (clerk.may(OrderLine, "create"), clerk.may(OrderLine, "delete"), clerk.may(Label, "update")) == (
        True,
        False,
        False,
    )
    assert whole.policy(["shop.clerk"]) is clerk
    assert whole.policy(["shop.unknown"]).may(Order, "read") is False


def test_administrators_may_everything_but_read_secrets(tmp_path: Path) -> None:
    admin = composed(tmp_path).policy(["admin"])
    assert admin.may(Order, "approve")
    assert admin.may(OrderLine, "delete")
    assert admin.hidden(Order) == frozenset()
    assert admin.hidden(User) == {"password_hash"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("roles:\n  shop.clerk: {label: Clerk}\n  shop.clerk: {label: Again}\n", "3:3: 'shop.clerk' appears twice"),
        ("roles:\n  other.clerk: {label: Clerk}\n", "2:3: role 'other.clerk' must begin with shop."),
        ("models:\n  Ordr:\n    shop.clerk: {may: [read]}\n", "2:3: there is no model 'Ordr' here; did you mean 'Order'"),
        ("models:\n  Order:\n    shop.clerk: {may: [raed]}\n", "3:24: Order has no operation 'raed'"),
        ("models:\n  Order:\n    shop.clerk: {may: [read], records: owm}\n", "there is no record rule 'owm'"),
        (
            "models:\n  Label:\n    shop.clerk: {may: [read], records: company}\n",
            "3:40: record rule 'company' does not suit Label",
        ),
        (
            "models:\n  Order:\n    shop.clerk: {may: [read], readonly: [nam]}\n",
            "3:42: Order has no field 'nam'; did you mean 'name'",
        ),
        ("models:\n  Order:\n    shop.clerk: {may: [read], hidden: [name]}\n", "3:40: 'name' cannot be hidden"),
        ("models:\n  Order:\n    shop.clerk: {may: read}\n", "3:23: a list is expected"),
        ("models:\n  Order:\n    shop.clerk: {mai: [read]}\n", "3:18:"),
    ],
)
def test_faults_have_their_place(tmp_path: Path, text: str, expected: str) -> None:
    _found, problems = read(tmp_path, text)
    assert [p for p in problems if expected in p], problems


def test_a_role_that_nobody_declares_is_a_fault(tmp_path: Path) -> None:
    found, problems = read(tmp_path, GOOD.replace("    shop.clerk: {may: [read]}", "    shop.clrk: {may: [read]}"))
    assert problems == []
    _whole, more = compose([found])
    assert [p.message for p in more] == ["there is no role 'shop.clrk'; did you mean 'shop.clerk'?"]


def test_rules_of_the_addon_are_found_by_name(tmp_path: Path) -> None:
    text = "roles:\n  shop.clerk: {label: Clerk}\nmodels:\n  Order:\n    shop.clerk: {may: [read], records: named}\n"
    found, problems = read(tmp_path, text, {"named": lambda model, user: model.name == "a"})
    assert problems == []
    policy = compose([found])[0].policy(["shop.clerk"])
    assert "shop_order.name" in str(policy.predicate(Order, "read"))


def test_an_administrator_changes_a_role_and_makes_one(tmp_path: Path) -> None:
    changed = Customisation("shop.clerk", grants={"shop.Order": {"may": ["read"], "records": "all"}, "shop.Label": None})
    made = Customisation("custom.auditor", "Auditor", made_here=True, grants={"shop.Order": {"may": ["read"]}})
    gone = Customisation("other.role", grants={"shop.Order": {"may": ["read"]}})
    wrong = Customisation("shop.chief", grants={"shop.Order": {"may": ["fly"]}})
    whole = composed(tmp_path, changed, made, gone, wrong)
    clerk, auditor = whole.policy(["shop.clerk"]), whole.policy(["custom.auditor"])
    assert clerk.grant(Order).operations == {"read"}
    assert not clerk.may(Label, "read")
    assert auditor.may(Order, "read")
    assert whole.roles["custom.auditor"].label == "Auditor"
    assert whole.policy(["shop.chief"]).may(Order, "delete"), "a change that cannot be read changes nothing"
    assert whole.faults == [f for f in whole.faults if "fly" in f]
    assert len(whole.faults) == 1


def test_the_matrix_says_what_holds(tmp_path: Path) -> None:
    rows = {row.label: row for row in matrix(composed(tmp_path), ["shop.chief"])}
    order = rows[label_of(Order)]
    assert [cell.rules if cell else None for cell in order.cells] == [("all",), ("own",), ("own",), ("all",)]
    assert [cell.operation for cell in order.besides] == ["approve"]
    assert order.cells[1] is not None
    assert (str(order.cells[1].text), order.cells[1].roles) == ("one's own", ("shop.clerk",))


@pytest.fixture(params=kinds())
def filled(request: pytest.FixtureRequest) -> Any:
    with fresh(str(request.param)) as database:
        shop.fill(database)
        yield database


def test_why_somebody_sees_a_record_and_why_not(tmp_path: Path, filled: Database) -> None:
    permissions = composed(tmp_path)
    with filled.write() as session:
        ana = session.get(User, ANA)
        assert ana is not None
        ana.roles.append(shop_role("shop.clerk"))
        session.flush()
        reasons = {key: why(session, permissions, ana, Order, key) for key in (1, 2, 3, 4)}
        lines = why(session, permissions, ana, OrderLine, 3)
        nothing = why(session, permissions, ana, Order, 99)
    said = {key: [(str(r.text), r.holds) for r in found] for key, found in reasons.items()}
    company = "It is of a company that ana works in"
    own, team = "shop.clerk: one's own", "shop.clerk: those of one's teams"
    assert said[1] == [(company, True), (own, True), (team, True)]
    assert said[2] == [(company, True), (own, False), (team, True)]
    assert said[3] == [(company, True), (own, False), (team, False)]
    assert said[4][0] == ("It is of a company that ana does not work in", False)
    assert [(str(r.text), r.holds) for r in nothing] == [("There is no such record", False)]
    assert [(str(r.text), r.holds) for r in lines] == [("As its Order", False)]


def shop_role(name: str) -> Any:
    from core.access import RoleAssignment

    return RoleAssignment(role=name)
