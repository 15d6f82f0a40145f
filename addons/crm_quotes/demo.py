"""A year of offers of Muebles del Plata: accepted, rejected with reasons, expired, and waiting for an answer."""

from datetime import date, timedelta
from decimal import Decimal
from random import Random

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.base_catalog.models import Product
from addons.base_catalog.operations import price_list_of
from addons.crm_contacts.models import Contact
from addons.crm_quotes.models import Quote
from addons.crm_quotes.operations import OfferLine, accept_quote, expire_quote, make_quote, reject_quote, send_quote
from core.access.models import User
from core.db import today

DAYS, EVERY = 330, 6
REASONS = ("the price", "another supplier was faster", "the project was put off", "no answer from the owner")
SUBJECTS = ("Dining room", "Lobby", "Classroom", "Office", "Terrace", "Shop window", "Reading room")
OPEN_DAYS = 21


def load(session: Session) -> None:
    """Offers every few days through the year; those of the last weeks still wait."""
    if session.scalar(select(Quote.id).limit(1)) is not None:
        return
    random, now = Random(7), today(session)
    wanted = select(Contact).where(Contact.kind == "company", Contact.active).order_by(Contact.id)
    contacts = [contact for contact in session.scalars(wanted) if contact.role != "supplier"]
    products = list(session.scalars(select(Product).where(Product.active).order_by(Product.id)))
    users = list(session.scalars(select(User).where(User.active).order_by(User.id)))
    pretended = session.info.get("today")
    if not contacts or not products:
        return
    for age in range(DAYS, 0, -EVERY):
        day = now - timedelta(days=age)
        session.info["today"] = day
        quote = _offer(session, random, random.choice(contacts), products, users, day)
        send_quote(session, quote)
        session.flush()
        _decide(session, random, quote, day, now)
    session.info["today"] = pretended
    for _number in range(3):
        _offer(session, random, random.choice(contacts), products, users, now)


def _offer(
    session: Session, random: Random, contact: Contact, products: list[Product], users: list[User], day: date
) -> Quote:
    """A draft of a few lines at the customer's prices."""
    lines = [
        OfferLine(product.id, quantity=Decimal(random.choice((1, 2, 4, 6, 8, 12))))
        for product in random.sample(products, random.randint(1, 4))
    ]
    return make_quote(
        session,
        contact.id,
        lines,
        date=day,
        valid_until=day + timedelta(days=30),
        subject=random.choice(SUBJECTS),
        price_list=price_list_of(session, contact.id),
        expected_close=day + timedelta(days=random.randint(5, 40)),
        probability=Decimal(random.choice((25, 50, 75))),
        assigned_to_id=random.choice(users).id if users else None,
    )


def _decide(session: Session, random: Random, quote: Quote, day: date, now: date) -> None:
    """What became of it: half are accepted, a quarter rejected, some never answered."""
    if day > now - timedelta(days=OPEN_DAYS):
        return
    chance, decided = random.random(), day + timedelta(days=random.randint(2, 15))
    session.info["today"] = decided
    if chance < 0.55:
        accept_quote(session, quote, date=decided)
    elif chance < 0.85:
        competitor = random.choice(("", "Casa Roble", "Muebles Oeste"))
        reject_quote(session, quote, reason=random.choice(REASONS), competitor=competitor, date=decided)
    else:
        expire_quote(session, quote)
    session.flush()
