"""What becomes of events: of single ones, and of one time, the rest or all of a series."""

import re
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from addons.crm_agenda.models import Event, Task
from addons.crm_agenda.operations import (
    cancel_event,
    clashes,
    do_event,
    next_free_slot,
    occurrences,
    open_tasks,
    reschedule,
)
from addons.crm_contacts.models import Contact
from addons.crm_contacts.operations import history_of, jot, merge_contacts
from core.access.models import User
from core.errors import Invalid

HOME = ZoneInfo("America/Argentina/Buenos_Aires")
APRIL = datetime(2026, 4, 1, tzinfo=HOME), datetime(2026, 5, 1, tzinfo=HOME)


def local(year, month, day, hour, minute=0):
    return datetime(year, month, day, hour, minute, tzinfo=HOME)


@pytest.fixture
def books(tandem):
    """Ana, and a meeting with her every Monday and Thursday of the year at nine."""
    made = tandem("crm_agenda")
    with made.write() as session:
        ana = Contact(name="Ana Suárez")
        session.add(
            Event(
                subject="Standup",
                contact=ana,
                starts_at=local(2026, 3, 2, 9),
                ends_at=local(2026, 3, 2, 10),
                rrule="FREQ=WEEKLY;BYDAY=MO,TH;UNTIL=20261231T120000Z",
            )
        )
    return made


def series(session):
    return session.scalars(select(Event).where(Event.rrule.is_not(None)).order_by(Event.id)).first()


def april(session):
    return [each.starts_at.astimezone(HOME).strftime("%d %H:%M") for each in occurrences(session, *APRIL)]


USUAL = ["02 09:00", "06 09:00", "09 09:00", "13 09:00", "16 09:00", "20 09:00", "23 09:00", "27 09:00", "30 09:00"]


def test_one_time_of_a_series_is_moved_and_the_others_stay(books):
    with books.write() as session:
        assert april(session) == USUAL
        moved = reschedule(
            session, series(session), starts_at=local(2026, 4, 7, 15), scope="this", recurrence_at=local(2026, 4, 6, 9)
        )
        assert april(session) == ["02 09:00", "07 15:00", *USUAL[2:]]
        again = reschedule(session, moved, starts_at=local(2026, 4, 8, 15))
        assert again is None
        assert april(session) == ["02 09:00", "08 15:00", *USUAL[2:]]
    assert books.broken() == []


def test_from_one_time_on_a_series_is_another(books):
    with books.write() as session:
        first = series(session)
        reschedule(session, first, starts_at=local(2026, 4, 20, 11), scope="following", recurrence_at=local(2026, 4, 20, 9))
        assert april(session) == [*USUAL[:5], "20 11:00", "23 11:00", "27 11:00", "30 11:00"]
        assert first.last_end_at < local(2026, 4, 20, 10)
    assert books.broken() == []


def test_all_of_a_series_moves_with_its_changed_times(books):
    with books.write() as session:
        first = series(session)
        cancel_event(session, first, recurrence_at=local(2026, 4, 9, 9))
        session.flush()
        reschedule(session, first, starts_at=local(2026, 4, 2, 8), scope="all", recurrence_at=local(2026, 4, 2, 9))
        expected = [text.replace("09:00", "08:00") for text in USUAL]
        assert april(session) == [text for text in expected if not text.startswith("09")]
    assert books.broken() == []


def test_a_time_at_which_nothing_happens_is_refused(books):
    with pytest.raises(Invalid, match="does not take place on 2026-04-07"), books.write() as session:
        reschedule(
            session, series(session), starts_at=local(2026, 4, 8, 9), scope="this", recurrence_at=local(2026, 4, 7, 9)
        )
    with pytest.raises(Invalid, match="say which time is meant"), books.write() as session:
        do_event(session, series(session))


def test_what_was_done_is_a_talk_in_the_history(books):
    with books.write() as session:
        ana = session.scalars(select(Contact)).one()
        do_event(session, series(session), outcome="wants a quote", recurrence_at=local(2026, 4, 2, 9))
        session.flush()
        assert [h.entry.summary for h in history_of(session, ana, "talk")] == ["Meeting, 60 min: Standup (wants a quote)"]
        assert ana.last_contact_at == local(2026, 4, 2, 9)
        event = session.scalars(select(Event).where(Event.state == "done")).one()
        event.state = "planned"
        session.flush()
        event.state = "done"
        session.flush()
        assert len(history_of(session, ana, "talk")) == 1
    assert books.broken() == []


def test_an_event_that_is_made_done_in_its_form_is_told_as_well(books):
    with books.write() as session:
        ana = session.scalars(select(Contact)).one()
        session.add(Event(subject="First talk", type="call", contact=ana, starts_at=local(2026, 3, 6, 9), state="done"))
        session.flush()
        assert [h.entry.summary for h in history_of(session, ana, "talk")] == ["Call, 30 min: First talk"]


def test_a_line_that_asks_to_come_back_makes_a_task_once(books):
    login = books.add_user("lucia", "crm_agenda.user")
    with books.write(login, today=date(2026, 3, 27)) as session:
        ana = Contact(name="Beto")
        session.add(ana)
        session.flush()
        jot(session, ana, line="Called Beto, follow up Friday")
        me = session.info["user_id"]
        assert [(task.subject, task.due) for task in open_tasks(session, me)] == [
            ("Called Beto, follow up Friday", date(2026, 4, 3))
        ]


def test_two_who_want_one_person_clash_and_the_next_free_slot_is_named(books):
    with books.write() as session:
        lucia = User(login="lucia", name="Lucía")
        session.add(lucia)
        series(session).users = [lucia]
        visit = Event(subject="Visit", users=[lucia], starts_at=local(2026, 4, 6, 9, 30), ends_at=local(2026, 4, 6, 10, 30))
        touching = Event(subject="After", users=[lucia], starts_at=local(2026, 4, 9, 10), ends_at=local(2026, 4, 9, 11))
        session.add_all([visit, touching])
        session.flush()
        assert [clash.theirs.event.subject for clash in clashes(session, visit)] == ["Standup"]
        assert clashes(session, touching) == []
        slot = next_free_slot(session, [lucia.id], timedelta(hours=1), visit.starts_at, besides=visit)
        assert [m.astimezone(HOME) for m in slot] == [local(2026, 4, 6, 10), local(2026, 4, 6, 11)]
        friday = local(2026, 4, 10, 17, 40)
        slot = next_free_slot(session, [lucia.id], timedelta(hours=1), friday)
        assert slot[0].astimezone(HOME) == local(2026, 4, 13, 10)  # not after six, not at the week-end, not at nine


def test_tasks_and_events_of_a_merged_card_move(books):
    with books.write() as session:
        ana, twin = session.scalars(select(Contact)).one(), Contact(name="Ana S.")
        session.add_all([Task(subject="Catalogue", contact=twin), twin])
        session.flush()
        merge_contacts(session, ana, other=twin)
        assert session.scalars(select(Task)).one().contact is ana


def test_users_see_their_own_agenda_and_that_of_their_contacts(books):
    books.add_user("lucia", "crm_agenda.user")
    books.add_user("martin", "crm_agenda.user")
    with books.write("lucia") as session:
        session.add(Event(subject="Dentist", starts_at=datetime(2026, 4, 2, 15, tzinfo=UTC)))
        beto = Contact(name="Beto")
        session.add(Event(subject="Measure", contact=beto, starts_at=datetime(2026, 4, 3, 15, tzinfo=UTC)))
    with books.write("martin") as session:
        session.add(Event(subject="Own", starts_at=datetime(2026, 4, 2, 16, tzinfo=UTC)))
        martin = session.info["user_id"]
    with books.write() as session:
        event = session.scalars(select(Event).where(Event.subject == "Measure")).one()
        event.users = [session.get(User, martin)]
    seen = {}
    for login in ("lucia", "martin"):
        with books.read(login) as session:
            seen[login] = [each.event.subject for each in occurrences(session, *APRIL)]
    assert seen == {"lucia": ["Dentist", "Measure"], "martin": ["Own", "Measure"]}


def test_how_often_is_said_by_a_word_or_by_a_rule(books):
    with books.write() as session:
        event = Event(subject="Round", starts_at=local(2026, 4, 1, 16), repeats_every="fortnightly")
        session.add(event)
        session.flush()
        assert event.rrule == "FREQ=WEEKLY;INTERVAL=2"
        event.rrule = "FREQ=MONTHLY;BYDAY=-1FR"
        session.flush()
        assert event.repeats_every == "custom"
        event.repeats_every = "daily"
        session.flush()
        assert event.rrule == "FREQ=DAILY"
        event.rrule = None
        session.flush()
        assert (event.repeats_every, event.repeats) == ("never", False)
        assert series(session).repeats_every == "custom"


def test_the_list_is_called_as_in_the_menu_and_its_rows_lead_by_their_subject(tandem):
    books = tandem("crm_agenda")
    books.add_user("lucia", "crm_agenda.user")
    with books.write("lucia") as session:
        session.add(Event(subject="Standup", starts_at=local(2026, 4, 1, 9)))
    page = books.client("lucia").get("/crm_agenda/event/").text
    assert "<h1>Appointments" in page
    (row,) = re.findall(r'<tr class="t-row.*?</tr>', page, re.DOTALL)
    assert re.search(r'<td class="t-p-main t-row-name"><a class="t-name" href="/crm_agenda/event/\d+">Standup</a>', row)
    assert re.search(r'<td class="t-num t-p-note">1 Apr, 09:00', row), "a phone shows the day below the subject"
