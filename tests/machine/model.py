"""What the books must say: a shop in plain Python, dictionaries and Decimals, that never asks the database.

Amounts are debits, credits negative. Its arithmetic is its own: it shares no function with the product.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

ZERO = Decimal(0)
VAT = Decimal(21)
#: The account that faces each mean of a receipt, and of a payment.
COMES_INTO = {"cash": "cash", "transfer": "bank", "cheque": "cheques_portfolio", "withholding": "withholdings_suffered"}
GOES_OUT_OF = {
    "cash": "cash",
    "transfer": "bank",
    "endorsed": "cheques_portfolio",
    "own_cheque": "own_cheques",
    "withholding": "withholdings_payable",
}
#: The account of what is owed for a document, or was paid for it at once.
OWED = {"invoice": "receivable", "cash": "cash"}
#: The account whose balance is the cheques in a place.
KEPT_IN = {
    "portfolio": "cheques_portfolio",
    "clearing": "cheques_clearing",
    "rejected": "cheques_rejected",
    "handed": "own_cheques",
}


def cents(exact: Fraction) -> Decimal:
    """Half up, away from zero."""
    whole = int(abs(exact) * 100 + Fraction(1, 2))
    return Decimal(whole if exact >= 0 else -whole) / 100


@dataclass
class Goods:
    """So many of a product, worth so much, at one average cost."""

    quantity: Decimal = ZERO
    value: Decimal = ZERO

    def take(self, quantity: Decimal) -> Decimal:
        """What the taken ones cost; the last ones cost all that is left."""
        cost = cents(Fraction(self.value) * Fraction(quantity) / Fraction(self.quantity))
        self.quantity, self.value = self.quantity - quantity, self.value - cost
        return cost

    def add(self, quantity: Decimal, value: Decimal) -> None:
        """More of it, at an agreed value."""
        self.quantity, self.value = self.quantity + quantity, self.value + value


@dataclass
class Shared:
    """A value that is given out with the quantity it belongs to, in any number of steps, to the last cent."""

    product: int
    quantity: Decimal
    value: Decimal
    gone: Decimal = ZERO
    given: Decimal = ZERO

    @property
    def left(self) -> Decimal:
        """How many of it have not been given out."""
        return self.quantity - self.gone

    def next(self, quantity: Decimal) -> Decimal:
        """The value of the next ones; minus gives some back."""
        upto = cents(Fraction(self.value) * Fraction(self.gone + quantity) / Fraction(self.quantity))
        part, self.gone, self.given = upto - self.given, self.gone + quantity, upto
        return part


@dataclass
class Ordered:
    """A line of an order: `waiting` has still to come, worth `worth`; `match` is what was agreed for bills."""

    match: Shared
    waiting: Decimal
    worth: Decimal
    received: Decimal = ZERO

    @property
    def to_bill(self) -> Decimal:
        """What came and is on no bill."""
        return self.received - self.match.gone


@dataclass
class Paper:
    """A posted document: its amounts, and what of them and of its lines' quantities was credited."""

    kind: str
    contact: int
    net: Decimal
    tax: Decimal
    left: dict[int, Decimal]
    origin: dict[int, int] = field(default_factory=dict)
    sent: dict[int, tuple[int, int]] = field(default_factory=dict)
    credited_net: Decimal = ZERO
    credited_tax: Decimal = ZERO

    @property
    def total(self) -> Decimal:
        """What was owed for it."""
        return self.net + self.tax


@dataclass
class Cheque:
    """A cheque, where it is, whom it came from and who holds it."""

    kind: str
    amount: Decimal
    place: str
    owner: int | None = None
    holder: int | None = None
    paid_into: str = "bank"


@dataclass
class Money:
    """A posted receipt or payment: what it booked, and its cheques."""

    booked: list[tuple[str, Decimal, int | None]]
    cheques: list[int]
    state: str = "posted"


def totals(lines: Iterable[tuple[Decimal, Decimal, Decimal, Decimal]], included: bool = False) -> tuple[Decimal, Decimal]:
    """Net and tax of lines (quantity, price, discount, rate): rounded by line, then once by rate."""
    by_rate: dict[Decimal, Decimal] = defaultdict(lambda: ZERO)
    for quantity, price, discount, rate in lines:
        by_rate[rate] += cents(Fraction(quantity) * Fraction(price) * (100 - Fraction(discount)) / 100)
    if included:
        nets = {rate: cents(Fraction(gross) / (1 + Fraction(rate) / 100)) for rate, gross in by_rate.items()}
        return sum(nets.values(), ZERO), sum((by_rate[rate] - nets[rate] for rate in nets), ZERO)
    tax = sum((cents(Fraction(base) * Fraction(rate) / 100) for rate, base in by_rate.items()), ZERO)
    return sum(by_rate.values(), ZERO), tax


class Shop:
    """Accounts by purpose, parties by account, goods by product, and the papers that can still do something."""

    def __init__(self) -> None:
        self.accounts: dict[str, Decimal] = defaultdict(lambda: ZERO)
        self.parties: dict[tuple[int, str], Decimal] = defaultdict(lambda: ZERO)
        self.goods: dict[int, Goods] = defaultdict(Goods)
        self.orders: dict[int, dict[int, Ordered]] = {}
        self.came: dict[int, tuple[int, dict[int, tuple[int, Shared]]]] = {}
        self.went: dict[int, dict[int, Shared]] = {}
        self.papers: dict[int, Paper] = {}
        self.cheques: dict[int, Cheque] = {}
        self.receipts: dict[int, Money] = {}
        self.payments: dict[int, Money] = {}

    def post(self, *sides: tuple[str, Decimal] | tuple[str, Decimal, int | None]) -> None:
        """One balanced entry: (purpose, amount) or (purpose, amount, contact)."""
        assert sum((side[1] for side in sides), ZERO) == 0, sides
        for purpose, amount, *contact in sides:
            self.accounts[purpose] += amount
            if contact and contact[0] is not None:
                self.parties[contact[0], purpose] += amount

    def order(self, key: int, lines: Mapping[int, tuple[int, Decimal, Decimal]]) -> None:
        """An order is confirmed: line: (product, quantity, net)."""
        self.orders[key] = {
            line: Ordered(Shared(product, quantity, net), quantity, net) for line, (product, quantity, net) in lines.items()
        }

    def receive(self, order: int, receipt: int, came: Mapping[int, tuple[int, Decimal]]) -> None:
        """Goods of an order arrive: line of the receipt: (line of the order, quantity)."""
        moved: dict[int, tuple[int, Shared]] = {}
        for key, (origin, quantity) in came.items():
            line = self.orders[order][origin]
            worth = cents(Fraction(line.worth) * Fraction(quantity) / Fraction(line.waiting))
            line.waiting, line.worth, line.received = (
                line.waiting - quantity,
                line.worth - worth,
                line.received + quantity,
            )
            self.goods[line.match.product].add(quantity, worth)
            self.post(("inventory", worth), ("grni", -worth))
            moved[key] = (origin, Shared(line.match.product, quantity, worth))
        self.came[receipt] = (order, moved)

    def send_back(self, receipt: int, line: int, quantity: Decimal) -> None:
        """Goods go back to the supplier at the price they were bought for; what they cost since then is a variance."""
        order, moved = self.came[receipt]
        origin, share = moved[line]
        agreed, cost = share.next(quantity), self.goods[share.product].take(quantity)
        self.orders[order][origin].received -= quantity
        self.post(("inventory", -cost), ("grni", agreed), ("purchase_variance", cost - agreed))

    def bill(self, paper: Paper, order: int, lines: Mapping[int, tuple[Decimal, Decimal]], sign: int = 1) -> None:
        """A bill of an order, or its credit (sign -1): line of the order: (quantity, net)."""
        self.post(
            ("payable", -sign * paper.total, paper.contact), ("vat_credit", sign * paper.tax), ("grni", sign * paper.net)
        )
        for origin, (quantity, net) in lines.items():
            difference = sign * net - self.orders[order][origin].match.next(sign * quantity)
            self.post(("purchase_variance", difference), ("grni", -difference))

    def deliver(self, delivery: int, lines: Mapping[int, tuple[int, Decimal]]) -> None:
        """Goods leave: line: (product, quantity)."""
        self.went[delivery] = {}
        for key, (product, quantity) in lines.items():
            cost = self.goods[product].take(quantity)
            self.went[delivery][key] = Shared(product, quantity, cost)
            self.post(("cogs", cost), ("inventory", -cost))

    def take_back(self, delivery: int, line: int, quantity: Decimal) -> None:
        """A customer returns goods: they come back as they left."""
        share = self.went[delivery][line]
        cost = share.next(quantity)
        self.goods[share.product].add(quantity, cost)
        self.post(("inventory", cost), ("cogs", -cost))

    def invoice(self, key: int, paper: Paper) -> None:
        """A posted invoice, or one that is paid at once."""
        self.papers[key] = paper
        self.post((OWED[paper.kind], paper.total, paper.contact), ("sales", -paper.net), ("vat_debit", -paper.tax))

    def credit(self, origin: int, net: Decimal, tax: Decimal, lines: Mapping[int, Decimal]) -> None:
        """A credit note of an invoice or bill: never more than there was, and all of it exactly the same."""
        paper = self.papers[origin]
        for key, quantity in lines.items():
            paper.left[key] -= quantity
        paper.credited_net, paper.credited_tax = paper.credited_net + net, paper.credited_tax + tax
        assert 0 <= paper.credited_net <= paper.net
        assert 0 <= paper.credited_net + paper.credited_tax <= paper.total
        if not any(paper.left.values()):
            assert (paper.credited_net, paper.credited_tax) == (paper.net, paper.tax)
        if paper.kind in OWED:
            self.post((OWED[paper.kind], -net - tax, paper.contact), ("sales_returns", net), ("vat_debit", tax))
        for key, (delivery, line) in paper.sent.items():
            quantity = min(lines.get(key, ZERO), self.went[delivery][line].left)
            if quantity:
                self.take_back(delivery, line, quantity)

    def count(self, product: int, found: Decimal) -> None:
        """So many are found: what is missing costs the average, what is found beyond it is worth it."""
        goods = self.goods[product]
        more = found - goods.quantity
        if more < 0:
            worth = -goods.take(-more)
        else:
            worth = cents(Fraction(goods.value) * Fraction(more) / Fraction(goods.quantity))
            goods.add(more, worth)
        self.post(("inventory", worth), ("inventory_difference", -worth))

    def move(self, key: int, place: str, facing: str, contact: int | None = None) -> None:
        """A cheque goes to another place; `facing` is the account on the other side where one of the two is none."""
        cheque = self.cheques[key]
        sign = -1 if cheque.kind == "own" else 1
        before, after = (KEPT_IN.get(p, facing) if (p == "handed") == (sign < 0) else facing for p in (cheque.place, place))
        self.post((after, sign * cheque.amount, contact), (before, -sign * cheque.amount, contact))
        cheque.place = place

    def undo(self, money: Money, place: str) -> None:
        """A receipt or payment is reversed: the opposite entry, and its cheques are elsewhere."""
        self.post(*((purpose, -amount, contact) for purpose, amount, contact in money.booked))
        money.state = "reversed"
        for key in money.cheques:
            cheque = self.cheques[key]
            cheque.place = place if cheque.kind == "third" else "voided"
