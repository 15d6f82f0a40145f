"""A whole import: dry run, import, the same again, cut off and resumed, taken back; what was touched since stays."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from sqlalchemy import func, select

from core.access.policy import Grant
from core.access.rules import KERNEL_RULES
from core.db import Change, Database, kernel_connection, now
from core.errors import Denied
from core.importing.models import Import, ImportRow
from core.importing.running import Report, Run
from core.importing.signals import RecordsImported
from core.importing.undoing import undo
from core.signals import Switchboard, hears
from core.testing.databases import fresh
from core.testing.fixtures import kinds
from tests.importing import trial
from tests.importing.trial import ALL, ANA, BOB, IMPORTER, Country, Mark, Person, Ticket, counts, grant, ids

HEAD = ["External ID", "Name", "E-mail", "Phone", "City", "País", "Tags", "Birthday", "Owner"]
FILE = [
    HEAD,
    ["A1", "Mine", "mine@x.example", "", "Vigo", "España", "old, new", "", ""],  # 2 update
    ["", "New one", "new@x.example", "0034 981 000 111", "", "", "new", "31/12/1990", "1"],  # 3 create
    ["", "Colleague", "second@x.example", "981 000 111", "", "", "", "", "1"],  # 4 create: shares a telephone only
    ["", "Again", " NEW@X.example ", "", "", "", "", "", "1"],  # 5 duplicate of row 3
    ["", "Bad", "not-an-address", "x", "", "", "", "31/02/2020", ""],  # 6 refused: three faults
    ["B1", "Number taken", "n@x.example", "", "", "", "", "", "1"],  # 7 refused
    ["", "Unseen", "theirs@x.example", "", "", "", "", "", "1"],  # 8 create: Bob's is not told
    ["", "For Bob", "for@bob.example", "", "", "", "", "", "2"],  # 9 refused by the rule
    ["", "Abroad", "a@x.example", "", "", "Atlantis", "", "", "1"],  # 10 refused
    ["", "", "", "", "", "", "", "", ""],
    ["", "By phone", "", "600111222", "", "", "", "", "1"],  # 12 duplicate of row 2, by telephone
]
VERDICTS = {
    2: "update",
    3: "create",
    4: "create",
    5: "duplicate",
    6: "refused",
    7: "refused",
    8: "create",
    9: "refused",
    10: "refused",
    12: "duplicate",
}


@pytest.fixture(scope="module", params=kinds())
def prepared(request: pytest.FixtureRequest) -> Iterator[Database]:
    with fresh(str(request.param)) as database:
        trial.fill(database)
        yield database


@pytest.fixture
def base(prepared: Database) -> Database:
    trial.renew(prepared)
    return prepared


def opener(database: Database, board: Switchboard | None = None, **grants: Grant) -> Callable[[bool], Any]:
    def open_session(writes: bool) -> Any:
        session = trial.ana(database, writes, **grants)
        session.info["switchboard"] = board
        return session

    return open_session


def begun(database: Database) -> int:
    with database.write() as session:
        made = Import(model="trial.Person", filename="people.csv", path="-", at=now(), state="running", user_id=ANA)
        session.add(made)
        session.flush()
        return made.id


def imported(database: Database, rows: list[Any], **how: Any) -> tuple[Report, int]:
    import_id = how.pop("import_id", None) or begun(database)
    board = how.pop("board", None)
    return Run(opener(database, board), IMPORTER, import_id=import_id, **how).over(rows), import_id


def test_the_dry_run_says_row_by_row_what_the_import_does(base: Database) -> None:
    before = trial.snapshot(base)
    dry = Run(opener(base), IMPORTER, dry=True).over(FILE)
    assert {one.row: one.verdict for one in dry.shown} == VERDICTS
    assert sorted((f.row, f.field) for f in dry.faults if f.row in (6, 10)) == [
        (6, "birthday"),
        (6, "email"),
        (6, "phone"),
        (10, "country"),
    ]
    assert trial.snapshot(base) == before
    report, _ = imported(base, FILE)
    assert counts(report) == counts(dry)


def test_what_is_written(base: Database) -> None:
    heard: list[Any] = []

    @hears(RecordsImported)
    def listen(session: Any, signal: RecordsImported) -> None:
        heard.append(signal)

    board = Switchboard()
    board.connect(listen.hears[0])  # type: ignore[attr-defined]
    imported(base, FILE, board=board)
    assert [(len(h.created), len(h.updated)) for h in heard] == [(3, 1)]
    with base.read() as session:
        mine = session.scalars(select(Person).where(Person.external_id == "A1")).one()
        assert (mine.city, mine.country and mine.country.name, sorted(t.name for t in mine.tags)) == (
            "Vigo",
            "España",
            ["new", "old"],
        )
        assert mine.email == "mine@x.example"
        assert session.scalars(select(Person.birthday).where(Person.name == "New one")).one() == date(1990, 12, 31)


def test_the_same_file_again_changes_nothing(base: Database) -> None:
    imported(base, FILE)
    before = trial.snapshot(base)[:5]
    again, _ = imported(base, FILE)
    assert (again.counts["same"], again.counts["create"], again.counts["update"]) == (4, 0, 0)
    assert trial.snapshot(base)[:5] == before


def values_of(taken: list[Any]) -> list[Any]:
    return [{k: v for k, v in r._mapping.items() if k not in ("version", "updated_at", "updated_by_id")} for r in taken[0]]


def test_undo_puts_everything_back(base: Database) -> None:
    before = trial.snapshot(base)
    _, import_id = imported(base, FILE)
    undone = undo(opener(base), import_id)
    told = {name: n for name, n in undone.counts.items() if n}
    assert told == {"trial.Person removed": 3, "trial.Person restored": 1, "trial.Mark removed": 1}
    assert undone.kept == []
    after = trial.snapshot(base)
    assert values_of(after) == values_of(before)
    assert (after[1], after[4]) == (before[1], before[4])


def test_what_was_touched_since_stays_and_is_told(base: Database) -> None:
    rows = [HEAD[:5], *([f"N{n}", f"Name {n}", f"n{n}@x.example", "", ""] for n in range(6)), ["A1", "Mine", "", "", "Vigo"]]
    _, import_id = imported(base, rows)
    with trial.ana(base) as session:
        one, two, three, four, *_ = session.scalars(select(Person).where(Person.external_id.like("N%")).order_by(Person.id))
        one.city = "Edited"
        session.add(Ticket(name="T", person_id=two.id))
        with session.no_autoflush:
            three.tags.append(session.scalars(select(Mark)).first())  # type: ignore[arg-type]
        session.delete(four)
        session.get_one(Person, ids(session)["Mine"]).employer = "Edited"
        kept = {
            one.id: "was changed since",
            two.id: "is used by trial_ticket",
            three.id: "is used by trial_person_mark",
            four.id: "was removed since",
            ids(session)["Mine"]: "was changed since",
        }
        session.commit()
    with pytest.raises(Denied):
        undo(opener(base, Person=grant("read", "create", "update")), import_id)
    undone = undo(opener(base), import_id)
    assert {i: why for _, i, why in undone.kept} == kept
    assert undone.counts["trial.Person removed"] == 2


def test_a_run_that_was_cut_off_goes_on(base: Database) -> None:
    rows = [HEAD[:3], *(["" if n else "N0", f"Name {n}", f"n{n % 90}@x.example"] for n in range(100))]
    calls: list[int] = []
    part, import_id = imported(base, rows, chunk_rows=20, progress=calls.append, cancelled=lambda: len(calls) == 3)
    assert (part.state, part.counts["create"], calls) == ("cancelled", 60, [21, 41, 61])
    with base.read() as session:
        made = session.get_one(Import, import_id)
        assert (made.done_rows, made.counts) == (61, {"create": 60})
    rest, _ = imported(base, rows, chunk_rows=20, import_id=import_id, done_rows=61, counts={"create": 60})
    assert (rest.counts["create"], rest.counts["duplicate"]) == (90, 10)
    with base.read() as session:
        made = session.get_one(Import, import_id)
        assert (made.done_rows, made.counts) == (101, {"create": 90, "duplicate": 10})
        told = session.scalars(select(ImportRow.row).where(ImportRow.verdict == "duplicate").order_by(ImportRow.row))
        assert list(told) == list(range(92, 102))
        assert session.scalar(select(func.count()).select_from(Person)) == 92


def test_a_receiver_that_refuses_leaves_no_record_and_no_history(base: Database) -> None:
    @hears(RecordsImported)
    def refuse(session: Any, signal: RecordsImported) -> None:
        raise RuntimeError("a receiver refuses")

    board, before = Switchboard(), trial.snapshot(base)[:6]
    board.connect(refuse.hears[0])  # type: ignore[attr-defined]
    with pytest.raises(RuntimeError):
        imported(base, [HEAD[:3], ["Z", "Zoe", "z@x.example"]], board=board)
    assert trial.snapshot(base)[:6] == before


def test_a_hidden_field_neither_finds_a_record_nor_is_written(base: Database) -> None:
    blind = grant(*ALL, hidden=frozenset({"email"}), readonly=frozenset({"city"}))
    rows = [HEAD[:5], ["", "X", "mine@x.example", "", "Lugo"]]
    report = Run(opener(base, Person=blind), IMPORTER, dry=True).over(rows)
    assert (counts(report), report.left_out) == ({"create": 1}, ["city", "email"])


def test_numbers_of_a_spreadsheet_and_words_for_yes_are_read_in_the_language_of_the_file(base: Database) -> None:
    from core.importing.checking import Unreadable, yes_or_no

    assert [yes_or_no(word) for word in ("Sí", "да", "X", "no", "нет", "0")] == [True, True, True, False, False, False]
    with pytest.raises(Unreadable, match="neither yes nor no"):
        yes_or_no("perhaps")


def test_the_file_of_another_is_imported_with_his_rights_only(base: Database) -> None:
    reader = Grant({"read": (KERNEL_RULES["own"],)})
    report = Run(opener(base, Person=reader), IMPORTER).over([HEAD[:3], ["Z", "Zoe", "z@x.example"]])
    assert [(row, why) for row, why, _ in report.refused] == [(2, "you may not make such a record")]
    with base.read() as session:
        assert "Zoe" not in ids(session)
        assert kernel_connection(session).scalar(select(func.count(Change.id))) == 0
        assert BOB in set(session.scalars(select(Person.owner_id)))
        assert session.scalar(select(func.count()).select_from(Country)) == 2
