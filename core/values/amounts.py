"""Exact amounts: rounding happens once, half up, from the exact value."""

from collections.abc import Sequence
from decimal import Context, Decimal
from fractions import Fraction
from functools import lru_cache

from babel.numbers import get_currency_precision

EXACT = Context(prec=60)


@lru_cache(512)
def currency_digits(currency: str) -> int:
    """How many decimals a currency has (ISO 4217): ARS 2, JPY 0, KWD 3."""
    return get_currency_precision(currency)


def rounded(exact: Decimal | Fraction | int, digits: int) -> Decimal:
    """Half up, away from zero, in one step from the exact value."""
    units = abs(Fraction(exact)) * 10**digits
    whole = (2 * units.numerator + units.denominator) // (2 * units.denominator)
    return Decimal(whole if exact >= 0 else -whole).scaleb(-digits, EXACT)


def shares(exact: Sequence[Fraction], total: Decimal, digits: int) -> list[Decimal]:
    """Parts of `total` to the unit: each exact part floored, the largest remainders rounded up."""
    units = [part * 10**digits for part in exact]
    floors = [part.numerator // part.denominator for part in units]
    missing = int(total.scaleb(digits, EXACT)) - sum(floors)
    for i in sorted(range(len(units)), key=lambda i: floors[i] - units[i])[:missing]:
        floors[i] += 1
    return [Decimal(part).scaleb(-digits, EXACT) for part in floors]
