"""The story from contact to cash: one month of a furniture shop, told through any face."""

from dataclasses import dataclass, field
from decimal import Decimal

from tests.story.faces import Face

VAT = {"name": "VAT 21 %"}


@dataclass
class Told:
    """The keys of what the story made."""

    keys: dict[str, int] = field(default_factory=dict)

    def __getitem__(self, name: str) -> int:
        return self.keys[name]


def key_of(face: Face, model: str, field_name: str, value: str) -> int:
    """The key of the record that a field names."""
    (found,) = face.find(model, [field_name, "=", value])
    return int(found["id"])


def tell(face: Face) -> Told:
    """Everything to the end of March."""
    told = Told()
    set_up(face, told.keys)
    buy(face, told.keys)
    meet(face, told.keys)
    sell(face, told.keys)
    collect(face, told.keys)
    return told


def set_up(face: Face, keys: dict[str, int]) -> None:
    """OB: capital in the bank, four chairs in stock; products, supplier."""
    bank, capital = (key_of(face, "erp_ledger.account", "purpose", word) for word in ("bank", "capital"))
    general = key_of(face, "erp_ledger.journal", "kind", "general")
    lines = [{"account": bank, "debit": "500000"}, {"account": capital, "credit": "500000"}]
    keys["OB"] = face.make("erp_ledger.entry", date="2026-03-01", text="Opening balance", journal=general, lines=lines)
    face.do("erp_ledger.entry", keys["OB"], "post")
    for code, name, kind, price, cost in (
        ("CHA", "Chair, oak", "goods", "48500", "26000"),
        ("LAM", "Lamp, brass", "goods", "12345.67", "6120.35"),
        ("ASM", "Assembly", "service", "3333.31", "0"),
    ):
        values = {"code": code, "name": name, "kind": kind, "price": price, "cost": cost, "tax_rate": "21"}
        keys[code] = face.make("base_catalog.product", **values)
    warehouse = warehouse_of(face)
    opening = [{"product": keys["CHA"], "quantity": "4", "cost": "26000"}]
    keys["OS"] = face.make("erp_stock.receipt", kind="opening", date="2026-03-01", destination=warehouse, lines=opening)
    face.do("erp_stock.receipt", keys["OS"], "receive", date="2026-03-01")
    keys["supplier"] = face.make("crm_contacts.contact", name="Maderas del Sur", kind="company", supplier=True)


def warehouse_of(face: Face) -> int:
    """The place where goods are kept."""
    (found,) = [row for row in face.find("erp_stock.location", ["kind", "=", "internal"]) if not row.get("parent")]
    return int(found["id"])


def buy(face: Face, keys: dict[str, int]) -> None:
    """PO-1, GR-1, BILL-1 with three-way match."""
    lines = [
        {"product": keys["CHA"], "quantity": "10", "price": "27800", "tax": VAT},
        {"product": keys["LAM"], "quantity": "20", "price": "6120.35", "tax": VAT},
    ]
    keys["PO"] = face.make("erp_purchasing.order", contact=keys["supplier"], date="2026-03-02", lines=lines)
    face.do("erp_purchasing.order", keys["PO"], "confirm", date="2026-03-02")
    face.do("erp_purchasing.order", keys["PO"], "receive", date="2026-03-04")
    bill = face.do("erp_purchasing.order", keys["PO"], "bill", date="2026-03-05", reference="0003-00001234")
    assert bill is not None
    keys["BILL"] = bill
    face.change("erp_invoicing.invoice", bill, terms={"name": "30 days"})
    face.do("erp_invoicing.invoice", bill, "post", date="2026-03-05")


def meet(face: Face, keys: dict[str, int]) -> None:
    """The customer: company and person, a call, a meeting, when they like to be collected from."""
    windows = [
        {"kind": "collection", "weekday": day, "opens": "09:00", "closes": "12:00"} for day in ("tuesday", "thursday")
    ]
    company = {"name": "Ferretería El Sol", "kind": "company", "city": "La Plata", "windows": windows}
    keys["customer"] = face.make("crm_contacts.contact", **company)
    keys["Ana"] = face.make("crm_contacts.contact", name="Ana Suárez", kind="person", company=keys["customer"])
    for name, kind, day in (("call", "call", "2026-03-06"), ("meeting", "meeting", "2026-03-07")):
        times = {"starts_at": f"{day}T10:00:00-03:00", "ends_at": f"{day}T10:30:00-03:00"}
        keys[name] = face.make("crm_agenda.event", type=kind, subject=f"First {name}", contact=keys["customer"], **times)
        face.do("crm_agenda.event", keys[name], "done", outcome="They want six chairs and nine lamps")


def quote(face: Face, keys: dict[str, int]) -> None:
    """Q-1, SO-1."""
    lines = [
        {"product": keys["CHA"], "quantity": "6", "price": "48500", "discount": "10", "tax_rate": "21"},
        {"product": keys["LAM"], "quantity": "9", "price": "12345.67", "discount": "7.5", "tax_rate": "21"},
        {"product": keys["ASM"], "quantity": "1", "price": "3333.31", "tax_rate": "21"},
    ]
    keys["Q"] = face.make(
        "crm_quotes.quote", contact=keys["customer"], date="2026-03-09", valid_until="2026-03-31", lines=lines
    )
    face.do("crm_quotes.quote", keys["Q"], "send", date="2026-03-09")
    face.do("crm_quotes.quote", keys["Q"], "accept", date="2026-03-12")
    (delivery,) = face.find("erp_stock.delivery", ["contact", "=", keys["customer"]])
    keys["DN"] = int(delivery["id"])
    keys["reserved"] = len(face.find("erp_stock.reservation", ["delivery", "=", keys["DN"]]))


def sell(face: Face, keys: dict[str, int]) -> None:
    """DN-1, INV-1."""
    quote(face, keys)
    face.do("erp_stock.delivery", keys["DN"], "deliver", date="2026-03-13")
    charge(face, keys)


def charge(face: Face, keys: dict[str, int]) -> None:
    """The invoice of the order."""
    invoice = face.do("crm_quotes.quote", keys["Q"], "invoice")
    assert invoice is not None
    keys["INV"] = invoice
    face.change("erp_invoicing.invoice", invoice, terms={"name": "30/60 days, 50/50"})
    face.do("erp_invoicing.invoice", invoice, "post", date="2026-03-13")


def sell_by_invoice(face: Face, keys: dict[str, int]) -> None:
    """V6: a business whose invoices move the stock sends no delivery note."""
    face.change("erp_invoicing.document_type", key_of(face, "erp_invoicing.document_type", "code", "A"), moves_stock="yes")
    quote(face, keys)
    charge(face, keys)


def collect(face: Face, keys: dict[str, int]) -> None:
    """RC-1 by a third party's cheque, PAY-1 with it endorsed, CN-1 and RET-1 of one chair."""
    cheque = {
        "kind": "cheque",
        "amount": "250000",
        "number": "00012345",
        "bank": "Banco Galicia",
        "drawer": "Construcciones Norte",
        "payable_on": "2026-04-20",
    }
    keys["RC"] = face.make("erp_treasury.receipt", contact=keys["customer"], date="2026-03-20", means=[cheque])
    face.do("erp_treasury.receipt", keys["RC"], "post", date="2026-03-20")
    keys["cheque"] = key_of(face, "erp_treasury.cheque", "number", "00012345")
    means = [{"kind": "endorsed", "cheque": keys["cheque"], "amount": "250000"}]
    keys["PAY"] = face.make("erp_treasury.payment", contact=keys["supplier"], date="2026-03-25", means=means)
    face.do("erp_treasury.payment", keys["PAY"], "post", date="2026-03-25")
    chairs = next(
        line for line in face.get("erp_invoicing.invoice", keys["INV"])["lines"] if line["product"]["id"] == keys["CHA"]
    )
    taken = [{"line": chairs["id"], "quantity": "1"}]
    credit = face.do("erp_invoicing.invoice", keys["INV"], "credit", lines=taken, date="2026-03-27", post=True)
    assert credit is not None
    keys["CN"] = credit
    gone = next(line for line in face.get("erp_stock.delivery", keys["DN"])["lines"] if line["product"]["id"] == keys["CHA"])
    back = [{"line": gone["id"], "quantity": "1"}]
    returned = face.do("erp_stock.delivery", keys["DN"], "return", lines=back, date="2026-03-27")
    assert returned is not None
    keys["RET"] = returned


def bounce(face: Face, keys: dict[str, int]) -> None:
    """V1: the supplier brings the cheque back; fee, debit note."""
    face.do("erp_treasury.cheque", keys["cheque"], "reject", date="2026-04-22", fee=Decimal("1850"))
