"""The story from contact to cash, with all its figures, through Python and through the REST API, on both databases."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import func, select, text

from core.testing.tandem import Tandem
from tests.story import expected
from tests.story.faces import Face, Operations, Refusal, RestApi
from tests.story.script import Told, bounce, tell

ADDONS = ("crm_quotes", "crm_agenda", "crm_tickets", "erp_purchasing", "erp_treasury", "erp_stock")
LAST_DAY = date(2026, 3, 31)


@dataclass
class Played:
    """An installation in which the story was told."""

    tandem: Tandem
    face: Face
    told: Told

    def balances(self, until: date = LAST_DAY) -> dict[str, Decimal]:
        """Debit less credit of every account with a purpose, of posted entries."""
        from addons.erp_ledger.models import Account, Entry, EntryLine

        amount = func.sum(EntryLine.debit) - func.sum(EntryLine.credit)
        query = select(Account.purpose, amount).join(EntryLine, EntryLine.account_id == Account.id).join(Entry)
        with self.tandem.read() as session:
            rows = session.execute(query.where(Entry.posted, Entry.date <= until).group_by(Account.purpose)).all()
        return {purpose: balance for purpose, balance in rows if balance}


@pytest.fixture(params=[Operations, RestApi], ids=["operations", "rest"])
def played(request: pytest.FixtureRequest, tandem: Callable[..., Tandem]) -> Iterator[Played]:
    """The story, told once through one face on one database."""
    made = tandem(*ADDONS)
    face: Face = request.param(made)
    return Played(made, face, tell(face))


def money(record: dict[str, Any], *names: str) -> dict[str, Decimal]:
    return {name: Decimal(record[name]) for name in names}


def test_the_story_with_all_its_figures(played: Played) -> None:
    face, told = played.face, played.told
    quote, invoice = face.get("crm_quotes.quote", told["Q"]), face.get("erp_invoicing.invoice", told["INV"])
    for document in (quote, invoice):
        assert [Decimal(line["net"]) for line in document["lines"]] == expected.INVOICE_LINES
        assert money(document, "net", "tax", "total") == expected.INVOICE
    assert invoice["number"] == "A-0001-00000001"
    assert money(face.get("erp_invoicing.invoice", told["BILL"]), "net", "tax", "total") == expected.PURCHASE
    assert money(face.get("erp_invoicing.invoice", told["CN"]), "net", "tax", "total") == expected.CREDIT
    assert told["reserved"] == 2
    numbers = {
        name: face.get(model, told[name])["number"]
        for name, model in (
            ("PO", "erp_purchasing.order"),
            ("DN", "erp_stock.delivery"),
            ("RC", "erp_treasury.receipt"),
            ("PAY", "erp_treasury.payment"),
        )
    }
    assert numbers == {"PO": "PO-1", "DN": "DN-1", "RC": "RC-1", "PAY": "PAY-1"}
    assert played.balances() == expected.TRIAL_BALANCE
    assert sum(amount for amount in played.balances().values() if amount > 0) == expected.SUM_OF_DEBITS
    assert_instalments(played)
    assert_stock(played)
    assert_statements(played)
    assert_timeline(played)
    assert played.tandem.broken() == []


def assert_instalments(played: Played) -> None:
    """Two halves, due after 30 and 60 days."""
    from addons.erp_invoicing.models import Invoice
    from addons.erp_ledger.models import EntryLine

    with played.tandem.read() as session:
        entry = session.scalar(select(Invoice.entry_id).where(Invoice.id == played.told["INV"]))
        rows = session.execute(
            select(EntryLine.due, EntryLine.debit)
            .where(EntryLine.entry_id == entry, EntryLine.due.is_not(None))
            .order_by(EntryLine.due)
        ).all()
    assert [(str(due), amount) for due, amount in rows] == expected.INSTALMENTS


def assert_stock(played: Played) -> None:
    """What is there and what it is worth."""
    with played.tandem.read() as session:
        rows = session.execute(
            text(
                "select p.code, sum(case when d.kind = 'internal' then m.quantity else 0 end)"
                " - sum(case when s.kind = 'internal' then m.quantity else 0 end),"
                " sum(case when d.kind = 'internal' then m.value else 0 end)"
                " - sum(case when s.kind = 'internal' then m.value else 0 end)"
                " from erp_stock_move m join base_catalog_product p on p.id = m.product_id"
                " join erp_stock_location s on s.id = m.source_id"
                " join erp_stock_location d on d.id = m.destination_id group by p.code"
            )
        ).all()
    assert {code: (Decimal(int(q)).scaleb(-6), Decimal(int(v)).scaleb(-4)) for code, q, v in rows} == expected.ON_HAND


def assert_statements(played: Played) -> None:
    """Both statements with their running balances."""
    assert statement(played, "customer", "receivable") == expected.CUSTOMER
    assert statement(played, "supplier", "payable") == expected.SUPPLIER


def statement(played: Played, who: str, purpose: str) -> list[tuple[str, Decimal, Decimal]]:
    """(day, amount, balance) of each entry of a contact on one account."""
    from addons.erp_ledger.models import Account, Entry, EntryLine

    amount = func.sum(EntryLine.debit) - func.sum(EntryLine.credit)
    query = (
        select(Entry.date, amount)
        .join(EntryLine, EntryLine.entry_id == Entry.id)
        .join(Account, Account.id == EntryLine.account_id)
    )
    query = query.where(Account.purpose == purpose, EntryLine.contact_id == played.told[who]).group_by(Entry.id, Entry.date)
    with played.tandem.read() as session:
        rows = session.execute(query.order_by(Entry.date, Entry.id)).all()
    balance, told = Decimal(0), []
    for day, moved in rows:
        balance += moved
        told.append((str(day), moved, balance))
    return told


def assert_timeline(played: Played) -> None:
    """Every step wrote its event on the customer's card, once."""
    from addons.crm_contacts.models import TimelineEntry

    with played.tandem.read() as session:
        entries = session.scalars(select(TimelineEntry).where(TimelineEntry.contact_id == played.told["customer"])).all()
        sources = sorted((entry.model or "", entry.kind) for entry in entries)
    models = [model for model, _kind in sources]
    for model, count in (
        ("crm_agenda.event", 2),
        ("crm_quotes.quote", 2),
        ("erp_stock.delivery", 1),
        ("erp_invoicing.invoice", 2),
        ("erp_treasury.receipt", 1),
    ):
        assert models.count(model) >= count, (model, sources)


def test_a_cheque_is_used_once_and_a_refusal_changes_nothing(played: Played) -> None:
    face, told = played.face, played.told
    before = snapshot(played)
    means = [{"kind": "endorsed", "cheque": told["cheque"], "amount": "250000"}]
    second = face.make("erp_treasury.payment", contact=told["supplier"], date="2026-03-26", means=means)
    drafted = snapshot(played)
    with pytest.raises(Refusal):
        face.do("erp_treasury.payment", second, "post", date="2026-03-26")
    with pytest.raises(Refusal):
        face.do("erp_treasury.cheque", told["cheque"], "deposit", date="2026-03-26")
    assert snapshot(played) == drafted
    assert {t: n for t, n in drafted.items() if before[t] != n}.keys() <= {
        "erp_treasury_payment",
        "erp_treasury_payment_mean",
        "core_change",
    }


def snapshot(played: Played) -> dict[str, str]:
    """Every row of every business table, as one text a table."""
    from sqlalchemy import inspect

    engine = played.tandem.database.engine
    quiet = ("core_generation", "core_worker", "core_login", "core_command", "core_api", "core_version", "core_user")
    names = [n for n in inspect(engine).get_table_names() if not n.startswith(quiet) and "_search" not in n]
    with engine.connect() as connection:
        return {n: repr(connection.execute(text(f"select * from {n} order by 1, 2")).all()) for n in names}


def test_v1_a_rejected_cheque_unwinds_the_whole_chain(played: Played) -> None:
    before = {
        name: played.face.get(f"erp_treasury.{model}", played.told[name])
        for name, model in (("PAY", "payment"), ("RC", "receipt"))
    }
    bounce(played.face, played.told.keys)
    after = played.balances(date(2026, 4, 30))
    assert {name: after[name] for name in expected.AFTER_BOUNCE} == expected.AFTER_BOUNCE
    assert sum(amount for amount in after.values() if amount > 0) == expected.SUM_AFTER_BOUNCE
    cheque = played.face.get("erp_treasury.cheque", played.told["cheque"])
    assert cheque["place"] == "returned"
    for name, model in (("PAY", "payment"), ("RC", "receipt")):
        now = played.face.get(f"erp_treasury.{model}", played.told[name])
        assert {k: v for k, v in now.items() if k != "allocations"} == {
            k: v for k, v in before[name].items() if k != "allocations"
        }
    assert played.tandem.broken() == []
