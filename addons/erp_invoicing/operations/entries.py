"""The entry of a document, as pure lines: who owes, what was earned or spent, the taxes."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from addons.erp_invoicing.models import Invoice, InvoiceTax
from addons.erp_ledger.operations import LineDraft
from core.errors import Refused
from core.i18n import _
from core.values import currency_digits, rounded, shares

ZERO = Decimal(0)
PURPOSES = {  # kind: (who owes, what for, VAT)
    "invoice": ("receivable", "sales", "vat_debit"),
    "debit_note": ("receivable", "sales", "vat_debit"),
    "credit_note": ("receivable", "sales_returns", "vat_debit"),
    "bill": ("payable", "expense", "vat_credit"),
    "bill_credit": ("payable", "expense", "vat_credit"),
}
PERCEPTIONS = {True: "perceptions", False: "withholdings_suffered"}
DEBITS = ("invoice", "debit_note", "bill_credit")


@dataclass(frozen=True)
class Books:
    """What an entry needs to know of the company: its accounts by purpose, its currency."""

    accounts: dict[str, int]
    currency: str


def purposes(invoice: Invoice) -> set[str]:
    """The purposes whose accounts the entry of a document may need."""
    owed, earned, vat = PURPOSES[invoice.kind]
    needed = {"cash" if invoice.cash else owed, earned, vat}
    if invoice.rounding:
        needed.add("rounding")
    if any(tax.kind == "perception" for tax in invoice.taxes):
        needed.add(PERCEPTIONS[invoice.is_sale])
    return needed


def entry_lines(invoice: Invoice, books: Books) -> list[LineDraft]:
    """The lines of a document's entry: the instalments first, then by account; amounts in the company's currency too."""
    sign = 1 if invoice.kind in DEBITS else -1
    foreign = invoice.currency != books.currency
    digits = currency_digits(books.currency)
    parts = counter_parts(invoice, books, digits)
    total = sum((own for _account, own, _other in parts), ZERO)
    lines = [
        line(account, sign * own, sign * other, invoice, foreign, due)
        for account, own, other, due in owed_parts(invoice, books, total, digits)
    ]
    return lines + [line(account, -sign * own, -sign * other, invoice, foreign) for account, own, other in parts if own]


def counter_parts(invoice: Invoice, books: Books, digits: int) -> list[tuple[int, Decimal, Decimal]]:
    """(account, in the company's currency, in the document's) of what was sold or bought, and of the taxes."""
    default = books.accounts[PURPOSES[invoice.kind][1]]
    own: dict[int, Decimal] = {}
    other: dict[int, Decimal] = {}

    def add(account: int, ours: Decimal, theirs: Decimal) -> None:
        own[account] = own.get(account, ZERO) + ours
        other[account] = other.get(account, ZERO) + theirs

    for each in invoice.lines:
        add(each.account_id or default, -each.amount if invoice.is_credit else each.amount, each.net)
    for tax in (row for row in invoice.taxes if row.amount):
        add(tax_account(invoice, tax, books), converted(tax.amount, invoice, digits), tax.amount)
    if invoice.rounding:
        add(books.accounts["rounding"], converted(invoice.rounding, invoice, digits), invoice.rounding)
    return [(account, own[account], other[account]) for account in own]


def tax_account(invoice: Invoice, row: InvoiceTax, books: Books) -> int:
    """The account of a tax: its own, or that of its purpose."""
    tax = row.tax
    chosen = tax.sales_account_id if invoice.is_sale else tax.purchase_account_id
    purpose = PERCEPTIONS[invoice.is_sale] if row.kind == "perception" else PURPOSES[invoice.kind][2]
    return chosen or books.accounts[purpose]


def owed_parts(
    invoice: Invoice, books: Books, total: Decimal, digits: int
) -> list[tuple[int, Decimal, Decimal, datetime.date | None]]:
    """(account, own amount, document's amount, due day) of what is owed, or of the cash that came or went."""
    if invoice.cash:
        return [(books.accounts["cash"], total, invoice.total, None)]
    account = books.accounts[PURPOSES[invoice.kind][0]]
    days = instalments(invoice)
    amounts = [Fraction(total) * Fraction(amount) / Fraction(invoice.total) for _day, amount in days]
    own = shares(amounts, total, digits)
    return [(account, ours, amount, day) for (day, amount), ours in zip(days, own, strict=True)]


def instalments(invoice: Invoice) -> Sequence[tuple[datetime.date, Decimal]]:
    """The days and amounts that a document is due in; credits, and documents without terms, at once."""
    if invoice.terms is None or invoice.is_credit:
        return [(invoice.date, invoice.total)] if invoice.total else []
    return invoice.terms.instalments(invoice.total, invoice.date, currency_digits(invoice.currency))


def converted(amount: Decimal, invoice: Invoice, digits: int) -> Decimal:
    """An amount of the document in the company's currency."""
    return rounded(Fraction(amount) * Fraction(invoice.rate), digits)


def line(
    account: int, own: Decimal, other: Decimal, invoice: Invoice, foreign: bool, due: datetime.date | None = None
) -> LineDraft:
    """One line; what is owed names the contact."""
    currency = {"currency": invoice.currency, "amount_currency": other} if foreign else {}
    party = {"contact_id": invoice.contact_id, "due": due} if due else {}
    return LineDraft.signed(account, own, **currency, **party)


def demand_sound(invoice: Invoice, currency: str) -> None:
    """Refused unless the document can be posted: it has lines, something is owed, and its rate fits its currency."""
    if not invoice.lines:
        raise Refused(_("{title} has no lines: add what is invoiced", title=invoice.title))
    if invoice.total <= 0:
        raise Refused(_("{title}: the total must be more than zero; credit what is taken back", title=invoice.title))
    if invoice.currency == currency and invoice.rate != 1:
        raise Refused(_("{title} is in {currency}: its rate is 1", title=invoice.title, currency=currency))
