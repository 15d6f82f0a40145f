"""What people do, as the screens and the API do it: records are written, verbs performed, with the rights of a user.

Each function is one piece of a command and answers plain facts: keys and quantities, never balances.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import inspect, select, text
from sqlalchemy.orm import Session

from core.errors import TandemError
from core.importing.service import model_named
from core.operations import perform
from core.screens.records.reading import load_record
from core.screens.records.writing import delete_record, write_record
from core.testing.tandem import Tandem
from tests.story.faces import plain

Rows = dict[str, list[tuple[Any, ...]]]
D = Decimal
STILL = ("core_worker", "core_job")
#: Rows of these tables never change once this holds; the columns are left out of the comparison.
FROZEN = {
    "erp_ledger_entry": ("posted", ()),
    "erp_ledger_entry_line": ("date IS NOT NULL", ()),
    "erp_invoicing_invoice": ("state = 'posted'", ()),
    "erp_invoicing_invoice_line": ("date IS NOT NULL", ()),
    "erp_stock_move": ("true", ()),
    "erp_stock_delivery": ("state IN ('done', 'cancelled')", ()),
    "erp_stock_receipt": ("state IN ('done', 'cancelled')", ()),
    "erp_treasury_cheque_custody": ("true", ()),
    "erp_treasury_receipt": ("state <> 'draft'", ("state", "version", "updated_at", "updated_by_id")),
    "erp_treasury_payment": ("state <> 'draft'", ("state", "version", "updated_at", "updated_by_id")),
}


class Desk:
    """Where commands are given: each is one transaction of a user, and leaves its facts or a refusal."""

    def __init__(self, tandem: Tandem, login: str = "admin") -> None:
        self.tandem, self.login = tandem, login
        self.tables = sorted(t for t in inspect(tandem.database.engine).get_table_names() if t not in STILL)

    def model(self, name: str) -> Any:
        """The model of this name."""
        return model_named(self.tandem.composition, name)

    def attempt(self, day: date, work: Callable[[Session], Any]) -> tuple[bool, Any]:
        """Whether it was accepted, and what it answered, or why not."""
        try:
            with self.tandem.write(self.login, today=day) as session:
                return True, work(session)
        except TandemError as error:
            return False, error

    def new(self, session: Session, model: str, /, **values: Any) -> Any:
        """A new record."""
        return write_record(session, self.model(model), None, plain(values))

    def load(self, session: Session, name: str, key: int) -> Any:
        """A record."""
        return load_record(session, self.model(name), key)

    def change(self, session: Session, model: str, key: int, /, **values: Any) -> None:
        """Other values for a record."""
        write_record(session, self.model(model), self.load(session, model, key), plain(values))

    def delete(self, session: Session, name: str, key: int) -> None:
        """A record goes."""
        delete_record(session, self.load(session, name, key))

    def do(self, session: Session, record: Any, verb: str, **arguments: Any) -> Any:
        """A verb on a record; on a model for verbs of none."""
        kind = record if isinstance(record, type) else type(record)
        subject = None if isinstance(record, type) else record
        return perform(session, self.tandem.composition.verbs(kind)[verb], subject, plain(arguments))

    def on(self, session: Session, name: str, key: int, verb: str, **arguments: Any) -> Any:
        """A verb on the record of this key."""
        return self.do(session, self.load(session, name, key), verb, **arguments)

    def rows(self) -> Rows:
        """Every row of every table, to see that a refused command changed none."""
        with self.tandem.database.engine.connect() as connection:
            return {t: [tuple(row) for row in connection.execute(text(f"SELECT * FROM {t}"))] for t in self.tables}

    def frozen(self) -> dict[str, set[tuple[Any, ...]]]:
        """The rows that may never change again."""
        found = {}
        with self.tandem.database.engine.connect() as connection:
            for table, (when, free) in FROZEN.items():
                rows = connection.execute(text(f"SELECT * FROM {table} WHERE {when}")).mappings()
                found[table] = {tuple(value for name, value in row.items() if name not in free) for row in rows}
        return found


def sold(desk: Desk, session: Session, customer: int, lines: Sequence[tuple[int, D, D, D]], day: date) -> tuple[int, dict]:
    """A quote of (product, quantity, price, discount), sent and accepted: its key, and its lines by key."""
    values = [{"product": p, "quantity": q, "price": price, "discount": off} for p, q, price, off in lines]
    quote = desk.new(session, "crm_quotes.quote", contact=customer, date=day, lines=values)
    desk.do(session, quote, "send", date=day)
    desk.do(session, quote, "accept", date=day)
    return quote.id, {line.id: (line.product_id, line.quantity) for line in quote.lines}


def ordered(desk: Desk, session: Session, supplier: int, lines: Sequence[tuple[int, D, D]], day: date) -> tuple[int, dict]:
    """An order of (product, quantity, price), confirmed: its key, and its lines by key."""
    values = [{"product": p, "quantity": q, "price": price, "tax": {"name": "VAT 21 %"}} for p, q, price in lines]
    order = desk.new(session, "erp_purchasing.order", contact=supplier, date=day, lines=values)
    desk.do(session, order, "confirm", date=day)
    return order.id, {line.id: (line.product_id, line.quantity, line.net) for line in order.lines}


def received(desk: Desk, session: Session, order: int, lines: Mapping[int, D], day: date) -> tuple[int, dict]:
    """Part of an order arrives: the receipt's key, and of each of its lines that of the order, and how many."""
    given = [{"line": key, "quantity": quantity} for key, quantity in lines.items()]
    receipt = desk.on(session, "erp_purchasing.order", order, "receive", date=day, lines=given)
    return receipt.id, {line.id: (line.origin_line_id, line.quantity) for line in receipt.lines}


def billed(desk: Desk, session: Session, order: int, more: D, reference: str, day: date) -> Any:
    """What came is billed, each unit by so much more or less than agreed; the posted bill."""
    bill = desk.on(session, "erp_purchasing.order", order, "bill", date=day, reference=reference)
    lines = [{"id": line.id, "price": max(line.price + more, D("0.01"))} for line in bill.lines]
    desk.change(session, "erp_invoicing.invoice", bill.id, lines=lines)
    desk.do(session, bill, "post", date=day)
    return bill


def invoiced(desk: Desk, session: Session, quote: int, day: date) -> Any:
    """What of a quote is on no invoice yet, invoiced and posted."""
    invoice = desk.on(session, "crm_quotes.quote", quote, "invoice")
    desk.change(session, "erp_invoicing.invoice", invoice.id, terms={"name": "30/60 days, 50/50"})
    desk.do(session, invoice, "post", date=day)
    return invoice


def sold_directly(
    desk: Desk, session: Session, customer: int, lines: Sequence[tuple[D, D, D, D]], included: bool, day: date
) -> Any:
    """Work is invoiced without a quote: lines (quantity, price, discount, rate)."""
    values = [
        {"description": "Work", "quantity": q, "price": p, "discount": off, "tax": {"name": f"VAT {rate} %"}}
        for q, p, off, rate in lines
    ]
    invoice = desk.new(
        session, "erp_invoicing.invoice", contact=customer, date=day, prices_include_tax=included, lines=values
    )
    desk.do(session, invoice, "post", date=day)
    return invoice


def sold_for_cash(desk: Desk, session: Session, customer: int, lines: Sequence[tuple[int, D, D, D]], day: date) -> Any:
    """Goods (product, quantity, price, discount) that are paid and taken along at once."""
    values = [{"product": p, "quantity": q, "price": price, "discount": off} for p, q, price, off in lines]
    kind = {"name": "Cash invoice"}
    invoice = desk.new(
        session,
        "erp_invoicing.invoice",
        contact=customer,
        date=day,
        document_type=kind,
        prices_include_tax=False,
        lines=values,
    )
    desk.do(session, invoice, "post", date=day)
    return invoice


def delivery_of(session: Session, invoice: int) -> Any:
    """The delivery that an invoice made."""
    from addons.erp_stock.models import Delivery

    return session.scalars(select(Delivery).where(Delivery.moved_by_invoice_id == invoice)).one()


def counted(desk: Desk, session: Session, product: int, found: D, day: date) -> bool:
    """A count of one product, approved."""
    place = session.scalars(select(desk.model("erp_stock.location").id).filter_by(kind="internal")).first()
    count = desk.new(session, "erp_stock.count", location=place, lines=[{"product": product}])
    desk.do(session, count, "start")
    (line,) = count.lines
    desk.change(session, "erp_stock.count", count.id, lines=[{"id": line.id, "counted": found}])
    desk.do(session, count, "approve", date=day)
    return True


def banked(desk: Desk, session: Session, amount: D, fee: D, day: date) -> bool:
    """Money of the till taken to the bank."""
    accounts = desk.model("erp_treasury.bank_account")
    till, bank = (session.scalars(select(accounts.id).filter_by(kind=kind)).one() for kind in ("cash", "bank"))
    values = {"source": till, "destination": bank, "amount": amount, "fee": fee, "date": day}
    desk.do(session, desk.new(session, "erp_treasury.bank_transfer", **values), "post", date=day)
    return True


def credited(desk: Desk, session: Session, invoice: int, lines: Mapping[int, D], day: date) -> Any:
    """A posted credit note over so much of some lines."""
    given = [{"line": key, "quantity": quantity} for key, quantity in lines.items()]
    return desk.on(session, "erp_invoicing.invoice", invoice, "credit", lines=given, date=day, post=True)


def paid(
    desk: Desk, session: Session, name: str, contact: int, means: Sequence[Mapping[str, Any]], oldest: bool, day: date
) -> tuple[int, list[int | None]]:
    """A posted receipt or payment: its key, and the keys of the cheques of its means."""
    record = desk.new(session, name, contact=contact, date=day, oldest_first=oldest, means=list(means))
    desk.do(session, record, "post", date=day)
    return record.id, [mean.cheque_id for mean in record.means]


def moved(session: Session, model: str, key: int) -> dict[int, tuple[int, D]]:
    """What a stock document moved: line: (product, quantity)."""
    from addons.erp_stock.models import Move

    wanted = select(Move).where(Move.document_model == model, Move.document_id == key)
    return {move.document_line_id: (move.product_id, move.quantity) for move in session.scalars(wanted)}


def open_deliveries(session: Session) -> dict[int, dict[int, tuple[int, D]]]:
    """The deliveries whose goods have still to leave: line: (product, quantity)."""
    from addons.erp_stock.models import Delivery

    found = session.scalars(select(Delivery).where(Delivery.state.in_(("draft", "ready")), Delivery.kind == "sale"))
    return {each.id: {line.id: (line.product_id, line.quantity) for line in each.lines} for each in found}


def held_for_others(session: Session, delivery: int) -> dict[int, D]:
    """What is held for other deliveries, by product."""
    from addons.erp_stock.models import Reservation

    found: dict[int, D] = {}
    for row in session.scalars(select(Reservation).where(Reservation.delivery_id != delivery)):
        found[row.product_id] = found.get(row.product_id, D(0)) + row.quantity
    return found


def open_pairs(session: Session, purpose: str) -> list[tuple[int, int, D]]:
    """Lines that could settle each other: (debit, credit, the most)."""
    from addons.erp_ledger.models import EntryLine
    from addons.erp_ledger.operations import account_for, open_lines

    rows = session.execute(open_lines(account_for(session, purpose).id)).all()
    lines = [(session.get_one(EntryLine, row[0]), row[8]) for row in rows]
    return [
        (debit.id, credit.id, min(left, -right))
        for debit, left in lines
        for credit, right in lines
        if left > 0 > right and debit.contact_id == credit.contact_id
    ]
