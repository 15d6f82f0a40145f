"""Commands about money: collected, paid, and cheques from hand to hand."""

from decimal import Decimal as D
from typing import Any

from hypothesis import strategies as st

from tests.machine import commands as do
from tests.machine.model import COMES_INTO, GOES_OUT_OF, VAT, Cheque, Money, totals
from tests.machine.strategies import PICK, PRICES, action
from tests.machine.trading import Trade


class Treasury(Trade):
    """Money and cheques from hand to hand."""

    @action(
        weight=2,
        customer=st.booleans(),
        means=st.lists(st.tuples(st.sampled_from(sorted(COMES_INTO)), PRICES), min_size=1, max_size=3),
        oldest=st.booleans(),
    )
    def collect(self, customer: bool, means: list[tuple[str, D]], oldest: bool) -> None:
        contact, rows = self.customers[customer], []
        for kind, amount in means:
            self.serial += 1
            row = {"kind": kind, "amount": amount}
            if kind in ("cheque", "withholding"):
                row["number"] = f"{self.serial:08}"
            rows.append(row | ({"bank": "Galicia", "drawer": "Norte"} if kind == "cheque" else {}))

        def work(session: Any) -> Any:
            return do.paid(self.desk, session, "erp_treasury.receipt", contact, rows, oldest, self.day)

        got = self.command(work)
        if got:
            sides = [(COMES_INTO[kind], amount, None) for kind, amount in means]
            sides.append(("receivable", -sum(amount for _kind, amount in means), contact))
            for key, (kind, amount) in zip(got[1], means, strict=True):
                if kind == "cheque":
                    self.shop.cheques[key] = Cheque("third", amount, "portfolio", contact)
            self._booked(self.shop.receipts, got, sides)

    @action(
        supplier=st.booleans(),
        means=st.lists(st.tuples(st.sampled_from(sorted(GOES_OUT_OF)), PRICES), min_size=1, max_size=3),
        oldest=st.booleans(),
    )
    def pay(self, supplier: bool, means: list[tuple[str, D]], oldest: bool) -> None:
        contact, rows, taken = self.suppliers[supplier], [], set()
        for kind, amount in means:
            row: dict[str, Any] = {"kind": kind, "amount": amount}
            if kind == "endorsed":
                there = [k for k, c in self.shop.cheques.items() if c.place == "portfolio" and k not in taken]
                if not there:
                    continue
                row |= {"cheque": there[0], "amount": self.shop.cheques[there[0]].amount}
                taken.add(there[0])
            rows.append(row)
        if not rows:
            return

        def work(session: Any) -> Any:
            return do.paid(self.desk, session, "erp_treasury.payment", contact, rows, oldest, self.day)

        got = self.command(work)
        if got:
            sides = [(GOES_OUT_OF[row["kind"]], -row["amount"], None) for row in rows]
            sides.append(("payable", sum(row["amount"] for row in rows), contact))
            for key, row in zip(got[1], rows, strict=True):
                if row["kind"] == "endorsed":
                    self.shop.cheques[key].place, self.shop.cheques[key].holder = "endorsed", contact
                elif row["kind"] == "own_cheque":
                    self.shop.cheques[key] = Cheque("own", row["amount"], "handed", holder=contact)
            self._booked(self.shop.payments, got, sides)

    def _booked(self, where: dict[int, Money], got: Any, sides: list[Any]) -> None:
        self.shop.post(*sides)
        where[got[0]] = Money(sides, [key for key in got[1] if key])

    @action(
        weight=3,
        when=lambda self: self.shop.cheques,
        pick=PICK,
        verb=st.sampled_from(["deposit", "clear", "cash", "withdraw", "return", "void"]),
    )
    def move_cheque(self, pick: int, verb: str) -> None:
        key = sorted(self.shop.cheques)[pick % len(self.shop.cheques)]
        cheque = self.shop.cheques[key]
        facing, contact = "bank", None
        if verb == "cash":
            facing = "cash"
        elif verb in ("return", "void"):
            facing, contact = ("receivable", cheque.owner) if verb == "return" else ("payable", cheque.holder)
        going = {
            "deposit": {"portfolio": "clearing", "rejected": "clearing"},
            "clear": {"clearing": "credited", "handed": "debited"},
            "cash": {"portfolio": "credited"},
            "withdraw": {"clearing": "portfolio"},
            "return": {"portfolio": "returned", "rejected": "returned"},
            "void": {"handed": "voided"},
        }[verb]
        place = going.get(cheque.place) if cheque.kind == "third" or verb in ("clear", "void") else None

        def work(session: Any) -> Any:
            return self.desk.on(session, "erp_treasury.cheque", key, verb, date=self.day)

        if self.command(work, place is not None):
            cheque.paid_into = facing
            self.shop.move(key, place or "", facing, contact)

    @action(
        weight=2,
        when=lambda self: self.shop.cheques,
        pick=PICK,
        charge=st.booleans(),
        fee=st.sampled_from([D(0), D("18.50")]),
    )
    def reject(self, pick: int, charge: bool, fee: D) -> None:
        key = sorted(self.shop.cheques)[pick % len(self.shop.cheques)]
        cheque = self.shop.cheques[key]
        may = cheque.place in ("portfolio", "clearing", "credited", "endorsed", "handed")
        arguments = {"date": self.day, "charge_customer": charge, "fee": fee}
        if not self.command(lambda session: self.desk.on(session, "erp_treasury.cheque", key, "reject", **arguments), may):
            return
        came_from, post = cheque.place, self.shop.post
        if came_from in ("endorsed", "handed"):
            self.shop.move(key, "rejected", "payable", cheque.holder)
        else:
            self.shop.move(key, "rejected", cheque.paid_into)
        if fee and came_from == "endorsed":
            post(("bank_charges", fee), ("payable", -fee, cheque.holder))
        elif fee and came_from != "portfolio":
            post(("bank_charges", fee), (cheque.paid_into if came_from == "credited" else "bank", -fee))
        if cheque.kind == "third" and charge:
            self.shop.move(key, "returned", "receivable", cheque.owner)
            if fee:
                vat = totals([(D(1), fee, D(0), VAT)])[1]
                post(("receivable", fee + vat, cheque.owner), ("other_income", -fee), ("vat_debit", -vat))

    @action(when=lambda self: self.shop.receipts or self.shop.payments, pick=PICK)
    def reverse(self, pick: int) -> None:
        papers = [("receipt", k, m, "voided") for k, m in self.shop.receipts.items()]
        papers += [("payment", k, m, "portfolio") for k, m in self.shop.payments.items()]
        name, key, money, place = papers[pick % len(papers)]
        there = {"receipt": ("portfolio",), "payment": ("endorsed", "handed")}[name]
        may = money.state == "posted" and all(self.shop.cheques[c].place in there for c in money.cheques)

        def work(session: Any) -> Any:
            return self.desk.on(session, f"erp_treasury.{name}", key, "reverse", date=self.day)

        if self.command(work, may):
            self.shop.undo(money, place)
