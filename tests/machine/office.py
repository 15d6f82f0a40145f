"""Commands of the office: settling, closing, correcting cards and settings; and what must be refused."""

from decimal import Decimal as D
from typing import Any

from hypothesis import strategies as st
from sqlalchemy import select

from tests.machine import commands as do
from tests.machine.counter import Counter
from tests.machine.strategies import PARTS, PICK, PRICES, action, part_of, posts_nothing


class Office(Counter):
    """Settling, closing, correcting cards and settings, and what must be refused."""

    def begin(self) -> None:
        self.buy(False, [(False, D(60), D("10.01")), (True, D(40), D("33.33"))])
        self.receive(0, D(1))
        self.collect(False, [("cheque", D("100.10")), ("cheque", D("250")), ("cash", D("7.77"))], True)

    @action(purpose=st.sampled_from(["receivable", "payable"]), pick=PICK, part=PARTS, much=st.booleans())
    def allocate(self, purpose: str, pick: int, part: D, much: bool) -> None:
        with self.tandem.read() as session:
            pairs = do.open_pairs(session, purpose)
        if not pairs:
            return
        debit, credit, most = pairs[pick % len(pairs)]
        amount = most + D("0.01") if much else part_of(most, part)
        links = self.desk.model("erp_ledger.allocation")
        given = {"debit_line": debit, "credit_line": credit, "amount": amount}
        self.command(posts_nothing(lambda session: bool(self.desk.do(session, links, "settle", **given))), not much)

    @action(pick=PICK)
    def unallocate(self, pick: int) -> None:
        with self.tandem.read() as session:
            keys = session.scalars(select(self.desk.model("erp_ledger.allocation").id)).all()
        if keys:
            key = sorted(keys)[pick % len(keys)]
            self.command(posts_nothing(lambda session: self.desk.on(session, "erp_ledger.allocation", key, "undo")))

    @action(back=st.integers(0, 1))
    def close_or_reopen(self, back: int) -> None:
        month = self.day.month - back
        verb = "reopen" if month in self.closed else "close"

        def work(session: Any) -> Any:
            period = session.scalars(select(self.desk.model("erp_ledger.period")).filter_by(name=f"2026-{month:02}")).one()
            self.desk.do(session, period, verb)

        self.command(posts_nothing(work))
        self.closed ^= {month}

    @action(pick=PICK, name=st.sampled_from(["Grande", "Chico", "Ñandú & Cía."]))
    def correct_a_card(self, pick: int, name: str) -> None:
        people = [*self.customers, *self.suppliers]
        values = {"name": f"{name} {pick}", "street": name, "tax_id": None}
        key = people[pick % len(people)]
        self.command(posts_nothing(lambda session: self.desk.change(session, "crm_contacts.contact", key, **values)))

    @action(pick=PICK, price=PRICES, included=st.booleans())
    def change_the_settings(self, pick: int, price: D, included: bool) -> None:
        def work(session: Any) -> Any:
            product = self.products[pick % 2]
            self.desk.change(session, "base_catalog.product", product, price=price, cost=price, name=f"Thing {pick}")
            for model, name in (("erp_invoicing.document_type", "Bill"), ("erp_invoicing.tax", "VAT 27 %")):
                found = session.scalars(select(self.desk.model(model)).filter_by(name=name)).first()
                if found is not None:
                    self.desk.change(session, model, found.id, active=True)
            kind = session.scalars(select(self.desk.model("erp_invoicing.document_type")).filter_by(name="Invoice A")).one()
            self.desk.change(session, "erp_invoicing.document_type", kind.id, prices_include_tax=included)

        self.command(posts_nothing(work))

    @action(which=st.integers(0, 7), pick=PICK)
    def ask_for_the_impossible(self, which: int, pick: int) -> None:
        work = self._impossible(which, pick)
        if work is not None:
            self.command(work, may=False)

    def _impossible(self, which: int, pick: int) -> Any:
        desk, papers = self.desk, sorted(self.shop.papers)
        if which == 0:
            return lambda s: self._unbalanced(s)
        if which == 1:
            return lambda s: do.sold_directly(desk, s, self.customers[0], [(D(1), D(0), D(0), D(21))], False, self.day)
        if which == 2:
            return lambda s: do.paid(desk, s, "erp_treasury.receipt", self.customers[0], [], True, self.day)
        if which == 3 and self.shop.cheques:
            key = sorted(self.shop.cheques)[pick % len(self.shop.cheques)]
            means = [{"kind": "endorsed", "cheque": key, "amount": self.shop.cheques[key].amount + 1}]
            return lambda s: do.paid(desk, s, "erp_treasury.payment", self.suppliers[0], means, True, self.day)
        if not papers:
            return None
        key = papers[pick % len(papers)]
        line, left = next(iter(self.shop.papers[key].left.items()))
        return {
            4: lambda s: do.credited(desk, s, key, {line: left + 1}, self.day),
            5: lambda s: desk.on(s, "erp_invoicing.invoice", key, "post", date=self.day),
            6: lambda s: desk.delete(s, "erp_invoicing.invoice", key),
            7: lambda s: desk.change(s, "erp_invoicing.invoice", key, note="changed"),
        }.get(which)

    def _unbalanced(self, session: Any) -> None:
        account = self.desk.model("erp_ledger.account")
        cash, capital = (session.scalars(select(account.id).filter_by(purpose=p)).one() for p in ("cash", "capital"))
        journal = session.scalars(select(self.desk.model("erp_ledger.journal").id).filter_by(kind="general")).one()
        lines = [{"account": cash, "debit": "10"}, {"account": capital, "credit": "9.99"}]
        entry = self.desk.new(session, "erp_ledger.entry", date=self.day, text="x", journal=journal, lines=lines)
        self.desk.do(session, entry, "post")
