"""Customers and products that a file of sales names: found by number, name or code, and made where they are missing."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from addons.base_catalog.models import Product, Unit
from addons.crm_contacts.models import Contact
from addons.erp_invoicing.importers.sold_rows import Key, SoldRow
from addons.erp_invoicing.models import ContactBilling
from addons.erp_invoicing.operations import Party
from core.db import kernel_connection
from core.i18n import _
from core.importing.dialects import among, insert_rows
from core.importing.door import Door, policy_of, predicate
from core.importing.signals import RecordsImported
from core.signals import send

CODE_LENGTH = 2
ZERO = Decimal(0)


class Goods(NamedTuple):
    """A product as a document keeps it."""

    id: int
    code: str
    name: str
    unit: str | None
    category_id: int | None


def may_make(session: Session, model: type[Any]) -> bool:
    """Whether the session's user may make such records."""
    policy = policy_of(session)
    return policy is None or policy.may(model, "create")


@dataclass
class Customers:
    """The customers of one file, by the key that its rows give them; a sentence for those that cannot be taken."""

    found: dict[Key, Party] = field(default_factory=dict)
    closed: dict[Key, Any] = field(default_factory=dict)

    def look(self, session: Session, rows: Mapping[Key, SoldRow]) -> list[Key]:
        """Find them; the keys of those that are missing."""
        asked = [key for key in rows if key not in self.found and key not in self.closed]
        connection, own = kernel_connection(session), aliased(Contact)
        seen = predicate(session, own, "read").label("seen")
        wanted = select(own.id, own.name, own.tax_id, own.street, own.postcode, own.city, seen)
        numbers = [text for kind, text in asked if kind == "number"]
        by_number = wanted.add_columns(ContactBilling.customer_number).join(Contact, Contact.id == ContactBilling.id)
        by_number = by_number.join(own, own.id == func.coalesce(Contact.merged_into_id, Contact.id))
        for card in connection.execute(by_number.where(among(connection, ContactBilling.customer_number, numbers))):
            self._take(("number", card.customer_number), card)
        names = [text for kind, text in asked if kind == "name"]
        by_name = wanted.add_columns(own.name_folded).where(own.merged_into_id.is_(None), seen.element)
        for card in connection.execute(by_name.where(among(connection, own.name_folded, names))):
            key = ("name", card.name_folded)
            if key in self.found:
                self.closed[key] = _("Several contacts are called {name}: give the customer's number", name=card.name)
            else:
                self._take(key, card)
        return [key for key in asked if key not in self.found and key not in self.closed]

    def _take(self, key: Key, card: Any) -> None:
        if card.seen:
            address = ", ".join(filter(None, (card.street, card.postcode, card.city)))
            self.found[key] = Party(card.id, card.name, card.tax_id, address)
        else:
            self.closed[key] = _("Customer {number} is a contact that you may not see", number=key[1])

    def make(self, session: Session, rows: Mapping[Key, SoldRow], import_id: int) -> None:
        """Make cards for these."""
        cards = [card_of(key, row) for key, row in rows.items()]
        keys = Door(session, Contact).create(cards)
        numbered = [(ident, key[1], ZERO) for ident, key in zip(keys, rows, strict=True) if key[0] == "number"]
        billing: Any = ContactBilling.__table__
        insert_rows(kernel_connection(session), billing, ["id", "customer_number", "credit_limit"], numbered)
        send(session, RecordsImported(model=Contact.label(), import_id=import_id, created=keys, updated=[]))
        for key, ident, card in zip(rows, keys, cards, strict=True):
            self.found[key] = Party(ident, card["name"])


def card_of(key: Key, row: SoldRow) -> dict[str, Any]:
    """The card of a customer that nobody knew: a company, named as the file names it."""
    words, country = row.cells.get("country", ""), row.country
    known = country if country and len(country) == CODE_LENGTH else None
    name = row.cells.get("customer_name") or str(_("Customer {number}", number=key[1]))
    if not row.cells.get("customer_number") and not row.cells.get("customer_name"):
        name = str(_("Customers without a number, {country}", country=words or "-"))
    notes = str(_("Country: {country}", country=words)) if words and not known else None
    return {"name": name, "kind": "company", "customer": True, "country": known, "notes": notes}


@dataclass
class Catalogue:
    """The products of one file, by the key of their codes."""

    found: dict[str, Goods] = field(default_factory=dict)

    def look(self, session: Session, keys: Iterable[str]) -> list[str]:
        """Find them; the keys of those that are missing."""
        asked = [key for key in keys if key and key not in self.found]
        connection, table = kernel_connection(session), Product
        wanted = select(table.id, table.code, table.name, Unit.symbol, table.category_id, table.code_key)
        wanted = wanted.outerjoin(Unit, Unit.id == table.unit_id).where(predicate(session, table, "read"))
        for row in connection.execute(wanted.where(among(connection, table.code_key, asked))):
            self.found[row.code_key] = Goods(*row[:5])
        return [key for key in asked if key not in self.found]

    def make(self, session: Session, rows: Mapping[str, SoldRow], import_id: int) -> None:
        """Make products of these, each as the first row that charges for it describes it."""
        cards = [product_of(row) for row in rows.values()]
        keys = Door(session, Product).create(cards)
        send(session, RecordsImported(model=Product.label(), import_id=import_id, created=keys, updated=[]))
        for key, ident, card in zip(rows, keys, cards, strict=True):
            self.found[key] = Goods(ident, card["code"], card["name"], None, None)


def product_of(row: SoldRow) -> dict[str, Any]:
    """The product that a row sells; codes of one or two characters or without a digit are services (POST, D, C2)."""
    is_goods = len(row.code) > CODE_LENGTH and any(map(str.isdigit, row.code))
    name = row.cells.get("description") or row.code
    return {"code": row.code, "name": name, "kind": "goods" if is_goods else "service", "price": row.price}
