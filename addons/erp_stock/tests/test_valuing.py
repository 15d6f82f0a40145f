"""Average cost as arithmetic: whatever is bought and sold, not a cent is lost or left over."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from addons.erp_stock.operations.valuing import Stock, next_part

D = Decimal
quantities = st.decimals(min_value="0.01", max_value=1000, places=2)
costs = st.decimals(min_value="0", max_value=100_000, places=2)


def test_buying_dear_and_selling_all_leaves_nothing() -> None:
    """G14: 2 at 1.00 and 1 at 1.01; selling three costs 3.01 and leaves 0.00."""
    stock, _gain = Stock().add(D(2), D("2.00"), 2)
    stock, _gain = stock.add(D(1), D("1.01"), 2)
    stock, cost = stock.take(D(3), 2)
    assert (cost, stock.quantity, stock.value) == (D("3.01"), D(0), D(0))


def test_the_story_of_the_chairs() -> None:
    """4 at 26000 and 10 at 27800: six cost 163714.29 and leave 218285.71."""
    stock, _gain = Stock().add(D(4), D(104000), 2)
    stock, _gain = stock.add(D(10), D(278000), 2)
    stock, cost = stock.take(D(6), 2)
    assert (cost, stock.value) == (D("163714.29"), D("218285.71"))


@given(st.lists(st.tuples(quantities, costs, st.decimals(min_value=0, max_value=1, places=3)), max_size=12))
def test_what_went_out_and_what_is_left_is_what_came_in(steps: list[tuple[Decimal, Decimal, Decimal]]) -> None:
    """K4 and K6: cost out + value left == cost in; with nothing left, nothing is left of the value."""
    stock, came, went = Stock(), D(0), D(0)
    for quantity, value, share in steps:
        stock, gain = stock.add(quantity, value, 2)
        assert gain == value
        came += value
        taken = (stock.quantity * share).quantize(D("0.001"))
        if taken:
            stock, cost = stock.take(taken, 2)
            assert cost >= 0
            went += cost
        assert went + stock.value == came
        assert stock.value >= 0
    if stock.quantity:
        stock, cost = stock.take(stock.quantity, 2)
        went += cost
    assert (stock.quantity, stock.value, went) == (D(0), D(0), came)


@given(st.lists(st.tuples(st.booleans(), quantities, costs), max_size=12))
def test_below_zero_every_difference_is_a_variance(steps: list[tuple[bool, Decimal, Decimal]]) -> None:
    """K6 with negative stock allowed: cost out + value left == cost in + variances; zero is worth nothing."""
    stock, came, went, variances = Stock(last_cost=D(7)), D(0), D(0), D(0)
    for is_purchase, quantity, value in steps:
        if is_purchase:
            stock, gain = stock.add(quantity, value, 2)
            came, variances = came + value, variances + gain - value
        else:
            stock, cost = stock.take(quantity, 2)
            went += cost
        assert went + stock.value == came + variances
        assert stock.quantity or not stock.value


@given(costs, st.lists(quantities, min_size=1, max_size=8))
def test_returning_everything_in_any_steps_gives_back_the_cost(value: Decimal, parts: list[Decimal]) -> None:
    """K7: the shares of a whole add up to its value, however it is divided."""
    whole, gone, given = sum(parts, D(0)), D(0), D(0)
    for quantity in parts:
        share = next_part(value, whole, (gone, given), quantity, 2)
        gone, given = gone + quantity, given + share
    assert given == value


@pytest.mark.parametrize(("quantity", "expected"), [(D(1), D("27285.72")), (D(6), D("163714.29"))])
def test_the_first_share_is_rounded_half_up(quantity: Decimal, expected: Decimal) -> None:
    """163714.29 / 6 is 27285.715."""
    assert next_part(D("163714.29"), D(6), (D(0), D(0)), quantity, 2) == expected
