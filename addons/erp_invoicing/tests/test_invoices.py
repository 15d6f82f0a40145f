"""Drafting, posting and crediting, with the figures of the story, on both databases."""

from datetime import date
from decimal import Decimal as D

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from addons.base_catalog.models import Category, Product
from addons.crm_contacts.models import Contact
from addons.erp_invoicing.models import ContactBilling, DocumentType, Invoice, InvoiceLine, PaymentTerm, Tax
from addons.erp_invoicing.operations import (
    InvoiceDraft,
    InvoiceLineDraft,
    credit_invoice,
    draft_invoice,
    instalments_of,
    owed_of,
    post_invoice,
    reverse_invoice,
)
from addons.erp_ledger.models import Account, Entry, EntryLine
from addons.erp_ledger.operations import (
    EntryDraft,
    LineDraft,
    account_for,
    allocate_oldest,
    balance_of,
    open_items,
    post_entry,
)
from core.errors import Refused

DAY = date(2026, 3, 13)


def product(session: Session, code: str) -> int:
    """The key of a product."""
    return session.scalars(select(Product.id).where(Product.code == code)).one()


def term(session: Session, name: str = "30/60 days, 50/50") -> int:
    """The key of a payment term."""
    return session.scalars(select(PaymentTerm.id).where(PaymentTerm.name == name)).one()


def tax(session: Session, name: str) -> int:
    """The key of a tax."""
    return session.scalars(select(Tax.id).where(Tax.name == name)).one()


def story_draft(session: Session, **more: object) -> InvoiceDraft:
    """6 chairs, 9 lamps and their assembly, as in the story."""
    lines = [
        InvoiceLineDraft(product_id=product(session, "CHA"), quantity=D(6), price=D(48500), discount=D(10)),
        InvoiceLineDraft(product_id=product(session, "LAM"), quantity=D(9), price=D("12345.67"), discount=D("7.5")),
        InvoiceLineDraft(product_id=product(session, "ASM"), description="Assembly on site", price=D("3333.31")),
    ]
    return InvoiceDraft(contact_id=1, date=DAY, lines=lines, terms_id=term(session), **more)  # type: ignore[arg-type]


def posted(session: Session, draft: InvoiceDraft) -> Invoice:
    """Draft and post."""
    invoice = draft_invoice(session, draft)
    post_invoice(session, invoice)
    return invoice


def entry_of(session: Session, invoice: Invoice) -> list[tuple[str, D, D]]:
    """(purpose of the account, debit, credit) of a document's entry."""
    wanted = select(Account.purpose, EntryLine.debit, EntryLine.credit).join(EntryLine, EntryLine.account_id == Account.id)
    rows = session.execute(wanted.where(EntryLine.entry_id == invoice.entry_id).order_by(EntryLine.position)).all()
    return [(str(purpose), debit, credit) for purpose, debit, credit in rows]


def pay(session: Session, amount: str, day: date = DAY) -> EntryLine:
    """Money from the customer; its line on his account."""
    lines = [
        LineDraft.signed(account_for(session, "cash").id, D(amount)),
        LineDraft.signed(account_for(session, "receivable").id, -D(amount), contact_id=1),
    ]
    return post_entry(session, EntryDraft(date=day, text="Receipt", journal="treasury", lines=lines)).lines[1]


def test_the_invoice_of_the_story(session: Session) -> None:
    invoice = draft_invoice(session, story_draft(session))
    assert [line.net for line in invoice.lines] == [D("261900.00"), D("102777.70"), D("3333.31")]
    assert (invoice.net, invoice.tax, invoice.total) == (D("368011.01"), D("77282.31"), D("445293.32"))
    assert invoice.number is None
    post_invoice(session, invoice)
    assert (invoice.number, invoice.state) == ("A-0001-00000001", "posted")
    assert entry_of(session, invoice) == [
        ("receivable", D("222646.66"), D(0)),
        ("receivable", D("222646.66"), D(0)),
        ("sales", D(0), D("368011.01")),
        ("vat_debit", D(0), D("77282.31")),
    ]
    parts = [(part.due, part.left) for part in instalments_of(session, invoice)]
    assert parts == [(date(2026, 4, 12), D("222646.66")), (date(2026, 5, 12), D("222646.66"))]
    assert (invoice.party_name, invoice.party_tax_id) == ("Ferretería El Sol", "30-71448822-6")
    assert {(line.month, line.date) for line in invoice.lines} == {(202603, DAY)}


def test_the_credit_note_of_the_story(session: Session) -> None:
    invoice = posted(session, story_draft(session))
    allocate_oldest(session, pay(session, "250000.00", date(2026, 3, 20)).id)
    assert balance_of(session, 1) == D("195293.32")
    credit = credit_invoice(
        session, invoice, lines=[{"line": invoice.lines[0].id, "quantity": D(1)}], date=date(2026, 3, 27), post=True
    )
    assert (credit.number, credit.net, credit.tax, credit.total) == ("CN-1", D("43650.00"), D("9166.50"), D("52816.50"))
    assert entry_of(session, credit) == [
        ("receivable", D(0), D("52816.50")),
        ("sales_returns", D("43650.00"), D(0)),
        ("vat_debit", D("9166.50"), D(0)),
    ]
    first, second = instalments_of(session, invoice)
    assert first.is_closed
    assert [(s.code, s.amount) for s in first.settlements] == [("TRE-1", D("222646.66"))]
    assert [(s.code, s.amount) for s in second.settlements] == [("TRE-1", D("27353.34")), ("CN-1", D("52816.50"))]
    assert second.left == D("142476.82") == owed_of(session, invoice) == balance_of(session, 1)
    (item,) = open_items(session, 1, as_of=date(2026, 3, 31))
    assert (item.residual, item.due) == (D("142476.82"), date(2026, 5, 12))


def test_reversing_takes_everything_back(session: Session) -> None:
    invoice = posted(session, story_draft(session))
    credit = reverse_invoice(session, invoice)
    assert (credit.net, credit.tax, credit.total) == (invoice.net, invoice.tax, invoice.total)
    assert balance_of(session, 1) == 0
    assert open_items(session, 1) == []
    with pytest.raises(Refused, match="already credited"):
        reverse_invoice(session, invoice)


def test_credits_by_the_piece_end_at_exactly_nothing(session: Session) -> None:
    lines = [InvoiceLineDraft(description="Odd", quantity=D(3), price=D("3.333"), tax_id=tax(session, "VAT 21 %"))] * 2
    invoice = posted(session, InvoiceDraft(contact_id=1, date=DAY, lines=lines))
    assert invoice.net == D("20.00")
    for _ in range(3):
        for line in invoice.lines:
            credit_invoice(session, invoice, lines=[{"line": line.id, "quantity": D(1)}], post=True)
    sums = select(func.sum(Invoice.net), func.sum(Invoice.tax), func.sum(Invoice.total))
    assert session.execute(sums.where(Invoice.credits_id == invoice.id)).one() == (invoice.net, invoice.tax, invoice.total)
    assert balance_of(session, 1) == 0
    assert open_items(session, 1) == []


def test_no_more_is_credited_than_was_invoiced(session: Session) -> None:
    invoice = posted(session, story_draft(session))
    chairs = invoice.lines[0].id
    credit_invoice(session, invoice, lines=[{"line": chairs, "quantity": D(4)}], post=True)
    with pytest.raises(Refused, match="2 is left to credit, not 3"):
        credit_invoice(session, invoice, lines=[{"line": chairs, "quantity": D(3)}])
    draft = credit_invoice(session, invoice, lines=[{"line": chairs, "quantity": D(2)}])
    draft.lines[0].quantity, draft.lines[0].price = D(1), D(900_000)
    with pytest.raises(Refused, match="is left to credit"):
        post_invoice(session, draft)
    draft.lines[0].quantity, draft.lines[0].price = D(9), D(1)
    with pytest.raises(Refused, match="2 is left to credit, not 9"):
        post_invoice(session, draft)
    session.rollback()


def test_a_draft_knows_price_and_tax_of_its_product(session: Session) -> None:
    category = Category(name="Furniture", path="Furniture", path_folded="furniture")
    session.add(category)
    chair = session.get_one(Product, product(session, "CHA"))
    chair.category = category
    session.flush()
    invoice = draft_invoice(session, InvoiceDraft(contact_id=1, lines=[InvoiceLineDraft(product_id=chair.id)]))
    (line,) = invoice.lines
    assert (line.price, line.description, line.category_id) == (D(48500), "Chair", category.id)
    assert (line.tax.name, invoice.total) == ("VAT 21 %", D("58685.00"))


def test_prices_that_include_their_tax(session: Session) -> None:
    lines = [InvoiceLineDraft(description="x", price=D("379.00"), tax_id=tax(session, "VAT 21 %"))] * 2
    draft = InvoiceDraft(contact_id=1, date=DAY, lines=lines, prices_include_tax=True)
    invoice = posted(session, draft)
    assert (invoice.net, invoice.tax, invoice.total) == (D("626.45"), D("131.55"), D("758.00"))
    assert [line.net for line in invoice.lines] == [D("313.23"), D("313.22")]


def test_several_taxes_on_a_line_go_to_their_accounts(session: Session) -> None:
    vat, perception = (session.get_one(Tax, tax(session, n)) for n in ("VAT 21 %", "Gross income perception 3 %"))
    vat.more = [perception]
    session.flush()
    lines = [
        InvoiceLineDraft(description="a", price=D(100), tax_id=vat.id),
        InvoiceLineDraft(description="b", price=D(50), tax_id=tax(session, "Exempt")),
        InvoiceLineDraft(description="c", price=D(1)),
    ]
    invoice = posted(session, InvoiceDraft(contact_id=1, date=DAY, lines=lines))
    assert [(t.name, t.base, t.amount) for t in invoice.taxes] == [
        ("Exempt", D(50), D(0)),
        ("Gross income perception 3 %", D(100), D(3)),
        ("VAT 21 %", D(100), D(21)),
    ]
    assert entry_of(session, invoice) == [
        ("receivable", D(175), D(0)),
        ("sales", D(0), D(151)),
        ("perceptions", D(0), D(3)),
        ("vat_debit", D(0), D(21)),
    ]


def test_a_cash_sale_owes_nothing(session: Session) -> None:
    cash = session.scalars(select(DocumentType).where(DocumentType.account == "cash")).one()
    cash.cash_step = D(1)
    lines = [InvoiceLineDraft(description="x", price=D(70), tax_id=tax(session, "VAT 21 %"))]
    invoice = posted(session, InvoiceDraft(contact_id=1, date=DAY, lines=lines, document_type_id=cash.id))
    assert (invoice.number, invoice.rounding, invoice.total) == ("C-0001-00000001", D("0.30"), D("85.00"))
    assert entry_of(session, invoice) == [
        ("cash", D(85), D(0)),
        ("sales", D(0), D(70)),
        ("vat_debit", D(0), D("14.70")),
        ("rounding", D(0), D("0.30")),
    ]
    assert instalments_of(session, invoice) == []
    back = reverse_invoice(session, invoice)
    assert entry_of(session, back)[0] == ("cash", D(0), D(85))


def test_a_bill_and_its_reference(session: Session) -> None:
    lines = [
        InvoiceLineDraft(
            description="Wood",
            price=D("400407.00"),
            tax_id=tax(session, "VAT 21 %"),
            account_id=account_for(session, "grni").id,
        ),
    ]
    draft = InvoiceDraft(
        kind="bill",
        contact_id=2,
        date=date(2026, 3, 5),
        lines=lines,
        reference="0003-1187",
        terms_id=term(session, "30 days"),
    )
    bill = posted(session, draft)
    assert (bill.number, bill.total) == ("BILL-1", D("484492.47"))
    assert entry_of(session, bill) == [
        ("payable", D(0), D("484492.47")),
        ("grni", D("400407.00"), D(0)),
        ("vat_credit", D("84085.47"), D(0)),
    ]
    assert [(item.due, item.residual) for item in open_items(session, 2, "payable")] == [(date(2026, 4, 4), D("484492.47"))]
    with pytest.raises(Exception, match=r"(?i)unique|reference"):
        draft_invoice(session, draft)
    session.rollback()


def test_a_foreign_invoice_is_balanced_in_both_currencies(session: Session) -> None:
    lines = [InvoiceLineDraft(description="x", price=D("33.33"), tax_id=tax(session, "VAT 21 %"))] * 3
    draft = InvoiceDraft(contact_id=1, date=DAY, lines=lines, currency="USD", rate=D("1043.37"), terms_id=term(session))
    invoice = posted(session, draft)
    assert invoice.total == D("120.99")
    sums = select(func.sum(EntryLine.debit - EntryLine.credit), func.sum(EntryLine.amount_currency))
    assert session.execute(sums.where(EntryLine.entry_id == invoice.entry_id)).one() == (0, 0)
    assert sum(line.amount for line in invoice.lines) == D("104326.57")
    assert [item.residual_currency for item in open_items(session, 1)] == [D("60.50"), D("60.49")]
    assert owed_of(session, invoice) == D("120.99")


def test_the_credit_limit_holds(session: Session) -> None:
    ContactBilling.of(session.get_one(Contact, 1)).credit_limit = D(600_000)
    session.flush()
    posted(session, story_draft(session))
    with pytest.raises(Refused, match="more than the credit limit"):
        posted(session, story_draft(session))
    session.rollback()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"lines": []}, "has no lines"),
        ({"date": date(2090, 1, 1)}, "open the fiscal year 2090"),
        ({"rate": D(2)}, "its rate is 1"),
        ({"lines": [InvoiceLineDraft(description="x", price=D(-5))]}, "more than zero"),
    ],
)
def test_a_refused_posting_says_why(session: Session, change: dict[str, object], said: str) -> None:
    draft = InvoiceDraft(**{"contact_id": 1, "date": DAY, "lines": [InvoiceLineDraft(description="x", price=D(5))]} | change)
    invoice = draft_invoice(session, draft)
    with pytest.raises(Refused, match=said):
        post_invoice(session, invoice)
    assert session.scalar(select(func.count()).select_from(Entry)) == 0
    session.rollback()


def test_a_posted_document_is_not_posted_again(session: Session) -> None:
    invoice = posted(session, story_draft(session))
    with pytest.raises(Refused, match="already posted"):
        post_invoice(session, invoice)
    assert session.scalar(select(func.count()).select_from(InvoiceLine)) == 3
