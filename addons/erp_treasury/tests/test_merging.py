"""Two cards of one contact: open papers follow the kept card, what is history keeps its own."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from sqlalchemy import select

from addons.crm_contacts.models import Contact
from addons.crm_contacts.operations import merge_contacts
from addons.erp_treasury.models import Receipt, ReceiptMean
from addons.erp_treasury.tests.story import cheque_mean, day, money, received
from core.errors import Refused
from core.testing.tandem import Tandem, at

Make = Callable[..., Tandem]


def test_drafts_follow_and_cheques_stay(tandem: Make) -> None:
    """A draft goes to the kept card; a card whose cheque we hold is the one to keep."""
    books = at(tandem("erp_treasury"), day(3, 20))
    with books.write() as session:
        key = money(session)
        twin = Contact(name="Ferreteria El Sol", kind="company")
        session.add(twin)
        session.flush()
        draft = Receipt(contact_id=twin.id, means=[ReceiptMean(position=0, kind="cash", amount=Decimal(5))])
        session.add(draft)
        session.flush()
        merge_contacts(session, session.get_one(Contact, key.customer), other=twin)
        session.refresh(draft)
        assert draft.contact_id == key.customer
        stranger = Contact(name="El Sol SRL", kind="company")
        session.add(stranger)
        session.flush()
        receipt = Receipt(contact_id=stranger.id, means=[cheque_mean()])
        session.add(receipt)
        session.flush()
        other = stranger.id
    with books.write() as session:
        key.customer, keeper = other, key.customer
        received(session, key, cheque_mean())
    with pytest.raises(Refused, match="keep their card"), books.write() as session:
        merge_contacts(session, session.get_one(Contact, keeper), other=session.get_one(Contact, other))
    with books.read() as session:
        assert session.scalars(select(Contact.merged_into_id).where(Contact.id == other)).one() is None
