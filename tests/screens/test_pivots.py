"""Cubes: one statement, totals that are the sums of their slices, figures that open exactly their rows."""

from datetime import date
from itertools import product
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from core.db import Database
from core.errors import Invalid
from core.screens.fields.paths import Resolver
from core.screens.fields.typed import asking_of
from core.screens.queries.pivots import Cube, Cubes
from core.screens.queries.statements import Listing
from core.screens.queries.where import Condition, read
from core.screens.views.schemas import Slot

SHAPES = [
    (["shop"], ["month(date)"]),
    (["state", "shop"], ["year(date)", "quarter(date)"]),
    (["shop.city", "state"], []),
    ([], ["state"]),
    ([], []),
    (["shop.owner", "shop.city", "state"], ["month(placed_at)"]),
    (["shop.billing.credit_limit"], ["shop.active"]),
]
MEASURES = ["sum:total", "count", "avg:total", "min:date", "max:total"]


def cubes_of(fields: Resolver) -> Cubes:
    return Cubes(Listing(fields, [Slot(field="id")]))


def cube_of(session: Session, orders: Resolver, rows: list[str], columns: list[str], measures: Any = MEASURES) -> Cube:
    return cubes_of(orders).of(session, Condition(), rows, columns, measures)


@pytest.mark.parametrize(("rows", "columns"), SHAPES)
def test_totals_are_the_sums_of_their_slices(
    session: Session, orders: Resolver, rows: list[str], columns: list[str]
) -> None:
    cube = cube_of(session, orders, rows, columns)
    grand = cube.figure()
    assert grand.count == 400
    for depth, length in product(range(len(rows) + 1), range(len(columns) + 1)):
        slices = [cube.figure(*place) for place in cube.level(depth, length)]
        assert sum(f.count for f in slices) == grand.count
        assert sum(f.value(0, cube.measures[0]) for f in slices) == cube.value(0)
        assert min(f.value(3, cube.measures[3]) for f in slices) == cube.value(3)
        assert max(f.value(4, cube.measures[4]) for f in slices) == cube.value(4)
    for row in cube.outline():
        if len(row) < len(rows):
            below = [key for key in cube.outline() if len(key) == len(row) + 1 and key[:-1] == row]
            assert sum(cube.value(0, key) for key in below) == cube.value(0, row)


@pytest.mark.parametrize(("rows", "columns"), SHAPES)
def test_a_figure_opens_exactly_its_rows(session: Session, orders: Resolver, rows: list[str], columns: list[str]) -> None:
    cube = cube_of(session, orders, rows, columns)
    listing = Listing(orders, [Slot(field="total", sum=True)])
    levels = product(range(len(rows) + 1), range(len(columns) + 1))
    places = sorted((place for level in levels for place in cube.level(*level)), key=repr)
    for place in [*places[:6], *places[-6:]]:
        condition = read(cube.where(*place), orders, asking_of(session))
        total, sums = listing.total(session, condition, sums=True)
        assert total == cube.figure(*place).count
        assert sums["total"] == cube.value(0, *place)


def test_an_average_of_a_subtotal_is_that_of_its_rows(session: Session, orders: Resolver) -> None:
    cube = cube_of(session, orders, ["state", "shop"], [])
    for row in [(), *cube.outline()]:
        count = cube.figure(row).count
        assert abs(cube.value(2, row) * count - cube.value(0, row)) <= count / 2


def test_swapped_it_says_the_same(session: Session, orders: Resolver) -> None:
    cube = cube_of(session, orders, ["state"], ["month(date)"])
    swapped = cube_of(session, orders, ["month(date)"], ["state"])
    assert swapped.row_keys == cube.column_keys
    assert all(swapped.value(0, c, r) == cube.value(0, r, c) for r, c in product(cube.row_keys, cube.column_keys))


def test_keys_stand_in_order_and_nothing_comes_last(session: Session, orders: Resolver) -> None:
    cube = cube_of(session, orders, ["state", "shop.city"], ["month(date)"])
    assert [key for key in cube.outline() if len(key) == 1] == [("draft",), ("sent",), ("done",)]
    assert [key[1] for key in cube.row_keys if key[0] == "sent"] == ["Rosario", "Salta", "Tandil", None]
    assert cube.column_keys == sorted(cube.column_keys)
    assert cube.value(3) == min(cube.value(3, key) for key in cube.row_keys)
    assert isinstance(cube.value(3), date)


def test_one_statement(trade: Database, orders: Resolver) -> None:
    statements: list[str] = []
    watch = lambda *a: statements.append(a[2])  # noqa: E731
    with trade.read() as session:
        event.listen(trade.reader, "before_cursor_execute", watch)
        cube_of(session, orders, ["state", "shop"], ["month(date)"])
        event.remove(trade.reader, "before_cursor_execute", watch)
    assert len([s for s in statements if s.startswith("SELECT")]) == 1


@pytest.mark.parametrize(
    ("rows", "measures", "fault"),
    [
        (["tags"], ["count"], "tags"),
        (["state"], ["total"], "no measure 'total'"),
        (["state"], ["sum:number"], "added up"),
        (["state"], ["median:total"], "median"),
        (["state"], ["sum:nothing"], "nothing"),
        (["state"], ["sum:lines.quantity"], "lines.quantity"),
        (["state", "date", "shop", "rate", "total", "number", "id"], ["count"], "at most 6"),
    ],
)
def test_what_cannot_be_a_cube_says_so(
    session: Session, orders: Resolver, rows: list[str], measures: list[str], fault: str
) -> None:
    with pytest.raises(Invalid, match=fault):
        cube_of(session, orders, rows, [], measures)


def test_a_cube_too_large_to_read_is_refused(session: Session, orders: Resolver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.screens.queries.pivots.CELLS", 10)
    with pytest.raises(Invalid, match="more than 10 cells"):
        cube_of(session, orders, ["shop"], [])
