"""T7: whatever the terms, the instalments make the total, none is negative, and they fall due in order."""

from datetime import date, timedelta
from decimal import Decimal as D
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from addons.erp_invoicing.models import PaymentTerm, PaymentTermLine

DAY = date(2026, 3, 13)
CUTS = st.lists(st.integers(1, 9999), max_size=6, unique=True)


@given(CUTS, st.lists(st.integers(0, 365), min_size=7, max_size=7), st.integers(1, 10**12), st.sampled_from([0, 2, 3]))
def test_instalments_make_the_total(cuts: list[int], days: list[int], units: int, digits: int) -> None:
    ends = [0, *sorted(cuts), 10000]
    percents = [D(after - before) / 100 for before, after in pairwise(ends)]
    lines = [PaymentTermLine(percent=percent, days=days[i]) for i, percent in enumerate(percents)]
    total = D(units).scaleb(-digits)
    parts = PaymentTerm(name="Any", lines=lines).instalments(total, DAY, digits)
    assert sum((amount for _day, amount in parts), D(0)) == total
    assert all(amount > 0 and amount == round(amount, digits) for _day, amount in parts)
    assert [day for day, _amount in parts] == sorted(day for day, _amount in parts)
    assert {day for day, _amount in parts} <= {DAY + timedelta(days=each) for each in days}
