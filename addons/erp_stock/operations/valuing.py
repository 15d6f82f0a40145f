"""What goods cost when they leave: one average per product, exact to the currency, nothing left over at the end."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from core.values import rounded

ZERO = Decimal(0)
COST_DIGITS = 6


@dataclass(frozen=True)
class Stock:
    """So many of a product, worth so much; `last_cost` values what is taken before it has arrived."""

    quantity: Decimal = ZERO
    value: Decimal = ZERO
    last_cost: Decimal = ZERO

    def take(self, quantity: Decimal, digits: int) -> tuple["Stock", Decimal]:
        """Take some out: what remains, and what the taken ones cost.

        The last unit takes all that is left of the value. What is not there, where that is allowed, costs what was
        last paid.
        """
        if quantity <= self.quantity:
            cost = self.value if quantity == self.quantity else part(self.value, quantity, self.quantity, digits)
        else:
            there, worth = (self.quantity, self.value) if self.quantity > 0 else (ZERO, ZERO)
            cost = worth + rounded(Fraction(quantity - there) * Fraction(self.last_cost), digits)
        return Stock(self.quantity - quantity, self.value - cost, self.last_cost), cost

    def add(self, quantity: Decimal, agreed: Decimal, digits: int) -> tuple["Stock", Decimal]:
        """Put some in at an agreed value: what there is then, and what the stock gained.

        The gain differs from the agreed value only where goods had been taken before they arrived: the difference
        between their assumed and their real cost is a variance.
        """
        after = self.quantity + quantity
        if self.quantity >= 0:
            value = self.value + agreed
        elif after > 0:
            value = part(agreed, after, quantity, digits)
        else:
            value = part(self.value, after, self.quantity, digits)
        cost = rounded(Fraction(agreed) / Fraction(quantity), COST_DIGITS)
        return Stock(after, value, cost), value - self.value


def part(value: Decimal, quantity: Decimal, whole: Decimal, digits: int) -> Decimal:
    """The share of a value that falls to some of a whole: 382000 x 6 / 14 is 163714.29."""
    return rounded(Fraction(value) * Fraction(quantity) / Fraction(whole), digits)


def next_part(value: Decimal, whole: Decimal, before: tuple[Decimal, Decimal], quantity: Decimal, digits: int) -> Decimal:
    """The share of a value for the next `quantity` of a whole; `before` is the (quantity, value) given out already.

    However many steps are taken, the shares of the whole add up to its value.
    """
    gone, given = before
    return part(value, gone + quantity, whole, digits) - given
