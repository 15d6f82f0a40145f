"""What keeps a document of a file of sales out, what of it is no sale, and what it comes to."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from addons.erp_invoicing.importers.sold_rows import SoldRow
from addons.erp_invoicing.models import Tax
from addons.erp_invoicing.operations import tax_line
from core.i18n import _
from core.values.tax import Totals, calculate

NOTHING = calculate([], "EUR")
ONE_OF_EACH = (
    ("customer", "The rows of document {number} name several customers"),
    ("day", "The rows of document {number} have several days"),
    ("country", "The rows of document {number} name several countries"),
)


@dataclass
class SoldDocument:
    """The rows of one document, and what is known of it."""

    number: str
    rows: list[SoldRow] = field(default_factory=list)
    takes_back: bool = False
    taxes: Mapping[Decimal, Tax | None] = field(default_factory=dict)
    totals: Totals = NOTHING

    def judge(self) -> None:
        """Find what keeps the document out, and what of it is no sale."""
        sold = [row for row in self.rows if not row.note]
        faulty = next((row.row for row in self.rows if row.faults), None)
        if faulty is not None:
            told = _("Row {row} of the same document is refused, so the document is: mend it", row=faulty)
            for row in self.rows:
                if not row.faults and not row.note:
                    row.refuse("", told)
        elif all(row.is_free for row in sold):
            for row in sold:
                row.note = _("A stock note, not a sale: its document charges nothing")
        else:
            self._demand_one_of_each(sold)

    def _demand_one_of_each(self, sold: list[SoldRow]) -> None:
        for name, message in ONE_OF_EACH:
            if len({getattr(row, name) for row in sold}) > 1:
                return self.refuse(_(message, number=self.number))
        if not self.exact:
            self.refuse(_("Document {number} comes to nothing: there is nothing to post", number=self.number))
        return None

    @property
    def sold(self) -> list[SoldRow]:
        """The rows that are booked, unless the document is refused."""
        return [row for row in self.rows if not row.note and not row.faults]

    @property
    def day(self) -> date:
        """Its day; the rows that are booked have one."""
        return self.sold[0].day or date.min

    @property
    def exact(self) -> Fraction:
        """What it comes to, before any rounding; below zero it takes back."""
        return Fraction(sum((row.quantity * row.price * (100 - row.discount) for row in self.sold), Decimal(0))) / 100

    @property
    def kind(self) -> str:
        """What it is posted as."""
        return "credit_note" if self.takes_back else "invoice"

    @property
    def signed_total(self) -> Decimal:
        """What it comes to, less than nothing if it takes back."""
        return -self.totals.total if self.takes_back else self.totals.total

    def reckon(self, taxes: Mapping[Decimal, Tax | None], currency: str) -> None:
        """Its totals, as a positive document of its kind; refused where a tax is unknown or nothing is left."""
        for row in self.sold:
            if row.tax_rate is not None and taxes[row.tax_rate] is None:
                told = _("There is no tax of {rate} %: make it in the set-up", rate=f"{row.tax_rate.normalize():f}")
                row.refuse("tax_rate", told)
            elif row.cells.get("currency") not in (None, "", currency):
                told = _("A file is brought in in the currency of the company, {currency}", currency=currency)
                row.refuse("currency", told)
        self.judge()
        self.taxes, self.takes_back = taxes, self.exact < 0
        sign = -1 if self.takes_back else 1
        levied = [(row, taxes[row.tax_rate] if row.tax_rate is not None else None) for row in self.sold]
        self.totals = calculate(
            [tax_line(sign * row.quantity, row.price, row.discount, tax) for row, tax in levied], currency
        )
        if self.sold and not self.totals.total:
            self.refuse(_("Document {number} comes to nothing: there is nothing to post", number=self.number))

    def refuse(self, message: Any) -> None:
        """Keep the document out."""
        for row in self.sold:
            row.refuse("", message)
