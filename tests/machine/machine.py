"""The machine that gives commands in any order, and asks after each one whether the books say what the model says."""

from contextlib import ExitStack
from datetime import date, timedelta
from decimal import Decimal as D
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from sqlalchemy import func, select

from core.testing.tandem import Tandem, installed
from tests.machine.commands import Desk
from tests.machine.model import Shop
from tests.machine.strategies import DAYS, actions_of

ADDONS = ("crm_quotes", "crm_agenda", "crm_tickets", "erp_purchasing", "erp_treasury", "erp_stock")
FIRST = date(2026, 3, 2)
LAST = date(2026, 12, 20)
COMPARED = ("receivable", "payable")


class ShopMachine(RuleBasedStateMachine):
    """A shop with two customers, two suppliers and two products, on a day that only goes forward."""

    kind = "sqlite"
    changed = False

    @initialize()
    def open_shop(self) -> None:
        self.stack = ExitStack()
        self.tandem: Tandem = self.stack.enter_context(installed(self.kind, ADDONS))
        self.desk, self.shop, self.day = Desk(self.tandem), Shop(), FIRST
        self.closed: set[int] = set()
        self.kept: dict[str, set[Any]] = {}
        self.serial = 0
        self.command(self.furnish)
        self.before = self.desk.rows()
        self.begin()

    def begin(self) -> None:
        """Goods on the shelf and cheques in the drawer, so that few commands come too early."""

    @rule(data=st.data(), days=DAYS)
    def go_on(self, data: st.DataObject, days: int) -> None:
        self.day = min(self.day + timedelta(days=days), LAST)
        possible = [each for each in actions_of(type(self)) if each.when(self)]
        chosen = data.draw(st.sampled_from(possible), "command")
        arguments = {name: data.draw(strategy, name) for name, strategy in chosen.arguments.items()}
        getattr(self, chosen.name)(**arguments)

    def furnish(self, session: Any) -> None:
        """Parties, products, a chequebook."""
        desk = self.desk
        self.customers = [
            desk.new(session, "crm_contacts.contact", name=name, kind="company").id for name in ("Sol", "Luna")
        ]
        self.suppliers = [
            desk.new(session, "crm_contacts.contact", name=name, kind="company", supplier=True).id
            for name in ("Sur", "Norte")
        ]
        self.products = [
            desk.new(session, "base_catalog.product", code=code, name=code, cost="10", price="20", tax_rate="21").id
            for code in ("CHA", "LAM")
        ]
        bank = session.scalars(select(desk.model("erp_treasury.bank_account").id).filter_by(kind="bank")).one()
        desk.new(session, "erp_treasury.chequebook", name="Book", bank_account=bank, first_number=1, last_number=500)

    def teardown(self) -> None:
        if hasattr(self, "stack"):
            self.stack.close()

    def command(self, work: Any, may: bool | None = True) -> Any:
        """Give a command: it must be accepted, must be refused, or (None) may be either; a refusal leaves no trace (L8)."""
        if may is not False and self.day.month in self.closed:
            may = None if may is None else self.needs_no_period(work)
        accepted, answer = self.desk.attempt(self.day, work)
        if accepted:
            assert may is not False, "accepted, but the model refuses it"
            self.before, self.changed = self.desk.rows(), True
            return answer if answer is not None else True
        assert may is not True, f"refused, but the model allows it: {answer!r}"
        assert not differing(self.before, self.desk.rows())
        return None

    def needs_no_period(self, work: Any) -> bool:
        """Whether a command posts nothing, so that a closed month does not stop it."""
        return bool(getattr(work, "posts_nothing", False))

    @invariant()
    def the_books_are_right(self) -> None:
        """Asked after every command that was accepted; a refused one has changed nothing."""
        if self.changed:
            self.changed = False
            self.every_check_finds_nothing()
            self.the_ledger_agrees_with_the_model()
            self.stock_and_cheques_agree_with_the_model()
            self.statements_and_open_items_agree()
            self.nothing_posted_ever_changes()

    def every_check_finds_nothing(self) -> None:
        assert self.tandem.broken() == []

    def the_ledger_agrees_with_the_model(self) -> None:
        from addons.erp_ledger.models import Account, EntryLine

        amount = func.sum(EntryLine.debit - EntryLine.credit)
        query = select(Account.purpose, amount).join(EntryLine, EntryLine.account_id == Account.id).group_by(Account.purpose)
        parties = select(EntryLine.contact_id, Account.purpose, amount).join(Account, EntryLine.account_id == Account.id)
        parties = parties.where(Account.purpose.in_(COMPARED)).group_by(EntryLine.contact_id, Account.purpose)
        posted = EntryLine.date.is_not(None)
        with self.tandem.read() as session:
            balances = {purpose: found for purpose, found in session.execute(query.where(posted)) if found}
            by_party = {
                (contact, purpose): found for contact, purpose, found in session.execute(parties.where(posted)) if found
            }
        assert balances == {purpose: amount for purpose, amount in self.shop.accounts.items() if amount}
        expected = {key: amount for key, amount in self.shop.parties.items() if amount and key[1] in COMPARED}
        assert by_party == expected

    def stock_and_cheques_agree_with_the_model(self) -> None:
        from addons.erp_stock.models import Valuation
        from addons.erp_treasury.models import Cheque

        with self.tandem.read() as session:
            rows = session.execute(select(Valuation.product_id, Valuation.quantity, Valuation.value))
            goods = {product: (quantity, value) for product, quantity, value in rows if quantity}
            cheques = {key: place for key, place in session.execute(select(Cheque.id, Cheque.place))}
        assert goods == {p: (each.quantity, each.value) for p, each in self.shop.goods.items() if each.quantity}
        assert cheques == {key: cheque.place for key, cheque in self.shop.cheques.items()}

    def statements_and_open_items_agree(self) -> None:
        from addons.erp_ledger.operations import ageing, open_items, statement

        with self.tandem.read() as session:
            for purpose, people in (("receivable", self.customers), ("payable", self.suppliers)):
                sign = -1 if purpose == "payable" else 1
                for contact in people:
                    balance = sign * self.shop.parties[contact, purpose]
                    assert sum((item.residual for item in open_items(session, contact, purpose)), D(0)) == balance
                    assert statement(session, contact, purpose).closing == balance
                totals = [row.total for row in ageing(session, purpose, date(2026, 12, 31))]
                assert sum(totals, D(0)) == sign * self.shop.accounts[purpose]

    def nothing_posted_ever_changes(self) -> None:
        now = self.desk.frozen()
        for table, rows in self.kept.items():
            assert rows <= now[table], f"{table}: {rows - now[table]}"
        self.kept = now


def differing(before: dict[str, list[Any]], after: dict[str, list[Any]]) -> list[str]:
    """The tables that are not what they were."""
    return [table for table in before if sorted(before[table], key=repr) != sorted(after[table], key=repr)]
