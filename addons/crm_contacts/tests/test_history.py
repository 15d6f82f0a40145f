"""What passed with a contact: written once, in the reader's language, and it moves the last contact."""

from datetime import UTC, date, datetime
from decimal import Decimal as D

import pytest
from sqlalchemy import func, select

from addons.crm_contacts.models import Contact, TimelineEntry
from addons.crm_contacts.operations import history_of, jot, log, log_call, read_jotting, write_note
from core.errors import Invalid
from core.i18n import using_language

FRIDAY = date(2026, 3, 27)


@pytest.fixture
def books(tandem):
    """El Sol and Ana, who works there."""
    made = tandem("crm_contacts")
    with made.write() as session:
        sun = Contact(name="Ferretería El Sol", kind="company", source="fair")
        session.add(Contact(name="Ana Suárez", company=sun))
    return made


def card(session, name):
    return session.scalars(select(Contact).where(Contact.name.startswith(name))).one()


def test_a_new_card_begins_its_history_by_whatever_door(books):
    with books.read() as session:
        assert [h.entry.summary for h in history_of(session, card(session, "Ana"))] == ["Contact created"]
        with_people = [h.entry.summary for h in history_of(session, card(session, "Ferr"))]
        assert sorted(with_people) == ["Contact created", "Contact created, from fair"]


def test_the_same_key_is_told_once(books):
    with books.write() as session:
        ana = card(session, "Ana")
        for _time in range(2):
            log(
                session,
                ana.id,
                kind="document",
                icon="file",
                text="Quote {number} sent",
                parameters={"number": "Q-1"},
                amount=D("368011.01"),
                key="crm_quotes.quote:1:sent",
            )
        wanted = select(func.count()).where(TimelineEntry.key == "crm_quotes.quote:1:sent")
        assert session.scalar(wanted) == 1


def test_a_talk_moves_the_last_contact_of_the_person_and_of_its_company(books):
    early, late = (datetime(2026, 3, day, 12, tzinfo=UTC) for day in (6, 7))
    with books.write() as session:
        ana = card(session, "Ana")
        version = ana.version
        log_call(session, ana, text="first talk", at=late)
        log_call(session, ana, text="an older one, noted later", at=early)
        write_note(session, ana, text="likes brass")
        assert ana.last_contact_at == card(session, "Ferr").last_contact_at == late
        assert ana.version == version
    assert books.broken() == []


def test_the_reader_sees_the_sentence_in_his_language(books):
    with books.write() as session:
        ana = card(session, "Ana")
        made = log(
            session,
            ana.id,
            kind="note",
            icon="arrow-merge",
            text="Merged with {name}",
            parameters={"name": "El Sol"},
            key="one",
        )
        entry = session.get_one(TimelineEntry, made)
        with using_language("es", books.composition.catalogs):
            assert entry.sentence == "Unido con El Sol"
        with using_language("ru", books.composition.catalogs):
            assert entry.sentence == "Объединено с El Sol"


@pytest.mark.parametrize(
    ("line", "kind", "icon", "follow_up"),
    [
        ("Called Ana, wants the catalogue, follow up Friday", "talk", "phone", date(2026, 4, 3)),
        ("llamé a Ana, quiere el catálogo, seguimiento el martes", "talk", "phone", date(2026, 3, 31)),
        ("Позвонил Анне, перезвонить завтра", "talk", "phone", date(2026, 3, 28)),
        ("Met her at the fair, call back in 10 days", "talk", "users", date(2026, 4, 6)),
        ("Mail with the photos; follow up 2026-05-02", "talk", "mail", date(2026, 5, 2)),
        ("likes brass lamps", "note", "note", None),
        ("Called, follow up 2026-02-30", "talk", "phone", None),
    ],
)
def test_a_line_says_what_it_is_and_when_to_come_back(line, kind, icon, follow_up):
    read = read_jotting(line, FRIDAY)
    assert (read.kind, read.icon, read.follow_up) == (kind, icon, follow_up)


def test_an_empty_line_is_refused(books):
    with pytest.raises(Invalid, match="Write what happened"), books.write() as session:
        jot(session, card(session, "Ana"), line="  ")


def test_the_line_above_the_history_is_logged_at_once(books):
    """Its field is named as the buttons that add and remove lines are."""
    with books.write() as session:
        key = card(session, "Ana").id
    answer = books.client().post(f"/crm_contacts/contact/{key}/jot", data={"line": "Called Ana, wants the catalogue"})
    assert (answer.status_code, answer.location) == (303, f"/crm_contacts/contact/{key}")
    with books.read() as session:
        assert "Called Ana, wants the catalogue" in session.scalars(select(TimelineEntry.summary)).all()
