"""Two people at one shelf, one drawer of cheques and one series of numbers: N1, K3 and C1 on both databases."""

import random
import threading
from collections import Counter
from collections.abc import Callable
from datetime import date
from decimal import Decimal as D
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import TandemError
from core.testing.tandem import Tandem
from tests.machine import commands as do
from tests.machine.commands import Desk
from tests.machine.machine import ADDONS

DAY = date(2026, 3, 20)
CHEQUES, DELIVERIES, BILLS = 6, 6, 8
SHELF = D(20)


class Breakdown(Exception):
    """What a program does when it breaks just before the commit."""


class Hands:
    """A shop, and commands that two threads give at once; `done` counts those that were acknowledged."""

    def __init__(self, tandem: Tandem) -> None:
        self.tandem, self.desk = tandem, Desk(tandem)
        self.done: Counter[str] = Counter()
        self.lock = threading.Lock()
        self.faults: list[BaseException] = []
        with tandem.write("admin", today=DAY) as session:
            self.furnish(session)

    def furnish(self, session: Session) -> None:
        """Twenty chairs, six deliveries of five, six cheques, eight invoices to post."""
        desk = self.desk
        self.people = [desk.new(session, "crm_contacts.contact", name=n, kind="company").id for n in ("Sol", "Sur")]
        chair = desk.new(session, "base_catalog.product", code="CHA", name="Chair", tax_rate="21").id
        place = session.scalars(select(desk.model("erp_stock.location").id).filter_by(kind="internal")).first()
        lines = [{"product": chair, "quantity": SHELF, "cost": "10"}]
        opening = desk.new(session, "erp_stock.receipt", kind="opening", destination=place, lines=lines)
        desk.do(session, opening, "receive", date=DAY)
        note = {"contact": self.people[0], "source": place, "lines": [{"product": chair, "quantity": "5"}]}
        self.notes = [desk.new(session, "erp_stock.delivery", **note).id for _ in range(DELIVERIES)]
        cheque = {"kind": "cheque", "amount": "10", "bank": "Galicia", "drawer": "Norte"}
        means = [cheque | {"number": str(n)} for n in range(CHEQUES)]
        _key, self.cheques = do.paid(desk, session, "erp_treasury.receipt", self.people[0], means, True, DAY)
        line = {"description": "Work", "quantity": "1", "price": "10", "tax": {"name": "VAT 21 %"}}
        draft = {"contact": self.people[0], "date": DAY, "lines": [line]}
        self.drafts = [desk.new(session, "erp_invoicing.invoice", **draft).id for _ in range(BILLS)]

    def commands(self, chance: random.Random) -> list[tuple[str, Callable[[Session], Any]]]:
        """Everything that there is to do, in some order; each of the two tries all of it."""
        on, day = self.desk.on, {"date": DAY}
        found: list[tuple[str, Callable[[Session], Any]]] = []
        for key in self.cheques:
            verb, more = chance.choice([("deposit", {}), ("endorse", {"contact": self.people[1]}), ("return", {})])
            found.append((f"cheque {key}", lambda s, k=key, v=verb, m=more: on(s, "erp_treasury.cheque", k, v, **day, **m)))
        for key in self.notes:
            found.append((f"delivery {key}", lambda s, k=key: on(s, "erp_stock.delivery", k, "deliver", **day)))
        for key in self.drafts:
            found.append((f"invoice {key}", lambda s, k=key: on(s, "erp_invoicing.invoice", k, "post", **day)))
        chance.shuffle(found)
        return found

    def work(self, seed: int, start: threading.Barrier) -> None:
        """Try everything twice; one time in four break down before the commit."""
        chance = random.Random(seed)
        start.wait()
        for name, command in [*self.commands(chance), *self.commands(chance)]:
            breaks = chance.random() < 0.25

            def attempt(session: Session, command: Any = command, breaks: bool = breaks) -> None:
                command(session)
                if breaks:
                    raise Breakdown

            try:
                self.tandem.database.run(attempt, **self.tandem.info() | {"today": DAY})
            except (TandemError, Breakdown):
                continue
            except Exception as error:
                self.faults.append(error)
                continue
            with self.lock:
                self.done[name] += 1


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2])
def test_two_people_at_once_break_nothing(tandem: Callable[..., Tandem], seed: int) -> None:
    hands = Hands(tandem(*ADDONS))
    start = threading.Barrier(2)
    threads = [threading.Thread(target=hands.work, args=(seed * 100 + each, start)) for each in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert hands.faults == []
    assert hands.tandem.broken() == []
    assert max(hands.done.values()) == 1, "something was done twice"
    assert_what_was_acknowledged_is_there(hands)


def assert_what_was_acknowledged_is_there(hands: Hands) -> None:
    """Every acknowledged command left its document, every other none; the shelf holds what did not leave."""
    from addons.erp_invoicing.models import Invoice
    from addons.erp_stock.models import Delivery, Valuation
    from addons.erp_treasury.models import Cheque

    with hands.tandem.read() as session:
        moved = {f"cheque {key}" for key in session.scalars(select(Cheque.id).where(Cheque.step > 1))}
        left = {f"delivery {key}" for key in session.scalars(select(Delivery.id).where(Delivery.state == "done"))}
        posted = {f"invoice {key}" for key in session.scalars(select(Invoice.id).where(Invoice.state == "posted"))}
        numbers = sorted(session.scalars(select(Invoice.number).where(Invoice.state == "posted")).all())
        on_hand = session.scalars(select(Valuation.quantity)).one()
    assert moved | left | posted == set(hands.done)
    assert numbers == [f"A-0001-{n:08}" for n in range(1, len(posted) + 1)]
    assert on_hand == SHELF - 5 * len(left) >= 0
    assert len(left) <= 4 and moved and posted
