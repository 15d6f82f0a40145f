"""The tax engine against known bugs of others (to the cent) and against its properties T1, T2 and T3."""

from decimal import Decimal as D
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.values import currency_digits, rounded
from core.values.tax import Levy, TaxLine, Totals, calculate

GOLDEN = [  # case, currency, included, lines (quantity, price, discount, rate), net, tax, total
    ("G1", "EUR", False, [("16", "348.35", "4", "22")], "5350.66", "1177.15", "6527.81"),
    ("G2", "EUR", False, [("1", "46.07", "20", "8.5"), ("1", "9.21", "0", "8.5")], "46.07", "3.92", "49.99"),
    ("G3", "EUR", False, [("10", "30.75", "5", "15"), ("1", "70", "5", "15")], "358.63", "53.79", "412.42"),
    ("G4", "JPY", False, [("1", "100.5", "0", "0"), ("1", "100.5", "0", "0")], "202", "0", "202"),
    ("G5", "EUR", False, [("10", "3.60", "0", "5.5")], "36.00", "1.98", "37.98"),
    ("G5i", "EUR", True, [("10", "3.80", "0", "5.5")], "36.02", "1.98", "38.00"),
    ("G6", "EUR", True, [("1", "11.90", "0", "21"), ("1", "2.80", "0", "21")], "12.15", "2.55", "14.70"),
    ("G7", "EUR", False, [("3", "10.01", "0", "20")], "30.03", "6.01", "36.04"),
    ("G8", "EUR", False, [("1", p, "0", "20") for p in ("299.33", "179.33", "99.34")], "578.00", "115.60", "693.60"),
    ("G9", "EUR", True, [("1", "379.00", "0", "21")] * 2, "626.45", "131.55", "758.00"),
    ("G10", "JPY", True, [("1", "50000", "0", "10")], "45455", "4545", "50000"),
    ("G11", "EUR", True, [("20", "800", "0", "7"), ("10", "1000", "0", "7")], "24299.07", "1700.93", "26000.00"),
    (
        "story",
        "ARS",
        False,
        [("6", "48500", "10", "21"), ("9", "12345.67", "7.5", "21"), ("1", "3333.31", "0", "21")],
        "368011.01",
        "77282.31",
        "445293.32",
    ),
]
RATES = [D(rate) for rate in ("0", "2.5", "5.5", "8.5", "10.5", "21", "27")]
LINE = st.builds(
    TaxLine,
    st.decimals(-(10**6), 10**6, places=4),
    st.decimals(0, 10**8, places=6),
    st.sampled_from([D(0), D("7.5"), D("33.3333"), D(100)]),
    st.sampled_from(RATES),
    st.sampled_from(["", "b"]),
    st.sampled_from([(), (Levy(D(3), "perception"),), (Levy(D("1.75"), "x"), Levy(D(3), "perception"))]),
)
DOCUMENT = st.lists(LINE, min_size=1, max_size=10), st.sampled_from(["JPY", "KWD", "ARS"]), st.booleans()


@pytest.mark.parametrize(
    ("currency", "included", "lines", "net", "tax", "total"),
    [row[1:] for row in GOLDEN],
    ids=[row[0] for row in GOLDEN],
)
def test_golden_row(currency: str, included: bool, lines: list[tuple[str, ...]], net: str, tax: str, total: str) -> None:
    found = calculate([TaxLine(*map(D, line)) for line in lines], currency, included)
    assert (str(found.net), str(found.tax), str(found.total)) == (net, tax, total)


def test_g9_gives_the_odd_cent_to_one_line() -> None:
    found = calculate([TaxLine(D(1), D(379), rate=D(21))] * 2, "EUR", included=True)
    assert found.nets == (D("313.23"), D("313.22"))


def test_g12_two_taxes_of_one_rate_in_the_price() -> None:
    line = TaxLine(D(1), D(24900), rate=D(14), key="a", more=(Levy(D(14), "b"),))
    found = calculate([line], "EUR", included=True)
    assert [group.tax for group in found.taxes] == [D("2723.44"), D("2723.43")]
    assert (found.net, found.tax, found.total) == (D("19453.13"), D("5446.87"), D("24900.00"))


def test_g13_cash_rounding_is_an_amount_of_its_own() -> None:
    found = calculate([TaxLine(D(1), D(70), rate=D(21))], "EUR", cash_step=D("1.00"))
    assert (found.net, found.tax, found.rounding, found.total) == (D("70.00"), D("14.70"), D("0.30"), D("85.00"))


def test_taxes_of_one_rate_but_another_key_are_two_groups() -> None:
    lines = [TaxLine(D(1), D(10), key="exempt"), TaxLine(D(1), D(20), key="zero")]
    assert [(group.key, group.base) for group in calculate(lines, "ARS").taxes] == [("exempt", 10), ("zero", 20)]


def bears(line: TaxLine, rate: D, key: str) -> bool:
    return Levy(rate, key) in line.levies


@settings(max_examples=300, deadline=None)
@given(*DOCUMENT)
def test_t1_the_parts_make_the_whole(lines: list[TaxLine], currency: str, included: bool) -> None:
    found, unit = calculate(lines, currency, included), D(1).scaleb(-currency_digits(currency))
    assert found.net + found.tax + found.rounding == found.total
    assert sum(found.nets) == found.net
    assert sum(found.line_taxes) == found.tax == sum(group.tax for group in found.taxes)
    amounts = (*found.nets, *found.line_taxes, *(group.tax for group in found.taxes), found.net, found.total)
    assert all(amount == amount.quantize(unit) for amount in amounts)
    for group in found.taxes:
        assert group.base == sum(
            net for net, line in zip(found.nets, lines, strict=True) if bears(line, group.rate, group.key)
        )


@settings(max_examples=300, deadline=None)
@given(*DOCUMENT)
def test_t2_a_tax_is_its_rate_of_its_base(lines: list[TaxLine], currency: str, included: bool) -> None:
    found, digits = calculate(lines, currency, included), currency_digits(currency)
    for group in found.taxes:
        exact = Fraction(group.base) * Fraction(group.rate) / 100
        if included:
            assert abs(Fraction(group.tax) - exact) < Fraction(1, 10**digits) * (len(lines) + 1)
        else:
            assert group.tax == rounded(exact, digits)
    if included:
        for line, net, tax in zip(lines, found.nets, found.line_taxes, strict=True):
            assert net + tax == rounded(line.exact, digits)


def outcome(found: Totals) -> tuple[object, ...]:
    return found.net, found.tax, found.total, found.taxes


@settings(max_examples=200, deadline=None)
@given(*DOCUMENT, st.randoms())
def test_t3_the_order_of_lines_is_nothing(lines: list[TaxLine], currency: str, included: bool, chance) -> None:
    mixed = list(lines)
    chance.shuffle(mixed)
    assert outcome(calculate(mixed, currency, included)) == outcome(calculate(lines, currency, included))


@settings(max_examples=200, deadline=None)
@given(st.lists(LINE, max_size=4), st.sampled_from(RATES), st.integers(0, 10**9), st.integers(0, 10**9))
def test_t3_splitting_a_line_is_nothing(lines: list[TaxLine], rate: D, left: int, right: int) -> None:
    one, other = (D(cents).scaleb(-2) for cents in (left, right))
    whole = calculate([*lines, TaxLine(D(1), one + other, rate=rate)], "ARS")
    parts = calculate([*lines, TaxLine(D(1), one, rate=rate), TaxLine(D(1), other, rate=rate)], "ARS")
    assert outcome(whole) == outcome(parts)
