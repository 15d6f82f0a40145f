"""What the guard refuses at a flush, the door refuses for a batch with one bad record, and leaves nothing."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import select

from core.access import UserSession
from core.access.policy import Grant
from core.access.rules import KERNEL_RULES
from core.db import Database
from core.importing.door import Door
from core.testing.databases import fresh
from core.testing.fixtures import kinds
from tests.importing import trial
from tests.importing.trial import ALL, ANA, BOB, Country, Mark, Person, grant, ids, smuggled

Act = Callable[[UserSession], Any]
ALL_ROWS = KERNEL_RULES["all"]


@pytest.fixture(scope="module", params=kinds())
def tried(request: pytest.FixtureRequest) -> Iterator[Database]:
    with fresh(str(request.param)) as database:
        trial.fill(database)
        yield database


def making(**values: Any) -> tuple[Act, Act]:
    def flush(session: UserSession) -> None:
        session.add(Person(**({"name": "N", "owner_id": ANA} | values)))

    def door(session: UserSession) -> None:
        Door(session, Person).create([{"name": "Good", "owner_id": ANA}, {"name": "N", "owner_id": ANA} | values])

    return flush, door


def setting(name: str, **values: Any) -> tuple[Act, Act]:
    def flush(session: UserSession) -> None:
        record = smuggled(session, name)
        for key, value in values.items():
            setattr(record, key, value)

    def door(session: UserSession) -> None:
        known = ids(session)
        Door(session, Person).update([{"id": known["Mine"], "city": "Vigo"}, {"id": known[name]} | values])

    return flush, door


def secret(model: Any) -> Act:
    return lambda session: ids(session, model)["secret"]


def both(flush: Act, door: Act, **grants: Grant) -> tuple[Act, Act, dict[str, Grant]]:
    return flush, door, grants


def tagging(who: str, mark: str) -> tuple[Act, Act]:
    def flush(session: UserSession) -> None:
        person = session.get(Person, ids(session)[who]) or smuggled(session, who)
        with session.no_autoflush:
            trusted = Mark(id=ids(session, Mark)[mark], version=1, name=mark)
            trial.make_transient_to_detached(trusted)
            session.add(trusted)
            person.tags = [trusted]

    return flush, lambda s: Door(s, Person).link("tags", [(ids(s)[who], ids(s, Mark)[mark])])


def pointing(session: UserSession) -> None:
    session.add(Person(name="N", owner_id=ANA, country_id=ids(session, Country)["secret"]))


READER = grant("read")
REFUSED: dict[str, tuple[Act, Act, dict[str, Grant]]] = {
    "no grant to create": both(*making(), Person=READER),
    "no grant to update": both(*setting("Mine", city="Vigo"), Person=READER),
    "no grant to delete": both(
        lambda s: s.delete(s.get(Person, ids(s)["Mine"])),
        lambda s: Door(s, Person).delete([ids(s)["Mine"]]),
        Person=grant("read", "create", "update"),
    ),
    "no grant at all": both(
        lambda s: s.add(Country(name="N")),
        lambda s: Door(s, Country).create([{"name": "N"}]),
        Country=Grant({}),
    ),
    "create with a hidden field": both(*making(salary=9)),
    "create with a read-only field": both(*making(street="x")),
    "update of a hidden field": both(*setting("Mine", salary=9)),
    "update of a read-only field": both(*setting("Mine", street="x")),
    "create outside the record rule": both(*making(owner_id=BOB)),
    "update of another's record": both(*setting("Theirs", city="Vigo")),
    "giving away": both(*setting("Mine", owner_id=BOB)),
    "taking another's record": both(*setting("Theirs", owner_id=ANA)),
    "deleting another's record": both(
        lambda s: s.delete(smuggled(s, "Theirs")),
        lambda s: Door(s, Person).delete([ids(s)["Mine"], ids(s)["Theirs"]]),
    ),
    "a new tag without a grant": both(
        lambda s: s.add(Mark(name="N")),
        lambda s: Door(s, Mark).create([{"name": "N"}]),
        Mark=grant("read", rule=ALL_ROWS),
    ),
    "tags that are read-only": both(*tagging("Mine", "old"), Person=grant(*ALL, readonly=frozenset({"tags"}))),
    "a tag on another's record": both(*tagging("Theirs", "old")),
    "a tag that may not be seen": both(*tagging("Mine", "secret")),
    "a country that may not be seen": both(
        pointing,
        lambda s: Door(s, Person).create(
            [{"name": "G", "owner_id": ANA}, {"name": "N", "country_id": ids(s, Country)["secret"]}]
        ),
    ),
}
BY_HAND: dict[str, Act] = {
    "the version by hand": making(version=7)[1],
    "the number by hand": making(id=7)[1],
    "a derived key by hand": making(email_key="theirs@x.example")[1],
    "who made it by hand": making(created_by_id=BOB)[1],
    "an unknown field": making(nonsense=1)[1],
}


@pytest.mark.parametrize("way", ["flush", "door"])
@pytest.mark.parametrize("case", REFUSED)
def test_is_refused_and_leaves_nothing(tried: Database, case: str, way: str) -> None:
    flush, door, grants = REFUSED[case]
    refused_and_nothing_left(tried, flush if way == "flush" else door, grants)


@pytest.mark.parametrize("case", BY_HAND)
def test_what_the_kernel_writes_nobody_sets_in_bulk(tried: Database, case: str) -> None:
    refused_and_nothing_left(tried, BY_HAND[case], {})


def refused_and_nothing_left(database: Database, act: Act, grants: dict[str, Grant]) -> None:
    trial.renew(database)
    before = trial.snapshot(database)
    with trial.ana(database, **grants) as session:
        assert trial.attempt(session, act) == "Denied"
    assert trial.snapshot(database) == before


@pytest.mark.parametrize("way", [0, 1], ids=["flush", "door"])
def test_own_records_are_made(tried: Database, way: int) -> None:
    trial.renew(tried)
    with trial.ana(tried) as session:
        assert trial.attempt(session, making()[way]) == "done"
    with tried.read() as session:
        assert "N" in ids(session)


@pytest.mark.parametrize("way", [0, 1], ids=["flush", "door"])
def test_own_records_are_changed(tried: Database, way: int) -> None:
    trial.renew(tried)
    with trial.ana(tried) as session:
        assert trial.attempt(session, setting("Mine", city="Ourense")[way]) == "done"
    with tried.read() as session:
        assert session.scalar(select(Person.city).where(Person.name == "Mine")) == "Ourense"


def test_a_loaded_record_shows_what_the_door_wrote_and_is_not_stale(tried: Database) -> None:
    trial.renew(tried)
    with trial.ana(tried) as session:
        mine = session.get_one(Person, ids(session)["Mine"])
        mine.city = "Ourense"
        Door(session, Person).update([{"id": mine.id, "employer": "ACME", "email": "NEW@x.example"}])
        assert (mine.city, mine.employer, mine.email_key) == ("Ourense", "ACME", "new@x.example")
        mine.city = "Vigo"
        session.commit()
        assert mine.version == 4


def test_links_count_the_version_up_and_are_added_once(tried: Database) -> None:
    trial.renew(tried)
    with trial.ana(tried) as session:
        pair = (ids(session)["Mine"], ids(session, Mark)["old"])
        Door(session, Person).link("tags", [pair, pair])
        Door(session, Person).link("tags", [pair])
        mine = session.get_one(Person, pair[0])
        assert ([t.name for t in mine.tags], mine.version) == (["old"], 2)
        Door(session, Person).unlink("tags", [pair])
        assert (mine.tags, mine.version) == ([], 3)


def test_the_rule_is_asked_about_records_that_are_not_written(tried: Database) -> None:
    trial.renew(tried)
    with trial.ana(tried) as session:
        proposed = [{"name": "mine", "owner_id": ANA}, {"name": "Bob's", "owner_id": BOB}, {"name": "nobody's"}]
        assert Door(session, Person).would_refuse(proposed, "create") == {1}
        assert "mine" not in ids(session)
