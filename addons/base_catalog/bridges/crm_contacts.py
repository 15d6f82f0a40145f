"""With contacts: which price list a customer buys from, on its card, and what becomes of it when cards are merged."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.base_catalog.models import CustomerPrices, PriceList
from addons.base_catalog.operations import price_list_of
from addons.crm_contacts.models import Contact
from addons.crm_contacts.operations import relink
from addons.crm_contacts.signals import ContactMerged
from core.db import trusted
from core.screens.panels import panel
from core.signals import hears


@panel(Contact, "prices", label="Prices", order=55, icon="tags")
def prices_of_contact(session: Session, contact: Contact) -> dict[str, Any]:
    """The list that a customer buys from, and those it could."""
    lists = session.scalars(select(PriceList).where(PriceList.active).order_by(PriceList.name, PriceList.id))
    return {"contact": contact, "current": price_list_of(session, contact.id), "lists": list(lists)}


@hears(ContactMerged)
def move_prices(session: Session, signal: ContactMerged) -> None:
    """The kept card takes over the other's price list, unless it has one."""
    with trusted(session):
        own = select(CustomerPrices.id).where(CustomerPrices.contact_id == signal.kept_id)
        if session.scalar(own) is None:
            relink(session, signal.merge_id, CustomerPrices.contact_id)
