"""Commands at the counter: sold for cash with the goods at once, counted, and the till's money taken to the bank."""

from decimal import Decimal as D
from typing import Any

from hypothesis import strategies as st

from tests.machine import commands as do
from tests.machine.model import VAT, Paper, totals
from tests.machine.strategies import DISCOUNTS, PICK, PRICES, QUANTITIES, action
from tests.machine.treasury import Treasury


class Counter(Treasury):
    """What happens without a quote, a delivery note or an account."""

    @action(
        weight=2,
        customer=st.booleans(),
        lines=st.lists(st.tuples(st.booleans(), QUANTITIES, PRICES, DISCOUNTS), min_size=1, max_size=2),
    )
    def sell_for_cash(self, customer: bool, lines: list[tuple[bool, D, D, D]]) -> None:
        contact = self.customers[customer]
        wanted = [(self.products[which], *rest) for which, *rest in lines]
        net, tax = totals([(quantity, price, off, VAT) for _product, quantity, price, off in wanted])
        needed: dict[int, D] = {}
        for product, quantity, *_rest in wanted:
            needed[product] = needed.get(product, D(0)) + quantity
        with self.tandem.read() as session:
            held = do.held_for_others(session, 0)
        there = all(self.shop.goods[p].quantity - held.get(p, D(0)) >= q for p, q in needed.items())

        def work(session: Any) -> Any:
            invoice = do.sold_for_cash(self.desk, session, contact, wanted, self.day)
            delivery = do.delivery_of(session, invoice.id)
            left = {line.id: line.quantity for line in invoice.lines}
            sent = {line.sale_line_id: (delivery.id, line.id) for line in delivery.lines}
            return invoice.id, left, sent, delivery.id, do.moved(session, "erp_stock.delivery", delivery.id)

        got = self.command(work, there and net + tax > 0)
        if got:
            key, left, sent, delivery, moved = got
            self.shop.invoice(key, Paper("cash", contact, net, tax, left, sent=sent))
            self.shop.deliver(delivery, moved)

    @action(
        when=lambda self: any(each.quantity for each in self.shop.goods.values()),
        pick=PICK,
        off=st.sampled_from([D("-0.5"), D("-0.01"), D("0.25"), D("3")]),
    )
    def count(self, pick: int, off: D) -> None:
        there = [product for product, each in self.shop.goods.items() if each.quantity]
        product = there[pick % len(there)]
        found = max(self.shop.goods[product].quantity + off, D(0))
        if self.command(lambda session: do.counted(self.desk, session, product, found, self.day)):
            self.shop.count(product, found)

    @action(amount=PRICES, fee=st.sampled_from([D(0), D("1.37")]))
    def take_money_to_the_bank(self, amount: D, fee: D) -> None:
        if self.command(lambda session: do.banked(self.desk, session, amount, fee, self.day)):
            sides = [("bank", amount), ("cash", -amount - fee), ("bank_charges", fee)]
            self.shop.post(*sides)
