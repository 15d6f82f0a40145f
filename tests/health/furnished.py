"""A company in which every check has something to look at: the story, the bounced cheque, and what they leave out."""

from datetime import UTC, datetime

from core.testing.tandem import Tandem
from tests.story.faces import Operations
from tests.story.script import bounce, key_of, tell, warehouse_of

ADDONS = ("crm_quotes", "crm_agenda", "crm_tickets", "erp_purchasing", "erp_treasury", "erp_stock")


def furnish(tandem: Tandem) -> None:
    """Tell the story to its bounced cheque, then everything else."""
    face = Operations(tandem)
    keys = tell(face).keys
    bounce(face, keys)
    for more in (people, goods, money, books, talks):
        more(face, keys)


def people(face: Operations, keys: dict[str, int]) -> None:
    """A merged card, a category below another, a price of its own, a quote that was rejected."""
    other = face.make("crm_contacts.contact", name="Ferreteria El Sol", kind="company")
    face.do("crm_contacts.contact", keys["customer"], "merge", other=other)
    face.do("crm_contacts.contact", keys["customer"], "log_call", text="They called", at="2026-04-02T10:00:00-03:00")
    home = face.make("base_catalog.category", name="Home")
    keys["category"] = face.make("base_catalog.category", name="Chairs", parent=home)
    rule = {"product": keys["CHA"], "kind": "fixed", "price": "40000"}
    face.make("base_catalog.price_list", name="Friends", rules=[rule])
    line = {"description": "Varnish", "quantity": "1", "price": "10", "tax_rate": "21"}
    quote = face.make("crm_quotes.quote", contact=keys["customer"], date="2026-04-01", lines=[line])
    face.do("crm_quotes.quote", quote, "send", date="2026-04-01")
    face.do("crm_quotes.quote", quote, "reject", reason="price", date="2026-04-02")


def goods(face: Operations, keys: dict[str, int]) -> None:
    """Goods held for a delivery, sent back to the supplier, moved between two places, counted."""
    warehouse = warehouse_of(face)
    delivery = face.make(
        "erp_stock.delivery",
        contact=keys["customer"],
        source=warehouse,
        lines=[{"product": keys["CHA"], "quantity": "2"}],
    )
    face.do("erp_stock.delivery", delivery, "reserve")
    (receipt,) = face.find("erp_stock.receipt", ["kind", "=", "purchase"])
    lamps = next(
        line for line in face.get("erp_stock.receipt", receipt["id"])["lines"] if line["product"]["id"] == keys["LAM"]
    )
    face.do("erp_stock.receipt", receipt["id"], "return", lines=[{"line": lamps["id"], "quantity": "1"}], date="2026-04-03")
    attic = face.make("erp_stock.location", name="Attic", kind="internal")
    lines = [{"product": keys["LAM"], "quantity": "3"}]
    transfer = face.make("erp_stock.transfer", source=warehouse, destination=attic, lines=lines)
    face.do("erp_stock.transfer", transfer, "transfer", date="2026-04-03")
    count = face.make("erp_stock.count", location=attic, lines=[{"product": keys["LAM"]}])
    face.do("erp_stock.count", count, "start")
    (line,) = face.get("erp_stock.count", count)["lines"]
    face.change("erp_stock.count", count, lines=[{"id": line["id"], "product": keys["LAM"], "counted": "2"}])
    face.do("erp_stock.count", count, "approve", date="2026-04-03")


def money(face: Operations, keys: dict[str, int]) -> None:
    """Cheques in the house and endorsed, two of our own, money between accounts, a reconciled statement."""
    bank, till = (key_of(face, "erp_treasury.bank_account", "kind", kind) for kind in ("bank", "cash"))
    cheque = {"kind": "cheque", "amount": "1000", "bank": "Galicia", "drawer": "Norte", "payable_on": "2026-05-20"}
    means = [cheque | {"number": "00099"}, cheque | {"number": "00100"}, {"kind": "transfer", "amount": "700"}]
    receipt = face.make("erp_treasury.receipt", contact=keys["customer"], date="2026-04-23", means=means)
    face.do("erp_treasury.receipt", receipt, "post", date="2026-04-23")
    face.do(
        "erp_treasury.cheque",
        key_of(face, "erp_treasury.cheque", "number", "00100"),
        "endorse",
        contact=keys["supplier"],
        date="2026-04-24",
    )
    face.make("erp_treasury.chequebook", name="Book", bank_account=bank, first_number=1, last_number=50)
    means = [{"kind": "own_cheque", "amount": amount, "payable_on": "2026-05-02"} for amount in ("400", "401")]
    payment = face.make("erp_treasury.payment", contact=keys["supplier"], date="2026-04-24", means=means)
    face.do("erp_treasury.payment", payment, "post", date="2026-04-24")
    face.do("erp_treasury.cheque", key_of(face, "erp_treasury.cheque", "number", "00000001"), "reject", date="2026-04-26")
    transfer = face.make(
        "erp_treasury.bank_transfer", source=bank, destination=till, amount="50", fee="2", date="2026-04-24"
    )
    face.do("erp_treasury.bank_transfer", transfer, "post", date="2026-04-24")
    line = {"date": "2026-03-01", "text": "Capital", "amount": "500000"}
    days = {"first_day": "2026-03-01", "last_day": "2026-03-31"}
    statement = face.make(
        "erp_treasury.statement", name="March", bank_account=bank, opening="0", closing="500000", lines=[line], **days
    )
    face.do("erp_treasury.statement", statement, "match_all")
    face.do("erp_treasury.statement", statement, "reconcile")


def books(face: Operations, keys: dict[str, int]) -> None:
    """A reversed entry, a draft, a foreign invoice that is credited whole, prices that include their tax."""
    cash, capital = (key_of(face, "erp_ledger.account", "purpose", word) for word in ("cash", "capital"))
    general = key_of(face, "erp_ledger.journal", "kind", "general")
    lines = [{"account": cash, "debit": "5"}, {"account": capital, "credit": "5"}]
    entry = face.make("erp_ledger.entry", date="2026-04-01", text="A mistake", journal=general, lines=lines)
    face.do("erp_ledger.entry", entry, "post")
    face.do("erp_ledger.entry", entry, "reverse", date="2026-04-02")
    face.make("erp_ledger.entry", date="2026-04-01", text="Not yet", journal=general, lines=lines)
    vat = {"name": "VAT 21 %"}
    line = {"description": "Export", "quantity": "2", "price": "50.25", "tax": vat}
    foreign = face.make(
        "erp_invoicing.invoice", contact=keys["customer"], date="2026-04-05", currency="USD", rate="1000", lines=[line]
    )
    face.do("erp_invoicing.invoice", foreign, "post", date="2026-04-05")
    face.do("erp_invoicing.invoice", foreign, "reverse", date="2026-04-06")
    line = {"description": "Work", "quantity": "1", "price": "11.90", "tax": vat}
    included = face.make(
        "erp_invoicing.invoice", contact=keys["customer"], date="2026-04-05", prices_include_tax=True, lines=[line]
    )
    face.do("erp_invoicing.invoice", included, "post", date="2026-04-05")


def talks(face: Operations, keys: dict[str, int]) -> None:
    """Tickets that wait and that are closed, with hours; a series of events with one changed; a task that is done."""
    for subject, verb, more in (("Leg broken", "wait", {}), ("Drawer stuck", "close", {})):
        ticket = face.make("crm_tickets.ticket", subject=subject, contact=keys["customer"])
        face.do("crm_tickets.ticket", ticket, "log_work", hours="1.5", day="2026-04-02")
        face.do("crm_tickets.ticket", ticket, verb, **more)
    begins = datetime(2026, 4, 7, 13, tzinfo=UTC)
    times = {"starts_at": begins.isoformat(), "ends_at": begins.replace(hour=14).isoformat()}
    series = face.make("crm_agenda.event", type="meeting", subject="Weekly", rrule="FREQ=WEEKLY", **times)
    moved = {"starts_at": "2026-04-14T15:00:00+00:00", "recurrence_at": "2026-04-14T13:00:00+00:00", "scope": "this"}
    face.do("crm_agenda.event", series, "reschedule", **moved)
    task = face.make("crm_agenda.task", subject="Call back", contact=keys["customer"])
    face.do("crm_agenda.task", task, "done")
