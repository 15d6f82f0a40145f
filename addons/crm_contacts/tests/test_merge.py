"""Two cards become one, and two again."""

import pytest
from sqlalchemy import select

from addons.crm_contacts.models import Contact, ContactWindow, Tag, TimelineEntry
from addons.crm_contacts.operations import duplicates_of, jot, merge_contacts, suspects, unmerge_contact
from core.errors import Invalid


@pytest.fixture
def books(tandem):
    """Two cards of El Sol, each with a person, tags and a history."""
    made = tandem("crm_contacts")
    with made.write() as session:
        shop, hotel = Tag(name="Shop"), Tag(name="Hotel")
        sun = Contact(name="Ferretería El Sol", kind="company", tax_id="30-71448822-6", tags=[shop], notes="old")
        twin = Contact(
            name="El Sol",
            kind="company",
            tax_id="30714488226",
            email="info@elsol.example",
            country="Argentina",
            customer=True,
            tags=[shop, hotel],
            notes="new",
            windows=[ContactWindow(kind="collection", weekday="tuesday", opens="9:00", closes="12:00")],
        )
        session.add_all([Contact(name="Ana", company=sun), Contact(name="Beto", company=twin)])
        session.flush()
        jot(session, twin, line="Called Beto")
    return made


def card(session, name):
    return session.scalars(select(Contact).where(Contact.name == name)).one()


def state(session):
    """Everything that a merge may touch."""
    cards = select(
        Contact.name,
        Contact.company_id,
        Contact.email,
        Contact.country,
        Contact.customer,
        Contact.notes,
        Contact.active,
        Contact.merged_into_id,
    ).order_by(Contact.id)
    entries = select(TimelineEntry.contact_id, TimelineEntry.summary).where(
        TimelineEntry.icon.notin_(["arrow-merge", "arrow-fork"])
    )
    tags = [
        (c.name, sorted(t.name for t in c.tags), [(w.weekday, w.opens) for w in c.windows])
        for c in session.scalars(select(Contact).order_by(Contact.id))
    ]
    return list(session.execute(cards)), sorted(map(tuple, session.execute(entries))), tags


def test_all_of_the_other_card_moves_and_blank_fields_are_filled(books):
    with books.write() as session:
        sun, twin = card(session, "Ferretería El Sol"), card(session, "El Sol")
        merge_contacts(session, sun, other=twin)
        assert (sun.email, sun.country, sun.customer, sun.notes) == ("info@elsol.example", "AR", True, "old\n\nnew")
        assert sorted(tag.name for tag in sun.tags) == ["Hotel", "Shop"]
        assert [(w.weekday, w.opens) for w in sun.windows] == [("tuesday", "09:00")]
        assert card(session, "Beto").company is sun
        assert (twin.active, twin.merged_into_id) == (False, sun.id)
        assert sun.last_contact_at is not None
    assert books.broken() == []


def test_undoing_a_merge_brings_everything_back(books):
    with books.write() as session:
        before = state(session)
        sun, twin = card(session, "Ferretería El Sol"), card(session, "El Sol")
        merge_contacts(session, sun, other=twin)
        session.flush()
        assert state(session) != before
        unmerge_contact(session, twin)
        session.flush()
        assert state(session) == before
    assert books.broken() == []


def test_a_field_that_was_changed_since_stays_when_the_merge_is_undone(books):
    with books.write() as session:
        sun, twin = card(session, "Ferretería El Sol"), card(session, "El Sol")
        merge_contacts(session, sun, other=twin)
        sun.email = "sales@elsol.example"
        session.flush()
        unmerge_contact(session, twin)
        assert sun.email == "sales@elsol.example"
        assert sun.country is None


@pytest.mark.parametrize(
    ("kept", "gone", "sentence"),
    [
        ("El Sol", "El Sol", "with itself"),
        ("El Sol", "Beto", "works there"),
        ("Beto", "El Sol", "works there"),
    ],
)
def test_what_cannot_be_merged_is_refused(books, kept, gone, sentence):
    with pytest.raises(Invalid, match=sentence), books.write() as session:
        merge_contacts(session, card(session, kept), other=card(session, gone))


def test_likeness_is_found_by_number_mail_telephone_and_name_but_not_by_nothing(books):
    with books.write() as session:
        sun, twin = card(session, "Ferretería El Sol"), card(session, "El Sol")
        assert [(d.contact, d.reasons, d.sure) for d in duplicates_of(session, sun)] == [(twin, ("tax_id",), True)]
        assert duplicates_of(session, card(session, "Ana")) == []
        twin.phone = "+54 221 455-0132"
        session.flush()
        for written in ("0221 455 0132", "221-4550132", "005492214550132"):
            assert [d.contact for d in suspects(session, phones=(written,))] == [twin]
        assert suspects(session, phones=("0132",)) == []
        assert [d.reasons for d in suspects(session, name="ferreteria el SOL")] == [("name",)]


def test_people_work_at_companies(books):
    with pytest.raises(Invalid, match="not at a person"), books.write() as session:
        session.add(Contact(name="Carla", company=card(session, "Ana")))
        session.flush()
    with pytest.raises(Invalid, match="stays a company"), books.write() as session:
        card(session, "El Sol").kind = "person"
        session.flush()
