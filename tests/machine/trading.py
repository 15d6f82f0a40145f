"""Commands about goods: bought, received, billed, sold, delivered, invoiced, credited, returned."""

from decimal import Decimal as D
from typing import Any

from hypothesis import strategies as st

from tests.machine import commands as do
from tests.machine.machine import ShopMachine
from tests.machine.model import VAT, Paper, totals
from tests.machine.strategies import (
    BOUGHT,
    DISCOUNTS,
    PARTS,
    PICK,
    PRICES,
    QUANTITIES,
    RATES,
    action,
    part_of,
    posts_nothing,
)


class Trade(ShopMachine):
    """Buying, selling, crediting and returning."""

    @action(supplier=st.booleans(), lines=st.lists(st.tuples(st.booleans(), BOUGHT, PRICES), min_size=1, max_size=2))
    def buy(self, supplier: bool, lines: list[tuple[bool, D, D]]) -> None:
        wanted = [(self.products[which], quantity, price) for which, quantity, price in lines]
        work = posts_nothing(lambda session: do.ordered(self.desk, session, self.suppliers[supplier], wanted, self.day))
        key, made = self.command(work)
        self.shop.order(key, made)

    @action(
        weight=3,
        when=lambda self: any(line.waiting for lines in self.shop.orders.values() for line in lines.values()),
        pick=PICK,
        part=PARTS,
    )
    def receive(self, pick: int, part: D) -> None:
        waiting = [key for key, lines in self.shop.orders.items() if any(line.waiting for line in lines.values())]
        order = waiting[pick % len(waiting)]
        lines = {key: part_of(line.waiting, part) for key, line in self.shop.orders[order].items() if line.waiting}
        got = self.command(lambda session: do.received(self.desk, session, order, lines, self.day))
        if got:
            self.shop.receive(order, *got)

    @action(
        weight=2,
        when=lambda self: any(line.to_bill > 0 for lines in self.shop.orders.values() for line in lines.values()),
        pick=PICK,
        more=st.sampled_from([D(0), D(0), D("0.37"), D("-1.5")]),
    )
    def bill(self, pick: int, more: D) -> None:
        due = [key for key, lines in self.shop.orders.items() if any(line.to_bill > 0 for line in lines.values())]
        order = due[pick % len(due)]
        self.serial += 1

        def work(session: Any) -> Any:
            found = do.billed(self.desk, session, order, more, f"F-{self.serial}", self.day)
            lines = [(line.origin_line_id, line.id, line.quantity, line.price) for line in found.lines]
            return found.id, found.contact_id, lines

        nets = [line.to_bill * D("0.01") for line in self.shop.orders[order].values() if line.to_bill > 0]
        worthless = sum(nets, D(0)) < D("0.02")  # a bill of nothing is refused
        got = self.command(work, None if worthless else True)
        if got:
            key, contact, lines = got
            net, tax = totals([(quantity, price, D(0), VAT) for _origin, _key, quantity, price in lines])
            left = {line: quantity for _origin, line, quantity, _price in lines}
            paper = Paper("bill", contact, net, tax, left, {line: origin for origin, line, _q, _p in lines})
            self.shop.papers[key] = paper
            matched = {origin: (q, totals([(q, price, D(0), D(0))])[0]) for origin, _line, q, price in lines}
            self.shop.bill(paper, order, matched)
            self.bills[key] = order

    @property
    def bills(self) -> dict[int, int]:
        return self.__dict__.setdefault("_bills", {})

    @action(
        customer=st.booleans(),
        lines=st.lists(st.tuples(st.booleans(), QUANTITIES, PRICES, DISCOUNTS), min_size=1, max_size=2),
    )
    def sell(self, customer: bool, lines: list[tuple[bool, D, D, D]]) -> None:
        wanted = [(self.products[which], *rest) for which, *rest in lines]
        work = posts_nothing(lambda session: do.sold(self.desk, session, self.customers[customer], wanted, self.day))
        key, made = self.command(work)
        rows = dict(zip(made, ((q, price, off, VAT) for _p, q, price, off in wanted), strict=True))
        self.quotes[key] = (self.customers[customer], rows)

    @property
    def quotes(self) -> dict[int, Any]:
        return self.__dict__.setdefault("_quotes", {})

    @action(weight=3, pick=PICK, part=PARTS)
    def deliver(self, pick: int, part: D) -> None:
        with self.tandem.read() as session:
            waiting = do.open_deliveries(session)
            if not waiting:
                return
            key = sorted(waiting)[pick % len(waiting)]
            held = do.held_for_others(session, key)
        going = {line: (product, part_of(quantity, part)) for line, (product, quantity) in waiting[key].items()}
        wanted: dict[int, D] = {}
        for product, quantity in going.values():
            wanted[product] = wanted.get(product, D(0)) + quantity
        there = {p: self.shop.goods[p].quantity - held.get(p, D(0)) for p in wanted}
        given = [{"line": line, "quantity": quantity} for line, (_product, quantity) in going.items()]

        def work(session: Any) -> Any:
            self.desk.on(session, "erp_stock.delivery", key, "deliver", date=self.day, lines=given)
            return do.moved(session, "erp_stock.delivery", key)

        got = self.command(work, all(quantity <= there[p] for p, quantity in wanted.items()))
        if got:
            self.shop.deliver(key, got)

    @action(weight=2, when=lambda self: self.quotes, pick=PICK)
    def invoice(self, pick: int) -> None:
        key = sorted(self.quotes)[pick % len(self.quotes)]
        customer, rows = self.quotes[key]

        def work(session: Any) -> Any:
            invoice = do.invoiced(self.desk, session, key, self.day)
            return invoice.id, {line.id: line.quantity for line in invoice.lines}

        net, tax = totals(rows.values())
        got = self.command(work, None if net <= 0 else True)
        if got:
            del self.quotes[key]
            self.shop.invoice(got[0], Paper("invoice", customer, net, tax, got[1]))

    @action(
        customer=st.booleans(),
        lines=st.lists(st.tuples(QUANTITIES, PRICES, DISCOUNTS, RATES), min_size=1, max_size=3),
        included=st.booleans(),
    )
    def sell_work(self, customer: bool, lines: list[tuple[D, D, D, D]], included: bool) -> None:
        contact = self.customers[customer]

        def work(session: Any) -> Any:
            invoice = do.sold_directly(self.desk, session, contact, lines, included, self.day)
            return invoice.id, {line.id: line.quantity for line in invoice.lines}

        net, tax = totals(lines, included)
        got = self.command(work, net + tax > 0)
        if got:
            self.shop.invoice(got[0], Paper("invoice", contact, net, tax, got[1]))

    @action(
        weight=2,
        when=lambda self: any(any(paper.left.values()) for paper in self.shop.papers.values()),
        pick=PICK,
        part=PARTS,
    )
    def credit(self, pick: int, part: D) -> None:
        still = sorted(key for key, paper in self.shop.papers.items() if any(paper.left.values()))
        key = still[pick % len(still)]
        paper = self.shop.papers[key]
        lines = {line: part_of(left, part) for line, left in paper.left.items() if left}

        def work(session: Any) -> Any:
            note = do.credited(self.desk, session, key, lines, self.day)
            return note.net, note.tax, {line.credits_line_id: line.net for line in note.lines}

        whole = all(lines.get(line, 0) == left for line, left in paper.left.items())
        got = self.command(work, True if whole and paper.credited_net < paper.net else None)
        if got:
            net, tax, nets = got
            self.shop.credit(key, net, tax, lines)
            if paper.kind == "bill":
                origins = {paper.origin[line]: (quantity, nets[line]) for line, quantity in lines.items()}
                credit = Paper("bill", paper.contact, net, tax, {})
                self.shop.bill(credit, self.bills[key], origins, sign=-1)

    @action(
        weight=2,
        when=lambda self: any(share.left for lines in self.shop.went.values() for share in lines.values()),
        pick=PICK,
        part=PARTS,
    )
    def take_back(self, pick: int, part: D) -> None:
        gone = [(d, line) for d, lines in self.shop.went.items() for line, share in lines.items() if share.left]
        delivery, line = gone[pick % len(gone)]
        quantity = part_of(self.shop.went[delivery][line].left, part)
        given = [{"line": line, "quantity": quantity}]

        def work(session: Any) -> bool:
            return bool(self.desk.on(session, "erp_stock.delivery", delivery, "return", lines=given, date=self.day))

        if self.command(work):
            self.shop.take_back(delivery, line, quantity)

    @action(
        when=lambda self: any(share.left for _o, lines in self.shop.came.values() for _l, share in lines.values()),
        pick=PICK,
        part=PARTS,
    )
    def send_back(self, pick: int, part: D) -> None:
        there = [(r, line) for r, (_o, lines) in self.shop.came.items() for line, (_l, share) in lines.items() if share.left]
        receipt, line = there[pick % len(there)]
        share = self.shop.came[receipt][1][line][1]
        quantity = part_of(share.left, part)
        given = [{"line": line, "quantity": quantity}]
        with self.tandem.read() as session:
            free_now = self.shop.goods[share.product].quantity - do.held_for_others(session, 0).get(share.product, D(0))

        def work(session: Any) -> bool:
            return bool(self.desk.on(session, "erp_stock.receipt", receipt, "return", lines=given, date=self.day))

        if self.command(work, quantity <= free_now):
            self.shop.send_back(receipt, line, quantity)
