"""What the customers of Muebles del Plata asked: some finished with hours, some open now."""

from datetime import timedelta
from decimal import Decimal
from random import Random

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.crm_contacts.models import Contact
from addons.crm_tickets.models import Ticket
from addons.crm_tickets.operations import close_ticket, log_work, receive, reply, wait_for_customer
from core.access.models import User
from core.db import now, today

ASKED = (
    ("Chair leg cracked", "CHA", "high", "One of the six chairs has a crack in the back leg, photo attached."),
    ("Lamp flickers after 10 min", "LAM", "normal", "It begins after about ten minutes, with the old and a new bulb."),
    ("Wrong VAT number on invoice", "", "normal", "Please write our new number on it."),
    ("Drawer does not close", "STO-02", "low", "The upper one stands out by a centimetre."),
    ("Table arrived scratched", "TAB", "high", "A long scratch across the top, the box was fine."),
    ("When does the wardrobe come?", "STO-04", "normal", "It was promised for last week."),
    ("Missing screws", "TAB-06", "normal", "Four of the long ones are not in the bag."),
    ("Cushion colour differs", "CUS", "low", "It is much darker than in the catalogue."),
    ("Bench wobbles", "OUT", "normal", "On an even floor."),
    ("Second pendant broken", "LAM-04", "urgent", "We open on Friday and need it hanging by then."),
)
ANSWERS = ("Thank you for telling us, we look into it today.", "We send a new part with the next delivery.")
FINISHED = 14


def load(session: Session) -> None:
    """Finished tickets of the last months, and the open ones of today."""
    if session.scalar(select(Ticket.id).limit(1)) is not None:
        return
    random = Random(7)
    customers = list(session.scalars(select(Contact).where(Contact.customer).order_by(Contact.id)))
    users = list(session.scalars(select(User).where(User.active).order_by(User.id)))
    if not customers:
        return
    for number in range(FINISHED):
        _finished(session, random, random.choice(customers), users, days=FINISHED * 6 - number * 6)
    for number, row in enumerate(ASKED):
        ticket = _opened(session, random, customers[number % len(customers)], users, row, hours=random.randint(1, 40))
        if number % 3 == 1:
            reply(session, ticket, text=ANSWERS[0])
        if number % 4 == 3:
            wait_for_customer(session, ticket)
        session.flush()


def _opened(
    session: Session, random: Random, contact: Contact, users: list[User], row: tuple[str, str, str, str], hours: int
) -> Ticket:
    """A ticket that was opened so many hours ago."""
    subject, product, priority, text = row
    ticket = Ticket(
        subject=subject,
        contact=contact,
        product=product or None,
        priority=priority,
        description=text,
        channel=random.choice(("mail", "phone", "web")),
        assigned_to=random.choice([*users, None]) if users else None,
        opened_at=now() - timedelta(hours=hours),
    )
    session.add(ticket)
    session.flush()
    return ticket


def _finished(session: Session, random: Random, contact: Contact, users: list[User], days: int) -> None:
    """A ticket that was answered, worked on, solved and closed."""
    ticket = _opened(session, random, contact, users, random.choice(ASKED), hours=days * 24)
    opened = now() - timedelta(days=days)
    reply(session, ticket, text=random.choice(ANSWERS), at=opened + timedelta(hours=3))
    receive(session, ticket, text="Thank you, it is all right now.", at=opened + timedelta(hours=40))
    day = today(session) - timedelta(days=max(days - 2, 0))
    log_work(session, ticket, hours=Decimal(random.randint(1, 10)) / 2, billable=random.random() < 0.6, day=day)
    ticket.solved_at = opened + timedelta(hours=44)
    ticket.state = "solved"
    ticket.solution = "A new part was fitted."
    session.flush()
    if random.random() < 0.8:
        ticket.closed_at = opened + timedelta(hours=48)
        close_ticket(session, ticket)
        session.flush()
