"""The life of a ticket: numbered at once, answered in time, waiting stops the clock, closing says the hours."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal as D

import pytest
from sqlalchemy import select

from addons.crm_contacts.models import Contact
from addons.crm_contacts.operations import history_of, merge_contacts
from addons.crm_tickets.models import SlaPolicy, Ticket
from addons.crm_tickets.operations import (
    close_ticket,
    log_work,
    open_strip,
    plan_task,
    receive,
    reopen_ticket,
    reply,
    solve_ticket,
    take,
    wait_for_customer,
)
from addons.crm_tickets.signals import TicketClosed
from core.access.models import User
from core.errors import Invalid
from core.jobs import enqueue
from core.operations import perform, verbs_of
from core.signals import Hearing

MONDAY = datetime(2026, 3, 23, 12, tzinfo=UTC)  # nine o'clock in La Plata


@pytest.fixture
def books(tandem):
    """El Sol, whose chair broke on a Monday at nine."""
    made = tandem("crm_tickets")
    with made.write() as session:
        sun = Contact(name="El Sol", kind="company")
        session.add(Ticket(subject="Chair leg cracked", contact=sun, priority="high", opened_at=MONDAY))
    return made


def ticket(session):
    return session.scalars(select(Ticket).order_by(Ticket.id)).first()


def test_a_ticket_has_its_number_and_its_times_at_once(books):
    with books.write() as session:
        one = ticket(session)
        assert one.number == "T-1"
        assert one.answer_by == MONDAY + timedelta(hours=4)  # 240 working minutes: 9 to 13
        assert one.solve_by == datetime(2026, 3, 24, 21, tzinfo=UTC)  # 960: this and the next day, until 18
        one.priority = "urgent"
        session.flush()
        assert one.answer_by == MONDAY + timedelta(hours=1)
        assert [h.entry.summary for h in history_of(session, one.contact, "ticket")] == [
            "Ticket T-1 opened: Chair leg cracked"
        ]


def test_without_a_policy_there_is_no_deadline(books):
    with books.write() as session:
        for policy in session.scalars(select(SlaPolicy)):
            policy.active = False
        session.flush()
        free = Ticket(subject="When?", contact=ticket(session).contact)
        session.add(free)
        session.flush()
        assert (free.answer_by, free.solve_by, free.due) == (None, None, None)


def test_the_first_answer_meets_the_answer_time_and_is_a_talk(books):
    with books.write() as session:
        one = ticket(session)
        reply(session, one, text="for us only", internal=True)
        assert (one.answered_at, one.state) == (None, "new")
        reply(session, one, text="We look into it.")
        assert one.answered_at is not None
        assert (one.state, one.due) == ("open", one.solve_by)
        assert one.contact.last_contact_at is not None
        assert [m.kind for m in one.messages] == ["internal", "sent"]
    assert books.broken() == []


def test_waiting_stops_the_clock(books):
    with books.write() as session:
        one = ticket(session)
        solve_by = one.solve_by
        wait_for_customer(session, one)
        session.flush()
        assert (one.state, one.due) == ("waiting", None)
        one.waiting_since = MONDAY + timedelta(hours=1)
        session.flush()
        receive(session, one, text="Here is the photo.")
        session.flush()
        assert (one.state, one.waiting_since) == ("open", None)
        assert one.solve_by > solve_by
    assert books.broken() == []


def test_a_ticket_that_waits_until_a_day_is_open_again_on_it(books):
    with books.write() as session:
        wait_for_customer(session, ticket(session), until=MONDAY.date())
    with books.write() as session:
        enqueue(session, "crm_tickets.wake")
    books.work()
    with books.read() as session:
        one = ticket(session)
        assert (one.state, one.wait_until, one.waiting_since) == ("open", None, None)


def test_closing_says_the_hours_once_and_a_closed_ticket_takes_no_more(books):
    heard = []
    hearing = Hearing(TicketClosed, lambda session, signal: heard.append(signal), False)
    books.composition.switchboard.connect(hearing)
    with books.write() as session:
        one = ticket(session)
        log_work(session, one, hours=D("1.5"))
        log_work(session, one, hours=D("0.25"), billable=False, note="travel")
        solve_ticket(session, one, solution="New leg.")
        close_ticket(session, one)
        session.flush()
        assert [(s.number, s.hours, s.billable_hours) for s in heard] == [("T-1", D("1.75"), D("1.5"))]
        with pytest.raises(Invalid, match="is closed"):
            log_work(session, one, hours=D(1))
        reopen_ticket(session, one, reason="It broke again.")
        session.flush()
        assert (one.state, one.solved_at, one.closed_at) == ("open", None, None)
    assert books.broken() == []


@pytest.mark.parametrize("hours", [D(0), D(-1), D("24.5")])
def test_hours_that_no_day_has_are_refused(books, hours):
    with pytest.raises(Invalid, match="between 0 and 24"), books.write() as session:
        log_work(session, ticket(session), hours=hours)


def test_a_solution_is_asked_for(books):
    with pytest.raises(Invalid, match="how it was solved"), books.write() as session:
        solve_ticket(session, ticket(session), solution=" ")


def test_the_strip_shows_the_most_urgent_first_and_what_waits_last(books):
    books.add_user("lucia", "crm_tickets.user")
    with books.write() as session:
        lucia = session.scalars(select(User).where(User.login == "lucia")).one()
        sun = ticket(session).contact
        for subject, priority, waits in (("slow", "low", False), ("soon", "urgent", False), ("waits", "urgent", True)):
            made = Ticket(subject=subject, contact=sun, priority=priority, assigned_to=lucia)
            session.add(made)
            session.flush()
            if waits:
                wait_for_customer(session, made)
        other = Ticket(subject="another's", contact=sun, assigned_to=User(login="x", name="X"))
        session.add(other)
    with books.read("lucia") as session:
        strip = open_strip(session)
    assert [item.title.split(" ·")[0] for item in strip] == ["Chair leg cracked", "soon", "slow", "waits"]
    assert [item.mark for item in strip] == ["late", "open", "open", "wait"]
    assert strip[0].late
    assert str(strip[0].note).startswith("late by")


def test_users_answer_what_is_theirs_or_nobodys(books):
    books.add_user("lucia", "crm_tickets.user")
    books.add_user("martin", "crm_tickets.user")
    with books.write("lucia") as session:
        perform(session, verbs_of(Ticket)["take"], ticket(session))
    with books.read("martin") as session:
        assert ticket(session) is None
    with books.write("lucia") as session:
        one = ticket(session)
        assert one.assigned_to_id == session.info["user_id"]
        perform(session, verbs_of(Ticket)["reply"], one, {"text": "On it."})
        take(session, one)
        assert one.state == "open"


def test_tickets_of_a_merged_card_move(books):
    with books.write() as session:
        kept = Contact(name="Ferretería El Sol", kind="company")
        session.add(kept)
        session.flush()
        merge_contacts(session, kept, other=ticket(session).contact)
        assert ticket(session).contact is kept


def test_what_is_planned_for_a_ticket_is_a_task_where_there_is_an_agenda(tandem):
    from addons.crm_agenda.models import Task

    books = tandem("crm_tickets", "crm_agenda")
    with books.write() as session:
        one = Ticket(subject="Chair", contact=Contact(name="Ana"))
        session.add(one)
        session.flush()
        plan_task(session, one, subject="Order a leg", due=MONDAY.date())
        task = session.scalars(select(Task)).one()
        assert (task.subject, task.due, task.origin_id, task.state) == ("Order a leg", MONDAY.date(), one.id, "open")
        assert one.messages[-1].text == "☐ Order a leg (2026-03-23)"
        close_ticket(session, one)
        session.flush()
        assert task.state == "dropped"
    assert books.broken() == []
