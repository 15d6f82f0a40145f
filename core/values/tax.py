"""The amounts of a document in EN 16931 order: line nets, their sum, each tax on its sum, the total."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from core.values import currency_digits, rounded, shares

ZERO = Decimal(0)


@dataclass(frozen=True, order=True)
class Levy:
    """A tax that a line bears; `key` tells taxes of one rate apart (exempt from zero-rated, VAT from a perception)."""

    rate: Decimal
    key: str = ""


@dataclass(frozen=True)
class TaxLine:
    """What is sold, as it was typed: `discount` and `rate` in percent, further taxes of the line in `more`.

    A line without tax bears a levy of rate 0, so that its amount appears as a base of its own.
    """

    quantity: Decimal
    price: Decimal
    discount: Decimal = ZERO
    rate: Decimal = ZERO
    key: str = ""
    more: tuple[Levy, ...] = ()

    @property
    def levies(self) -> tuple[Levy, ...]:
        """All taxes of the line, each once, in an order that does not depend on how they were given."""
        return tuple(sorted({Levy(self.rate, self.key), *self.more}))

    @property
    def exact(self) -> Fraction:
        """Quantity x price less discount, before any rounding."""
        whole = Fraction(self.quantity) * Fraction(self.price)
        return whole * (1 - Fraction(self.discount) / 100) if self.discount else whole


@dataclass(frozen=True)
class TaxGroup:
    """One tax of a document: what it is reckoned on and what it comes to."""

    rate: Decimal
    base: Decimal
    tax: Decimal
    key: str = ""


@dataclass(frozen=True)
class Totals:
    """Every amount of a document, rounded to its currency.

    `nets` and `line_taxes` go line by line and add up to `net` and `tax`; `total` is net + tax + `rounding`, which is
    what cash rounding added or took.
    """

    nets: tuple[Decimal, ...]
    line_taxes: tuple[Decimal, ...]
    taxes: tuple[TaxGroup, ...]
    net: Decimal
    tax: Decimal
    rounding: Decimal
    total: Decimal


def calculate(lines: Sequence[TaxLine], currency: str, included: bool = False, cash_step: Decimal | None = None) -> Totals:
    """The totals of a document whose prices include their taxes, or do not; `cash_step` (0.05, 1) rounds the total."""
    digits = currency_digits(currency)
    amounts = [rounded(line.exact, digits) for line in lines]
    reckon = _from_included if included else _from_excluded
    nets, line_taxes, groups = reckon(lines, amounts, digits)
    net, tax = sum(nets, ZERO), sum((group.tax for group in groups), ZERO)
    rounding = cash_rounding(net + tax, cash_step) if cash_step else ZERO
    return Totals(tuple(nets), tuple(line_taxes), tuple(groups), net, tax, rounding, net + tax + rounding)


def cash_rounding(amount: Decimal, step: Decimal) -> Decimal:
    """What brings an amount to a multiple of the smallest coin."""
    return rounded(Fraction(amount) / Fraction(step), 0) * step - amount


def _from_excluded(
    lines: Sequence[TaxLine], amounts: list[Decimal], digits: int
) -> tuple[list[Decimal], list[Decimal], list[TaxGroup]]:
    """Prices without tax: each tax is rounded once, on the sum of its lines."""
    line_taxes = [ZERO] * len(lines)
    groups = []
    for levy in sorted({levy for line in lines for levy in line.levies}):
        mine = [i for i, line in enumerate(lines) if levy in line.levies]
        base = sum((amounts[i] for i in mine), ZERO)
        share = Fraction(levy.rate) / 100
        tax = rounded(Fraction(base) * share, digits)
        if share:
            for i, part in zip(mine, shares([Fraction(amounts[i]) * share for i in mine], tax, digits), strict=True):
                line_taxes[i] += part
        groups.append(TaxGroup(levy.rate, base, tax, levy.key))
    return list(amounts), line_taxes, groups


def _from_included(
    lines: Sequence[TaxLine], amounts: list[Decimal], digits: int
) -> tuple[list[Decimal], list[Decimal], list[TaxGroup]]:
    """Prices with tax: the base of lines with the same taxes is rounded once, the taxes are the rest of the gross."""
    nets = list(amounts)
    bases: dict[Levy, Decimal] = {}
    taxes: dict[Levy, Decimal] = {}
    for levies in sorted({line.levies for line in lines}):
        mine = [i for i, line in enumerate(lines) if line.levies == levies]
        gross = sum((amounts[i] for i in mine), ZERO)
        divisor = 1 + sum((Fraction(levy.rate) for levy in levies), Fraction(0)) / 100
        exact = [Fraction(amounts[i]) / divisor for i in mine]
        base = rounded(sum(exact, Fraction(0)), digits)
        for i, part in zip(mine, shares(exact, base, digits), strict=True):
            nets[i] = part
        parts = shares(
            _scaled_to([Fraction(gross) / divisor * Fraction(levy.rate) / 100 for levy in levies], gross - base),
            gross - base,
            digits,
        )
        for levy, part in zip(levies, parts, strict=True):
            bases[levy] = bases.get(levy, ZERO) + base
            taxes[levy] = taxes.get(levy, ZERO) + part
    groups = [TaxGroup(levy.rate, bases[levy], taxes[levy], levy.key) for levy in sorted(bases)]
    return nets, [amount - net for amount, net in zip(amounts, nets, strict=True)], groups


def _scaled_to(exact: list[Fraction], total: Decimal) -> list[Fraction]:
    """Parts in the same proportion that add up to `total`, which the rounding of the base moved by less than a unit."""
    whole = sum(exact, Fraction(0))
    return [part * Fraction(total) / whole for part in exact] if whole else exact
