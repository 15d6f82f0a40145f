"""One row of a file of sales: read, and told apart from what is no sale."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

from addons.base_catalog.models import code_key
from addons.crm_contacts.operations import code_of_country
from addons.erp_invoicing.models import Invoice, InvoiceLine
from core.i18n import _
from core.importing.checking import Fault, Planned, reader_of
from core.screens.fields.field import Field, fields_of
from core.screens.fields.parsing import Reading, Unreadable
from core.values import fold

ZERO = Decimal(0)
NEEDED = ("number", "date", "quantity", "price")
TIME = re.compile(r"[T ]\d{1,2}:\d\d.*$")
WHOLE_FLOAT = re.compile(r"(\d+)\.0+")
Key = tuple[str, str]


@dataclass(slots=True)
class SoldRow:
    """A row of the file; `faults` keep its whole document out, `note` is why the row alone is left out.

    `country` is a code, or what the file says where that is no country; `customer` is who bought: by number, else by
    name, else whoever walks in from that country.
    """

    row: int
    cells: Mapping[str, str]
    number: str = ""
    customer: Key = ("", "")
    country: str | None = None
    code: str = ""
    code_key: str = ""
    day: date | None = None
    quantity: Decimal = ZERO
    price: Decimal = ZERO
    discount: Decimal = ZERO
    tax_rate: Decimal | None = None
    note: Any = ""
    faults: list[Fault] = field(default_factory=list)

    @property
    def is_free(self) -> bool:
        """Whether nothing is charged for it."""
        return not self.price

    def refuse(self, name: str, message: Any) -> None:
        """Note a fault."""
        self.faults.append(Fault(self.row, name, str(message)))

    def planned(self, verdict: str, record_id: int | None = None) -> Planned:
        """What became of it, for the report."""
        why = "; ".join(fault.message for fault in self.faults) or str(self.note)
        planned = Planned(self.row, verdict="refused" if why else verdict, record_id=record_id, why=why)
        planned.faults = self.faults or ([Fault(self.row, "", why)] if why else [])
        planned.titles = dict(self.cells)
        return planned


class RowReader:
    """Reads the cells of a file that is written in one language; the same texts come again and again."""

    def __init__(self, how: Reading) -> None:
        head, line = fields_of(Invoice), fields_of(InvoiceLine)
        fields: dict[str, Field] = {"date": head["date"]}
        fields |= {"quantity": line["quantity"], "price": line["price"], "discount": line["discount"]}
        fields |= {"tax_rate": line["discount"]}
        self.labels = {name: each.label for name, each in fields.items()} | {"tax_rate": _("Tax rate")}
        self.labels |= {"number": _("Number of the document")}
        self.readers = {name: lru_cache(20_000)(reader_of(each, how, None)) for name, each in fields.items()}

    def read(self, row: int, cells: Mapping[str, str]) -> SoldRow:
        """The row with its faults, or with the note that it is no sale."""
        country = country_of(cells.get("country", ""))
        code = cells.get("product_code", "")
        buyer = customer_of(cells.get("customer_number", ""), cells.get("customer_name", ""), country)
        sold = SoldRow(row, cells, cells.get("number", ""), buyer, country, code, known_key(code))
        for name in NEEDED:
            if not cells.get(name):
                sold.refuse(name, _("{field} is missing", field=self.labels[name]))
        sold.day = self._value(sold, "date", TIME.sub("", cells.get("date", "")))
        sold.quantity = self._value(sold, "quantity", cells.get("quantity", "")) or ZERO
        sold.price = self._value(sold, "price", cells.get("price", "")) or ZERO
        sold.discount = self._value(sold, "discount", cells.get("discount", "")) or ZERO
        sold.tax_rate = self._value(sold, "tax_rate", cells.get("tax_rate", ""))
        if not sold.faults:
            self._tell_notes(sold)
        return sold

    def _value(self, sold: SoldRow, name: str, text: str) -> Any:
        try:
            return self.readers[name](text) if text else None
        except Unreadable as error:
            sold.refuse(name, f"{self.labels[name]}: {error}")
            return None

    def _tell_notes(self, sold: SoldRow) -> None:
        """What stands in files of sales without being one."""
        if not sold.quantity:
            sold.note = _("Nothing was sold: the quantity is zero")
        elif sold.is_free and sold.quantity < 0:
            sold.note = _("A stock note, not a sale: goods go out at price zero")
        elif not sold.code and not sold.cells.get("description"):
            sold.refuse("product_code", _("What was sold is missing: neither code nor description"))
        elif sold.discount < 0 or sold.discount > 100:
            sold.refuse("discount", _("The discount is between 0 and 100 %"))
        elif sold.price < 0:
            sold.quantity, sold.price = -sold.quantity, -sold.price


@lru_cache(1_000)
def country_of(words: str) -> str | None:
    """The code of a country, or the words where they name none."""
    return (code_of_country(words) or words) if words else None


@lru_cache(20_000)
def customer_of(number: str, name: str, country: str | None) -> Key:
    """Who bought; spreadsheets make customer 17850 a 17850.0."""
    if number:
        whole = WHOLE_FLOAT.fullmatch(number)
        return "number", whole[1] if whole else number
    return ("name", fold(name)) if name else ("number", f"WALK-IN {country or '-'}".upper())


known_key = lru_cache(20_000)(code_key)
